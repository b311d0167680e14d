import Store

enum Migrations {
    static let all = [
        Migration(
            1, "create tasks",
            """
            -- Issued here, or issued above for sites below.
            CREATE TABLE task (
                n INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                issuer TEXT NOT NULL,
                title TEXT NOT NULL,
                text TEXT,
                due TEXT NOT NULL,
                issued INTEGER NOT NULL,
                closed INTEGER,
                reason TEXT
            ) STRICT;
            CREATE TABLE task_node (
                task TEXT NOT NULL REFERENCES task (id),
                site TEXT NOT NULL,
                title TEXT NOT NULL,
                region TEXT,
                state TEXT NOT NULL,
                percent INTEGER NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
                note TEXT,
                changed INTEGER NOT NULL,
                reminders INTEGER NOT NULL DEFAULT 0,
                reminded INTEGER,
                PRIMARY KEY (task, site)
            ) STRICT, WITHOUT ROWID;
            -- Got from above.
            CREATE TABLE assignment (
                n INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                issuer TEXT NOT NULL,
                issuer_title TEXT NOT NULL,
                title TEXT NOT NULL,
                text TEXT NOT NULL,
                due TEXT NOT NULL,
                received INTEGER NOT NULL,
                state TEXT NOT NULL,
                percent INTEGER NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
                note TEXT,
                changed INTEGER NOT NULL,
                reminders INTEGER NOT NULL DEFAULT 0
            ) STRICT;
            """)
    ]
}
