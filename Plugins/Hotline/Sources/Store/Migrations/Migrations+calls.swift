import PluginKit

extension Migrations {
    /// Calls, what was reported of them, and the seats that take them. A seat holds at most one call and a call at most one seat, by
    /// `seat.call`, which is unique.
    static let createCalls = Migration(
        5, "create calls and seats",
        """
        CREATE TABLE line (
          id TEXT NOT NULL PRIMARY KEY,
          title TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          -- Needed as it is to check signatures; the one before is good until old_until.
          secret TEXT,
          old_secret TEXT,
          old_until INTEGER,
          is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
          heard_at INTEGER
        ) STRICT;
        CREATE TABLE call (
          id INTEGER PRIMARY KEY,
          line TEXT NOT NULL REFERENCES line (id),
          call_key TEXT NOT NULL,
          region TEXT NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('voice', 'video')),
          state TEXT NOT NULL CHECK (state IN ('waiting', 'talking', 'ended', 'abandoned', 'lapsed')),
          is_over INTEGER NOT NULL CHECK (is_over IN (0, 1)),
          skill TEXT,
          seat TEXT,
          caller TEXT,
          offered_at INTEGER,
          answered_at INTEGER,
          ended_at INTEGER,
          address TEXT,
          recordings INTEGER NOT NULL DEFAULT 0,
          heard_at INTEGER NOT NULL,
          -- In the queue since; rung at a seat until.
          queued_at INTEGER,
          rung_seat TEXT,
          rung_until INTEGER,
          UNIQUE (line, call_key)
        ) STRICT;
        CREATE INDEX call_waiting ON call (queued_at, id) WHERE queued_at IS NOT NULL AND rung_seat IS NULL;
        CREATE INDEX call_ringing ON call (rung_until) WHERE rung_until IS NOT NULL;
        CREATE INDEX call_under_way ON call (heard_at) WHERE is_over = 0;
        CREATE INDEX call_region ON call (region, id);
        CREATE INDEX call_caller ON call (caller, id) WHERE caller IS NOT NULL;
        CREATE TABLE call_report (
          line TEXT NOT NULL,
          id TEXT NOT NULL,
          call INTEGER NOT NULL REFERENCES call (id),
          kind TEXT NOT NULL,
          at INTEGER NOT NULL,
          seat TEXT,
          skill TEXT,
          reason TEXT,
          recording TEXT,
          participant TEXT,
          address TEXT,
          PRIMARY KEY (line, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX call_report_call ON call_report (call);
        CREATE TABLE seat (
          id TEXT NOT NULL PRIMARY KEY,
          name TEXT NOT NULL,
          person TEXT,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          region_low TEXT NOT NULL,
          region_high TEXT NOT NULL,
          skills TEXT NOT NULL,
          is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
          presence TEXT NOT NULL DEFAULT 'away' CHECK (presence IN ('away', 'ready', 'paused')),
          presence_at INTEGER,
          -- After a call there is a little time to write.
          free_at INTEGER NOT NULL DEFAULT 0,
          call INTEGER UNIQUE REFERENCES call (id),
          taken INTEGER NOT NULL DEFAULT 0,
          taken_day TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE UNIQUE INDEX seat_person ON seat (person) WHERE person IS NOT NULL;
        CREATE TABLE assignment (
          call INTEGER NOT NULL REFERENCES call (id),
          number INTEGER NOT NULL,
          seat TEXT NOT NULL,
          at INTEGER NOT NULL,
          outcome TEXT CHECK (outcome IN ('answered', 'takenBack', 'elsewhere', 'over')),
          PRIMARY KEY (call, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE invitation (
          id INTEGER PRIMARY KEY,
          call INTEGER NOT NULL REFERENCES call (id),
          unit TEXT NOT NULL REFERENCES unit (id),
          actor_id TEXT NOT NULL,
          actor_name TEXT NOT NULL,
          note TEXT,
          at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX invitation_call ON invitation (call);
        CREATE INDEX invitation_unit ON invitation (unit, id);
        CREATE TABLE recording_opening (
          id INTEGER PRIMARY KEY,
          call INTEGER NOT NULL REFERENCES call (id),
          recording INTEGER NOT NULL,
          actor_id TEXT NOT NULL,
          actor_name TEXT NOT NULL,
          purpose TEXT NOT NULL,
          at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX recording_opening_call ON recording_opening (call, recording);
        CREATE INDEX work_order_call ON work_order (call_id) WHERE call_id IS NOT NULL;
        CREATE INDEX work_order_firm ON work_order (credit_code, id) WHERE credit_code IS NOT NULL;
        -- Counts of the queue under every filter, without a look at the orders themselves.
        CREATE INDEX work_order_queue ON work_order (region, is_confidential, state, is_overdue, is_supervised, category, owner_unit)
          WHERE is_open = 1;
        -- The supervisors' figures, without a look at the orders themselves.
        CREATE INDEX work_order_board ON work_order (region, is_overdue) WHERE is_open = 1 AND is_confidential = 0;
        """)
}
