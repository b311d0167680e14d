import Store

/// The matching's tables, in the order they came to be; released ones never change.
enum Migrations {
    static let all = [createDemands, createMatchmakings, createEnterprises, addHomes, addCalls]

    /// An open demand always has a deadline, whatever the handlers think (D18).
    static let createDemands = Migration(
        1, "create demands and supply",
        """
        CREATE TABLE demand (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          number TEXT NOT NULL UNIQUE,
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          enterprise TEXT NOT NULL CHECK (length(enterprise) = 18),
          enterprise_name TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('received','matching','answered','agreed','delivered','rated','withdrawn','unmet')),
          level TEXT NOT NULL CHECK (level IN ('county','city','province')),
          due_at INTEGER,
          agency TEXT,
          agency_name TEXT,
          channel TEXT NOT NULL,
          is_on_behalf INTEGER NOT NULL CHECK (is_on_behalf IN (0, 1)),
          cluster BLOB,
          budget INTEGER,
          wanted_by TEXT,
          revision INTEGER NOT NULL,
          score INTEGER CHECK (score BETWEEN 1 AND 5),
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          contact_person TEXT,
          contact_name TEXT,
          contact_phone TEXT,
          comment TEXT,
          reason TEXT,
          proof TEXT,
          description TEXT NOT NULL,
          CHECK ((due_at IS NULL) = (state IN ('rated','withdrawn','unmet')))
        ) STRICT;
        CREATE INDEX demand_due ON demand (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX demand_enterprise ON demand (enterprise, id);
        CREATE INDEX demand_category ON demand (category, created_at);
        CREATE TABLE invitation (
          demand BLOB NOT NULL REFERENCES demand (id),
          agency TEXT NOT NULL,
          name TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('invited','interested','declined','chosen')),
          note TEXT,
          invited_at INTEGER NOT NULL,
          answered_at INTEGER,
          PRIMARY KEY (demand, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX invitation_agency ON invitation (agency, demand);
        CREATE TABLE cluster (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE cluster_member (
          id INTEGER PRIMARY KEY,
          cluster BLOB NOT NULL REFERENCES cluster (id),
          demand BLOB NOT NULL REFERENCES demand (id),
          merged_at INTEGER NOT NULL,
          split_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX cluster_member_now ON cluster_member (demand) WHERE split_at IS NULL;
        CREATE TABLE answer (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          demand BLOB NOT NULL REFERENCES demand (id),
          cluster BLOB NOT NULL REFERENCES cluster (id),
          text TEXT NOT NULL,
          at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX answer_demand ON answer (demand, id);
        CREATE TABLE agency (
          code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 18),
          title TEXT NOT NULL,
          region TEXT NOT NULL,
          categories TEXT NOT NULL,
          is_core INTEGER NOT NULL CHECK (is_core IN (0, 1)),
          is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
          revision INTEGER NOT NULL,
          completed INTEGER NOT NULL DEFAULT 0,
          rated INTEGER NOT NULL DEFAULT 0,
          satisfied INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE offer (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          agency TEXT NOT NULL,
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          regions TEXT NOT NULL,
          price_kind TEXT NOT NULL,
          amount INTEGER,
          is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
          revision INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX offer_agency ON offer (agency) WHERE is_listed = 1
        """)
}
