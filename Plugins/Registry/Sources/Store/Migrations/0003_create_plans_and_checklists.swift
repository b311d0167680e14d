import Store

extension Migrations {
    static let createPlansAndChecklists = Migration(
        3, "create plans and checklists",
        """
        CREATE TABLE plan (
          year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2100),
          revision INTEGER NOT NULL CHECK (revision >= 1),
          document TEXT,
          actor_id TEXT NOT NULL,
          actor_name TEXT NOT NULL,
          entered_at INTEGER NOT NULL,
          PRIMARY KEY (year, revision)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE plan_county (
          year INTEGER NOT NULL,
          revision INTEGER NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          PRIMARY KEY (year, revision, region),
          FOREIGN KEY (year, revision) REFERENCES plan (year, revision)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE eligible (
          level TEXT NOT NULL CHECK (level IN ('cluster','park','base')),
          code TEXT NOT NULL CHECK (length(code) BETWEEN 2 AND 40),
          title TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          from_day TEXT NOT NULL,
          until_day TEXT CHECK (until_day >= from_day),
          entered_at INTEGER NOT NULL,
          PRIMARY KEY (level, code)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE checklist_check (
          id INTEGER PRIMARY KEY,
          node TEXT NOT NULL REFERENCES node (id),
          item TEXT NOT NULL,
          points INTEGER NOT NULL CHECK (points >= 0),
          checked_on TEXT NOT NULL,
          remark TEXT,
          actor_id TEXT NOT NULL,
          actor_name TEXT NOT NULL,
          entered_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX checklist_check_item ON checklist_check (node, item, checked_on, id);
        CREATE TABLE checklist_evidence (
          checked INTEGER NOT NULL REFERENCES checklist_check (id),
          position INTEGER NOT NULL,
          digest TEXT NOT NULL CHECK (length(digest) = 64),
          name TEXT NOT NULL,
          type TEXT NOT NULL,
          length INTEGER NOT NULL CHECK (length >= 1),
          PRIMARY KEY (checked, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX checklist_evidence_digest ON checklist_evidence (digest)
        """)
}
