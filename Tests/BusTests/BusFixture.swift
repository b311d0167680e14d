import FoundationEssentials
import Synchronization

@testable import Bus
@testable import Messages
@testable import Store
@testable import Vocabulary

// Two small plug-ins: `ledger` announces, `mirror` hears and counts. Invented for these tests.

struct Put: Command {
    typealias Reply = Done
    static let name: WireName = "ledger.put.v1"
    var account: String
    var amount: Int
}

/// Puts so many amounts, one after the other, in one transaction: a log that fills more than one batch.
struct PutMany: Command {
    typealias Reply = Done
    static let name: WireName = "ledger.put-many.v1"
    var count: Int
}

struct Amount: Query {
    typealias Reply = Int
    static let name: WireName = "ledger.amount.v1"
    var account: String
}

struct WasPut: Event {
    static let name: WireName = "ledger.was-put.v1"
    var account: String
    var amount: Int
    var subject: String { account }
}

struct Note: Command {
    typealias Reply = Done
    static let name: WireName = "mirror.note.v1"
    var text: String
}

struct Heard: Query {
    typealias Reply = [Int]
    static let name: WireName = "mirror.heard.v1"
    var account: String
}

struct Callback: Job {
    static let name = "callback"
    var text: String
}

/// What a test turns while the bus runs.
final class Switches: Sendable {
    private let state = Mutex((failing: Set<Int>(), jobFailures: 0, jobsDone: [String](), notes: [String]()))

    func isFailing(_ amount: Int) -> Bool { state.withLock { $0.failing.contains(amount) } }
    func fail(_ amounts: Int...) { state.withLock { $0.failing = Set(amounts) } }
    func failJobs(_ times: Int) { state.withLock { $0.jobFailures = times } }
    func takeJobFailure() -> Bool {
        state.withLock {
            guard $0.jobFailures > 0 else { return false }
            $0.jobFailures -= 1
            return true
        }
    }
    func jobDone(_ text: String) { state.withLock { $0.jobsDone.append(text) } }
    var jobsDone: [String] { state.withLock { $0.jobsDone } }
}

struct Broken: Error {}

final class World: Sendable {
    let folder: String
    let bus: SiteBus
    let switches: Switches
    let lanes: LanePool
    let files: [StoreFile]

    init(folder: String? = nil, switches: Switches = Switches(), start: Int64 = 1_772_413_200_000) throws {
        let folder = folder ?? FileManager.default.temporaryDirectory.path + "/bus-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.folder = folder
        self.switches = switches
        let box = ClockBox(start)
        let clock = TimeSource { box.now }
        self.box = box
        lanes = LanePool(threads: 2)
        let ids = IDSource.system(.system)
        var files: [StoreFile] = []
        let lanes = self.lanes
        let plugs = [Self.ledger(switches), Self.mirror(switches)].map { wiring in
            let file = StoreFile(
                path: "\(folder)/\(wiring.plugin).sqlite", migrations: wiring.migrations, lanes: lanes, clock: clock)
            files.append(file)
            return Plug(site: "test", wiring: wiring, file: file, clock: clock, ids: ids, log: .silent)
        }
        self.files = files
        bus = try SiteBus(site: "test", plugs: plugs, clock: clock, ids: ids, log: .silent)
    }

    private let box: ClockBox

    final class ClockBox: Sendable {
        private let value: Mutex<Int64>
        init(_ start: Int64) { value = Mutex(start) }
        var now: Timestamp { Timestamp(milliseconds: value.withLock { $0 }) }
        func advance(_ milliseconds: Int64) { value.withLock { $0 += milliseconds } }
    }

    func advance(seconds: Int64) async {
        box.advance(seconds * 1000)
        bus.tick()
        await bus.settle()
    }

    func close() async {
        await bus.settle()
        for file in files { file.close() }
        lanes.shutdown()
    }

    let clerk = Actor(kind: .person, id: "clerk", name: "测试员", grants: [Grant(.windowStaff)])

    static func ledger(_ switches: Switches) -> Wiring {
        var wiring = Wiring(plugin: "ledger")
        wiring.migrations = [Migration(1, "create account", "CREATE TABLE account (name TEXT PRIMARY KEY, amount INTEGER NOT NULL) STRICT")]
        wiring.commands = [
            CommandHandler<Put>(access: .role(.windowStaff)) { put, tx in
                try tx.run(
                    "INSERT INTO account VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET amount = amount + ?2", put.account, put.amount)
                try tx.announce(WasPut(account: put.account, amount: put.amount))
                if put.amount == 13 { throw Refusal("ledger.unlucky", status: 422, message: "金额不能为 13。", log: "amount is 13") }
                if put.amount == 14 { throw Broken() }
                if put.amount == 15 { try tx.send(Note(text: "fifteen"), subject: put.account) }
                if put.amount == 16 { try tx.enqueue(Callback(text: put.account)) }
                return Done()
            },
            CommandHandler<PutMany>(access: .role(.windowStaff)) { put, tx in
                for amount in 1...max(1, put.count) { try tx.announce(WasPut(account: "account \(amount % 7)", amount: amount)) }
                return Done()
            },
        ]
        wiring.queries = [
            QueryHandler<Amount>(access: .anyone) { query, snapshot in
                try snapshot.value("SELECT amount FROM account WHERE name = ?", query.account, as: Int.self) ?? 0
            }
        ]
        wiring.jobs = [
            JobHandler<Callback> { job, _ in
                if switches.takeJobFailure() { throw Broken() }
                switches.jobDone(job.text)
            }
        ]
        wiring.announced = [WasPut.name]
        wiring.sent = [Note.name]
        return wiring
    }

    static func mirror(_ switches: Switches) -> Wiring {
        var wiring = Wiring(plugin: "mirror")
        wiring.migrations = [
            Migration(1, "create heard", "CREATE TABLE heard (n INTEGER PRIMARY KEY, account TEXT NOT NULL, amount INTEGER NOT NULL) STRICT")
        ]
        wiring.commands = [
            CommandHandler<Note>(access: .system) { note, tx in
                try tx.run("INSERT INTO heard (account, amount) VALUES (?, ?)", note.text, -1)
                return Done()
            }
        ]
        wiring.queries = [
            QueryHandler<Heard>(access: .anyone) { query, snapshot in
                try snapshot.rows("SELECT amount FROM heard WHERE account = ? ORDER BY n", query.account) { try $0.get(0, as: Int.self) }
            }
        ]
        wiring.reactions = [
            ReactionHandler<WasPut> { event, tx in
                try tx.run("INSERT INTO heard (account, amount) VALUES (?, ?)", event.account, event.amount)
                if switches.isFailing(event.amount) { throw Broken() }
            }
        ]
        wiring.timers = [
            Wiring.Timer(every: .seconds(60), name: "count minutes") { tx in
                try tx.run("INSERT INTO heard (account, amount) VALUES ('minutes', 1)")
            }
        ]
        return wiring
    }
}
