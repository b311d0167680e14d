import Store

extension Migrations {
    /// What roles need by year, and the staff of nodes. `name` and `mobile` are sealed under the person's key; `mark` as in `registration`.
    static let trainStaff = Migration(
        7, "train staff",
        """
        CREATE TABLE training_rule (
          role TEXT NOT NULL, year INTEGER NOT NULL CHECK (year BETWEEN 2017 AND 2100),
          hours INTEGER NOT NULL CHECK (hours BETWEEN 1 AND 500),
          valid_months INTEGER NOT NULL CHECK (valid_months BETWEEN 1 AND 60),
          PRIMARY KEY (year, role)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trainee (
          id TEXT NOT NULL PRIMARY KEY,
          person TEXT NOT NULL,
          name TEXT NOT NULL,
          mobile TEXT NOT NULL,
          mark BLOB NOT NULL,
          role TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          account TEXT,
          left_on TEXT,
          entered_at INTEGER NOT NULL,
          -- The day on which they fall short of which reminders were last due.
          reminded_for TEXT,
          -- As the timer saw it last, for lists and to-dos.
          standing TEXT NOT NULL DEFAULT 'free' CHECK (standing IN ('fulfilled','expiring','short','free')),
          falls_short_on TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX trainee_region ON trainee (region, id);
        CREATE INDEX trainee_account ON trainee (account) WHERE account IS NOT NULL;
        CREATE INDEX trainee_person ON trainee (person);
        CREATE UNIQUE INDEX trainee_mark ON trainee (mark, region) WHERE left_on IS NULL AND length(mark) > 0;
        """)
}
