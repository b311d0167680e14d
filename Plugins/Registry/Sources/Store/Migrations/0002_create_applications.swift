import Store

extension Migrations {
    static let createApplications = Migration(
        2, "create applications",
        """
        CREATE TABLE application (
          id TEXT NOT NULL PRIMARY KEY,
          kind TEXT NOT NULL CHECK (kind IN ('hub','city','county','cluster','park','base')),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          title TEXT NOT NULL CHECK (length(title) BETWEEN 2 AND 60),
          stage TEXT NOT NULL,
          node TEXT REFERENCES node (id),
          parent TEXT REFERENCES node (id),
          builder_code TEXT NOT NULL CHECK (length(builder_code) = 18),
          builder_name TEXT NOT NULL,
          operator_code TEXT NOT NULL CHECK (length(operator_code) = 18),
          operator_name TEXT NOT NULL,
          mode TEXT NOT NULL,
          carrier_park TEXT,
          chain TEXT,
          unit TEXT,
          summary TEXT NOT NULL,
          override_reason TEXT,
          submitter TEXT NOT NULL,
          submitted_on TEXT NOT NULL,
          stage_since INTEGER NOT NULL,
          due_day TEXT,
          due_is_provisional INTEGER NOT NULL DEFAULT 0 CHECK (due_is_provisional IN (0, 1)),
          entered_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX application_stage ON application (stage, due_day);
        CREATE INDEX application_region ON application (region, kind, stage);
        CREATE TABLE step (
          application TEXT NOT NULL REFERENCES application (id),
          number INTEGER NOT NULL CHECK (number >= 1),
          action TEXT,
          from_stage TEXT,
          to_stage TEXT NOT NULL,
          actor_id TEXT NOT NULL,
          actor_name TEXT NOT NULL,
          opinion TEXT,
          document_number TEXT,
          happened_at INTEGER NOT NULL,
          entered_at INTEGER NOT NULL CHECK (entered_at >= happened_at),
          PRIMARY KEY (application, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE step_document (
          application TEXT NOT NULL,
          step INTEGER NOT NULL,
          position INTEGER NOT NULL,
          digest TEXT NOT NULL CHECK (length(digest) = 64),
          name TEXT NOT NULL,
          type TEXT NOT NULL,
          length INTEGER NOT NULL CHECK (length >= 1),
          PRIMARY KEY (application, step, position),
          FOREIGN KEY (application, step) REFERENCES step (application, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX step_document_digest ON step_document (digest)
        """)
}
