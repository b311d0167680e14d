import Messages
public import Store
public import Vocabulary

/// The running deadlines of a plug-in's matters, in a table of its own file. What is due is found by its index: a scan touches what is
/// due and nothing else, however many clocks run.
///
///     static let clocks = ClockTable("clock")
///     Migration(3, "create clocks", clocks.schema)
///     try clocks.begin(clock, of: "order/7", named: "handle", reminders: rule, on: calendar, in: tx.store)
///     plugin.every(.seconds(60), "call what is due") { tx in for call in try clocks.call(at: tx.now, calendars, in: tx.store) { … } }
public struct ClockTable: Sendable {
    /// A clock as the table holds it.
    public struct Entry: Sendable {
        /// Whose clock: the subject of its events.
        public let subject: String
        /// What it measures; permanent within the plug-in.
        public let name: String
        public var clock: DeadlineClock
        public let reminders: ReminderRule
        /// The working time it is reckoned in, by a name of the plug-in's.
        public let calendar: String
    }

    /// A clock that calls.
    public struct Call: Sendable {
        public let entry: Entry
        public let reminder: Reminder
    }

    /// A deadline that a newly published notice moved.
    public struct Shift: Sendable {
        public let entry: Entry
        public let from: Timestamp?
        public let to: Timestamp?
    }

    private let name: String

