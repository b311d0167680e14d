import CLinux
import Glibc
import PluginKit

/// The smallest answer worth a request: about two hundred bytes that never change.
struct Greet: Query {
    static let name: WireName = "bench.greet.v1"
    struct Reply: Codable, Sendable {
        var site: String
        var text: String
        var version: Int
    }
}

/// One row by its key, ten fields.
struct FindRecord: Query {
    static let name: WireName = "bench.find-record.v1"
    typealias Reply = Record
    var id: Int
}

struct Record: Codable, Sendable, Hashable {
    var id: Int
    var name: String
    var region: String
    var industry: String
    var size: String
    var employees: Int
    var revenue: Int64
    var score: Double
    var isActive: Bool
    var note: String?

    static func sample(_ id: Int) -> Record {
        Record(
            id: id, name: "演示·浏阳花炮有限公司\(id)", region: "430181", industry: "C2672", size: "small", employees: 40 + id % 200,
            revenue: 12_345_600 + Int64(id), score: 4.5, isActive: id % 7 != 0, note: "uses \"the portal\" weekly")
    }
}

/// Computes for so many milliseconds, off the loop.
struct Compute: Query {
    static let name: WireName = "bench.compute.v1"
    struct Reply: Codable, Sendable { var rounds: Int }
    var milliseconds: Int
}

/// The same on the loop itself, to bring a loop to its limit on purpose.
struct ComputeHere: Query {
    static let name: WireName = "bench.compute-here.v1"
    typealias Reply = Compute.Reply
    var milliseconds: Int
}

/// One upsert and one event.
struct ChangeState: Command {
    static let name: WireName = "bench.change-state.v1"
    struct Reply: Codable, Sendable { var changes: Int }
    var id: Int
    var text: String
}

/// Announces so many events in one transaction.
struct AnnounceMany: Command {
    static let name: WireName = "bench.announce-many.v1"
    struct Reply: Codable, Sendable { var count: Int }
    var count: Int
}

struct StateChanged: Event {
    static let name: WireName = "bench.state-changed.v1"
    var id: Int
    var text: String
    var subject: String { "state/\(id)" }
}

/// What the benchmarks ask and tell.
struct BenchPlugin: Plugin {
    static let manifest = Manifest(id: "bench", title: "性能测试", version: "1.0.0")
    static let records = 10_000

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create record and state",
                """
                CREATE TABLE record (
                    id INTEGER PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, industry TEXT NOT NULL, size TEXT NOT NULL,
                    employees INTEGER NOT NULL, revenue INTEGER NOT NULL, score REAL NOT NULL, active INTEGER NOT NULL, note TEXT
                ) STRICT;
                WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(records))
                INSERT INTO record
                SELECT n, '演示·浏阳花炮有限公司' || n, '430181', 'C2672', 'small', 40 + n % 200, 12345600 + n, 4.5, n % 7 <> 0,
                    'uses "the portal" weekly' FROM number;
                CREATE TABLE state (id INTEGER PRIMARY KEY, text TEXT NOT NULL, changes INTEGER NOT NULL) STRICT;
                """)
        ])
        plugin.holdsNoPersonalData()
        plugin.announces(StateChanged.self, titled: "状态变更")
        let greeting = Greet.Reply(site: "bench", text: String(repeating: "a small constant answer of the house; ", count: 4), version: 1)
        plugin.answer(Greet.self, access: .anyone) { _, _ in greeting }
        plugin.answer(FindRecord.self, access: .anyone) { query, snapshot in
            let found = try snapshot.first("SELECT * FROM record WHERE id = ?", query.id) { row in
                Record(
                    id: try row.get(0), name: try row.get(1), region: try row.get(2), industry: try row.get(3),
                    size: try row.get(4), employees: try row.get(5), revenue: try row.get(6), score: try row.get(7),
                    isActive: try row.get(8, as: Int.self) != 0, note: try row.get(9))
            }
            guard let found else { throw Refusal.notFound }
            return found
        }
        plugin.answer(Compute.self, access: .anyone, heavy: true) { query, _ in .init(rounds: burn(query.milliseconds)) }
        plugin.answer(ComputeHere.self, access: .anyone) { query, _ in .init(rounds: burn(query.milliseconds)) }
        plugin.handle(ChangeState.self, access: .anyone) { message, tx in
            try tx.run(
                """
                INSERT INTO state (id, text, changes) VALUES (?1, ?2, 1)
                ON CONFLICT (id) DO UPDATE SET text = excluded.text, changes = changes + 1
                """, message.id, message.text)
            try tx.announce(StateChanged(id: message.id, text: message.text))
            return .init(changes: 1)
        }
        plugin.handle(AnnounceMany.self, access: .anyone) { message, tx in
            for number in 0..<message.count { try tx.announce(StateChanged(id: number, text: "changed")) }
            return .init(count: message.count)
        }
        plugin.expose(Greet.self, as: .get("/greeting"), titled: "问候")
        plugin.expose(FindRecord.self, as: .get("/records/{id}"), titled: "查找记录")
        plugin.expose(Compute.self, as: .get("/compute/{milliseconds}"), titled: "计算")
        plugin.expose(ComputeHere.self, as: .get("/compute-here/{milliseconds}"), titled: "就地计算")
        plugin.expose(ChangeState.self, as: .post("/states"), titled: "改变状态")
    }

    /// Keeps a core busy for that much of its time.
    private static func burn(_ milliseconds: Int) -> Int {
        func used() -> Int {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
        }
        let end = used() + milliseconds
        var rounds = 0
        while used() < end { rounds += 1 }
        return rounds
    }
}

/// How many events the listener has heard.
struct CountHeard: Query {
    static let name: WireName = "listener.count-heard.v1"
    struct Reply: Codable, Sendable { var count: Int }
}

/// Keeps a row for every event it hears of.
struct ListenerPlugin: Plugin {
    static let manifest = Manifest(id: "listener", title: "性能测试订阅者", version: "1.0.0", needs: ["bench"])

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(1, "create heard", "CREATE TABLE heard (id INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT")
        ])
        plugin.holdsNoPersonalData()
        plugin.answer(CountHeard.self, access: .anyone) { _, snapshot in
            .init(count: try snapshot.value("SELECT coalesce(sum(times), 0) FROM heard") ?? 0)
        }
        plugin.react(to: StateChanged.self) { event, tx in
            try tx.run(
                "INSERT INTO heard (id, times) VALUES (?1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1", event.id)
        }
    }
}
