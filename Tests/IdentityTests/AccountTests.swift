import Crypto
import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("账号与角色")
struct AccountTests {
    static let agency = CreditCode("914301000000000000")

    @Test("every fault of a new account is told at once")
    func allFaultsAtOnce() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let answer = await refusal {
            try await store.addAccount(
                NewAccount(
                    login: "admin", name: " ", grants: [Grant(.cityStaff), Grant(Role(rawValue: "emperor"))],
                    password: "abc"),
                by: Bench.chief, address: "console")
        }
        let fields = Set(answer?.faults.map(\.field) ?? [])
        #expect(fields == ["login", "name", "region", "role", "password"])
        #expect(try store.accounts().isEmpty)
    }

    @Test("a login name is taken once, whatever its case")
    func taken() async throws {
        let bench = Bench()
        let store = try await bench.open()
        _ = try await store.addAccount(NewAccount(login: "li.hong", name: "李红"), by: Bench.chief, address: "console")
        let answer = await refusal {
            try await store.addAccount(NewAccount(login: "Li.Hong", name: "另一人"), by: Bench.chief, address: "console")
        }
        #expect(answer?.code == "identity.login-taken")
        #expect(answer?.status == 409)
    }

    @Test("a handed-over password works once and must then be changed")
    func handedOver() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, password) = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红"), by: Bench.chief, address: "console")
        #expect(account.mustChangePassword)
        #expect(try await store.signIn(login: "li.hong", password: password, address: home).session.mustChangePassword)
        let reset = try await store.resetPassword(account.id, by: Bench.chief, address: "console")
        #expect(reset != password)
        #expect(
            await refusal { try await store.signIn(login: "li.hong", password: password, address: home) }?.status == 401
        )
        #expect(try await store.signIn(login: "li.hong", password: reset, address: home).session.mustChangePassword)
    }

    @Test("a reset lifts the lock on the name")
    func resetUnlocks() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _) = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红"), by: Bench.chief, address: "console")
        for _ in 1...5 {
            _ = await refusal { try await store.signIn(login: "li.hong", password: "wrong", address: home) }
        }
        let password = try await store.resetPassword(account.id, by: Bench.chief, address: "console")
        _ = try await store.signIn(login: "li.hong", password: password, address: home)
    }

    @Test("only a security administrator or the console manages accounts, and nobody the own one")
    func whoMay() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (chief, _) = try await store.addAccount(
            NewAccount(login: "zhao.an", name: "赵安", grants: [Grant(.securityAdministrator)]), by: Bench.chief,
            address: "console")
        let (clerk, _) = try await store.addAccount(
            NewAccount(login: "qian.li", name: "钱力", grants: [Grant(.systemAdministrator)]), by: chief.actor,
            address: home)
        for actor in [clerk.actor, .visitor] {
            let answer = await refusal {
                try await store.addAccount(NewAccount(login: "sun.yi", name: "孙一"), by: actor, address: home)
            }
            #expect(answer?.code == "identity.not-allowed")
            #expect(await refusal { try await store.resetPassword(chief.id, by: actor, address: home) }?.status == 403)
        }
        #expect(
            await refusal {
                try await store.grant(Grant(.provinceStaff), to: chief.id, by: chief.actor, address: home)
            }?.code
                == "identity.own-account")
        #expect(
            await refusal { try await store.setDisabled(true, chief.id, by: chief.actor, address: home) }?.code
                == "identity.own-account")
    }

    @Test(
        "a role is granted where it makes sense and nowhere else",
        arguments: [
            ("430000", "city-staff", "430100", true), ("430000", "city-staff", nil, false),
            ("430000", "city-staff", "430181", false),
            ("430000", "city-staff", "440100", false), ("430100", "city-staff", nil, true),
            ("430181", "window-staff", nil, true),
            ("430000", "window-staff", nil, false), ("430000", "window-staff", "430181", true),
            ("430000", "window-staff", "430100", true), ("430000", "province-staff", nil, true),
            ("430000", "province-staff", "430000", true), ("430000", "province-staff", "430100", false),
            ("430000", "system-administrator", nil, true), ("430000", "system-administrator", "430000", false),
            ("430000", "department-handler", "430181", true), ("430000", "agency", nil, false),
            ("430000", "nobody", nil, false),
            ("430181", "city-staff", "430100", true), ("430181", "city-staff", "430200", false),
        ] as [(String, String, String?, Bool)])
    func scopes(site: String, role: String, region: String?, isGood: Bool) {
        let check = GrantCheck(rules: RoleRule.standard, site: RegionCode(site))
        let faults = check.faults(
            [Grant(Role(rawValue: role), in: region.flatMap { RegionCode($0) })], organisation: nil)
        #expect(faults.isEmpty == isGood, "\(faults.map(\.message))")
    }

    @Test("三员分立：系统、安全、审计管理员不得由一人兼任")
    func separation() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _) = try await store.addAccount(
            NewAccount(login: "zhao.an", name: "赵安", grants: [Grant(.systemAdministrator)]), by: Bench.chief,
            address: "console")
        let answer = await refusal {
            try await store.grant(Grant(.auditAdministrator), to: account.id, by: Bench.chief, address: "console")
        }
        #expect(answer?.faults.first?.field == "grants")
        #expect(try store.account(account.id)?.grants == [Grant(.systemAdministrator)])
    }

    @Test("a plug-in's role can be granted once the site knows it")
    func pluginRoles() async throws {
        let bench = Bench()
        var rules = IdentityStore.Rules()
        rules.roles.append(RoleRule(Role(rawValue: "hotline.operator"), "坐席", scope: .site))
        let store = try await bench.open(rules: rules)
        let (account, _) = try await store.addAccount(
            NewAccount(login: "zhou.ting", name: "周婷", grants: [Grant(Role(rawValue: "hotline.operator"))]),
            by: Bench.chief,
            address: "console")
        #expect(account.grants.count == 1)
    }

    @Test("an agency's account needs a recorded organisation, and then acts for it")
    func organisations() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let code = try #require(Self.agency)
        let new = NewAccount(login: "wu.min", name: "吴敏", organisation: code, grants: [Grant(.agency)], password: good)
        let answer = await refusal { try await store.addAccount(new, by: Bench.chief, address: "console") }
        #expect(answer?.faults.map(\.field) == ["organisation"])
        try await store.record(
            Organisation(code: code, name: "长沙示例服务有限公司", kind: .agency), by: Bench.chief, address: "console")
        _ = try await store.addAccount(new, by: Bench.chief, address: "console")
        let signedIn = try await store.signIn(login: "wu.min", password: good, address: home)
        #expect(signedIn.actor.organisation == code)
        try await store.record(
            Organisation(code: code, name: "长沙示例服务集团", kind: .agency), by: Bench.chief, address: "console")
        #expect(try store.organisations().map(\.name) == ["长沙示例服务集团"])
        let account = try #require(try store.account(login: "wu.min"))
        let dropped = await refusal {
            try await store.changeAccount(
                account.id, name: "吴敏", organisation: nil, by: Bench.chief, address: "console")
        }
        #expect(dropped?.faults.first?.field == "organisation")
    }

    @Test("every audit event is written by some act, has a Chinese title, and the chain holds")
    func auditIsComplete() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let code = try #require(Self.agency)
        try await store.record(
            Organisation(code: code, name: "长沙示例服务有限公司", kind: .agency), by: Bench.chief, address: "console")
        let (account, _) = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        let signedIn = try await store.signIn(login: "li.hong", password: good, address: home)
        let own = try await store.changePassword(
            token: signedIn.token, old: good, new: "Yuelu-Mountain-9", address: home)
        try await store.signOut(token: own.token, address: home)
        for _ in 1...5 {
            _ = await refusal { try await store.signIn(login: "li.hong", password: "wrong", address: home) }
        }
        let grant = Grant(.provinceStaff)
        _ = try await store.grant(grant, to: account.id, by: Bench.chief, address: "console")
        _ = try await store.grant(grant, to: account.id, by: Bench.chief, address: "console")
        _ = try await store.revoke(grant, from: account.id, by: Bench.chief, address: "console")
        #expect(
            await refusal { try await store.revoke(grant, from: account.id, by: Bench.chief, address: "console") }?
                .status == 404)
        _ = try await store.changeAccount(
            account.id, name: "李红（窗口）", organisation: code, by: Bench.chief, address: "console")
        _ = try await store.setDisabled(true, account.id, by: Bench.chief, address: "console")
        _ = try await store.setDisabled(false, account.id, by: Bench.chief, address: "console")
        _ = try await store.resetPassword(account.id, by: Bench.chief, address: "console")

        try await secondFactorStory(bench, store)
        try await emergencyStory(bench, store)

        let person = try #require(PersonID(account.id.description))
        try await store.recordCopy(of: person, reason: "申请 2026-01 号", by: Bench.chief, address: "console")
        for grant in try #require(try store.account(account.id)).grants {
            _ = try await store.revoke(grant, from: account.id, by: Bench.chief, address: "console")
        }
        #expect(try await store.erase(person: person, reason: "申请 2026-02 号", outcome: "全部删除", by: Bench.chief, address: "console"))
        try await store.record(Organisation(code: code, name: "长沙示例服务集团", kind: .agency), by: Bench.chief, address: "console")
        try await store.endOrganisation(code, reason: "登记有误，终止", by: Bench.chief, address: "console")
        try await store.resumeOrganisation(code, reason: "核对无误，恢复", by: Bench.chief, address: "console")

        let lines = try store.audit(limit: 1000)
        // Those of partners, links and people of enterprises are written by their own tests, the removal of lines by that of the audit trail.
        let elsewhere = AuditEvent.allCases.filter { $0.rawValue.wholeMatch(of: /(partner|token|consent|plugin|membership|link|message)-.*|site-moved-.*|personal-data-kept|signed-up/) != nil }
        #expect(Set(lines.map(\.record.event)).union([.auditRemoved]).union(elsewhere) == Set(AuditEvent.allCases))
        #expect(lines.filter { $0.record.event == .grantAdded && $0.record.account == account.id }.count == 1)
        #expect(lines.allSatisfy { !$0.record.address.isEmpty && $0.actor.grants.isEmpty })
        for event in AuditEvent.allCases { #expect(event.title.unicodeScalars.allSatisfy { $0.value > 0x2E80 }) }
        guard case .intact(let count, _) = try store.verifyAudit() else {
            Issue.record("the chain is broken")
            return
        }
        #expect(count == Int64(lines.count))
    }

    /// One temporary role refused, one approved and ended; the audit log exported and checked.
    private func emergencyStory(_ bench: Bench, _ store: IdentityStore) async throws {
        let origin = Origin(address: home)
        _ = try await store.addAccount(
            NewAccount(login: "sun.yi", name: "孙一", grants: [Grant(.windowStaff, in: RegionCode("430181"))], password: good), by: Bench.chief,
            address: "console")
        let (chief, _) = try await store.addAccount(
            NewAccount(login: "shen.ji", name: "沈审", grants: [Grant(.auditAdministrator)]), by: Bench.chief, address: "console")
        let token = try await store.signIn(login: "sun.yi", password: good, address: home).token
        for approve in [false, true] {
            let id = try await store.requestEmergency(Grant(.provinceStaff), reason: "评审会议期间代办", hours: 1, token: token, from: origin)
            try await store.decideEmergency(id, approve: approve, by: chief.actor, address: home)
            if approve { try await store.endEmergency(id, by: chief.actor, address: home) }
        }
        _ = try await store.exportAudit(AuditFilter(), by: chief.actor, address: home)
        _ = try await store.verifyAudit(by: chief.actor, address: home)
    }

    /// Every act with codes: enrolling, a wrong code, a recovery code, new codes, removing, enrolling again, a reset; and an ended session.
    private func secondFactorStory(_ bench: Bench, _ store: IdentityStore) async throws {
        let origin = Origin(address: home)
        let (account, _) = try await store.addAccount(
            NewAccount(login: "zhou.ting", name: "周婷", password: good), by: Bench.chief, address: "console")
        _ = try await store.signIn(login: "zhou.ting", password: good, address: home)
        let token = try await store.signIn(login: "zhou.ting", password: good, address: home).token
        try await store.endSessions(of: account.id, except: token, by: account.actor, address: home)
        var codes: [String] = []
        for _ in 1...2 {
            try await store.beginEnrolment(token: token, code: codes.last, from: origin)
            let enrolment = try #require(try store.enrolment(token: token))
            let totp = TOTP(secret: try #require(Base32.decode(enrolment.secret)))
            codes = try await store.confirmEnrolment(token: token, code: totp.code(step: TOTP.step(at: bench.clock.now)), from: origin)
            _ = await refusal { try await store.makeRecoveryCodes(token: token, code: "000000", from: origin) }
            codes = try await store.makeRecoveryCodes(token: token, code: codes[0], from: origin)
            if try bench.events(store).contains("second-factor-removed") { break }
            try await store.removeSecondFactor(token: token, code: codes[0], from: origin)
        }
        try await store.resetSecondFactor(account.id, by: Bench.chief, address: "console")
    }
}
