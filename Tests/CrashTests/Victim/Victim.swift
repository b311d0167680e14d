import Bus
import Foundation
import Messages
import Store
import Vocabulary

// A program made to be killed: tells durable commands as fast as it can and prints each number once it is acknowledged.
// Usage: victim <folder> <first number>; verification: victim <folder> check <highest acknowledged number>.
// The same with receipts of partner calls: victim <folder> receipts; victim <folder> receipts-check

struct Deposit: Command {
    typealias Reply = Done
    static let name: WireName = "vault.deposit.v1"
    var number: Int
}

struct Deposited: Event {
    static let name: WireName = "vault.deposited.v1"
    var number: Int
    var subject: String { "box/\(number % 7)" }
}

@main
struct Victim {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { exit(2) }
        let folder = arguments[1]
        if arguments[2].hasPrefix("receipts") { return try await ReceiptVictim.run(folder, isCheck: arguments[2] == "receipts-check") }
        let lanes = LanePool(threads: 2)
        let ids = IDSource.system(.system)
        var files: [StoreFile] = []
        let plugs = [vault, mirror].map { wiring in
            let file = StoreFile(path: "\(folder)/\(wiring.plugin).sqlite", migrations: wiring.migrations, lanes: lanes, clock: .system)
            files.append(file)
            return Plug(site: "crash", wiring: wiring, file: file, clock: .system, ids: ids, log: .silent)
        }
        let bus = try SiteBus(site: "crash", plugs: plugs, clock: .system, ids: ids, log: .silent)
        bus.wake()
        if arguments[2] == "check" {
            await bus.settle()
            try check(files)
            for file in files { file.close() }
            return
        }
        let first = Int(arguments[2]) ?? 0
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    var number = first + worker
                    while true {
                        // The id says the number, so that a repeated command is the same command.
                        let id = MessageID(high: 1, low: UInt64(number))
                        guard (try? await bus.tell(Deposit(number: number), as: .system("victim"), id: id)) != nil else { return }
                        let line = Array("\(number)\n".utf8)
                        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
                        number += 16
                    }
                }
            }
        }
    }

    /// Prints every number in vault and mirror with its count, and what the logs say.
    private static func check(_ files: [StoreFile]) throws {
        for (file, name) in zip(files, ["vault", "mirror"]) {
            let rows = try file.read { try $0.rows("SELECT number, count(*) FROM deposit GROUP BY number") { (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self)) } }
            print("\(name) rows \(rows.count) doubled \(rows.filter { $0.1 != 1 }.count)")
            print("\(name) numbers \(rows.map { String($0.0) }.joined(separator: ","))")
            if case .intact(let count, _) = try file.verifyLog() { print("\(name) log intact \(count)") } else { print("\(name) log broken") }
            print("\(name) parked \(try file.read { try $0.parkedCount() })")
        }
    }

    private static let table = Migration(1, "create deposit", "CREATE TABLE deposit (n INTEGER PRIMARY KEY, number INTEGER NOT NULL, half INTEGER) STRICT")

    private static var vault: Wiring {
        var wiring = Wiring(plugin: "vault")
        wiring.migrations = [table]
        wiring.commands = [
            CommandHandler<Deposit>(access: .system) { deposit, tx in
                try tx.run("INSERT INTO deposit (number) VALUES (?)", deposit.number)
                try tx.announce(Deposited(number: deposit.number))
                try tx.run("UPDATE deposit SET half = 1 WHERE n = ?", tx.store.lastRowID)
                return Done()
            }
        ]
        wiring.announced = [Deposited.name]
        return wiring
    }

    private static var mirror: Wiring {
        var wiring = Wiring(plugin: "mirror")
        wiring.migrations = [table]
        wiring.reactions = [
            ReactionHandler<Deposited> { event, tx in try tx.run("INSERT INTO deposit (number, half) VALUES (?, 1)", event.number) }
        ]
        return wiring
    }
}
