import Store

extension Migrations {
    /// Demands of the sites below with their common demands; calls for agencies (D5) of the whole network with what was offered here, and when somebody has to be told of a demand's deadline next.
    static let addCalls = Migration(
        5, "add calls for agencies, reminders and far members",
        """
        ALTER TABLE demand ADD COLUMN watch_at INTEGER;
        UPDATE demand SET watch_at = due_at WHERE home IS NULL AND state IN ('received', 'matching', 'answered', 'agreed');
        CREATE INDEX demand_watch ON demand (watch_at) WHERE watch_at IS NOT NULL;
        -- What the sites below told of their demands: no text, no person.
        CREATE TABLE seen_demand (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          site TEXT NOT NULL,
          number TEXT NOT NULL,
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          enterprise TEXT NOT NULL CHECK (length(enterprise) = 18),
          enterprise_name TEXT NOT NULL,
          channel TEXT NOT NULL,
          state TEXT NOT NULL,
          level TEXT NOT NULL,
          due_at INTEGER,
          revision INTEGER NOT NULL,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          cluster BLOB
        ) STRICT;
        CREATE INDEX seen_demand_category ON seen_demand (category, created_at);
        CREATE INDEX seen_demand_cluster ON seen_demand (cluster) WHERE cluster IS NOT NULL;
        -- The site that keeps a common demand; missing: this one.
        ALTER TABLE cluster ADD COLUMN site TEXT;
        CREATE TABLE common_answer (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          cluster BLOB NOT NULL REFERENCES cluster (id),
          text TEXT NOT NULL,
          at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX common_answer_cluster ON common_answer (cluster, id);
        INSERT INTO common_answer (id, cluster, text, at) SELECT min(id), cluster, text, at FROM answer GROUP BY cluster, text, at;
        CREATE TABLE call_ (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          site TEXT NOT NULL,
          is_local INTEGER NOT NULL CHECK (is_local IN (0, 1)),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          category TEXT NOT NULL,
          title TEXT NOT NULL,
          until TEXT NOT NULL,
          is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
          published_at INTEGER NOT NULL,
          revision INTEGER NOT NULL CHECK (revision >= 1),
          text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX call_open ON call_ (is_open, until);
        CREATE TABLE call_offer (
          call BLOB NOT NULL REFERENCES call_ (id),
          service BLOB NOT NULL,
          agency TEXT NOT NULL CHECK (length(agency) = 18),
          agency_name TEXT NOT NULL,
          title TEXT NOT NULL,
          at INTEGER NOT NULL,
          refusal TEXT,
          PRIMARY KEY (call, service)
        ) STRICT, WITHOUT ROWID;
        """)
}
