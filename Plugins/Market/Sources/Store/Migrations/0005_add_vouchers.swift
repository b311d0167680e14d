import Store

extension Migrations {
    /// Vouchers of the whole network. `voucher_batch.taken` is counted by the site that issued them; `voucher_use` stands there for every
    /// order that uses one, and at the home of an order for its own.
    static let addVouchers = Migration(
        5, "add vouchers",
        """
        CREATE TABLE voucher_batch (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          site TEXT NOT NULL,
          is_local INTEGER NOT NULL CHECK (is_local IN (0, 1)),
          title TEXT NOT NULL,
          value INTEGER NOT NULL CHECK (value > 0),
          count INTEGER NOT NULL CHECK (count >= 1),
          taken INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND count),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          categories TEXT NOT NULL,
          per_enterprise INTEGER NOT NULL CHECK (per_enterprise >= 1),
          valid_until TEXT NOT NULL,
          is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
          revision INTEGER NOT NULL CHECK (revision >= 1)
        ) STRICT;
        CREATE INDEX voucher_batch_open ON voucher_batch (is_open, valid_until);
        CREATE TABLE voucher_use (
          order_ BLOB NOT NULL CHECK (length(order_) = 16),
          batch BLOB NOT NULL,
          number TEXT NOT NULL,
          home TEXT NOT NULL,
          enterprise TEXT NOT NULL CHECK (length(enterprise) = 18),
          enterprise_name TEXT NOT NULL,
          agency TEXT NOT NULL CHECK (length(agency) = 18),
          agency_name TEXT NOT NULL,
          title TEXT NOT NULL,
          discount INTEGER NOT NULL CHECK (discount > 0),
          state TEXT NOT NULL CHECK (state IN ('asked', 'used', 'refused', 'returned')),
          note TEXT,
          at INTEGER NOT NULL,
          PRIMARY KEY (order_, batch)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX voucher_use_batch ON voucher_use (batch, enterprise, state);
        """)
}
