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
            """),
        Migration(
            2, "budgets of browsers, origin of sessions, second factor, old passwords",
            """
            DROP TABLE lockout;
            CREATE TABLE throttle(
              key BLOB NOT NULL PRIMARY KEY CHECK(length(key) = 32),
              kind TEXT NOT NULL,
              failures INTEGER NOT NULL,
              locked_until INTEGER,
              forget_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
            ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
            CREATE TABLE second_factor(
              account TEXT NOT NULL PRIMARY KEY REFERENCES account(id),
              secret BLOB,
              last_step INTEGER NOT NULL DEFAULT 0,
              confirmed_at INTEGER,
              pending BLOB,
              pending_at INTEGER,
              CHECK((secret IS NULL) = (confirmed_at IS NULL)),
              CHECK((pending IS NULL) = (pending_at IS NULL))
            ) STRICT;
            CREATE TABLE recovery_code(
              account TEXT NOT NULL REFERENCES account(id),
              hash BLOB NOT NULL CHECK(length(hash) = 32),
              used_at INTEGER,
              PRIMARY KEY(account, hash)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE old_password(
              account TEXT NOT NULL REFERENCES account(id),
              set_at INTEGER NOT NULL,
              password TEXT NOT NULL,
              PRIMARY KEY(account, set_at)
            ) STRICT, WITHOUT ROWID;
            """),
        Migration(
            3, "temporary roles",
            """
            CREATE TABLE emergency(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) = 36),
              account TEXT NOT NULL REFERENCES account(id),
              role TEXT NOT NULL,
              region TEXT NOT NULL DEFAULT '',
              reason TEXT NOT NULL,
              hours INTEGER NOT NULL CHECK(hours > 0),
              requested_at INTEGER NOT NULL,
              is_approved INTEGER CHECK(is_approved IN (0, 1)),
              decided_at INTEGER,
              decided_by TEXT,
              ends_at INTEGER,
              ended_at INTEGER,
              CHECK((decided_at IS NULL) = (is_approved IS NULL))
            ) STRICT;
            CREATE INDEX emergency_account ON emergency(account);
            """),
        Migration(
            4, "partner clients, contracts, token keys, consents",
            """
            CREATE TABLE partner_client(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) BETWEEN 3 AND 40),
              organisation TEXT NOT NULL REFERENCES organisation(code),
              name TEXT NOT NULL,
              state TEXT NOT NULL CHECK(state IN ('active', 'suspended', 'revoked')),
              created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE client_secret(
              number INTEGER PRIMARY KEY,
              client TEXT NOT NULL REFERENCES partner_client(id),
              hash BLOB NOT NULL CHECK(length(hash) = 32),
              created_at INTEGER NOT NULL,
              until INTEGER
            ) STRICT;
            CREATE INDEX client_secret_client ON client_secret(client);
            CREATE TABLE client_key(
              client TEXT NOT NULL REFERENCES partner_client(id),
              kid TEXT NOT NULL,
              pem BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              until INTEGER,
              PRIMARY KEY(client, kid)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE client_certificate(
              thumbprint BLOB NOT NULL PRIMARY KEY CHECK(length(thumbprint) = 32),
              client TEXT NOT NULL REFERENCES partner_client(id),
              created_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE partner_contract(
              client TEXT NOT NULL REFERENCES partner_client(id),
              version INTEGER NOT NULL CHECK(version > 0),
              json TEXT NOT NULL,
              valid_from TEXT NOT NULL,
              valid_until TEXT NOT NULL,
              recorded_at INTEGER NOT NULL,
              PRIMARY KEY(client, version)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE client_usage(
              client TEXT NOT NULL PRIMARY KEY REFERENCES partner_client(id),
              day TEXT NOT NULL,
              calls INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE token_key(
              kid TEXT NOT NULL PRIMARY KEY,
              pem BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              retired_at INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE used_assertion(
              key BLOB NOT NULL PRIMARY KEY CHECK(length(key) = 32),
              until INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE consent(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) = 36),
              enterprise TEXT NOT NULL CHECK(length(enterprise) = 18),
              partner TEXT NOT NULL REFERENCES organisation(code),
              purpose TEXT NOT NULL,
              messages TEXT NOT NULL,
              until TEXT NOT NULL,
              given_by TEXT NOT NULL,
              given_at INTEGER NOT NULL,
              withdrawn_at INTEGER
            ) STRICT;
            CREATE INDEX consent_enterprise ON consent(enterprise, given_at);
            """),
        Migration(
            5, "ended organisations, ends of client certificates",
            """
            ALTER TABLE organisation ADD COLUMN ended_at INTEGER;
            ALTER TABLE client_certificate ADD COLUMN until INTEGER;
            """),
        Migration(
            6, "claims to act for an organisation",
            """
            CREATE TABLE membership_claim(
              id TEXT NOT NULL PRIMARY KEY CHECK(length(id) = 36),
              account TEXT NOT NULL REFERENCES account(id),
              code TEXT NOT NULL CHECK(length(code) = 18),
              name TEXT NOT NULL,
              kind TEXT NOT NULL CHECK(kind IN ('enterprise', 'agency')),
              region TEXT NOT NULL CHECK(length(region) = 6),
              post TEXT NOT NULL,
              requested_at INTEGER NOT NULL,
              state TEXT NOT NULL CHECK(state IN ('waiting', 'approved', 'refused', 'withdrawn')),
              decided_at INTEGER,
              decided_by TEXT,
              reason TEXT,
              form BLOB NOT NULL UNIQUE CHECK(length(form) = 32),
              CHECK((state = 'waiting') = (decided_at IS NULL))
            ) STRICT;
            CREATE UNIQUE INDEX membership_claim_open ON membership_claim(account) WHERE state = 'waiting';
            CREATE INDEX membership_claim_account ON membership_claim(account, requested_at);
            CREATE INDEX membership_claim_state ON membership_claim(state, requested_at);
            """),
    ]
}
