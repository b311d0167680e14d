import Store

extension Migrations {
    /// Software: trials, and how vendors activated what was ordered.
    static let addActivations = Migration(
        9, "add activations",
        """
        ALTER TABLE service ADD COLUMN trial_days INTEGER CHECK (trial_days >= 1);
        ALTER TABLE order_ ADD COLUMN is_trial INTEGER NOT NULL DEFAULT 0 CHECK (is_trial IN (0, 1));
        CREATE TABLE activation (
          order_ BLOB NOT NULL PRIMARY KEY REFERENCES order_ (id),
          state TEXT NOT NULL CHECK (state IN ('requested', 'activated', 'failed')),
          reference TEXT,
          valid_until TEXT,
          note TEXT,
          at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """)
}
