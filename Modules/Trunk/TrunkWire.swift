import Bus
import Messages

// What passes between two hosts: one JSON head, then entries as frames. `Modules/Trunk/README.md` describes it.

/// A new site asks to be let in, with the one-time token.
struct JoinRequest: Codable, Sendable {
    var token: String
    var site: SiteEntry
    /// PKCS#10 in PEM.
    var request: String
    /// What the site knows of the networks that it was part of.
    var memory: NetworkMemory?
}

struct JoinAnswer: Codable, Sendable {
    /// PEM, for the key of the request.
    var certificate: String
    var parent: SiteEntry
    /// The names of the network.
    var networks: [String]?
}

/// Which networks a site was part of, and of which sites it has heard something there, by name: plug-ins remember by these names how far
/// they read. `data/<site>/_trunk/network.json`.
struct NetworkMemory: Codable, Sendable, Hashable {
    /// Random names, the present one first: the uppermost site's, and before that those of networks that became part of it.
    var networks: [String] = []
    var heard: [String] = []

    /// Kept of older names.
    private static let most = 8

    /// The site is part of the network of these names.
    mutating func join(_ names: [String]) { networks = Array((names + networks.filter { !names.contains($0) }).prefix(Self.most)) }

    mutating func hear(_ sites: [String]) { heard = Set(heard).union(sites).sorted() }

    /// Sites that this one has heard of in another network and that stand in this one too.
    ///
    /// - Parameter names: of the other network; empty, or none remembered: it is not known whether it is another one.
    func clashes(with sites: [String], of names: [String]) -> [String] {
        guard !names.isEmpty, !networks.isEmpty, Set(networks).isDisjoint(with: names) else { return [] }
        return Set(heard).intersection(sites).sorted()
    }
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
    /// Which of the child's versions is spoken; absent: 1.
    var `protocol`: Int?
    /// The names of the network.
    var networks: [String]?
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
    /// - Parameter cause: what its process said; `nil`: it is not in operation.
    static func notResumable(_ source: String, _ cause: Refusal?) -> Refusal {
        let why = cause.map { $0.status == 501 ? "其插件的程序不支持续传，请升级该插件" : $0.message } ?? "其插件没有在运行，请先启用"
        return Refusal(
            "trunk.not-resumable", status: 409, message: "日志 \(source) 现在不能续传，没有作改动：\(why)。也可以从更新的备份恢复。",
            log: "the log \(source) does not go on: \(cause?.log ?? "its plug-in is not in operation")")
    }

    /// - Parameter cause: `nil`: it is not known.
    static func notFinished(_ source: String, _ cause: Refusal?) -> Refusal {
        let why = cause.map { "原因：\($0.message)" } ?? "原因见日志。"
        return Refusal(
            "trunk.not-finished", status: 503,
            message: "日志 \(source) 的续传没有完成，可以重新执行 shuniu trunk resume --site \(source.prefix { $0 != "/" })，已完成的部分不会重复。\(why)",
            log: "going on with the log \(source) did not end: \(cause?.log ?? "not known why")", retryAfter: .seconds(30))
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

    /// - Parameters:
    ///   - child: who asked.
    ///   - theirs: the versions that the child speaks.
    ///   - ours: of the site above, which says so.
    static func noCommonProtocol(_ child: String, _ theirs: [Int], _ site: String, _ ours: [Int]) -> Refusal {
        func list(_ versions: [Int]) -> String { versions.sorted().map(String.init).joined(separator: "、") }
        let older = (theirs.max() ?? 0) < (ours.max() ?? 0) ? child : site
        return Refusal(
            "trunk.protocol", status: 426,
            message: "互联协议版本没有交集：站点 \(child) 支持 \(list(theirs))，上级站点 \(site) 支持 \(list(ours))。请升级站点 \(older) 所在主机的程序，升级后自动恢复互联，期间的数据不丢失。",
            log: "\(child) speaks versions \(theirs) of the trunk's protocol, \(site) \(ours)",
            faults: [Fault(field: "protocols", value: list(theirs), message: "须含 \(list(ours)) 之一")])
    }

    static func otherNetwork(_ child: String, _ clashes: [String], parent: String) -> Refusal {
        let names = clashes.prefix(5).joined(separator: "、") + (clashes.count > 5 ? " 等 \(clashes.count) 个" : "")
        return Refusal(
            "trunk.other-network", status: 409,
            message: "站点 \(child) 曾属于另一个网络，在那里收过站点 \(names) 的数据；\(parent) 所在的网络中另有同名的站点，直接加入会漏收它们的开头部分，因此没有加入，令牌未使用。请用新的数据目录建立站点（shuniu init）后加入；要保留原有数据的，请让这些同名站点改名，或回到原来的网络。",
            log: "\(child) heard \(clashes) in another network", faults: clashes.map { Fault(field: "site", value: $0, message: "两个网络中都有这个站点标识") })
    }
}
