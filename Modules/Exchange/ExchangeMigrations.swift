import Store

/// The tables of `_exchange.sqlite`. Released ones never change.
enum ExchangeMigrations {
    static let all = [
        Migration(
            1, "receipts and webhooks",
            """
            CREATE TABLE signing_key(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) = 32),
              algorithm TEXT NOT NULL,
              pem TEXT NOT NULL,
              since INTEGER NOT NULL,
              until INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE receipt_batch(
              number INTEGER PRIMARY KEY,
              seq INTEGER NOT NULL UNIQUE,
              first BLOB NOT NULL CHECK(length(first) = 16),
              last BLOB NOT NULL UNIQUE CHECK(length(last) = 16),
              digest BLOB NOT NULL CHECK(length(digest) = 32)
            ) STRICT;
            CREATE TABLE endpoint(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) = 36),
              client TEXT NOT NULL,
              url TEXT NOT NULL,
              types TEXT NOT NULL,
              state TEXT NOT NULL CHECK(state IN ('active', 'disabled')),
              reason TEXT,
              created_at INTEGER NOT NULL,
              failing_since INTEGER,
              failures INTEGER NOT NULL DEFAULT 0,
              next_at INTEGER NOT NULL DEFAULT 0,
              last_at INTEGER,
              last_status INTEGER,
              last_error TEXT
            ) STRICT;
            CREATE INDEX endpoint_client ON endpoint(client);
            CREATE TABLE endpoint_secret(
              endpoint TEXT NOT NULL REFERENCES endpoint(id) ON DELETE CASCADE,
              number INTEGER NOT NULL,
              secret BLOB NOT NULL CHECK(length(secret) BETWEEN 24 AND 64),
              expires_at INTEGER,
              PRIMARY KEY(endpoint, number)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE delivery(
              id INTEGER PRIMARY KEY,
              endpoint TEXT NOT NULL REFERENCES endpoint(id) ON DELETE CASCADE,
              source TEXT NOT NULL,
              seq INTEGER NOT NULL,
              event BLOB NOT NULL CHECK(length(event) = 16),
              type TEXT NOT NULL,
              subject TEXT,
              state TEXT NOT NULL CHECK(state IN ('waiting', 'delivered', 'given-up', 'dropped')),
              attempts INTEGER NOT NULL DEFAULT 0,
              due_at INTEGER NOT NULL,
              queued_at INTEGER NOT NULL,
              done_at INTEGER,
              status INTEGER,
              error TEXT
            ) STRICT;
            CREATE INDEX delivery_due ON delivery(endpoint, due_at) WHERE state = 'waiting';
            CREATE INDEX delivery_subject ON delivery(endpoint, subject, id) WHERE state = 'waiting';
            CREATE UNIQUE INDEX delivery_event ON delivery(endpoint, source, seq);
            """),
        Migration(
            2, "sealed secrets of endpoints",
            """
            ALTER TABLE endpoint_secret RENAME TO endpoint_secret_plain;
            CREATE TABLE endpoint_secret(
              endpoint TEXT NOT NULL REFERENCES endpoint(id) ON DELETE CASCADE,
              number INTEGER NOT NULL,
              secret BLOB NOT NULL CHECK(length(secret) BETWEEN 24 AND 128),
              is_sealed INTEGER NOT NULL CHECK(is_sealed IN (0, 1)),
              expires_at INTEGER,
              PRIMARY KEY(endpoint, number)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO endpoint_secret(endpoint, number, secret, is_sealed, expires_at)
              SELECT endpoint, number, secret, 0, expires_at FROM endpoint_secret_plain;
            DROP TABLE endpoint_secret_plain;
            """),
    ]
}
