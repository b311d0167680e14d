import Store

extension Migrations {
    /// Orders. `home` is the site that decides; a copy at an agency's or an upper site has `is_home` 0.
    static let createOrders = Migration(
        2, "create orders",
        """
        CREATE TABLE order_ (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          number TEXT NOT NULL,
          home TEXT NOT NULL,
          is_home INTEGER NOT NULL CHECK (is_home IN (0, 1)),
          title TEXT NOT NULL,
          category TEXT NOT NULL,
          service BLOB,
          enterprise TEXT NOT NULL CHECK (length(enterprise) = 18),
          enterprise_name TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          agency TEXT CHECK (length(agency) = 18),
          agency_name TEXT,
          state TEXT NOT NULL,
          due_at INTEGER,
          told_due INTEGER,
          amount INTEGER,
          days INTEGER,
          channel TEXT NOT NULL,
          is_direct INTEGER NOT NULL CHECK (is_direct IN (0, 1)),
          is_on_behalf INTEGER NOT NULL CHECK (is_on_behalf IN (0, 1)),
          is_backfilled INTEGER NOT NULL CHECK (is_backfilled IN (0, 1)),
          happened_on TEXT,
          budget INTEGER,
          wanted_by TEXT,
          appointment INTEGER,
          revision INTEGER NOT NULL CHECK (revision >= 1),
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          delivered_at INTEGER,
          confirmed_at INTEGER,
          holds_place INTEGER NOT NULL DEFAULT 0 CHECK (holds_place IN (0, 1)),
          contact_person TEXT,
          contact_name TEXT,
          contact_phone TEXT,
          proof TEXT,
          reason TEXT,
          description TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX order_number ON order_ (home, number);
        CREATE INDEX order_enterprise ON order_ (enterprise, id);
        CREATE INDEX order_agency ON order_ (agency, id) WHERE agency IS NOT NULL;
        CREATE INDEX order_state ON order_ (state, due_at);
        CREATE INDEX order_region ON order_ (region, id);
        CREATE TABLE asked_agency (
          order_ BLOB NOT NULL REFERENCES order_ (id),
          agency TEXT NOT NULL,
          name TEXT NOT NULL,
          site TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('asked','quoted','declined','chosen','passedOver')),
          amount INTEGER,
          days INTEGER,
          note TEXT,
          at INTEGER,
          PRIMARY KEY (order_, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX asked_agency_agency ON asked_agency (agency, order_);
        CREATE TABLE order_step (
          order_ BLOB NOT NULL REFERENCES order_ (id),
          number INTEGER NOT NULL,
          action TEXT NOT NULL,
          side TEXT NOT NULL,
          actor TEXT NOT NULL,
          at INTEGER NOT NULL,
          PRIMARY KEY (order_, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX order_step_actor ON order_step (actor);
        CREATE TABLE order_document (
          order_ BLOB NOT NULL REFERENCES order_ (id),
          part TEXT NOT NULL CHECK (part IN ('proof','evidence')),
          position INTEGER NOT NULL,
          digest TEXT NOT NULL CHECK (length(digest) = 64),
          name TEXT NOT NULL,
          type TEXT NOT NULL,
          length INTEGER NOT NULL,
          PRIMARY KEY (order_, part, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX order_document_digest ON order_document (digest);
        CREATE TABLE rating (
          order_ BLOB NOT NULL PRIMARY KEY REFERENCES order_ (id),
          score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
          comment TEXT,
          is_staff_entered INTEGER NOT NULL CHECK (is_staff_entered IN (0, 1)),
          actor TEXT NOT NULL,
          rated_at INTEGER NOT NULL,
          edited_at INTEGER NOT NULL,
          financing INTEGER,
          saving INTEGER,
          jobs INTEGER,
          reply TEXT,
          replied_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE signal (
          order_ BLOB NOT NULL REFERENCES order_ (id),
          signal TEXT NOT NULL,
          detail TEXT NOT NULL,
          at INTEGER NOT NULL,
          PRIMARY KEY (order_, signal)
        ) STRICT, WITHOUT ROWID
        """)
}
