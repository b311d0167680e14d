import Store

extension Migrations {
    /// Certificates, and issues of many at once with what is still to do. `statement` is sealed under the person's key: it holds the name.
    static let issueCertificates = Migration(
        3, "issue certificates",
        """
        CREATE TABLE certificate (
          number TEXT NOT NULL PRIMARY KEY,
          registration TEXT NOT NULL REFERENCES registration (id),
          person TEXT NOT NULL,
          statement TEXT NOT NULL,
          signature BLOB NOT NULL,
          title TEXT NOT NULL,
          hours INTEGER NOT NULL,
          starts_on TEXT NOT NULL,
          ends_on TEXT NOT NULL,
          attended INTEGER NOT NULL,
          sessions INTEGER NOT NULL,
          issuer TEXT NOT NULL,
          issued_on TEXT NOT NULL,
          issued_at INTEGER NOT NULL,
          revoked_at INTEGER,
          reason TEXT
        ) STRICT, WITHOUT ROWID;
        -- One that holds for each registration, whatever the handlers think.
        CREATE UNIQUE INDEX certificate_registration ON certificate (registration) WHERE revoked_at IS NULL;
        CREATE INDEX certificate_history ON certificate (registration, issued_at);
        CREATE TABLE issue_run (
          id INTEGER PRIMARY KEY,
          class TEXT NOT NULL REFERENCES class (id),
          total INTEGER NOT NULL,
          issued INTEGER NOT NULL DEFAULT 0,
          started_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX issue_run_class ON issue_run (class, id);
        CREATE TABLE issue_task (
          run INTEGER NOT NULL REFERENCES issue_run (id), registration TEXT NOT NULL REFERENCES registration (id),
          PRIMARY KEY (run, registration)
        ) STRICT, WITHOUT ROWID;
        """)
}
