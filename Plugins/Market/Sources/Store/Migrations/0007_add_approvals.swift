import Store

extension Migrations {
    /// Above which amount an enterprise wants two persons, and the orders that wait for the second one.
    static let addApprovals = Migration(
        7, "add approvals",
        """
        CREATE TABLE approval_rule (
          enterprise TEXT NOT NULL PRIMARY KEY CHECK (length(enterprise) = 18),
          amount INTEGER CHECK (amount >= 0),
          wanted_amount INTEGER CHECK (wanted_amount >= 0),
          wanted_by TEXT,
          wanted_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE order_approval (
          order_ BLOB NOT NULL PRIMARY KEY REFERENCES order_ (id),
          agency TEXT NOT NULL CHECK (length(agency) = 18),
          amount INTEGER NOT NULL,
          asked_by TEXT NOT NULL,
          asked_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """)
}
