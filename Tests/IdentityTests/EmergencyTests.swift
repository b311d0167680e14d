import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("应急授权")
struct EmergencyTests {
    let bench = Bench()
    private let origin = Origin(address: home)

    private struct People {
        let store: IdentityStore
        let clerk: SignedIn
        let system: Account
        let security: Account
        let audit: Account
    }

    private func people() async throws -> People {
        var rules = IdentityStore.Rules()
        rules.secondFactor.requiredRoles = []
        let store = try await bench.open(rules: rules)
        func open(_ login: String, _ grant: Grant) async throws -> Account {
            try await store.addAccount(NewAccount(login: login, name: login, grants: [grant], password: good), by: Bench.chief, address: "console").account
        }
        _ = try await open("li.hong", Grant(.windowStaff, in: RegionCode("430181")))
        return People(
            store: store, clerk: try await store.signIn(login: "li.hong", password: good, address: home),
            system: try await open("wu.yun", Grant(.systemAdministrator)), security: try await open("zhao.an", Grant(.securityAdministrator)),
            audit: try await open("shen.ji", Grant(.auditAdministrator)))
    }

    private func ask(_ people: People, _ role: Role = .provinceStaff, hours: Int = 2) async throws -> MessageID {
        try await people.store.requestEmergency(Grant(role), reason: "评审会议期间代办", hours: hours, token: people.clerk.token, from: origin)
    }

    @Test("a request alone grants nothing; another person's approval does, at once, and the hours take it away")
    func wholeStory() async throws {
        let people = try await people()
        let store = people.store
        let id = try await ask(people)
        func role() -> Bool { store.actor(forSession: people.clerk.token)?.actor.holds(.provinceStaff) ?? false }
        #expect(!role())
        try await store.decideEmergency(id, approve: true, by: people.security.actor, address: home)
        #expect(role())
        #expect(store.actor(forSession: people.clerk.token)?.session.emergencies.map(\.until) == [bench.clock.now.advanced(by: .seconds(7200))])
        for _ in 0..<5 {
            bench.pass(.seconds(1439))
            #expect(role())
        }
        bench.pass(.seconds(5))
        #expect(!role(), "to the second, in the running session")
        #expect(store.actor(forSession: people.clerk.token)?.session.emergencies == [])
        #expect(store.actor(forSession: people.clerk.token)?.actor.holds(.windowStaff) == true, "the own role stays")
        #expect(try store.emergency(id).state == .ended)
        try await store.housekeep()
        try await store.housekeep()
        #expect(try bench.events(store).filter { $0.hasPrefix("emergency") } == ["emergency-requested", "emergency-approved", "emergency-ended"])
    }

    @Test("what ends by itself is noted once a minute without asking the file, until something may be due; also what was decided meanwhile")
    func housekeeping() async throws {
        let people = try await people()
        let store = people.store
        func ended() throws -> Int { try bench.events(store).count { $0 == "emergency-ended" } }
        try await store.housekeep()
        for _ in 0..<3 {
            let id = try await ask(people)
            try await store.decideEmergency(id, approve: true, by: people.security.actor, address: home)
            try await store.housekeep()
            let before = (try ended(), store.file.counts.snapshots)
            for _ in 0..<100 { try await store.housekeep() }
            #expect(store.file.counts.snapshots == before.1)
            // The asking person's session is used meanwhile.
            for _ in 0..<6 {
                bench.pass(.seconds(1300))
                _ = store.actor(forSession: people.clerk.token)
            }
            try await store.housekeep()
            #expect(try ended() == before.0 + 1)
        }
    }

    @Test("a session that begins during the hours has the role, also after a restart, and no longer afterwards")
    func newSessions() async throws {
        let people = try await people()
        let id = try await ask(people)
        try await people.store.decideEmergency(id, approve: true, by: people.audit.actor, address: home)
        let fresh = try await people.store.signIn(login: "li.hong", password: good, address: home)
        #expect(fresh.actor.holds(.provinceStaff))
        let again = try await bench.open()
        #expect(again.actor(forSession: fresh.token)?.actor.holds(.provinceStaff) == true)
        bench.pass(.seconds(7200))
        #expect(try await !again.signIn(login: "li.hong", password: good, address: home).actor.holds(.provinceStaff))
    }

