import Store

extension Migrations {
    /// Quizzes of courses, attempts at them, and what participants say of a class. `comment` is sealed under the person's key.
    static let askQuestions = Migration(
        4, "ask questions",
        """
        CREATE TABLE quiz (
          course TEXT NOT NULL PRIMARY KEY REFERENCES course (id),
          pass_percent INTEGER NOT NULL CHECK (pass_percent BETWEEN 1 AND 100),
          attempts INTEGER NOT NULL CHECK (attempts BETWEEN 1 AND 10)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE question (
          course TEXT NOT NULL REFERENCES quiz (course), place INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('single','multiple','judgement','short')),
          text TEXT NOT NULL,
          -- JSON arrays of texts.
          options TEXT NOT NULL, answers TEXT NOT NULL,
          PRIMARY KEY (course, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE attempt (
          registration TEXT NOT NULL REFERENCES registration (id), issue INTEGER NOT NULL, number INTEGER NOT NULL,
          score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100), is_passed INTEGER NOT NULL CHECK (is_passed IN (0, 1)), at INTEGER NOT NULL,
          PRIMARY KEY (registration, issue, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE survey (
          registration TEXT NOT NULL PRIMARY KEY REFERENCES registration (id),
          class TEXT NOT NULL,
          person TEXT NOT NULL,
          overall INTEGER NOT NULL CHECK (overall BETWEEN 1 AND 5),
          teaching INTEGER NOT NULL CHECK (teaching BETWEEN 1 AND 5),
          comment TEXT,
          at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX survey_class ON survey (class, at);
        """)
}
