import PluginKit
import Store

/// The hotline's tables, in the order they came to be; released ones never change.
enum Migrations {
    /// The last line holds the highest number, so that two parallel migrations meet at merge.
    static let all = [
        createOrders, createClocks, createKnowledge,
        createTallies, createCalls, createTransfers, createFollowOns,
        veilConfidential, closeUnits, inviteRatings, askAccounts,  // 11
    ]

    /// Whom a number belongs to is found without holding the number in the open.
    static let callers = BlindIndex("caller_key")
    static let orders = SearchIndex("order_search", columns: [("title", 8), ("content", 2), ("number", 10)])
    static let articles = SearchIndex("article_search", columns: [("title", 10), ("body", 2)])

    static let createOrders = Migration(
        1, "create orders",
        """
        CREATE TABLE unit (
          id TEXT NOT NULL PRIMARY KEY,
          name TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          credit_code TEXT CHECK (length(credit_code) = 18),
          categories TEXT NOT NULL,
          makes_up INTEGER NOT NULL CHECK (makes_up IN (0, 1)),
          is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
        ) STRICT;
        CREATE INDEX unit_code ON unit (credit_code);
        \(callers.schema)
        -- Name and number lie sealed under the person's key.
        CREATE TABLE caller (
          person TEXT NOT NULL PRIMARY KEY,
          phone_digest BLOB UNIQUE,
          name TEXT,
          phone TEXT,
          enterprise TEXT,
          credit_code TEXT CHECK (length(credit_code) = 18)
        ) STRICT;
        CREATE TABLE counter (
          day TEXT NOT NULL,
          region TEXT NOT NULL,
          serial INTEGER NOT NULL,
          PRIMARY KEY (day, region)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE work_order (
          id INTEGER PRIMARY KEY,
          number TEXT NOT NULL UNIQUE,
          state TEXT NOT NULL CHECK (state IN
            ('registered','dispatching','dispatched','returned','handling','answered','concluded','archived','refused')),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          category TEXT NOT NULL CHECK (length(category) BETWEEN 2 AND 6),
          urgency TEXT NOT NULL CHECK (urgency IN ('normal','urgent','critical')),
          channel TEXT NOT NULL,
          is_confidential INTEGER NOT NULL CHECK (is_confidential IN (0, 1)),
          title TEXT NOT NULL,
          content TEXT NOT NULL,
          caller TEXT,
          enterprise TEXT,
          credit_code TEXT,
          call_id TEXT,
          -- HMAC under the secret code, never the code.
          lookup TEXT CHECK (length(lookup) = 64),
          owner_unit TEXT REFERENCES unit (id),
          due_at INTEGER,
          due_is_provisional INTEGER NOT NULL DEFAULT 0 CHECK (due_is_provisional IN (0, 1)),
          is_open INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1)),
          is_overdue INTEGER NOT NULL DEFAULT 0 CHECK (is_overdue IN (0, 1)),
          is_urged INTEGER NOT NULL DEFAULT 0 CHECK (is_urged IN (0, 1)),
          is_supervised INTEGER NOT NULL DEFAULT 0 CHECK (is_supervised IN (0, 1)),
          is_suspended INTEGER NOT NULL DEFAULT 0 CHECK (is_suspended IN (0, 1)),
          redo INTEGER NOT NULL DEFAULT 0,
          attempts INTEGER NOT NULL DEFAULT 0,
          answer TEXT,
          answered_by TEXT,
          satisfaction TEXT CHECK (satisfaction IN ('verySatisfied','satisfied','acceptable','unsatisfied')),
          rating_source TEXT CHECK (rating_source IN ('caller','revisit')),
          pending TEXT,
          registered_at INTEGER NOT NULL,
          dispatched_at INTEGER,
          concluded_at INTEGER
        ) STRICT;
        -- The queue: what is under way, the nearest due first; those whose clock stands still last.
        CREATE INDEX work_order_open ON work_order (coalesce(due_at, 9223372036854775807), id) WHERE is_open = 1;
        CREATE INDEX work_order_open_owner ON work_order (owner_unit, due_at) WHERE is_open = 1;
        CREATE INDEX work_order_caller ON work_order (caller, id) WHERE caller IS NOT NULL;
        CREATE INDEX work_order_region ON work_order (region, id);
        CREATE INDEX work_order_owner ON work_order (owner_unit, id);
        CREATE TABLE co_unit (
          work_order INTEGER NOT NULL REFERENCES work_order (id),
          unit TEXT NOT NULL REFERENCES unit (id),
          opinion TEXT,
          PRIMARY KEY (work_order, unit)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX co_unit_unit ON co_unit (unit, work_order);
        -- Who needs to know of a confidential order.
        CREATE TABLE admitted (
          work_order INTEGER NOT NULL REFERENCES work_order (id),
          actor TEXT NOT NULL,
          PRIMARY KEY (work_order, actor)
        ) STRICT, WITHOUT ROWID;
        -- Who signed for it or answered it, by round: a redo needs somebody else, and none of them rates.
        CREATE TABLE handler (
          work_order INTEGER NOT NULL REFERENCES work_order (id),
          actor TEXT NOT NULL,
          round INTEGER NOT NULL,
          PRIMARY KEY (work_order, actor, round)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE step (
          work_order INTEGER NOT NULL REFERENCES work_order (id),
          number INTEGER NOT NULL,
          action TEXT,
          title TEXT NOT NULL,
          state TEXT NOT NULL,
          actor_id TEXT NOT NULL,
          actor_name TEXT NOT NULL,
          text TEXT,
          unit TEXT,
          at INTEGER NOT NULL,
          PRIMARY KEY (work_order, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX step_actor ON step (actor_id);
        \(orders.schema)
        """)

