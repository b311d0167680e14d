import Store

extension Migrations {
    /// Most seats that a division may hold, beside the class's own.
    static let limitRegions = Migration(
        9, "limit regions",
        """
        -- The county of the enterprise; missing where nobody said it.
        ALTER TABLE registration ADD COLUMN region TEXT;
        CREATE TABLE class_quota (
          class TEXT NOT NULL REFERENCES class (id),
          region TEXT NOT NULL,
          seats INTEGER NOT NULL CHECK (seats > 0),
          taken INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND seats),
          PRIMARY KEY (class, region)
        ) STRICT, WITHOUT ROWID;
        """)
}
