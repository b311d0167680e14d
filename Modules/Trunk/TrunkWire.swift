import Bus
import Messages

// What passes between two hosts: one JSON head, then entries as frames. `Modules/Trunk/README.md` describes it.

/// A new site asks to be let in, with the one-time token.
struct JoinRequest: Codable, Sendable {
    var token: String
    var site: SiteEntry
    /// PKCS#10 in PEM.
    var request: String
}

struct JoinAnswer: Codable, Sendable {
    /// PEM, for the key of the request.
    var certificate: String
    var parent: SiteEntry
}

/// A session begins: who stands at which end, and what each has.
struct MeetRequest: Codable, Sendable {
    var protocols: [Int]
    /// The child and everything below it.
    var sites: [SiteEntry]
    /// What the child has of the logs of others.
    var heads: [String: Int64]
    /// The ends of the child's logs: what the parent has beyond them is from before a restore.
    var ends: [String: Int64]
    /// Where the child stands.
    var stand: SiteStand?
    /// The newest entry that the child has of each log of others, so that a log that went another way is noticed.
    var marks: [String: EntryMark]?
}

struct MeetAnswer: Codable, Sendable {
    var session: String
    /// Everything that is not below the child.
    var sites: [SiteEntry]
    /// What the parent has of the child's logs.
    var heads: [String: Int64]
    /// Where the parent stands.
    var stand: SiteStand?
    /// The newest entry that the parent has of each of the child's logs.
    var marks: [String: EntryMark]?
}

/// An entry that must be the same at both ends.
struct EntryMark: Codable, Sendable, Hashable {
    var seq: Int64
    var id: MessageID
}

/// `POST …/trace`: what the parent has of a log of the child's; or, on the answer to a poll, what the child has of one of the parent's.
struct TraceRequest: Codable, Sendable {
    var source: String
    var after: Int64
}

struct TraceAnswer: Codable, Sendable {
    static let most = 1000

    /// At most `most`, in the log's order.
    var entries: [TracedEntry]
    /// How far the log is there.
    var head: Int64
}

/// The child wants a later certificate, for a new key; it shows the one it has.
struct RenewRequest: Codable, Sendable {
    /// PKCS#10 in PEM.
    var request: String
}

struct RenewAnswer: Codable, Sendable {
    /// PEM.
    var certificate: String
}

/// The head of a push and of the answer to a pull; the entries follow as frames, batch by batch.
struct Parcel: Codable, Sendable {
    var session: String
    var batches: [Batch]
    /// The tree, where it has changed.
    var sites: [SiteEntry]?
    /// The parent wants to compare counts.
    var counts: CountWish?
    /// Over a broker only: what follows is a part of an entry.
    var piece: StreamPiece?

    struct Batch: Codable, Sendable {
        var source: String
        /// Holds for a receiver that has everything up to here.
        var after: Int64
        var last: Int64
        var count: Int
    }
}

struct PushAnswer: Codable, Sendable {
    /// What the parent has now of the sources pushed, on disk.
    var heads: [String: Int64]
}

struct PullRequest: Codable, Sendable {
    var session: String
    /// What the child has now of the sources that it got since it asked last.
    var heads: [String: Int64]
}

/// The version of this page.
let trunkProtocol = 1

/// A parcel with its entries, as bytes.
enum TrunkBody {
    static let most = 2 << 20
    static let mostEntries = 2000

