import PluginKit
import Store

/// The expo's tables, in the order they came to be; released ones never change.
enum Migrations {
    static let all = [createExpo, countQuestions, dateNotices, orderForLeads, countSources, countHalls, featureExhibits]

    /// What the organiser shows first, and the order in which the home page shows booths.
    private static let featureExhibits = Migration(
        7, "feature exhibits",
        """
        ALTER TABLE exhibit ADD COLUMN is_featured INTEGER NOT NULL DEFAULT 0 CHECK (is_featured IN (0, 1));
        CREATE INDEX exhibit_featured ON exhibit (booth, place) WHERE is_featured = 1;
        CREATE INDEX listing_home ON listing (is_featured DESC, is_local DESC, site, id);
        """)

    /// Visits of an exhibition's own page (hall 0) and of its halls; without a tag: ''.
    private static let countHalls = Migration(
        6, "count visits of halls",
        """
        CREATE TABLE hall_visit (
          exhibition TEXT NOT NULL REFERENCES exhibition (id), hall INTEGER NOT NULL, day TEXT NOT NULL, source TEXT NOT NULL, count INTEGER NOT NULL,
          PRIMARY KEY (exhibition, hall, day, source)
        ) STRICT, WITHOUT ROWID
        """)

    /// Visits that came by a campaign link; they stand in `visit` too.
    private static let countSources = Migration(
        5, "count visits by source",
        """
        CREATE TABLE visit_source (
          booth TEXT NOT NULL REFERENCES booth (id), day TEXT NOT NULL, source TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (booth, day, source)
        ) STRICT, WITHOUT ROWID
        """)

    /// The chain of causes of an order that was prepared for a lead, and its number.
    private static let orderForLeads = Migration(
        4, "order for leads",
        """
        ALTER TABLE lead ADD COLUMN order_cause BLOB;
        ALTER TABLE lead ADD COLUMN order_number TEXT;
        CREATE INDEX lead_order ON lead (order_cause) WHERE order_cause IS NOT NULL;
        """)

    /// When the notice of an exhibition last changed; not known of those before.
    private static let dateNotices = Migration(3, "date notices", "ALTER TABLE exhibition ADD COLUMN notice_at INTEGER;")

    /// How many questions somebody asked on a day; only the day at hand is kept.
    private static let countQuestions = Migration(
        2, "count questions by asker and day",
        """
        CREATE TABLE asking (actor TEXT NOT NULL, day TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (actor, day)) STRICT, WITHOUT ROWID;
        """)

