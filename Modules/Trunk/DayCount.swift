import Bus
import Crypto
package import Messages
package import Vocabulary

/// What one log holds of one type on one civil day (UTC+08:00), as far as it goes over a link, up to a place in the log.
package struct DayCount: Codable, Sendable, Hashable {
    package var source: String
    package var type: WireName
    package var day: Day
    package var count: Int
    /// Head of a chain over these entries in the log's order, SHA-256, hexadecimal: number, id, subject, time and, where it holds no
    /// personal values, the payload of each.
    package var chain: String
    /// Beyond the place: not yet taken by the other end.
    package var waiting: Int
}

/// The parent asks a child for its counts; rides on the answer to a poll.
struct CountWish: Codable, Sendable {
    var id: String
    var from: Day
    /// How far the parent is with each log.
    var heads: [String: Int64]
    /// Instead of counts: what the child has of these logs.
    var traces: [TraceRequest]?
    /// Over a broker: the sites for which addressed entries come to whoever asks; all others pass by.
    var to: [String]?
}

/// The child's answer, `POST …/counts`.
struct CountAnswer: Codable, Sendable {
    var id: String
    var counts: [DayCount]
    var traced: [TraceAnswer]?
    /// Numbers that were passed over after a restore: they are not compared.
    var passed: [PassedNumbers]?
    /// Over a broker: logs of which the stream has other entries than there are at home.
    var rewound: [String]?
}

/// Numbers of a log under which its site and others have different entries, after a restore from an older copy.
struct PassedNumbers: Codable, Sendable, Hashable {
    var source: String
    /// The last one that is the same everywhere.
    var from: Int64
    var to: Int64

    func holds(_ seq: Int64) -> Bool { seq > from && seq <= to }
}

enum DayCounts {
    /// Reads a log from the first day on, page by page.
    ///
    /// - Parameters:
    ///   - head: the place up to which it counts; what is beyond waits.
    ///   - lets: whether an entry goes over the link.
    static func of(_ source: String, from day: Day, upTo head: Int64, page: (_ after: Int64, _ limit: Int) throws -> [CarriedEntry], lets: (CarriedEntry.Head) -> Bool) throws -> [DayCount] {
        struct Key: Hashable {
            var type: WireName
            var day: Day
        }
        var lines: [Key: (count: Int, chain: [UInt8], waiting: Int)] = [:]
        var after = try start(of: day, upTo: head, page)
        while true {
            let entries = try page(after, 512)
            guard let last = entries.last?.head.seq else { break }
            for entry in entries where lets(entry.head) {
                let key = Key(type: entry.head.type, day: entry.head.time.day)
                guard key.day >= day else { continue }
                var line = lines[key] ?? (0, [UInt8](repeating: 0, count: 32), 0)
                if entry.head.seq > head {
                    line.waiting += 1
                } else {
                    line.count += 1
                    line.chain = Digest.sha256.of(line.chain + bytes(entry))
                }
                lines[key] = line
            }
            after = last
        }
        return lines.map { DayCount(source: source, type: $0.type, day: $0.day, count: $1.count, chain: $1.chain.hexadecimal, waiting: $1.waiting) }
    }

    /// A place before the first entry of the day, by halving: times grow along a log but for small steps back, for which an hour is left;
    /// not beyond the place up to which it counts, whatever numbers entries have.
    private static func start(of day: Day, upTo head: Int64, _ page: (Int64, Int) throws -> [CarriedEntry]) throws -> Int64 {
        let wanted = day.start.advanced(by: .seconds(-3600))
        var low: Int64 = 0
        var high: Int64 = 1
        while high < head, let time = try page(high, 1).first?.head.time, time < wanted { (low, high) = (high, high < head - high ? high * 2 : head) }
        while high - low > 256 {
            let middle = low + (high - low) / 2
            if let time = try page(middle, 1).first?.head.time, time < wanted { low = middle } else { high = middle }
        }
        return low
    }

    private static func bytes(_ entry: CarriedEntry) -> [UInt8] {
        let head = entry.head
        // Keys of persons differ from place to place, and may be destroyed at one of them.
        let hasPersons = entry.payload.firstRange(of: Array("\"sealed:".utf8)) != nil
        let payload = hasPersons ? [] : entry.payload
        return Array("\(head.seq) \(head.id) \(head.time.milliseconds) \(head.subject ?? "") \(head.target ?? "")\n".utf8) + payload
    }
}

