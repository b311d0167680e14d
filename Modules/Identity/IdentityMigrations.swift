import Store

/// The tables of `_identity.sqlite`. Released ones never change.
enum IdentityMigrations {
    static let all = [
        Migration(
            1, "accounts, grants, sessions",
            """
            CREATE TABLE organisation(
              code TEXT NOT NULL PRIMARY KEY CHECK(length(code) = 18),
              name TEXT NOT NULL,
              kind TEXT NOT NULL,
              created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE account(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) = 36),
              login TEXT NOT NULL UNIQUE,
              name TEXT NOT NULL,
              organisation TEXT REFERENCES organisation(code),
              is_disabled INTEGER NOT NULL DEFAULT 0 CHECK(is_disabled IN (0, 1)),
              must_change INTEGER NOT NULL CHECK(must_change IN (0, 1)),
              password TEXT NOT NULL,
              password_at INTEGER NOT NULL,
              created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE grant_(
              account TEXT NOT NULL REFERENCES account(id),
              role TEXT NOT NULL,
              region TEXT NOT NULL DEFAULT '' CHECK(length(region) IN (0, 6)),
              granted_at INTEGER NOT NULL,
              PRIMARY KEY(account, role, region)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE session(
              id BLOB NOT NULL PRIMARY KEY CHECK(length(id) = 32),
              account TEXT NOT NULL REFERENCES account(id),
              started_at INTEGER NOT NULL,
              seen_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX session_account ON session(account);
            CREATE TABLE lockout(
              key BLOB NOT NULL PRIMARY KEY CHECK(length(key) = 32),
              failures INTEGER NOT NULL,
              since INTEGER NOT NULL,
              locked_until INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE secret(
              name TEXT NOT NULL PRIMARY KEY,
              bytes BLOB NOT NULL
            ) STRICT;
            """)
    ]
}
