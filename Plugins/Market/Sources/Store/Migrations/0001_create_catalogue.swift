import Store

extension Migrations {
    /// Agencies and services of the whole network: `site` keeps the record, `revision` counts its changes. Long texts stand last, so
    /// that a walk over many rows does not read them.
    static let createCatalogue = Migration(
        1, "create catalogue",
        """
        CREATE TABLE agency (
          code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 18),
          site TEXT NOT NULL,
          is_local INTEGER NOT NULL CHECK (is_local IN (0, 1)),
          title TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          state TEXT NOT NULL CHECK (state IN ('draft','submitted','returned','approved','suspended','exited')),
          is_core INTEGER NOT NULL DEFAULT 0 CHECK (is_core IN (0, 1)),
          revision INTEGER NOT NULL CHECK (revision >= 1),
          completed INTEGER NOT NULL DEFAULT 0,
          rated INTEGER NOT NULL DEFAULT 0,
          satisfied INTEGER NOT NULL DEFAULT 0,
          staff_rated INTEGER NOT NULL DEFAULT 0,
          financing INTEGER NOT NULL DEFAULT 0,
          saving INTEGER NOT NULL DEFAULT 0,
          jobs INTEGER NOT NULL DEFAULT 0,
          state_since INTEGER NOT NULL,
          active_at INTEGER NOT NULL,
          entered_at INTEGER NOT NULL,
          contact_person TEXT,
          contact_name TEXT,
          contact_phone TEXT,
          opinion TEXT,
          summary TEXT NOT NULL
        ) STRICT;
        CREATE INDEX agency_state ON agency (state, region, code);
        CREATE INDEX agency_region ON agency (region, code);
        CREATE TABLE agency_category (
          agency TEXT NOT NULL REFERENCES agency (code),
          category TEXT NOT NULL,
          PRIMARY KEY (agency, category)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX agency_category_category ON agency_category (category, agency);
        CREATE TABLE qualification (
          agency TEXT NOT NULL REFERENCES agency (code),
          number INTEGER NOT NULL CHECK (number >= 1),
          title TEXT NOT NULL,
          serial TEXT,
          issuer TEXT,
          valid_until TEXT,
          digest TEXT CHECK (length(digest) = 64),
          document_name TEXT,
          document_type TEXT,
          document_length INTEGER,
          reminded INTEGER,
          entered_at INTEGER NOT NULL,
          PRIMARY KEY (agency, number),
          CHECK ((digest IS NULL) = (document_name IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX qualification_end ON qualification (valid_until) WHERE valid_until IS NOT NULL;
        CREATE INDEX qualification_digest ON qualification (digest) WHERE digest IS NOT NULL;
        CREATE TABLE service (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          agency TEXT NOT NULL,
          site TEXT NOT NULL,
          is_local INTEGER NOT NULL CHECK (is_local IN (0, 1)),
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          nature TEXT NOT NULL,
          price_kind TEXT NOT NULL,
          amount INTEGER,
          unit TEXT,
          modes INTEGER NOT NULL,
          days INTEGER,
          places INTEGER CHECK (places >= 1),
          taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0 AND (places IS NULL OR taken <= places)),
          takes_vouchers INTEGER NOT NULL CHECK (takes_vouchers IN (0, 1)),
          is_software INTEGER NOT NULL CHECK (is_software IN (0, 1)),
          is_by_appointment INTEGER NOT NULL CHECK (is_by_appointment IN (0, 1)),
          state TEXT NOT NULL CHECK (state IN ('draft','submitted','returned','listed','withdrawn','suspended')),
          revision INTEGER NOT NULL CHECK (revision >= 1),
          completed INTEGER NOT NULL DEFAULT 0,
          rated INTEGER NOT NULL DEFAULT 0,
          satisfied INTEGER NOT NULL DEFAULT 0,
          staff_rated INTEGER NOT NULL DEFAULT 0,
          state_since INTEGER NOT NULL,
          listed_at INTEGER,
          entered_at INTEGER NOT NULL,
          opinion TEXT,
          deliverables TEXT NOT NULL,
          summary TEXT NOT NULL
        ) STRICT;
        CREATE INDEX service_agency ON service (agency, state);
        CREATE INDEX service_state ON service (state, listed_at);
        CREATE TABLE service_region (
          service BLOB NOT NULL REFERENCES service (id),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          PRIMARY KEY (service, region)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX service_region_region ON service_region (region, service);
        CREATE TABLE service_day (
          service BLOB NOT NULL REFERENCES service (id),
          day TEXT NOT NULL,
          orders INTEGER NOT NULL,
          PRIMARY KEY (service, day)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX service_day_day ON service_day (day);
        \(CatalogueSearch.services.schema)
        \(CatalogueSearch.agencies.schema)
        """)
}
