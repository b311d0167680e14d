import Store

extension Migrations {
    /// Experts and venues of the agencies of the whole network.
    static let addResources = Migration(
        8, "add resources",
        """
        CREATE TABLE resource (
          agency TEXT NOT NULL REFERENCES agency (code),
          number INTEGER NOT NULL CHECK (number >= 1),
          kind TEXT NOT NULL CHECK (kind IN ('expert', 'venue')),
          title TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          seats INTEGER CHECK (seats >= 1),
          categories TEXT NOT NULL,
          profile TEXT NOT NULL,
          PRIMARY KEY (agency, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX resource_region ON resource (region, agency, number);
        ALTER TABLE agency ADD COLUMN resources_revision INTEGER NOT NULL DEFAULT 0;
        """)
}