    /// Moments are UTC milliseconds. `name` and `phone` of a lead are sealed under the person's key.
    private static let createExpo = Migration(
        1, "create expo",
        """
        CREATE TABLE exhibition (
          id TEXT NOT NULL PRIMARY KEY,
          title TEXT NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('permanent','dated')),
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          state TEXT NOT NULL CHECK (state IN ('draft','published','closed')),
          opens_on TEXT NOT NULL,
          closes_on TEXT CHECK ((closes_on IS NULL) = (kind = 'permanent')),
          notice TEXT,
          last_serial INTEGER NOT NULL DEFAULT 0,
          entered_at INTEGER NOT NULL,
          summary TEXT NOT NULL
        ) STRICT;
        CREATE INDEX exhibition_state ON exhibition (state, id);
        CREATE TABLE hall (
          exhibition TEXT NOT NULL REFERENCES exhibition (id), number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 20),
          kind TEXT NOT NULL CHECK (kind IN ('city','chain','theme')), title TEXT NOT NULL, note TEXT,
          PRIMARY KEY (exhibition, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE booth (
          id TEXT NOT NULL PRIMARY KEY,
          exhibition TEXT NOT NULL,
          hall INTEGER NOT NULL,
          title TEXT NOT NULL,
          exhibitor_code TEXT NOT NULL CHECK (length(exhibitor_code) = 18),
          exhibitor_name TEXT NOT NULL,
          size INTEGER NOT NULL CHECK (size BETWEEN 1 AND 4),
          state TEXT NOT NULL CHECK (state IN ('applied','returned','approved','rejected','withdrawn')),
          is_featured INTEGER NOT NULL DEFAULT 0 CHECK (is_featured IN (0, 1)),
          telephone TEXT,
          opinion TEXT,
          since INTEGER NOT NULL,
          last_slot INTEGER NOT NULL DEFAULT 0,
          last_question INTEGER NOT NULL DEFAULT 0,
          summary TEXT NOT NULL,
          FOREIGN KEY (exhibition, hall) REFERENCES hall (exhibition, number)
        ) STRICT;
        CREATE UNIQUE INDEX booth_exhibitor ON booth (exhibition, exhibitor_code) WHERE state IN ('applied','returned','approved');
        CREATE INDEX booth_hall ON booth (exhibition, hall, state);
        CREATE INDEX booth_code ON booth (exhibitor_code, id);
        CREATE INDEX booth_waiting ON booth (id) WHERE state = 'applied';
        CREATE TABLE exhibit (
          booth TEXT NOT NULL REFERENCES booth (id), place INTEGER NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL,
          price INTEGER CHECK (price >= 0), video TEXT, PRIMARY KEY (booth, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE exhibit_file (
          booth TEXT NOT NULL, exhibit INTEGER NOT NULL, place INTEGER NOT NULL, digest TEXT NOT NULL CHECK (length(digest) = 64),
          name TEXT NOT NULL, type TEXT NOT NULL, length INTEGER NOT NULL,
          -- A picture has one, a document has none.
          alternative TEXT,
          PRIMARY KEY (booth, exhibit, place), FOREIGN KEY (booth, exhibit) REFERENCES exhibit (booth, place) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX exhibit_file_digest ON exhibit_file (digest);
        CREATE TABLE live (
          booth TEXT NOT NULL REFERENCES booth (id), place INTEGER NOT NULL, title TEXT NOT NULL, starts_at INTEGER NOT NULL,
          minutes INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 600), link TEXT NOT NULL, PRIMARY KEY (booth, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX live_time ON live (starts_at);
        CREATE TABLE lead (
          id BLOB NOT NULL PRIMARY KEY,
          booth TEXT NOT NULL REFERENCES booth (id),
          kind TEXT NOT NULL CHECK (kind IN ('card','enquiry','appointment')),
          state TEXT NOT NULL CHECK (state IN ('new','contacted','agreed','closed')),
          person TEXT NOT NULL,
          name TEXT NOT NULL,
          phone TEXT NOT NULL,
          phone_digest BLOB NOT NULL,
          organisation TEXT,
          code TEXT CHECK (length(code) = 18),
          text TEXT,
          slot INTEGER,
          slot_at INTEGER,
          slot_until INTEGER,
          source TEXT,
          amount INTEGER CHECK (amount >= 0),
          agreed_at INTEGER,
          follow_up TEXT,
          conversion BLOB,
          demand TEXT,
          created_at INTEGER NOT NULL,
          since INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX lead_booth ON lead (booth, id);
        CREATE INDEX lead_phone ON lead (phone_digest, created_at);
        CREATE INDEX lead_person ON lead (person);
        CREATE INDEX lead_conversion ON lead (conversion) WHERE conversion IS NOT NULL;
        CREATE TABLE lead_note (
          lead BLOB NOT NULL REFERENCES lead (id), place INTEGER NOT NULL, at INTEGER NOT NULL, action TEXT NOT NULL, text TEXT,
          PRIMARY KEY (lead, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE slot (
          booth TEXT NOT NULL REFERENCES booth (id), number INTEGER NOT NULL, starts_at INTEGER NOT NULL,
          ends_at INTEGER NOT NULL CHECK (ends_at > starts_at), lead BLOB REFERENCES lead (id), PRIMARY KEY (booth, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX slot_time ON slot (booth, starts_at);
        CREATE TABLE question (
          booth TEXT NOT NULL REFERENCES booth (id), number INTEGER NOT NULL, text TEXT NOT NULL, asked_at INTEGER NOT NULL,
          answer TEXT, answered_at INTEGER, PRIMARY KEY (booth, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE favourite (actor TEXT NOT NULL, booth TEXT NOT NULL REFERENCES booth (id), PRIMARY KEY (actor, booth)) STRICT, WITHOUT ROWID;
        CREATE TABLE visit (booth TEXT NOT NULL REFERENCES booth (id), day TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (booth, day)) STRICT, WITHOUT ROWID;
        -- Booths that are shown, of this site and of all others.
        CREATE TABLE listing (
          site TEXT NOT NULL, id TEXT NOT NULL, is_local INTEGER NOT NULL, exhibition TEXT NOT NULL, hall INTEGER NOT NULL,
          is_featured INTEGER NOT NULL, card TEXT NOT NULL, PRIMARY KEY (site, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX listing_order ON listing (is_featured DESC, site, id);
        CREATE INDEX listing_hall ON listing (exhibition, hall) WHERE is_local = 1;
        \(BoothSearch.index.schema)
        \(BoothSearch.phones.schema)
        """)
}
