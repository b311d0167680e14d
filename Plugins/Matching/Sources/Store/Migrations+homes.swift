import Store

extension Migrations {
    /// Copies of demands that other sites keep (`home`), whom a demand was told, and which site keeps an agency (D42).
    static let addHomes = Migration(
        4, "add homes of demands",
        """
        ALTER TABLE demand ADD COLUMN home TEXT;
        ALTER TABLE demand ADD COLUMN pending TEXT;
        ALTER TABLE demand ADD COLUMN refusal TEXT;
        ALTER TABLE agency ADD COLUMN site TEXT;
        CREATE TABLE demand_site (
          demand BLOB NOT NULL REFERENCES demand (id),
          site TEXT NOT NULL,
          PRIMARY KEY (demand, site)
        ) STRICT, WITHOUT ROWID
        """)
}
