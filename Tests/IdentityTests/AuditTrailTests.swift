import Crypto
import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("审计记录")
struct AuditTrailTests {
    let bench = Bench()
    static let auditor = Actor(kind: .person, id: "a", name: "沈审", grants: [Grant(.auditAdministrator)])

    private func filled() async throws -> IdentityStore {
        let store = try await bench.open()
        _ = try await store.addAccount(NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        bench.pass(.seconds(86_400))
        _ = await refusal { try await store.signIn(login: "li.hong", password: "wrong", address: home) }
        _ = try await store.signIn(login: "li.hong", password: good, address: home)
        bench.pass(.seconds(86_400))
        _ = await refusal { try await store.signIn(login: "nobody", password: "wrong", address: "203.0.113.9") }
        return store
    }

    @Test("only the audit administrator reads, exports or checks the log, and reading changes nothing")
    func whoMay() async throws {
        let store = try await filled()
        let others: [Actor] = [
            .visitor, .system("x"), Actor(kind: .person, id: "s", name: "安全", grants: [Grant(.securityAdministrator)]),
            Actor(kind: .person, id: "y", name: "系统", grants: [Grant(.systemAdministrator)]),
            Actor(kind: .partner, id: "p", name: "伙伴"), Actor(kind: .person, id: "w", name: "省级", grants: [Grant(.provinceStaff)]),
        ]
        for actor in others {
            #expect(throws: IdentityRefusals.auditNotAllowed) { try store.auditTrail(AuditFilter(), limit: 10, by: actor) }
            #expect(throws: IdentityRefusals.auditNotAllowed) { try store.auditBegins(by: actor) }
            #expect(await refusal { try await store.exportAudit(AuditFilter(), by: actor, address: home) }?.status == 403)
            #expect(await refusal { try await store.verifyAudit(by: actor, address: home) }?.status == 403)
        }
        let before = try bench.events(store)
        #expect(try store.auditTrail(AuditFilter(), limit: 10, by: Self.auditor).total == before.count)
        #expect(try bench.events(store) == before)
    }

    @Test("lines are found by event, person, time and outcome, the newest in front, page by page")
    func filters() async throws {
        let store = try await filled()
        func find(_ change: (inout AuditFilter) -> Void) throws -> [AuditEvent] {
            var filter = AuditFilter()
            change(&filter)
            return try store.auditTrail(filter, limit: 10, by: Self.auditor).lines.map(\.record.event)
        }
        #expect(try find { _ in } == [.signInFailed, .signedIn, .signInFailed, .accountCreated])
        #expect(try find { $0.event = .signedIn } == [.signedIn])
        #expect(try find { $0.person = "Li.Hong" } == [.signedIn, .signInFailed, .accountCreated])
        #expect(try find { $0.person = "李红" } == [.signedIn, .signInFailed])
        #expect(try find { $0.outcome = .refused } == [.signInFailed, .signInFailed])
        let day = Timestamp(milliseconds: 1_767_225_600_000).advanced(by: .seconds(86_400))
        #expect(try find { $0.from = day } == [.signInFailed, .signedIn, .signInFailed])
        #expect(try find { $0.until = day } == [.accountCreated])
        #expect(try find { $0.person = "' OR 1=1 --" } == [])
        let page = try store.auditTrail(AuditFilter(), offset: 1, limit: 2, by: Self.auditor)
        #expect(page.total == 4 && page.lines.map(\.seq) == [3, 2])
    }

    @Test("taking lines out and checking them are lines themselves; the chain names its first changed line")
    func exportAndVerify() async throws {
        let store = try await filled()
        let lines = try await store.exportAudit(AuditFilter(), by: Self.auditor, address: home)
        #expect(lines.map(\.seq) == [1, 2, 3, 4])
        #expect(lines.allSatisfy { $0.hash.count == 32 })
        guard case .intact(let count, _) = try await store.verifyAudit(by: Self.auditor, address: home) else {
            Issue.record("the chain is broken")
            return
        }
        #expect(count == 5)
        #expect(try bench.events(store).suffix(2) == ["audit-exported", "audit-verified"])
        #expect(try store.auditTrail(AuditFilter(), limit: 2, by: Self.auditor).lines.map(\.record.detail) == ["intact, 5 lines", "4 lines"])
    }

    @Test("nothing that a module can say changes or removes a line")
    func appendOnly() async throws {
        _ = try await filled()
        for sql in ["UPDATE _log SET actor_name = 'x'", "DELETE FROM _log", "DROP TABLE _log", "INSERT INTO _log(seq) VALUES(9)"] {
            await #expect(throws: (any Error).self, "\(sql)") { try await bench.file.write { try $0.run(sql) } }
        }
        #expect(try bench.rows("SELECT count(*) FROM _log") == 4)
    }

    @Test("lines older than six months go only with the hash of their export, on record, and the rest still verifies")
    func removal() async throws {
        let store = try await filled()
        let before = try #require(Day("2026-01-03"))
        let exported = try await store.exportAudit(AuditFilter(), by: Self.auditor, address: home)
        let last = try #require(exported.last { $0.time < before.start })
        func remove(_ day: Day, _ hash: [UInt8], by actor: Actor = Self.auditor) async throws -> Int {
            try await store.removeAudit(before: day, exported: hash.hexadecimal, by: actor, address: home)
        }
        #expect(await refusal { try await remove(before, last.hash) }?.code == "identity.audit-kept", "too young")
        bench.pass(.seconds(190 * 86_400))
        #expect(await refusal { try await remove(before, exported[0].hash) }?.code == "identity.audit-not-exported")
        #expect(await refusal { try await remove(bench.clock.now.day, last.hash) }?.code == "identity.audit-kept")
        let security = Actor(kind: .person, id: "s", name: "安全", grants: [Grant(.securityAdministrator)])
        #expect(await refusal { try await remove(before, last.hash, by: security) }?.code == "identity.audit-not-allowed")
        #expect(try await remove(before, last.hash) == Int(last.seq))
        let left = try store.auditTrail(AuditFilter(), limit: 10, by: Self.auditor).lines
        #expect(left.map(\.record.event).first == .auditRemoved)
        #expect(left.last?.seq == last.seq + 1)
        guard case .intact(let count, _) = try store.verifyAudit() else {
            Issue.record("the chain is broken")
            return
        }
        #expect(count == left.first?.seq)
    }

    @Test(
        "lines are kept for six calendar months, which are 181 to 184 days",
        arguments: [("2026-08-31", "2026-02-28"), ("2026-07-01", "2026-01-01"), ("2026-03-01", "2025-09-01"), ("2024-08-29", "2024-02-29")])
    func retention(today: String, keptFrom: String) throws {
        let now = try #require(Day(today)).start.advanced(by: .seconds(3600))
        #expect("\(AuditRule().keptFrom(now))" == keptFrom)
    }
}
