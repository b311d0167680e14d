import Store

extension Migrations {
    /// Calls for agencies (D5) of the whole network with what was offered here, and when somebody has to be told of a demand's deadline next.
    static let addCalls = Migration(
        5, "add calls for agencies and reminders",
        """
        ALTER TABLE demand ADD COLUMN watch_at INTEGER;
        UPDATE demand SET watch_at = due_at WHERE home IS NULL AND state IN ('received', 'matching', 'answered', 'agreed');
        CREATE INDEX demand_watch ON demand (watch_at) WHERE watch_at IS NOT NULL;
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
