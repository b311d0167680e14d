import Store

extension Migrations {
    /// Presences, and every scan with what became of it. `at` is when somebody was there, `entered_at` when it was written down.
    static let keepAttendance = Migration(
        2, "keep attendance",
        """
        -- Counts up when another person takes the place, so that the ticket and the link of the one before are void.
        ALTER TABLE registration ADD COLUMN issue INTEGER NOT NULL DEFAULT 1 CHECK (issue >= 1);
        ALTER TABLE class ADD COLUMN attendance_percent INTEGER NOT NULL DEFAULT 80 CHECK (attendance_percent BETWEEN 0 AND 100);
        CREATE TABLE attendance (
          class TEXT NOT NULL,
          session INTEGER NOT NULL,
          registration TEXT NOT NULL REFERENCES registration (id),
          at INTEGER NOT NULL,
          way TEXT NOT NULL CHECK (way IN ('scan','counter','manual')),
          -- Of the scan that counts; neither for what was noted without one.
          device TEXT,
          scan BLOB,
          entered_by TEXT NOT NULL,
          entered_at INTEGER NOT NULL,
          PRIMARY KEY (class, session, registration),
          FOREIGN KEY (class, session) REFERENCES session (class, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attendance_registration ON attendance (registration);
        CREATE TABLE scan (
          id BLOB NOT NULL PRIMARY KEY,
          class TEXT NOT NULL,
          session INTEGER NOT NULL,
          device TEXT NOT NULL,
          registration TEXT,
          at INTEGER NOT NULL,
          outcome TEXT NOT NULL CHECK (outcome IN
            ('counted','duplicate','withdrawn','notEnrolled','replaced','forged','foreign','outOfTime','unreadable')),
          entered_by TEXT NOT NULL,
          entered_at INTEGER NOT NULL,
          FOREIGN KEY (class, session) REFERENCES session (class, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX scan_outcome ON scan (class, session, outcome);
        CREATE INDEX scan_time ON scan (class, at, id);
        """)
}