    /// - Parameter name: of the table; letters, digits and `_`, beginning with a letter.
    public init(_ name: String) {
        precondition(
            name.utf8.first.map { (97...122).contains($0) } == true
                && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }, "'\(name)' is not a name like clock")
        self.name = name
    }

    /// The SQL of the migration that creates the table.
    public var schema: String {
        """
        CREATE TABLE \(name) (
          subject TEXT NOT NULL,
          name TEXT NOT NULL,
          clock TEXT NOT NULL,
          reminders TEXT NOT NULL,
          calendar TEXT NOT NULL,
          due_at INTEGER,
          stopped_at INTEGER,
          -- When it calls next, and for what.
          next_at INTEGER,
          next TEXT,
          provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
          PRIMARY KEY (subject, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(name)_next ON \(name) (next_at) WHERE next_at IS NOT NULL;
        CREATE INDEX \(name)_provisional ON \(name) (due_at) WHERE provisional = 1;
        """
    }

    private static let columns = "subject, name, clock, reminders, calendar"

    // MARK: - Reading

    /// One clock; `nil` where none was begun.
    public func entry(of subject: String, named clock: String, in reading: some SQLReading) throws -> Entry? {
        try reading.first("SELECT \(Self.columns) FROM \(name) WHERE subject = ? AND name = ?", subject, clock, as: Self.entry)
    }

    /// Every clock of a matter, those that ended too, the oldest first.
    public func entries(of subject: String, in reading: some SQLReading) throws -> [Entry] {
        try reading.rows("SELECT \(Self.columns) FROM \(name) WHERE subject = ?", subject, as: Self.entry).sorted { $0.clock.start < $1.clock.start }
    }

    private static func entry(_ row: Row) throws -> Entry {
        let (clock, rule): (String, String) = (try row.get(2), try row.get(3))
        return Entry(
            subject: try row.get(0), name: try row.get(1), clock: try JSON.decode(DeadlineClock.self, from: Array(clock.utf8)),
            reminders: try JSON.decode(ReminderRule.self, from: Array(rule.utf8)), calendar: try row.get(4))
    }

    /// Of the clocks of a name that were stopped in a period, how many not after they were due. Looks at every clock: for reports.
    public func punctuality(of clock: String, from: Timestamp, until: Timestamp, in reading: some SQLReading) throws
        -> (inTime: Int, all: Int)
    {
        try reading.first(
            "SELECT count(*) FILTER (WHERE stopped_at <= due_at), count(*) FROM \(name) WHERE name = ? AND stopped_at BETWEEN ? AND ?",
            clock, from, until
        ) { (try $0.get(0), try $0.get(1)) } ?? (0, 0)
    }

    // MARK: - Changing

    /// Begins a clock; one of the same name that ran before is replaced, its story lies in the events.
    public func begin(
        _ clock: DeadlineClock, of subject: String, named clockName: String, reminders: ReminderRule, calendar: String = "",
        on working: WorkCalendar, in writer: some SQLWriting
    ) throws {
        try keep(Entry(subject: subject, name: clockName, clock: clock, reminders: reminders, calendar: calendar), after: clock.start, working, writer)
    }

    /// Writes back what was done to a clock.
    public func keep(_ entry: Entry, at now: Timestamp, on working: WorkCalendar, in writer: some SQLWriting) throws {
        try keep(entry, after: now, working, writer)
    }

    /// Stops a clock if it runs; gives it back as it stands then.
    @discardableResult
    public func stop(_ clockName: String, of subject: String, at now: Timestamp, in writer: some SQLWriting) throws -> DeadlineClock? {
        guard var entry = try entry(of: subject, named: clockName, in: writer), entry.clock.stopped == nil else { return nil }
        try entry.clock.stop(at: now)
        try writer.run(
            "UPDATE \(name) SET clock = ?, stopped_at = ?, next_at = NULL, next = NULL, provisional = 0 WHERE subject = ? AND name = ?",
            text(entry.clock), now, subject, clockName)
        return entry.clock
    }

    private func keep(_ entry: Entry, after now: Timestamp, _ working: WorkCalendar, _ writer: some SQLWriting) throws {
        let next = entry.clock.reminders(entry.reminders, on: working).first { $0.at > now }
        try writer.run(
            """
            INSERT INTO \(name) (subject, name, clock, reminders, calendar, due_at, stopped_at, next_at, next, provisional)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (subject, name) DO UPDATE SET clock = excluded.clock, reminders = excluded.reminders, calendar = excluded.calendar,
              due_at = excluded.due_at, stopped_at = excluded.stopped_at, next_at = excluded.next_at, next = excluded.next,
              provisional = excluded.provisional
            """, entry.subject, entry.name, text(entry.clock), text(entry.reminders), entry.calendar, entry.clock.due, entry.clock.stopped,
            next?.at, next.map { try text($0) }, entry.clock.isProvisional)
    }

    private func text(_ value: some Encodable) throws -> String { String(decoding: try JSON.encode(value), as: UTF8.self) }

    // MARK: - What is due

    /// The clocks that call by now, the longest due first, and sets each on to its next call. After a time in which nothing ran, a
    /// clock calls once for all that was missed, with what weighs most.
    ///
    /// - Parameters:
    ///   - limit: most calls of one scan; the next scan goes on.
    ///   - calendars: the calendar behind a name.
    public func call(
        at now: Timestamp, limit: Int = 200, _ calendars: (String) throws -> WorkCalendar, in writer: some SQLWriting
    ) throws -> [Call] {
        let due = try writer.rows(
            "SELECT \(Self.columns), next FROM \(name) WHERE next_at <= ? ORDER BY next_at LIMIT ?", now, limit
        ) { row in
            (entry: try Self.entry(row), next: try JSON.decode(Reminder.self, from: Array(try row.get(5, as: String.self).utf8)))
        }
        return try due.map { entry, next in
            let working = try calendars(entry.calendar)
            let missed = entry.clock.reminders(entry.reminders, on: working).filter { $0.at >= next.at && $0.at <= now }
            try keep(entry, after: now, working, writer)
            return Call(entry: entry, reminder: missed.last ?? next)
        }
    }

    /// Reckons provisional deadlines that are still ahead anew, for the day a notice is published. Touches only those it moves, and
    /// gives them back, so that the owner announces each.
    public func recalculate(at now: Timestamp, _ calendars: (String) throws -> WorkCalendar, in writer: some SQLWriting) throws -> [Shift] {
        let open = try writer.rows(
            "SELECT \(Self.columns) FROM \(name) WHERE provisional = 1 AND due_at >= ?", now, as: Self.entry)
        return try open.compactMap { entry in
            let working = try calendars(entry.calendar)
            guard let clock = entry.clock.recalculated(at: now, on: working) else { return nil }
            var moved = entry
            moved.clock = clock
            try keep(moved, after: now, working, writer)
            return clock.due == entry.clock.due ? nil : Shift(entry: moved, from: entry.clock.due, to: clock.due)
        }
    }
}
