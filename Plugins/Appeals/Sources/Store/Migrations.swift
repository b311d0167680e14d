import PluginKit
import Store

/// The column's tables, in the order they came to be; released ones never change.
enum Migrations {
    static let cases = SearchIndex("case_search", columns: [("title", 8), ("content", 2), ("number", 10)])

    static let all = [
        Migration(
            1, "create cases",
            """
            -- The hotline's directory of units, as its events tell it.
            CREATE TABLE department (
              id TEXT NOT NULL PRIMARY KEY,
              name TEXT NOT NULL,
              region TEXT NOT NULL,
              credit_code TEXT,
              categories TEXT NOT NULL,
              makes_up INTEGER NOT NULL CHECK (makes_up IN (0, 1)),
              is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
            ) STRICT;
            CREATE INDEX department_code ON department (credit_code);
            CREATE TABLE counter (
              day TEXT NOT NULL,
              region TEXT NOT NULL,
              serial INTEGER NOT NULL,
              PRIMARY KEY (day, region)
            ) STRICT, WITHOUT ROWID;
            -- What was dropped anonymously, until the day is over. No moment, no account, no address; stored by drawn number, not by arrival.
            CREATE TABLE box (
              number TEXT NOT NULL PRIMARY KEY,
              day TEXT NOT NULL,
              title TEXT NOT NULL,
              content TEXT NOT NULL,
              kind TEXT NOT NULL,
              category TEXT NOT NULL,
              region TEXT NOT NULL,
              department TEXT,
              lookup TEXT NOT NULL CHECK (length(lookup) = 64)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE appeal (
              id INTEGER PRIMARY KEY,
              number TEXT NOT NULL UNIQUE,
              is_common INTEGER NOT NULL CHECK (is_common IN (0, 1)),
              kind TEXT NOT NULL CHECK (kind IN ('suggestion','complaint','help')),
              signing TEXT NOT NULL CHECK (signing IN ('signed','confidential','anonymous')),
              state TEXT NOT NULL CHECK (state IN ('submitted','processing','answered','closed','refused','merged')),
              region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
              category TEXT NOT NULL,
              title TEXT NOT NULL,
              content TEXT NOT NULL,
              wanted TEXT,
              -- Name and number lie sealed under the person's key.
              person TEXT,
              name TEXT,
              phone TEXT,
              enterprise TEXT,
              lookup TEXT CHECK (length(lookup) = 64),
              merged_into INTEGER REFERENCES appeal (id),
              state_before TEXT,
              submitted_on TEXT NOT NULL,
              round INTEGER NOT NULL DEFAULT 0,
              reopened INTEGER NOT NULL DEFAULT 0,
              satisfied INTEGER CHECK (satisfied IN (0, 1)),
              published_title TEXT,
              published_text TEXT,
              published_on TEXT
            ) STRICT;
            CREATE INDEX appeal_region ON appeal (region, id);
            CREATE INDEX appeal_merged ON appeal (merged_into, id) WHERE merged_into IS NOT NULL;
            CREATE INDEX appeal_published ON appeal (published_on, id) WHERE published_on IS NOT NULL;
            CREATE INDEX appeal_person ON appeal (person) WHERE person IS NOT NULL;
            -- One department's part of a case.
            CREATE TABLE part (
              id INTEGER PRIMARY KEY,
              appeal INTEGER NOT NULL REFERENCES appeal (id),
              department TEXT NOT NULL REFERENCES department (id),
              state TEXT NOT NULL CHECK (state IN ('sent','handling','answered','handedOn')),
              answer TEXT,
              UNIQUE (appeal, department)
            ) STRICT;
            CREATE INDEX part_department ON part (department, appeal);
            -- What a submitter was told; an answer of a source once, however it was merged and taken out again.
            CREATE TABLE notice (
              appeal INTEGER NOT NULL REFERENCES appeal (id),
              source INTEGER NOT NULL REFERENCES appeal (id),
              round INTEGER NOT NULL,
              title TEXT NOT NULL,
              text TEXT NOT NULL,
              day TEXT NOT NULL,
              PRIMARY KEY (appeal, source, round)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE step (
              appeal INTEGER NOT NULL REFERENCES appeal (id),
              number INTEGER NOT NULL,
              title TEXT NOT NULL,
              actor_id TEXT NOT NULL,
              actor_name TEXT NOT NULL,
              text TEXT,
              department TEXT,
              at INTEGER NOT NULL,
              PRIMARY KEY (appeal, number)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX step_actor ON step (actor_id);
            \(cases.schema)
            """),
        Migration(2, "create clocks", Rulebook.clocks.schema),
        Migration(
            3, "create attachments",
            """
            CREATE TABLE attachment (
              appeal INTEGER NOT NULL REFERENCES appeal (id),
              digest TEXT NOT NULL CHECK (length(digest) = 64),
              name TEXT NOT NULL,
              type TEXT NOT NULL,
              length INTEGER NOT NULL,
              PRIMARY KEY (appeal, digest)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX attachment_digest ON attachment (digest);
            CREATE INDEX appeal_submitted ON appeal (submitted_on);
            """),
        Migration(
            4, "create departments' numbers",
            """
            ALTER TABLE part ADD COLUMN foreign_number TEXT;
            CREATE UNIQUE INDEX part_foreign ON part (department, foreign_number) WHERE foreign_number IS NOT NULL;
            """),
        Migration(
            5, "let departments close on days of their own",
            """
            ALTER TABLE department ADD COLUMN closed_days TEXT;
            ALTER TABLE department ADD COLUMN open_days TEXT;
            """),  // 5
    ]
}
