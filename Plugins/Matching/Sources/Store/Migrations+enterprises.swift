import Store

extension Migrations {
    /// 企业名录: known by the source's key and by credit code, each once. No person of an enterprise stands in it.
    static let createEnterprises = Migration(
        3, "create enterprises",
        """
        CREATE TABLE enterprise (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE,
          code TEXT NOT NULL UNIQUE CHECK (length(code) = 18),
          name TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          industry TEXT,
          size TEXT CHECK (size IN ('micro','small','medium','large')),
          employees INTEGER,
          revenue INTEGER,
          assets INTEGER,
          founded TEXT,
          is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
          specialist TEXT,
          specialist_name TEXT,
          contacted_at INTEGER
        ) STRICT;
        CREATE INDEX enterprise_region ON enterprise (region, id);
        CREATE INDEX enterprise_specialist ON enterprise (specialist, id) WHERE specialist IS NOT NULL;
        CREATE TABLE contact (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          enterprise INTEGER NOT NULL REFERENCES enterprise (id),
          at INTEGER NOT NULL,
          channel TEXT NOT NULL,
          note TEXT NOT NULL
        ) STRICT;
        CREATE INDEX contact_enterprise ON contact (enterprise, at);
        ALTER TABLE agency ADD COLUMN key TEXT;
        CREATE INDEX agency_key ON agency (key) WHERE key IS NOT NULL;
        CREATE INDEX offer_category ON offer (category, agency) WHERE is_listed = 1;
        ALTER TABLE demand ADD COLUMN import_key TEXT;
        CREATE UNIQUE INDEX demand_import ON demand (import_key) WHERE import_key IS NOT NULL
        """)
}
