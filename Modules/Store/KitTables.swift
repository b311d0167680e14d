/// The store's own tables in every file; their names begin with `_`. Append-only like any other migrations.
enum KitTables {
    static let versions = [
        """
        CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE _migration (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE _log (
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            type TEXT NOT NULL,
            subject TEXT,
            time INTEGER NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_id TEXT NOT NULL,
            actor_name TEXT NOT NULL,
            organisation TEXT,
            correlation BLOB NOT NULL,
            causation BLOB,
            target TEXT,
            reach TEXT NOT NULL,
            traceparent TEXT,
            payload BLOB NOT NULL,
            previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE INDEX _log_subject ON _log (subject, seq) WHERE subject IS NOT NULL;
        CREATE INDEX _log_correlation ON _log (correlation);

        -- The end of the chain, so that entries cut off at the end are noticed too.
        CREATE TABLE _head (n INTEGER PRIMARY KEY CHECK (n = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
        INSERT INTO _head (n, seq, hash) VALUES (1, 0, zeroblob(32));

        CREATE TABLE _cursor (source TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE _done (
            n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, reply BLOB NOT NULL, time INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE _job (
            id INTEGER PRIMARY KEY,
            type TEXT NOT NULL,
            payload BLOB NOT NULL,
            run_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            key TEXT,
            error TEXT,
            failed INTEGER NOT NULL DEFAULT 0 CHECK (failed IN (0, 1))
        ) STRICT;
        CREATE INDEX _job_due ON _job (run_at, id) WHERE failed = 0;
        CREATE UNIQUE INDEX _job_key ON _job (type, key) WHERE failed = 0 AND key IS NOT NULL;

        CREATE TABLE _parked (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            seq INTEGER NOT NULL,
            subject TEXT,
            type TEXT NOT NULL,
            cause TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            time INTEGER NOT NULL,
            discarded INTEGER,
            reason TEXT,
            discarded_by TEXT
        ) STRICT;
        CREATE UNIQUE INDEX _parked_waiting ON _parked (source, seq) WHERE discarded IS NULL;
        CREATE INDEX _parked_subject ON _parked (source, subject, seq) WHERE discarded IS NULL;
        """,
        """
        -- One key a person, under which personal values of this file lie sealed; its removal erases them.
        CREATE TABLE _person (id TEXT PRIMARY KEY, key BLOB NOT NULL CHECK (length(key) = 32)) STRICT;
        -- Which entries of the log hold values about whom.
        CREATE TABLE _person_entry (person TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (person, seq)) STRICT, WITHOUT ROWID;
        """,
        """
        -- What the request was, so that a key used again for another one is noticed.
        ALTER TABLE _done ADD COLUMN fingerprint BLOB;
        """,
        """
        -- What leaves the site is found without reading what stays.
        CREATE INDEX _log_outgoing ON _log (seq) WHERE reach <> 'local';
        -- Commands sent to other sites, and what became of them.
        CREATE TABLE _sent (
            id BLOB PRIMARY KEY,
            seq INTEGER NOT NULL,
            type TEXT NOT NULL,
            site TEXT NOT NULL,
            plugin TEXT NOT NULL,
            subject TEXT NOT NULL,
            time INTEGER NOT NULL,
            deadline INTEGER,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'done', 'refused')),
            code TEXT,
            message TEXT,
            answered INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX _sent_open ON _sent (seq) WHERE state IN ('waiting', 'held');
        CREATE INDEX _sent_subject ON _sent (subject, seq);
        """,
        """
        -- Whether this site itself knew the person first, and which other sites brought values: who may ask for the erasure.
        ALTER TABLE _person ADD COLUMN own INTEGER NOT NULL DEFAULT 1 CHECK (own IN (0, 1));
        CREATE TABLE _person_site (person TEXT NOT NULL, site TEXT NOT NULL, PRIMARY KEY (person, site)) STRICT, WITHOUT ROWID;
        """,
        """
        -- What a person wrote in the place of a message that could not be handled; the log itself stays as it is. Never taken away.
        CREATE TABLE _repair (
            n INTEGER PRIMARY KEY, source TEXT NOT NULL, seq INTEGER NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL,
            repaired_by TEXT NOT NULL, time INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX _repair_entry ON _repair (source, seq, n);
        """,
        """
        -- What the other site said last of how a command goes on, and when its sender was told that nobody answered in time.
        ALTER TABLE _sent ADD COLUMN note TEXT;
        ALTER TABLE _sent ADD COLUMN percent INTEGER;
        ALTER TABLE _sent ADD COLUMN advanced INTEGER;
        ALTER TABLE _sent ADD COLUMN late INTEGER;
        CREATE INDEX _sent_deadline ON _sent (deadline) WHERE deadline IS NOT NULL AND late IS NULL AND state IN ('waiting', 'held');
        """,
    ]
}