    static let createClocks = Migration(2, "create clocks", OrderClock.table.schema)

    static let createKnowledge = Migration(
        3, "create knowledge base",
        """
        CREATE TABLE article (
          id INTEGER PRIMARY KEY,
          title TEXT NOT NULL,
          body TEXT NOT NULL,
          category TEXT NOT NULL,
          links TEXT NOT NULL,
          is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
          changed_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX article_category ON article (category, id);
        \(articles.schema)
        """)

    /// Numbers of matters shared with other hotlines; a partner's client is the system.
    static let createTransfers = Migration(
        6, "create transfers",
        """
        CREATE TABLE transfer (
          system TEXT NOT NULL,
          foreign_number TEXT NOT NULL,
          work_order INTEGER NOT NULL UNIQUE REFERENCES work_order (id),
          direction TEXT NOT NULL CHECK (direction IN ('received', 'handedOver')),
          accepted_at INTEGER,
          due_at INTEGER,
          PRIMARY KEY (system, foreign_number)
        ) STRICT, WITHOUT ROWID
        """)

    /// Orders, demands and appeals that work orders led to; found by the chain of causes until their own number is known.
    static let createFollowOns = Migration(
        7, "create follow-ons",
        """
        CREATE TABLE follow_on (
          id INTEGER PRIMARY KEY,
          work_order INTEGER NOT NULL REFERENCES work_order (id),
          kind TEXT NOT NULL CHECK (kind IN ('service', 'demand', 'appeal')),
          title TEXT NOT NULL,
          opened_at INTEGER NOT NULL,
          correlation BLOB NOT NULL,
          number TEXT,
          path TEXT,
          state TEXT
        ) STRICT;
        CREATE INDEX follow_on_order ON follow_on (work_order);
        CREATE INDEX follow_on_cause ON follow_on (correlation) WHERE number IS NULL;
        CREATE UNIQUE INDEX follow_on_path ON follow_on (path) WHERE path IS NOT NULL;
        """)

    /// Confidential orders whose texts an earlier version kept in plain; a timer seals them.
    static let veilConfidential = Migration(
        8, "seal confidential orders",
        """
        CREATE TABLE to_veil (work_order INTEGER NOT NULL PRIMARY KEY) STRICT;
        INSERT INTO to_veil (work_order) SELECT id FROM work_order WHERE is_confidential = 1;
        """)

    /// Days of a unit's own, and whom the other hotline's client acts for.
    static let closeUnits = Migration(
        9, "let units close on days of their own",
        """
        ALTER TABLE unit ADD COLUMN closed_days TEXT;
        ALTER TABLE unit ADD COLUMN open_days TEXT;
        ALTER TABLE transfer ADD COLUMN organisation TEXT CHECK (length(organisation) = 18);
        """)

    /// Links to a rating that were sent and not used; one an order, by digest.
    static let inviteRatings = Migration(
        10, "invite ratings",
        """
        CREATE TABLE rating_link (
          work_order INTEGER NOT NULL PRIMARY KEY REFERENCES work_order (id),
          lookup TEXT NOT NULL CHECK (length(lookup) = 64),
          until_at INTEGER NOT NULL
        ) STRICT
        """)

    /// Enterprises whose account was asked for a rating and has not given it.
    static let askAccounts = Migration(
        11, "ask enterprises by their account",
        """
        CREATE TABLE rating_notice (
          work_order INTEGER NOT NULL PRIMARY KEY REFERENCES work_order (id),
          credit_code TEXT NOT NULL CHECK (length(credit_code) = 18),
          asked_at INTEGER NOT NULL,
          until_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX rating_notice_firm ON rating_notice (credit_code, until_at);
        """)

    /// Counted as it happens, so that no figure needs a walk over all orders. Confidential ones are not counted.
    static let createTallies = Migration(
        4, "create tallies",
        """
        CREATE TABLE tally (
          day TEXT NOT NULL,
          region TEXT NOT NULL,
          measure TEXT NOT NULL,
          n INTEGER NOT NULL,
          PRIMARY KEY (day, region, measure)
        ) STRICT, WITHOUT ROWID
        """)
}
