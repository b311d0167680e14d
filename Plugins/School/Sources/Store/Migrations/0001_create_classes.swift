import Store

extension Migrations {
    /// Moments are UTC milliseconds. `name` and `mobile` are sealed under the person's key.
    static let createClasses = Migration(
        1, "create classes",
        """
        CREATE TABLE secret (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL, made_at INTEGER NOT NULL) STRICT;
        CREATE TABLE course (
          id TEXT NOT NULL PRIMARY KEY,
          title TEXT NOT NULL,
          theme TEXT NOT NULL CHECK (theme IN ('transformation','management','smartManufacturing','financing','riskPrevention','other')),
          audience TEXT NOT NULL CHECK (audience IN ('enterprises','staff')),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          hours INTEGER NOT NULL CHECK (hours BETWEEN 1 AND 200),
          summary TEXT NOT NULL,
          requirements TEXT,
          entered_at INTEGER NOT NULL,
          changed_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE teacher (
          course TEXT NOT NULL REFERENCES course (id), place INTEGER NOT NULL, name TEXT NOT NULL, position TEXT,
          PRIMARY KEY (course, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE material (
          course TEXT NOT NULL REFERENCES course (id), place INTEGER NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
          type TEXT NOT NULL, length INTEGER NOT NULL, is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
          PRIMARY KEY (course, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX material_digest ON material (digest);
        CREATE TABLE class (
          id TEXT NOT NULL PRIMARY KEY,
          course TEXT NOT NULL REFERENCES course (id),
          suffix TEXT,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          state TEXT NOT NULL CHECK (state IN ('draft','published','cancelled','finished')),
          capacity INTEGER NOT NULL CHECK (capacity BETWEEN 1 AND 10000),
          -- Never more than there are, whatever the handlers think.
          taken INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND capacity),
          waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0),
          last_serial INTEGER NOT NULL DEFAULT 0,
          per_enterprise INTEGER NOT NULL CHECK (per_enterprise BETWEEN 1 AND 500),
          needs_approval INTEGER NOT NULL CHECK (needs_approval IN (0, 1)),
          opens_at INTEGER NOT NULL,
          closes_at INTEGER NOT NULL CHECK (closes_at > opens_at),
          offer_hours INTEGER NOT NULL CHECK (offer_hours BETWEEN 1 AND 168),
          starts_at INTEGER NOT NULL,
          ends_at INTEGER NOT NULL,
          contact TEXT,
          note TEXT,
          reason TEXT,
          entered_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX class_time ON class (state, starts_at, id);
        CREATE INDEX class_course ON class (course, starts_at);
        CREATE TABLE session (
          class TEXT NOT NULL REFERENCES class (id),
          number INTEGER NOT NULL,
          title TEXT NOT NULL,
          mode TEXT NOT NULL CHECK (mode IN ('onsite','online','recorded')),
          starts_at INTEGER NOT NULL,
          ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
          place TEXT,
          link TEXT,
          minutes INTEGER,
          revision INTEGER NOT NULL,
          changed_at INTEGER NOT NULL,
          is_cancelled INTEGER NOT NULL CHECK (is_cancelled IN (0, 1)),
          reminded_at INTEGER,
          PRIMARY KEY (class, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_reminder ON session (starts_at) WHERE reminded_at IS NULL AND is_cancelled = 0;
        CREATE TABLE registration (
          id TEXT NOT NULL PRIMARY KEY,
          class TEXT NOT NULL REFERENCES class (id),
          -- The order of arrival, and of the waiting list.
          serial INTEGER NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('pending','enrolled','waiting','offered','declined','lapsed','rejected','cancelled','missed')),
          enterprise_code TEXT NOT NULL CHECK (length(enterprise_code) = 18),
          enterprise_name TEXT NOT NULL,
          person TEXT NOT NULL,
          name TEXT NOT NULL,
          mobile TEXT NOT NULL,
          position TEXT,
          is_on_behalf INTEGER NOT NULL CHECK (is_on_behalf IN (0, 1)),
          entered_by TEXT NOT NULL,
          entered_at INTEGER NOT NULL,
          since INTEGER NOT NULL,
          offer_until INTEGER,
          was_offered INTEGER NOT NULL DEFAULT 0 CHECK (was_offered IN (0, 1)),
          reason TEXT,
          UNIQUE (class, serial)
        ) STRICT;
        CREATE INDEX registration_state ON registration (class, state, serial);
        CREATE INDEX registration_enterprise ON registration (enterprise_code, class);
        CREATE INDEX registration_entered ON registration (entered_by);
        CREATE INDEX registration_person ON registration (person);
        CREATE INDEX registration_offer ON registration (offer_until) WHERE state = 'offered';
        \(CourseSearch.index.schema)
        """)
}