    /// Four bytes each, big-endian: length of the JSON head; then for every entry length of its head and of its payload, and both.
    static func encode(_ parcel: Parcel, _ entries: [CarriedEntry]) throws -> [UInt8] {
        let head = try JSON.encode(parcel)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.count + 8 + entries.reduce(0) { $0 + $1.payload.count + 400 })
        append(head.count, &bytes)
        bytes += head
        for entry in entries {
            let head = try JSON.encode(entry.head)
            append(head.count, &bytes)
            append(entry.payload.count, &bytes)
            bytes += head
            bytes += entry.payload
        }
        return bytes
    }

    /// The head alone, and where what follows it begins.
    ///
    /// - Throws: `Refusal` `trunk.malformed`.
    static func head(of bytes: [UInt8]) throws -> (parcel: Parcel, end: Int) {
        let count = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 4, count <= bytes.count - 4 else { throw Refusal.malformedParcel }
        do { return (try JSON.decode(Parcel.self, from: Array(bytes[4..<4 + count])), 4 + count) } catch is JSONError { throw Refusal.malformedParcel }
    }

    /// - Throws: `Refusal` `trunk.malformed` where the bytes are not what they say.
    static func decode(_ bytes: [UInt8]) throws -> (parcel: Parcel, entries: [[CarriedEntry]]) {
        var place = 0
        func number() throws -> Int {
            guard place + 4 <= bytes.count else { throw Refusal.malformedParcel }
            defer { place += 4 }
            return bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        func take(_ count: Int) throws -> [UInt8] {
            guard count >= 0, count <= bytes.count - place else { throw Refusal.malformedParcel }
            defer { place += count }
            return Array(bytes[place..<place + count])
        }
        do {
            let parcel = try JSON.decode(Parcel.self, from: take(number()))
            var entries: [[CarriedEntry]] = []
            for batch in parcel.batches {
                guard batch.count >= 0, batch.count <= bytes.count / 8, batch.after <= batch.last else { throw Refusal.malformedParcel }
                var seq = batch.after
                entries.append(
                    try (0..<batch.count).map { _ in
                        let head = try number(), payload = try number()
                        let entry = CarriedEntry(head: try JSON.decode(CarriedEntry.Head.self, from: take(head)), payload: try take(payload))
                        guard entry.head.seq > seq, entry.head.seq <= batch.last else { throw Refusal.malformedParcel }
                        seq = entry.head.seq
                        return entry
                    })
            }
            guard place == bytes.count else { throw Refusal.malformedParcel }
            return (parcel, entries)
        } catch is JSONError {
            throw Refusal.malformedParcel
        }
    }

    private static func append(_ number: Int, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(number).bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension Refusal {
    /// - Parameter source: a log whose plug-in runs in a process of its own.
    static func notResumable(_ source: String) -> Refusal {
        Refusal(
            "trunk.not-resumable", status: 409, message: "日志 \(source) 由独立进程保管，不能在此续传。请从更新的备份恢复。", log: "the log \(source) is kept by a process of its own")
    }

    static func notTraced(_ source: String, at peer: String) -> Refusal {
        Refusal(
            "trunk.not-traced", status: 503, message: "没有从 \(peer) 得到日志 \(source) 的编号，没有作任何改动。请在连接恢复后重试；对方须为同一版本。",
            log: "\(peer) did not say what it has of \(source)", retryAfter: .seconds(30))
    }

    static let malformedParcel = Refusal(
        "trunk.malformed", status: 400, message: "对方站点发来的数据不合格式，没有接收。请核对双方版本。", log: "a parcel is not what it says")

    static let sessionOver = Refusal(
        "trunk.session-over", status: 409, message: "会话已结束，请重新建立。", log: "the session is not known here")

    static let certificateWanted = Refusal(
        "trunk.certificate-wanted", status: 401, message: "互联须出示本平台签发的站点证书。请用 shuniu site join 加入。", log: "no client certificate of this site's authority")

    static func notJoined(_ site: String, _ state: String) -> Refusal {
        Refusal(
            "trunk.not-joined", status: 403, message: "站点 \(site) 现为“\(state)”，不能互联。请联系上级平台重新发放令牌。", log: "site \(site) is \(state)")
    }

    static let badToken = Refusal(
        "trunk.bad-token", status: 403, message: "令牌无效、已用过或已过期。请向上级平台索取新的一次性令牌。", log: "the token is unknown, used or too old")

    static func otherChild(_ wanted: String) -> Refusal {
        Refusal(
            "trunk.other-site", status: 403, message: "令牌不是发给站点 \(wanted) 的。请核对站点标识，或索取新的令牌。", log: "the token is for another site")
    }

    static func siteTaken(_ site: String) -> Refusal {
        Refusal(
            "trunk.site-taken", status: 409, message: "站点标识 \(site) 已被网络中的另一个站点使用。请改名后再加入。", log: "another site has that identifier")
    }

    static func notYours(_ source: String) -> Refusal {
        Refusal(
            "trunk.not-yours", status: 403, message: "日志 \(source.prefix(90)) 不属于该站点及其下级，没有接收。", log: "a log of a site that is not below the child")
    }

    static func noCommonProtocol(_ theirs: [Int]) -> Refusal {
        Refusal(
            "trunk.protocol", status: 426, message: "双方的互联协议版本没有交集（对方 \(theirs.map(String.init).joined(separator: "、"))，本方 \(trunkProtocol)）。请升级较旧的一方。",
            log: "no common version of the trunk's protocol")
    }
}
