import Store

extension Migrations {
    /// Days are ISO 8601 text (they sort as they read), moments are UTC milliseconds.
    static let createNodes = Migration(
        1, "create nodes",
        """
        CREATE TABLE node (
          id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 40),
          kind TEXT NOT NULL CHECK (kind IN ('hub','city','county','cluster','park','base')),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          title TEXT NOT NULL CHECK (length(title) BETWEEN 2 AND 60),
          stage TEXT NOT NULL CHECK (stage IN ('recognised','rectification','operatorChange','exited')),
          recognised_on TEXT NOT NULL CHECK (recognised_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
          exited_on TEXT CHECK (exited_on >= recognised_on),
          recognition_document TEXT,
          carrier_park TEXT,
          chain TEXT,
          unit TEXT,
          application TEXT NOT NULL,
          is_backfilled INTEGER NOT NULL CHECK (is_backfilled IN (0, 1)),
          entered_at INTEGER NOT NULL
        ) STRICT;
        -- Exactly one hub, whatever the handlers think.
        CREATE UNIQUE INDEX node_hub ON node (kind) WHERE kind = 'hub';
        CREATE INDEX node_region ON node (region, kind, id);
        CREATE TABLE placement (
          node TEXT NOT NULL REFERENCES node (id),
          from_day TEXT NOT NULL,
          until_day TEXT CHECK (until_day >= from_day),
          parent TEXT REFERENCES node (id),
          reason TEXT,
          entered_at INTEGER NOT NULL,
          PRIMARY KEY (node, from_day)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX placement_parent ON placement (parent, from_day);
        CREATE TABLE party (
          node TEXT NOT NULL REFERENCES node (id),
          part TEXT NOT NULL CHECK (part IN ('builder','operatingUnit')),
          from_day TEXT NOT NULL,
          until_day TEXT CHECK (until_day >= from_day),
          credit_code TEXT NOT NULL CHECK (length(credit_code) = 18),
          name TEXT NOT NULL,
          mode TEXT CHECK (mode IN ('publicInstitution','entrustedEnterprise','stateCompany','socialOrganisation','joint')),
          reason TEXT,
          entered_at INTEGER NOT NULL,
          PRIMARY KEY (node, part, from_day)
        ) STRICT, WITHOUT ROWID
        """)
}
