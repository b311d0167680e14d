import PluginKit
import Store

extension Migrations {
    /// Finds the registrations of one person again, without their number in the open.
    static let people = BlindIndex("people_key")

    /// Which course asks for which, series, and `mark`, by which somebody is known again in another class; empty for whoever was erased.
    static let orderCourses = Migration(
        6, "order courses",
        """
        \(people.schema)
        ALTER TABLE registration ADD COLUMN mark BLOB;
        CREATE INDEX registration_mark ON registration (mark);
        CREATE TABLE prerequisite (
          course TEXT NOT NULL REFERENCES course (id), place INTEGER NOT NULL, needs TEXT NOT NULL REFERENCES course (id),
          proof TEXT NOT NULL CHECK (proof IN ('certificate','attendance')),
          PRIMARY KEY (course, place), UNIQUE (course, needs)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE series (
          id TEXT NOT NULL PRIMARY KEY,
          title TEXT NOT NULL,
          summary TEXT NOT NULL,
          region TEXT NOT NULL CHECK (region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]'),
          entered_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE series_course (
          series TEXT NOT NULL REFERENCES series (id), place INTEGER NOT NULL, course TEXT NOT NULL REFERENCES course (id),
          PRIMARY KEY (series, place), UNIQUE (series, course)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX series_course_course ON series_course (course);
        """)
}
