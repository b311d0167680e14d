import Store

extension Migrations {
    /// Videos of recorded lessons, and how far participants are with them. `pieces` is a JSON array of covered milliseconds, in order.
    static let countStudy = Migration(
        5, "count study",
        """
        ALTER TABLE session ADD COLUMN video TEXT;
        ALTER TABLE session ADD COLUMN chapters TEXT;
        ALTER TABLE session ADD COLUMN study_percent INTEGER CHECK (study_percent BETWEEN 1 AND 100);
        CREATE TABLE study (
          registration TEXT NOT NULL REFERENCES registration (id), issue INTEGER NOT NULL, session INTEGER NOT NULL,
          pieces TEXT NOT NULL,
          studied INTEGER NOT NULL CHECK (studied >= 0),
          changed_at INTEGER NOT NULL,
          completed_at INTEGER,
          PRIMARY KEY (registration, issue, session)
        ) STRICT, WITHOUT ROWID;
        -- One clock a participant, whatever the lesson and the number of windows.
        CREATE TABLE study_clock (
          registration TEXT NOT NULL REFERENCES registration (id), issue INTEGER NOT NULL,
          reported_at INTEGER NOT NULL,
          -- Milliseconds that passed and were not used yet; milliseconds counted since somebody said that they are there.
          allowance INTEGER NOT NULL CHECK (allowance >= 0), unconfirmed INTEGER NOT NULL CHECK (unconfirmed >= 0),
          PRIMARY KEY (registration, issue)
        ) STRICT, WITHOUT ROWID;
        """)
}