extension Relay {
    /// What is here of logs that a link brought, up to those places; what came since belongs to the next look.
    func counts(from day: Day, upTo heads: [String: Int64], over link: String, without passed: [PassedNumbers]) throws -> [DayCount] {
        try heads.sorted { $0.key < $1.key }.flatMap { source, head in
            try DayCounts.of(source, from: day, upTo: head, page: { try log(source, over: link).kept(after: $0, limit: $1) }) { head in
                !passed.contains { $0.source == source && $0.holds(head.seq) }
            }
        }.map { count in
            var count = count
            count.waiting = 0
            return count
        }.filter { $0.count > 0 }
    }
}

/// One line of a reconciliation: what the child has, what is here, and why they differ.
package struct Reconciled: Sendable, Hashable {
    package var child: String
    package var source: String
    package var type: WireName
    package var day: Day
    /// At the child, up to where this site is.
    package var there: Int
    package var here: Int
    /// At the child and not yet sent.
    package var waiting: Int
    /// Here and not yet taken in by a plug-in of this host: it failed, or waits for the plug-in's upgrade.
    package var parked: Int
    package var newer: Int
    /// Here and given up by a person.
    package var refused: Int
    /// In Chinese, and whether all is well.
    package var verdict: String
    package var isGood: Bool
}

/// An entry that is here and was not taken in by a plug-in.
struct UntakenEntry: Sendable, Hashable {
    var source: String
    var type: WireName
    var day: Day
    var why: Untaken
}

/// What became of the wish to compare with one child.
package struct ChildReconciliation: Sendable, Hashable {
    package var child: String
    /// Why there is nothing to compare, in Chinese; `nil`: the lines say it.
    package var trouble: String?
    package var lines: [Reconciled] = []

    static func compare(_ child: String, there: [DayCount], here: [DayCount], untaken: [UntakenEntry], rewound: Set<String>, passed: [PassedNumbers] = []) -> ChildReconciliation {
        struct Key: Hashable {
            var source: String
            var type: WireName
            var day: Day

            init(_ count: DayCount) { (source, type, day) = (count.source, count.type, count.day) }
            init(_ entry: UntakenEntry) { (source, type, day) = (entry.source, entry.type, entry.day) }
        }
        let theirs = Dictionary(there.map { (Key($0), $0) }) { first, _ in first }
        let ours = Dictionary(here.map { (Key($0), $0) }) { first, _ in first }
        let stuck = Dictionary(grouping: untaken, by: Key.init).mapValues { $0.map(\.why) }
        let lines = Set(theirs.keys).union(ours.keys).map { key -> Reconciled in
            let (their, our, stuck) = (theirs[key], ours[key], stuck[key] ?? [])
            let (parked, newer) = (stuck.count { $0 == .parked }, stuck.count { $0 == .newer })
            let reasons = stuck.compactMap { if case .refused(let reason) = $0 { reason } else { nil } }
            let isSame = (their?.count ?? 0) == (our?.count ?? 0) && (our == nil || their?.chain == our?.chain)
            var notes: [String] = []
            if !isSame { notes.append(rewound.contains(key.source) ? "下级的日志恢复过较旧的备份" : (their?.count ?? 0) == (our?.count ?? 0) ? "条数相同而内容不一致" : "条数不一致") }
            if let waiting = their?.waiting, waiting > 0 { notes.append("待传 \(waiting) 条") }
            if parked > 0 { notes.append("已收到、待处理 \(parked) 条") }
            if newer > 0 { notes.append("等待本机插件升级 \(newer) 条") }
            if !reasons.isEmpty { notes.append("已拒收 \(reasons.count) 条（\(Self.short(reasons))）") }
            if notes.isEmpty, let one = passed.first(where: { $0.source == key.source }) { notes.append("一致（第 \(one.from + 1)…\(one.to) 号因恢复备份不作核对）") }
            return Reconciled(
                child: child, source: key.source, type: key.type, day: key.day, there: their?.count ?? 0, here: our?.count ?? 0, waiting: their?.waiting ?? 0,
                parked: parked, newer: newer, refused: reasons.count, verdict: notes.isEmpty ? "一致" : notes.joined(separator: "；"),
                isGood: isSame && parked == 0 && newer == 0)
        }
        return ChildReconciliation(child: child, lines: lines.sorted { ($0.day, $0.source, $0.type.description) > ($1.day, $1.source, $1.type.description) })
    }

    /// The reasons that people gave, each once, two at most.
    private static func short(_ reasons: [String]) -> String {
        var all: [String] = []
        for reason in reasons where !all.contains(reason) { all.append(reason) }
        return all.prefix(2).map { $0.count > 40 ? $0.prefix(40) + "…" : $0 }.joined(separator: "、") + (all.count > 2 ? "等" : "")
    }
}
