import Store

extension Migrations {
    /// What a search walks over: one small row for each listed service, clustered by its number in the index of words.
    static let createListed = Migration(
        11, "create listed",
        """
        CREATE TABLE listed (
          document INTEGER NOT NULL PRIMARY KEY,
          service BLOB NOT NULL UNIQUE REFERENCES service (id),
          agency TEXT NOT NULL,
          category TEXT NOT NULL,
          nature TEXT NOT NULL,
          price_kind TEXT NOT NULL,
          modes INTEGER NOT NULL,
          is_software INTEGER NOT NULL,
          is_core INTEGER NOT NULL,
          home TEXT,
          completed INTEGER NOT NULL,
          rated INTEGER NOT NULL,
          satisfied INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX listed_agency ON listed (agency);
        INSERT INTO listed
        SELECT d.id, s.id, s.agency, s.category, s.nature, s.price_kind, s.modes, s.is_software, coalesce(a.is_core, 0), a.region, s.completed, s.rated,
          s.satisfied
        FROM service s JOIN service_search d ON d.key = lower(
            substr(hex(s.id), 1, 8) || '-' || substr(hex(s.id), 9, 4) || '-' || substr(hex(s.id), 13, 4) || '-' || substr(hex(s.id), 17, 4) || '-'
            || substr(hex(s.id), 21))
          LEFT JOIN agency a ON a.code = s.agency
        WHERE s.state = 'listed';
        """)
}
