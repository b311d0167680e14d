import PluginKit
import Store

extension Migrations {
    /// Tells that two representatives are the same person by telephone number, without holding it in the open.
    static let representatives = BlindIndex("representative_key")

    /// Two talks never share a person's round on one side, nor a table: the tables refuse it, whatever the planner thinks (D43).
    static let createMatchmakings = Migration(
        2, "create matchmakings",
        representatives.schema + """
        CREATE TABLE matchmaking (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          title TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          place TEXT NOT NULL,
          description TEXT NOT NULL,
          categories TEXT NOT NULL,
          starts_at INTEGER NOT NULL,
          ends_at INTEGER NOT NULL,
          slots INTEGER NOT NULL CHECK (slots BETWEEN 1 AND 48),
          slot_minutes INTEGER NOT NULL,
          pause_minutes INTEGER NOT NULL,
          tables INTEGER NOT NULL CHECK (tables >= 1),
          enterprise_limit INTEGER NOT NULL,
          agency_limit INTEGER NOT NULL,
          wishes_until INTEGER NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('draft','open','planned','closed','cancelled')),
          reason TEXT,
          revision INTEGER NOT NULL,
          wishes INTEGER,
          met INTEGER,
          weight INTEGER,
          bound INTEGER,
          kept INTEGER,
          moved INTEGER,
          planned_at INTEGER,
          CHECK (weight <= bound)
        ) STRICT;
        CREATE INDEX matchmaking_start ON matchmaking (starts_at, id);
        CREATE TABLE attendance (
          matchmaking BLOB NOT NULL REFERENCES matchmaking (id),
          side TEXT NOT NULL CHECK (side IN ('enterprise','agency')),
          party TEXT NOT NULL CHECK (length(party) = 18),
          name TEXT NOT NULL,
          region TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('invited','coming','declined','withdrawn')),
          topic TEXT,
          busy INTEGER NOT NULL DEFAULT 0,
          most INTEGER,
          person TEXT,
          representative TEXT,
          phone TEXT,
          phone_key BLOB,
          changed_at INTEGER NOT NULL,
          PRIMARY KEY (matchmaking, side, party)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attendance_party ON attendance (party, side, matchmaking);
        CREATE INDEX attendance_person ON attendance (person) WHERE person IS NOT NULL;
        CREATE TABLE wish (
          matchmaking BLOB NOT NULL,
          side TEXT NOT NULL,
          party TEXT NOT NULL,
          other TEXT NOT NULL,
          rank INTEGER NOT NULL CHECK (rank >= 1),
          PRIMARY KEY (matchmaking, side, party, other),
          FOREIGN KEY (matchmaking, side, party) REFERENCES attendance (matchmaking, side, party)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE talk (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          matchmaking BLOB NOT NULL REFERENCES matchmaking (id),
          enterprise TEXT NOT NULL,
          agency TEXT NOT NULL,
          slot INTEGER NOT NULL CHECK (slot >= 1),
          desk INTEGER NOT NULL CHECK (desk >= 1),
          starts_at INTEGER NOT NULL,
          is_mutual INTEGER NOT NULL CHECK (is_mutual IN (0, 1)),
          outcome TEXT CHECK (outcome IN ('missed','nothing','further','intended','signed')),
          note TEXT,
          amount INTEGER,
          UNIQUE (matchmaking, enterprise, agency),
          UNIQUE (matchmaking, slot, desk),
          UNIQUE (matchmaking, slot, enterprise),
          UNIQUE (matchmaking, slot, agency)
        ) STRICT;
        CREATE TABLE unmet (
          matchmaking BLOB NOT NULL REFERENCES matchmaking (id),
          enterprise TEXT NOT NULL,
          agency TEXT NOT NULL,
          reason TEXT NOT NULL,
          PRIMARY KEY (matchmaking, enterprise, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE follow_up (
          talk BLOB NOT NULL REFERENCES talk (id),
          days INTEGER NOT NULL CHECK (days IN (30, 90)),
          due_at INTEGER NOT NULL,
          done_at INTEGER,
          outcome TEXT,
          note TEXT,
          is_told INTEGER NOT NULL DEFAULT 0 CHECK (is_told IN (0, 1)),
          PRIMARY KEY (talk, days)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX follow_up_due ON follow_up (due_at) WHERE done_at IS NULL
        """)
}
