package import Messages
import Store
package import Vocabulary

/// An entry of a log as another site knows it: enough to tell it from another one under the same number.
package struct TracedEntry: Codable, Sendable, Hashable {
    package var seq: Int64
    package var id: MessageID
    package var type: WireName
    package var time: Timestamp

    package init(seq: Int64, id: MessageID, type: WireName, time: Timestamp) {
        self.seq = seq
        self.id = id
        self.type = type
        self.time = time
    }
}

/// What going on after a restore from an older copy came to, in one log.
package struct LogResumption: Codable, Sendable, Hashable {
    /// `site/plugin`.
    package var source: String
    /// The last entry that is the same here and at the others.
    package var from: Int64
    /// The last number that the others have; what is said from now on has later ones.
    package var to: Int64
    /// Said before the restore: the others have it, this site has lost it.
    package var lost: [TracedEntry]
    /// Said after the restore under numbers that the others have otherwise, and now said again under later ones.
    package var again: Int
}

/// Stands in a log for a number under which other sites have an entry that this site has lost.
package struct NumberPassed: Codable, Sendable {
    static let name: WireName = "bus.number-passed.v1"

    var number: Int64
    var id: MessageID?
    var type: WireName?
    var time: Timestamp?

    /// Passes over a thousand numbers at most.
    ///
    /// - Returns: whether there are more.
    static func append(upTo head: Int64, _ known: [Int64: TracedEntry], _ writer: StoreWriter, clock: TimeSource, ids: IDSource) throws -> Bool {
        var last = try writer.lastLogSeq()
        for _ in 0..<1000 where last < head {
            let entry = known[last + 1]
            let id = ids.next()
            last = try writer.append(
                LogDraft(
                    id: id, type: name, subject: nil, time: clock.now, actor: .system("trunk"), correlation: id, causation: nil, target: nil,
                    reach: .local, payload: try JSON.encode(NumberPassed(number: last + 1, id: entry?.id, type: entry?.type, time: entry?.time))))
        }
        return last < head
    }

    /// Passes over the numbers of a log that nobody has open, up to the last one that readers beside it have had.
    package static func append(upTo head: Int64, toFile path: String, clock: TimeSource, ids: IDSource) throws {
        try StoreFile.amend(path, clock: clock) { writer in
            while try append(upTo: head, [:], writer, clock: clock, ids: ids) {}
        }
    }
}

/// A log of a site of this host that may have to go on after a restore from an older copy, wherever its plug-in runs.
package protocol ResumableLog: Sendable {
    /// How far it is, and the last of those entries that stands here under the same number.
    func standing(among known: [TracedEntry]) async throws -> LogStanding
    /// See `Plug.goOn`.
    func goOn(after from: Int64, beyond head: Int64, known: [TracedEntry]) async throws -> LogResumption
}

package struct LogStanding: Codable, Sendable, Hashable {
    package var last: Int64
    /// `nil`: none of them.
    package var same: Int64?
}

/// The body of the verb `go-on`.
struct GoOnRequest: Codable, Sendable {
    var after: Int64
    var beyond: Int64
    var known: [TracedEntry]
}

extension LogEntry {
    static let againMark = "again:"

    /// The number under which the same entry stands earlier in its log; whoever reads this very log has had it. `nil`: it is said once.
    var saidBefore: Int64? { actor.kind == .system && actor.id.hasPrefix(Self.againMark) ? Int64(actor.id.dropFirst(Self.againMark.count)) : nil }
}

extension Plug: ResumableLog {
    package func standing(among known: [TracedEntry]) async throws -> LogStanding {
        try file.read { snapshot in
            let same = try known.last { entry in try snapshot.log(after: entry.seq - 1, limit: 1).first.map { $0.seq == entry.seq && $0.id == entry.id } ?? false }
            return LogStanding(last: try snapshot.lastLogSeq(), same: same?.seq)
        }
    }

    /// Goes on after this plug-in's file was restored from an older copy while others have more of its log: numbers that they have are
    /// passed over, and what was said here since the restore under such numbers is said again behind them, with its identifier.
    ///
    /// Doing it again changes nothing. The log stays without gaps, and verifies.
    ///
    /// - Parameters:
    ///   - known: what the others have after `from`, up to `head`.
    ///   - from: the last entry that is the same here and there.
    package func goOn(after from: Int64, beyond head: Int64, known: [TracedEntry]) async throws -> LogResumption {
        let byNumber = Dictionary(known.map { ($0.seq, $0) }) { first, _ in first }
        let ids = Set(known.map(\.id))
        let own = Set(
            try file.read { snapshot in
                try byNumber.keys.compactMap { seq in try snapshot.log(after: seq - 1, limit: 1).first { $0.seq == seq }?.id }
            })
        let lost = known.filter { $0.seq > from && !own.contains($0.id) }
        while try await pass(upTo: head, byNumber) {}
        let again = try await file.write { writer in try self.sayAgain(after: from, upTo: head, unless: ids, writer) }
        return LogResumption(source: address, from: from, to: head, lost: lost, again: again)
    }

    /// - Returns: whether there are more numbers to pass.
    private func pass(upTo head: Int64, _ known: [Int64: TracedEntry]) async throws -> Bool {
        try await file.write { [self] writer in try NumberPassed.append(upTo: head, known, writer, clock: clock, ids: ids) }
    }

    private func sayAgain(after from: Int64, upTo head: Int64, unless ids: Set<MessageID>, _ writer: StoreWriter) throws -> Int {
        var after = from
        var count = 0
        // What was said again already, by an interrupted run.
        var done: Set<MessageID> = []
        var place = head
        while let last = try writer.outgoing(after: place, limit: 512).last?.seq {
            for entry in try writer.outgoing(after: place, limit: 512) where entry.saidBefore != nil { done.insert(entry.id) }
            place = last
        }
        while after < head {
            let entries = try writer.outgoing(after: after, limit: 512).filter { $0.seq <= head }
            guard let last = entries.last?.seq else { break }
            for entry in entries where !ids.contains(entry.id) && !done.contains(entry.id) {
                let seq = try writer.append(
                    LogDraft(
                        id: entry.id, type: entry.type, subject: entry.subject, time: entry.time,
                        actor: .system("\(LogEntry.againMark)\(entry.saidBefore ?? entry.seq)"), correlation: entry.correlation, causation: entry.causation,
                        target: entry.target, reach: entry.reach, traceparent: entry.traceparent, payload: entry.payload))
                for person in try PersonErasure.persons(in: entry.payload) { try writer.note(person, in: seq) }
                count += 1
            }
            after = last
        }
        return count
    }
}
