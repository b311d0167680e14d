import Messages
public import Vocabulary

extension StoreWriter {
    /// Keeps a fresh key for a person who has none in this file.
    ///
    /// - Parameter own: `false` where another site brought the first value.
    public func addPersonKey(_ person: PersonID, _ key: [UInt8], own: Bool = true) throws {
        try connection.run("INSERT INTO _person (id, key, own) VALUES (?, ?, ?)", binding: [person.description, key, own ? 1 : 0], guarded: false)
    }

    /// Notes that another site brought values about the person here.
    public func note(_ person: PersonID, broughtBy site: String) throws {
        try connection.run("INSERT OR IGNORE INTO _person_site (person, site) VALUES (?, ?)", binding: [person.description, site], guarded: false)
    }

    /// The site wants nothing of the person known any more.
    public func forget(_ person: PersonID, broughtBy site: String) throws {
        try connection.run("DELETE FROM _person_site WHERE person = ? AND site = ?", binding: [person.description, site], guarded: false)
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
        try connection.run("DELETE FROM _person_site WHERE person = ?", binding: [person.description], guarded: false)
        return try connection.run("DELETE FROM _person WHERE id = ?", binding: [person.description], guarded: false) > 0
    }
}

extension SQLReading {
    /// The 32-byte key under which the person's values lie sealed in this file; `nil` when there is none, or none any more.
    public func personKey(_ person: PersonID) throws -> [UInt8]? {
        try value("SELECT key FROM _person WHERE id = ?", person.description)
    }

    /// Whether this site itself knew the person before any other site brought values; `nil` where nothing is sealed for the person here.
    public func isOwnPerson(_ person: PersonID) throws -> Bool? {
        try value("SELECT own FROM _person WHERE id = ?", person.description).map { (own: Int) in own == 1 }
    }

    /// The other sites that brought values about the person, by identifier.
    public func sitesBringing(_ person: PersonID) throws -> [String] {
        try rows("SELECT site FROM _person_site WHERE person = ? ORDER BY site", person.description) { try $0.get(0, as: String.self) }
    }

    /// Entries that hold values about the person, oldest first.
    public func log(person: PersonID, limit: Int) throws -> [LogEntry] {
        try rows(
            "SELECT \(LogEntry.columns) FROM _log WHERE seq IN (SELECT seq FROM _person_entry WHERE person = ?) ORDER BY seq LIMIT ?",
            person.description, limit, as: LogEntry.init)
    }
}
