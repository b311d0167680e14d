import Store

extension Migrations {
    /// Needs stated after a class, on their way to Matching and back. What they say in words lies in Matching only.
    static let offerMatching = Migration(
        8, "offer matching",
        """
        ALTER TABLE class ADD COLUMN offers_matching INTEGER NOT NULL DEFAULT 0 CHECK (offers_matching IN (0, 1));
        CREATE TABLE matching_request (
          registration TEXT NOT NULL PRIMARY KEY REFERENCES registration (id),
          class TEXT NOT NULL REFERENCES class (id),
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          at INTEGER NOT NULL,
          -- The chain of causes by which Matching's answer is known again.
          correlation BLOB NOT NULL,
          demand TEXT,
          progress TEXT NOT NULL CHECK (progress IN ('sent','open','agreed','failed'))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX matching_request_class ON matching_request (class, at);
        CREATE INDEX matching_request_correlation ON matching_request (correlation);
        CREATE INDEX matching_request_demand ON matching_request (demand) WHERE demand IS NOT NULL;
        """)
}
