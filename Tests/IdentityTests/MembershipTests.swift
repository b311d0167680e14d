import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("单位代表：注册、申请、核实、终止")
struct MembershipTests {
    static let code = "91430181MA4LDEM10U"
    static let window = Actor(kind: .person, id: "w", name: "", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
    static let neighbour = Actor(kind: .person, id: "n", name: "", grants: [Grant(.windowStaff, in: RegionCode("430212"))])

    static func membership(_ kind: Organisation.Kind? = .enterprise, code: String = code, region: String = "430181") -> MembershipRequest {
        MembershipRequest(code: code, name: "演示·浏阳精工机械有限公司", kind: kind, region: RegionCode(region), post: "行政主管")
    }

    static func request(_ login: String = "zhang.wei", _ membership: MembershipRequest = membership()) -> SignUpRequest {
        SignUpRequest(login: login, name: "张伟", password: good, membership: membership)
    }

    @Test("who signs up gets an account without roles; the window of the region approves, then the person acts for the organisation")
    func life() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let login = try await store.signUp(Self.request(), form: [1], address: home)
        #expect(login.description.hasPrefix("zhang.wei-") && login.description.utf8.count == 14)
        let signedIn = try await store.signIn(login: login.description, password: good, address: home)
        #expect(signedIn.actor.grants == [] && signedIn.actor.organisation == nil && !signedIn.session.mustChangePassword)
        let claim = try #require(try store.claims(for: Self.window).first)
        #expect(try store.claims(for: Self.neighbour).isEmpty)
        #expect(await refusal { try await store.decideClaim(claim.id, approve: true, reason: nil, by: Self.neighbour, address: home) }?.status == 404)
        try await store.decideClaim(claim.id, approve: true, reason: nil, by: Self.window, address: home)
        let actor = try #require(store.actor(forSession: signedIn.token)?.actor)
        #expect(actor.organisation?.description == Self.code)
        #expect(actor.grants == [Grant(.enterprise, in: RegionCode("430181"))])
        #expect(try store.organisation(#require(CreditCode(Self.code)))?.name == "演示·浏阳精工机械有限公司")
        #expect(try store.members(for: Self.window).map(\.login) == [login] && store.members(for: Self.neighbour).isEmpty)
        try await store.endMembership(of: claim.account, by: Self.window, address: home)
        #expect(store.actor(forSession: signedIn.token)?.actor.grants == [])
        #expect(
            try bench.events(store) == [
                "signed-up", "membership-claimed", "signed-in", "membership-approved", "organisation-recorded", "grant-added", "membership-ended",
                "grant-removed",
            ])
    }

    @Test("several people act for one organisation; one person acts for one only, and may hold both roles there")
    func several() async throws {
        let store = try await Bench().open()
        for index in 0..<3 {
            let login = try await store.signUp(Self.request("zhang.wei", Self.membership()), form: [UInt8(index)], address: home)
            #expect(login.description.hasPrefix("zhang.wei-"))
        }
        let claims = try store.claims(for: Self.window)
        #expect(claims.count == 3 && Set(claims.map(\.login)).count == 3)
        for claim in claims { try await store.decideClaim(claim.id, approve: true, reason: nil, by: Self.window, address: home) }
        #expect(try store.members(for: Self.window).count == 3)
        let person = try #require(try store.account(claims[0].account)?.actor)
        let other = await refusal {
            try await store.claimMembership(Self.membership(code: "91430181MA4LDEM37K"), form: [9], by: person, address: home)
        }
        #expect(other?.code == "identity.claim-elsewhere")
        try await store.claimMembership(Self.membership(.agency), form: [9], by: person, address: home)
        #expect(await refusal { try await store.claimMembership(Self.membership(.agency), form: [8], by: person, address: home) }?.code == "identity.claim-open")
        let second = try #require(try store.claims(for: Self.window, onlyWaiting: true).first)
        try await store.decideClaim(second.id, approve: true, reason: nil, by: Self.window, address: home)
        #expect(try store.account(claims[0].account)?.grants.map(\.role) == [.agency, .enterprise])
    }

    @Test("every fault of a sign-up is told at once; nothing is written")
    func faults() async throws {
        let bench = Bench()
        let store = try await bench.open(region: "430100")
        let bad = SignUpRequest(
            login: "13800138000", name: "", password: "short",
            membership: MembershipRequest(code: "91430181MA4LDEM10X", name: "短", kind: .department, region: RegionCode("430212"), post: ""))
        let found = try #require(await refusal { try await store.signUp(bad, form: [1], address: home) })
        #expect(Set(found.faults.map(\.field)) == ["login", "name", "password", "code", "organisation", "kind", "region", "post"])
        #expect(try bench.rows("SELECT count(*) FROM account") == 0)
    }

    @Test("the answer tells neither of taken login names nor of known organisations")
    func tellsNothing() async throws {
        let store = try await Bench().open()
        let code = try #require(CreditCode(Self.code))
        try await store.record(Organisation(code: code, name: "演示·另一名称", kind: .agency), by: Bench.chief, address: home)
        _ = try await store.addAccount(NewAccount(login: "zhang.wei", name: "张伟", password: good), by: Bench.chief, address: home)
        #expect(try await store.signUp(Self.request(), form: [1], address: home).description.hasPrefix("zhang.wei-"))
        #expect(try await store.signUp(Self.request("li.si"), form: [2], address: home).description.hasPrefix("li.si-"))
    }

    @Test("a form posted twice, even at once, makes one account")
    func doubleClick() async throws {
        let bench = Bench()
        let store = try await bench.open()
        async let first = store.signUp(Self.request(), form: [7], address: home)
        async let second = store.signUp(Self.request(), form: [7], address: home)
        #expect(try await first == second)
        #expect(try bench.rows("SELECT count(*) FROM account") == 1)
    }

    @Test("ten from one address are free, further ones wait; another address does not")
    func throttled() async throws {
        let bench = Bench()
        let store = try await bench.open()
        for index in 0..<10 { _ = try await store.signUp(Self.request(), form: [UInt8(index)], address: home) }
        #expect(await refusal { try await store.signUp(Self.request(), form: [20], address: home) }?.code == "identity.sign-up-wait")
        _ = try await store.signUp(Self.request(), form: [21], address: "198.51.100.4")
        // A restart of the host frees nobody.
        let again = try await bench.open()
        #expect(await refusal { try await again.signUp(Self.request(), form: [23], address: home) }?.code == "identity.sign-up-wait")
        bench.pass(.seconds(601))
        _ = try await store.signUp(Self.request(), form: [22], address: home)
    }

    @Test("a closed or full site takes no sign-ups")
    func closed() async throws {
        var rules = IdentityStore.Rules()
        rules.signUp.isOpen = false
        let shut = try await Bench().open(rules: rules)
        #expect(await refusal { try await shut.signUp(Self.request(), form: [1], address: home) }?.code == "identity.sign-up-closed")
        rules.signUp.isOpen = true
        rules.signUp.waiting = 1
        let small = try await Bench().open(rules: rules)
        _ = try await small.signUp(Self.request(), form: [1], address: home)
        #expect(await refusal { try await small.signUp(Self.request(), form: [2], address: home) }?.code == "identity.sign-up-full")
    }

    @Test("a refusal names its reason to the person, who may ask again; a decided claim is decided once")
    func refused() async throws {
        let store = try await Bench().open()
        _ = try await store.signUp(Self.request(), form: [1], address: home)
        let claim = try #require(try store.claims(for: Self.window).first)
        #expect(await refusal { try await store.decideClaim(claim.id, approve: false, reason: "", by: Self.window, address: home) }?.status == 422)
        try await store.decideClaim(claim.id, approve: false, reason: "电话核实，单位未委派", by: Self.window, address: home)
        #expect(await refusal { try await store.decideClaim(claim.id, approve: true, reason: nil, by: Self.window, address: home) }?.code == "identity.claim-decided")
        let person = try #require(try store.account(claim.account)?.actor)
        #expect(try store.claims(of: claim.account).first?.reason == "电话核实，单位未委派")
        try await store.claimMembership(Self.membership(), form: [2], by: person, address: home)
        let again = try #require(try store.claims(for: Self.window, onlyWaiting: true).first)
        try await store.withdrawClaim(again.id, by: person, address: home)
        #expect(try store.claims(for: Self.window, onlyWaiting: true).isEmpty)
    }

    @Test("two of the staff approving at once: one decides, the other is told")
    func atOnce() async throws {
        let store = try await Bench().open()
        _ = try await store.signUp(Self.request(), form: [1], address: home)
        let claim = try #require(try store.claims(for: Self.window).first)
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do {
                        try await store.decideClaim(claim.id, approve: true, reason: nil, by: Self.window, address: home)
                        return nil
                    } catch {
                        return (error as? Refusal)?.code ?? "other"
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == "identity.claim-decided" } == 3)
        #expect(try store.account(claim.account)?.grants.count == 1)
    }

    @Test("staff accounts claim nothing; an ended organisation gets nobody; erasing a person takes the claims along")
    func ends() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let staff = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", grants: [Grant(.windowStaff, in: RegionCode("430181"))], password: good), by: Bench.chief, address: home
        ).account
        #expect(await refusal { try await store.claimMembership(Self.membership(), form: [1], by: staff.actor, address: home) }?.code == "identity.claim-staff")
        let code = try #require(CreditCode(Self.code))
        try await store.record(Organisation(code: code, name: "演示·浏阳精工机械有限公司", kind: .enterprise), by: Bench.chief, address: home)
        try await store.endOrganisation(code, reason: "已经注销登记", by: Bench.chief, address: home)
        _ = try await store.signUp(Self.request(), form: [2], address: home)
        let claim = try #require(try store.claims(for: Self.window).first)
        #expect(await refusal { try await store.decideClaim(claim.id, approve: true, reason: nil, by: Self.window, address: home) }?.status == 422)
        #expect(try store.claims(for: Self.window).first?.state == .waiting)
        let person = try #require(PersonID(claim.account.description))
        _ = try await store.erase(person: person, reason: "本人申请注销", outcome: "全部删除", by: Bench.chief, address: home)
        #expect(try bench.rows("SELECT count(*) FROM membership_claim") == 0)
    }
}
