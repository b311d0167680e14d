import Messages
public import Vocabulary

extension StoreWriter {
    /// Keeps a fresh key for a person who has none in this file.
    public func addPersonKey(_ person: PersonID, _ key: [UInt8]) throws {
        try connection.run("INSERT INTO _person (id, key) VALUES (?, ?)", binding: [person.description, key], guarded: false)
    }

    /// Notes that an entry of the log holds values about the person.
    public func note(_ person: PersonID, in seq: Int64) throws {
        try connection.run(
            "INSERT OR IGNORE INTO _person_entry (person, seq) VALUES (?, ?)", binding: [person.description, seq], guarded: false)
    }

    /// Destroys the person's key in this file: everything sealed under it is gone once `StoreFile.scrub` has run.
    /// Returns whether there was one.
    @discardableResult
    public func removePersonKey(_ person: PersonID) throws -> Bool {
        try connection.run("DELETE FROM _person_entry WHERE person = ?", binding: [person.description], guarded: false)
        return try connection.run("DELETE FROM _person WHERE id = ?", binding: [person.description], guarded: false) > 0
    }
}

extension SQLReading {
    /// The 32-byte key under which the person's values lie sealed in this file; `nil` when there is none, or none any more.
    public func personKey(_ person: PersonID) throws -> [UInt8]? {
        try value("SELECT key FROM _person WHERE id = ?", person.description)
    }

    /// Entries that hold values about the person, oldest first.
    public func log(person: PersonID, limit: Int) throws -> [LogEntry] {
        try rows(
            "SELECT \(LogEntry.columns) FROM _log WHERE seq IN (SELECT seq FROM _person_entry WHERE person = ?) ORDER BY seq LIMIT ?",
            person.description, limit, as: LogEntry.init)
    }
}
