import FoundationEssentials
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("账号库的迁移")
struct MigrationTests {
    @Test("a file of the first version keeps its accounts, roles and sessions; its locks are forgotten", arguments: 1...2)
    func fromOlder(version: Int) async throws {
        let bench = Bench()
        let path = "\(bench.folder)/old.sqlite"
        let old = StoreFile(
            path: path, migrations: Array(IdentityStore.migrations.prefix(version)), lanes: bench.lanes, clock: bench.clock)
        let id = "01900000-0000-7000-8000-000000000001"
        let hash = try PasswordHash.make(good, cost: bench.workers.cost)
        let now = bench.clock.now.milliseconds
        try await old.write { writer -> Void in
            try writer.run(
                "INSERT INTO account(id, login, name, must_change, password, password_at, created_at) VALUES(?, 'li.hong', '李红', 0, ?, ?, ?)", id,
                hash.description, now, now)
            try writer.run("INSERT INTO grant_(account, role, region, granted_at) VALUES(?, 'window-staff', '430181', ?)", id, now)
            try writer.run(
                "INSERT INTO session(id, account, started_at, seen_at) VALUES(?, ?, ?, ?)", [UInt8](repeating: 1, count: 32), id, now, now)
            if version == 1 {
                try writer.run("INSERT INTO lockout(key, failures, since) VALUES(?, 5, ?)", [UInt8](repeating: 2, count: 32), now)
            }
        }
        old.close()
        let file = StoreFile(path: path, migrations: IdentityStore.migrations, lanes: bench.lanes, clock: bench.clock)
        defer { file.close() }
        let store = try await IdentityStore.open(
            file: file, key: Bench.key, region: RegionCode("430000"), clock: bench.clock, ids: bench.ids, workers: bench.workers)
        let account = try #require(try store.account(login: "li.hong"))
        #expect(account.grants.count == 1 && !account.hasSecondFactor)
        #expect(try store.sessions(of: account.id).map(\.device) == [""])
        #expect(try store.emergencies().isEmpty)
        _ = try await store.signIn(login: "li.hong", password: good, address: home)
    }
}
