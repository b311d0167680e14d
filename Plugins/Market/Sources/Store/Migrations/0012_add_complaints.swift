import PluginKit
import Store

extension Migrations {
    /// Tells that both sides of an order gave the same telephone number, without holding it in the open.
    static let telephones = BlindIndex("telephone_key")

    /// Refunds and complaints, and when somebody has to be told of a deadline next (`watch_at`, of orders and complaints).
    static let addComplaints = Migration(
        12, "add refunds, complaints and reminders",
        telephones.schema + """
        ALTER TABLE agency ADD COLUMN phone_key BLOB;
        ALTER TABLE order_ ADD COLUMN phone_key BLOB;
        ALTER TABLE order_ ADD COLUMN watch_at INTEGER;
        UPDATE order_ SET watch_at = due_at WHERE is_home = 1 AND state NOT IN ('confirmed', 'rated') AND (told_due IS NULL OR told_due <> due_at);
        CREATE INDEX order_watch ON order_ (watch_at) WHERE watch_at IS NOT NULL;
        CREATE TABLE refund (
          order_ BLOB NOT NULL REFERENCES order_ (id),
          number INTEGER NOT NULL CHECK (number >= 1),
          amount INTEGER NOT NULL CHECK (amount > 0),
          reason TEXT NOT NULL,
          refunded_on TEXT NOT NULL,
          is_staff_entered INTEGER NOT NULL CHECK (is_staff_entered IN (0, 1)),
          recorded_at INTEGER NOT NULL,
          confirmed_at INTEGER,
          PRIMARY KEY (order_, number)
        ) STRICT, WITHOUT ROWID;
        -- Orders confirmed and rated here and at the sites below, by the enterprise's city.
        CREATE TABLE satisfaction_city (
          city TEXT NOT NULL PRIMARY KEY CHECK (city GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          completed INTEGER NOT NULL DEFAULT 0,
          satisfied INTEGER NOT NULL DEFAULT 0,
          rated INTEGER NOT NULL DEFAULT 0,
          staff INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        INSERT INTO satisfaction_city
        SELECT substr(o.region, 1, 4) || '00', count(*), coalesce(sum(r.is_staff_entered = 0 AND r.score >= 4), 0), coalesce(sum(r.is_staff_entered = 0), 0),
          coalesce(sum(r.is_staff_entered = 1), 0)
        FROM order_ o LEFT JOIN rating r ON r.order_ = o.id
        WHERE (o.is_home = 1 OR NOT EXISTS (SELECT 1 FROM asked_agency q WHERE q.order_ = o.id)) AND o.state IN ('confirmed', 'rated') GROUP BY 1;
        -- Ratings of classes, as the schools tell them: what participants said once the class was held.
        CREATE TABLE class_rating (
          site TEXT NOT NULL,
          class TEXT NOT NULL,
          region TEXT CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          taken INTEGER NOT NULL DEFAULT 0,
          rated INTEGER NOT NULL DEFAULT 0,
          satisfied INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY (site, class)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE complaint (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          number TEXT NOT NULL,
          home TEXT NOT NULL,
          is_home INTEGER NOT NULL CHECK (is_home IN (0, 1)),
          order_ BLOB,
          order_number TEXT,
          agency TEXT NOT NULL CHECK (length(agency) = 18),
          agency_name TEXT NOT NULL,
          enterprise TEXT NOT NULL CHECK (length(enterprise) = 18),
          enterprise_name TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          kind TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('filed', 'answered', 'closed', 'withdrawn')),
          due_at INTEGER,
          watch_at INTEGER,
          outcome TEXT CHECK (outcome IN ('upheld', 'partly', 'unfounded', 'settled')),
          revision INTEGER NOT NULL CHECK (revision >= 1),
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          answered_at INTEGER,
          closed_at INTEGER,
          is_pending INTEGER NOT NULL DEFAULT 0 CHECK (is_pending IN (0, 1)),
          refusal TEXT,
          answer TEXT,
          conclusion TEXT,
          text TEXT NOT NULL,
          CHECK ((due_at IS NULL) = (state IN ('closed', 'withdrawn')))
        ) STRICT;
        CREATE UNIQUE INDEX complaint_number ON complaint (home, number);
        CREATE INDEX complaint_order ON complaint (order_) WHERE order_ IS NOT NULL;
        CREATE INDEX complaint_agency ON complaint (agency, id);
        CREATE INDEX complaint_enterprise ON complaint (enterprise, id);
        CREATE INDEX complaint_region ON complaint (region, id);
        CREATE INDEX complaint_watch ON complaint (watch_at) WHERE watch_at IS NOT NULL;
        """)
}