    @Test("four eyes: not oneself, not a colleague without an administrator's role, not by a role that the asking person holds too")
    func fourEyes() async throws {
        let people = try await people()
        let store = people.store
        let id = try await ask(people)
        let clerk = people.clerk.actor
        let colleague = try await store.addAccount(
            NewAccount(login: "sun.yi", name: "孙一", grants: [Grant(.provinceStaff)]), by: Bench.chief, address: "console").account
        for actor in [clerk, colleague.actor, .visitor, .system("x")] {
            #expect(await refusal { try await store.decideEmergency(id, approve: true, by: actor, address: home) }?.code == "identity.emergency-other")
        }
        // A system administrator asks: a second system administrator is not enough, the security or audit administrator is.
        let system = try await store.signIn(login: "wu.yun", password: good, address: home)
        let other = try await store.addAccount(
            NewAccount(login: "chen.er", name: "陈二", grants: [Grant(.systemAdministrator)]), by: Bench.chief, address: "console").account
        let wanted = try await store.requestEmergency(Grant(.securityAdministrator), reason: "安全管理员失联", hours: 1, token: system.token, from: origin)
        #expect(await refusal { try await store.decideEmergency(wanted, approve: true, by: other.actor, address: home) }?.status == 403)
        try await store.decideEmergency(wanted, approve: true, by: people.audit.actor, address: home)
        // Who holds an administrator's role for hours only is nobody's second pair of eyes.
        let borrowed = try #require(store.actor(forSession: system.token)?.actor)
        #expect(borrowed.holds(.securityAdministrator))
        let third = try await store.addAccount(
            NewAccount(login: "qian.san", name: "钱三", grants: [Grant(.systemAdministrator)], password: good), by: Bench.chief, address: "console").account
        let thirdSession = try await store.signIn(login: "qian.san", password: good, address: home)
        let next = try await store.requestEmergency(Grant(.provinceStaff), reason: "另一件急事", hours: 1, token: thirdSession.token, from: origin)
        #expect(await refusal { try await store.decideEmergency(next, approve: true, by: borrowed, address: home) }?.status == 403)
        #expect(third.grants.count == 1)
    }

    @Test("the audit administrator's role, a missing reason, too many hours and a role held already are refused, all at once")
    func refused() async throws {
        let people = try await people()
        let store = people.store
        let answer = await refusal {
            try await store.requestEmergency(Grant(.auditAdministrator), reason: "急", hours: 9, token: people.clerk.token, from: origin)
        }
        #expect(Set(answer?.faults.map(\.field) ?? []) == ["role", "reason", "hours"])
        _ = try await ask(people)
        #expect(await refusal { try await ask(people) }?.faults.map(\.field) == ["role"])
        _ = try await store.addAccount(NewAccount(login: "no.role", name: "无角色", password: good), by: Bench.chief, address: "console")
        let nobody = try await store.signIn(login: "no.role", password: good, address: home)
        #expect(
            await refusal { try await store.requestEmergency(Grant(.provinceStaff), reason: "试一试看", hours: 1, token: nobody.token, from: origin) }?.code
                == "identity.emergency-not-for")
    }

    @Test("a request lapses after an hour; what was refused or has ended stays so; holder and administrators may end early")
    func ends() async throws {
        let people = try await people()
        let store = people.store
        let late = try await ask(people)
        bench.pass(.seconds(1700))
        _ = store.actor(forSession: people.clerk.token)
        bench.pass(.seconds(1700))
        _ = store.actor(forSession: people.clerk.token)
        bench.pass(.seconds(200))
        #expect(try store.emergency(late).state == .lapsed)
        #expect(await refusal { try await store.decideEmergency(late, approve: true, by: people.security.actor, address: home) }?.status == 409)
        let refused = try await ask(people)
        try await store.decideEmergency(refused, approve: false, by: people.security.actor, address: home)
        #expect(await refusal { try await store.decideEmergency(refused, approve: true, by: people.audit.actor, address: home) }?.status == 409)
        let early = try await ask(people)
        try await store.decideEmergency(early, approve: true, by: people.security.actor, address: home)
        #expect(await refusal { try await store.endEmergency(early, by: .visitor, address: home) }?.status == 403)
        try await store.endEmergency(early, by: people.clerk.actor, address: home)
        #expect(store.actor(forSession: people.clerk.token)?.actor.holds(.provinceStaff) == false)
        #expect(await refusal { try await store.endEmergency(early, by: people.audit.actor, address: home) }?.status == 409)
        #expect(await refusal { try await store.endEmergency(MessageID(high: 1, low: 2), by: people.audit.actor, address: home) }?.status == 404)
    }
}
