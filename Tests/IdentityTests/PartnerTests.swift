import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("partners: clients, contracts, states")
struct PartnerTests {
    static let guardian = Actor(kind: .person, id: "0", name: "安全", grants: [Grant(.securityAdministrator)])

    @Test("a client is registered with its organisation; every change leaves one audit line")
    func registers() async throws {
        let partner = try await PartnerBench()
        let detail = try #require(try partner.store.partner("tax-01"))
        #expect(detail.client.organisation == PartnerBench.office)
        #expect(detail.client.state == .active)
        #expect(detail.credentials.map(\.kind) == [.secret])
        #expect(detail.contracts.map(\.number) == [1])
        #expect(
            try partner.bench.events(partner.store).suffix(3) == ["organisation-recorded", "partner-added", "partner-contract-recorded"])
        try await partner.store.suspendPartner("tax-01", reason: "例行安全检查", by: Self.guardian, address: home)
        let history = try partner.store.partnerHistory("tax-01")
        #expect(history.map(\.record.event) == [.partnerAdded, .partnerContractRecorded, .partnerSuspended])
        #expect(history.last?.record.detail == "例行安全检查")
        guard case .intact(count: 4, _) = try partner.store.verifyAudit() else {
            Issue.record("the audit log is broken")
            return
        }
    }

    @Test("what is wrong with a client is said all at once")
    func refusesClients() async throws {
        let partner = try await PartnerBench()
        let found = await refusal {
            try await partner.store.addPartner(
                "Tax", name: "", organisation: Organisation(code: .sample, name: "", kind: .department), by: Bench.chief, address: home)
        }
        #expect(found?.faults.map(\.field) == ["client", "name", "organisation-name"])
        let taken = await refusal {
            try await partner.store.addPartner("tax-01", name: "x", organisation: PartnerBench.office, by: Bench.chief, address: home)
        }
        #expect(taken?.code == "partner.client-taken")
        let someone = Actor(kind: .person, id: "1", name: "某", grants: [Grant(.systemAdministrator)])
        let forbidden = await refusal {
            try await partner.store.addPartner("bank-01", name: "x", organisation: PartnerBench.office, by: someone, address: home)
        }
        #expect(forbidden?.status == 403)
        #expect(await refusal { try await partner.store.suspendPartner("tax-01", reason: "例行检查", by: someone, address: home) } != nil)
        #expect(await refusal { try await partner.store.rotateSecret(of: "absent", endsOldAtOnce: true, by: Bench.chief, address: home) }?.status == 404)
    }

    /// Every state with every change: what comes out, or that it is refused.
    @Test("the states: suspended comes back, revoked is final")
    func states() async throws {
        typealias Change = (IdentityStore) async throws -> Void
        let suspend: Change = { try await $0.suspendPartner("tax-01", reason: "发现异常调用", by: Bench.chief, address: home) }
        let resume: Change = { try await $0.resumePartner("tax-01", reason: "已查明原因", by: Bench.chief, address: home) }
        let revoke: Change = { try await $0.revokePartner("tax-01", reason: "合作终止了", by: Bench.chief, address: home) }
        let table: [(before: [Change], change: Change, after: PartnerClient.State?)] = [
            ([], suspend, .suspended), ([], resume, nil), ([], revoke, .revoked),
            ([suspend], suspend, nil), ([suspend], resume, .active), ([suspend], revoke, .revoked),
            ([revoke], suspend, nil), ([revoke], resume, nil), ([revoke], revoke, nil),
        ]
        for (index, row) in table.enumerated() {
            let partner = try await PartnerBench()
            for step in row.before { try await step(partner.store) }
            if let after = row.after {
                try await row.change(partner.store)
                #expect(try partner.store.partner("tax-01")?.client.state == after, "row \(index)")
                #expect(partner.store.partnerEntry("tax-01")?.client.state == after, "in memory, row \(index)")
            } else {
                #expect(await refusal { try await row.change(partner.store) }?.status == 409, "row \(index)")
            }
        }
        let partner = try await PartnerBench()
        #expect(await refusal { try await partner.store.suspendPartner("tax-01", reason: "短", by: Bench.chief, address: home) }?.code == "partner.reason")
        try await revoke(partner.store)
        #expect(try partner.store.partner("tax-01")?.credentials.isEmpty == true)
        #expect(await refusal { try await partner.store.recordContract(PartnerBench.contract(), for: "tax-01", by: Bench.chief, address: home) }?.code == "partner.revoked-final")
    }

    @Test("a token of a suspended client says so at once, and no new one is issued")
    func suspends() async throws {
        let partner = try await PartnerBench()
        let token = try await partner.token()
        try await partner.store.suspendPartner("tax-01", reason: "发现异常调用", by: Bench.chief, address: home)
        let entry = try partner.check(token)
        #expect(await refusal { try entry.contract(at: partner.bench.clock.now) }?.code == "partner.suspended")
        #expect(await partner.error(.secret(client: "tax-01", partner.secret))?.code == .unauthorizedClient)
        try await partner.store.resumePartner("tax-01", reason: "已查明原因", by: Bench.chief, address: home)
        #expect(try partner.check(token).contract(at: partner.bench.clock.now).version == 1)
    }

    @Test("a contract is good from its first day to the end of its last; each version replaces the one before from its first day")
    func periods() async throws {
        let partner = try await PartnerBench(contract: PartnerBench.contract(from: "2026-02-01", until: "2026-02-28"))
        let store = partner.store
        func code(_ day: String, _ hour: Int = 12) async throws -> String {
            let moment = try #require(Day(day)?.moment(hour: hour))
            let entry = try #require(store.partnerEntry("tax-01"))
            do { return "\(try entry.contract(at: moment).version)" } catch { return error.code }
        }
        #expect(try await code("2026-01-31", 23) == "partner.contract-not-yet-valid")
        #expect(try await code("2026-02-01", 0) == "1")
        #expect(try await code("2026-02-28", 23) == "1")
        #expect(try await code("2026-03-01", 0) == "partner.contract-expired")
        _ = try await store.recordContract(
            PartnerBench.contract(from: "2026-02-15", until: "2026-12-31"), for: "tax-01", by: Bench.chief, address: home)
        #expect(try await code("2026-02-14") == "1")
        #expect(try await code("2026-02-15") == "2")
        #expect(try await code("2026-03-01") == "2")
        _ = try await store.addPartner("bank-01", name: "x", organisation: PartnerBench.office, by: Bench.chief, address: home)
        let entry = try #require(store.partnerEntry("bank-01"))
        #expect(await refusal { try entry.contract(at: partner.bench.clock.now) }?.code == "partner.contract-none")
    }

    @Test("everything is there after a restart, the day's count as well")
    func restarts() async throws {
        let partner = try await PartnerBench()
        let today = partner.bench.clock.now.day
        partner.store.saveUsage(of: "tax-01", day: today, calls: 40)
        partner.store.saveUsage(of: "tax-01", day: today, calls: 30)
        try await partner.bench.file.write { _ in }
        let token = try await partner.token()
        let again = try await partner.bench.open()
        let entry = try again.partner(token: token, certificate: nil, realm: PartnerBench.realm)
        #expect(entry.savedUsage?.calls == 40)
        #expect(entry.savedUsage?.day == today)
        again.saveUsage(of: "tax-01", day: today + 1, calls: 1)
        try await partner.bench.file.write { _ in }
        #expect(try again.partner("tax-01")?.callsToday == 1)
    }

    // MARK: - The contract's file

    static let catalogue = PartnerCatalogue([
        "desk.find-slips.v1": .init(
            kind: .query, access: .anyone, message: schema(["city", "creditCode"]),
            reply: [
                "type": "object",
                "properties": [
                    "slips": ["type": "array", "items": ["$ref": "#/$defs/Slip"]], "next": ["type": "string"],
                    "counts": ["type": "object", "additionalProperties": ["type": "integer"]],
                ],
                "$defs": ["Slip": ["type": "object", "properties": ["text": ["type": "string"], "by": ["type": "string"]]]],
            ], isExposed: true),
        "desk.leave-slip.v1": .init(
            kind: .command, access: .role(.windowStaff), message: schema(["text"], required: ["text"]), reply: schema(["id"]), isExposed: true),
        "desk.tidy.v1": .init(kind: .command, access: .system, message: schema([]), reply: schema([]), isExposed: false),
        "desk.slip-left.v1": .init(kind: .event, access: nil, message: schema(["id", "text"]), reply: nil, isExposed: false),
    ])

    static func schema(_ names: [String], required: [String] = []) -> JSONValue {
        .object([
            .init("type", "object"), .init("properties", .object(names.map { .init($0, ["type": "string"]) })),
            .init("required", .array(required.map { .string($0) })),
        ])
    }

    static func read(_ text: String) throws(Refusal) -> PartnerContract {
        try PartnerContract.read(Array(text.utf8), catalogue: catalogue, site: RegionCode("430000"), today: Day("2026-03-01") ?? .first)
    }

    static func text(_ messages: String, head: String = "purpose: '核验纳税信用', validFrom: '2026-01-01', validUntil: '2026-12-31', ratePerMinute: 60, dailyQuota: 1000") -> String {
        "{ // 合约\n \(head), messages: [\(messages)] }"
    }

    @Test("a good contract is read as it is written")
    func reads() throws {
        let contract = try Self.read(
            Self.text(
                """
                { name: 'desk.find-slips.v1', direction: 'call', fields: ['slips/*/text', 'counts/*', 'next'], consent: 'creditCode' },
                { name: 'desk.leave-slip.v1', direction: 'call', role: 'window-staff@430181', requestFields: ['text'] },
                { name: 'desk.slip-left.v1', direction: 'receive', fields: ['id'] },
                """))
        #expect(contract.messages.count == 3)
        #expect(contract.messages[1].grant == Grant(.windowStaff, in: RegionCode("430181")))
        #expect(try Self.read(contract.text) == contract, "its own text is a contract again")
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let text: String
        let fields: [String]
        var says = ""
        var testDescription: String { "\(fields) \(says)" }
        init(_ text: String, _ fields: [String], _ says: String = "") {
            self.text = text
            self.fields = fields
            self.says = says
        }
    }

    static let wrong: [Wrong] = [
        Wrong("{", ["contract"], "第 1 行"),
        Wrong(text("", head: "purpose: '短', validFrom: '2026-03-01', validUntil: '2026-02-01', ratePerMinute: 0, dailyQuota: 0"), ["/purpose", "/ratePerMinute", "/dailyQuota", "/validUntil", "/validUntil", "/messages"]),
        Wrong(text("{ name: 'desk.find-slip.v1', direction: 'call' }"), ["/messages/0/name"], "是否想写“desk.find-slips.v1”"),
        Wrong(text("{ name: 'desk.slip-left.v1', direction: 'call' }"), ["/messages/0/name"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'receive' }"), ["/messages/0/name"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', fields: ['slips/*/txt', 'slips/text', 'a//b'] }"), ["/messages/0/fields/0", "/messages/0/fields/1", "/messages/0/fields/2"], "是否想写“text”"),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', requestFields: ['town'] }"), ["/messages/0/requestFields/0"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call' }, { name: 'desk.find-slips.v1', direction: 'call' }"), ["/messages/1/name"]),
        Wrong(text("{ name: 'desk.leave-slip.v1', direction: 'call' }"), ["/messages/0/role"], "window-staff"),
        Wrong(text("{ name: 'desk.leave-slip.v1', direction: 'call', role: 'window-staff@43' }"), ["/messages/0/role"]),
        Wrong(text("{ name: 'desk.leave-slip.v1', direction: 'call', role: 'window-staff@110101' }"), ["/messages/0/role"], "430000"),
        Wrong(text("{ name: 'desk.leave-slip.v1', direction: 'call', role: 'window-staff@430181', requestFields: ['text/x'] }"), ["/messages/0/requestFields/0", "/messages/0/requestFields"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', role: 'security-administrator' }"), ["/messages/0/role"], "管理员"),
        Wrong(text("{ name: 'desk.tidy.v1', direction: 'call' }"), ["/messages/0/name", "/messages/0/role"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', consent: 'enterprise' }"), ["/messages/0/consent"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', consent: 'creditCode', requestFields: ['city'] }"), ["/messages/0/consent"]),
        Wrong(text("{ name: 'desk.slip-left.v1', direction: 'receive', role: 'window-staff@430181' }"), ["/messages/0"]),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', fields: [] }"), ["/messages/0/fields"], "删去此项"),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', requestFields: [] }"), ["/messages/0/requestFields"], "列出字段"),
        Wrong(text("{ name: 'desk.find-slips.v1', direction: 'call', feilds: [] }"), ["/messages/0/feilds"], "fields"),
    ]

    @Test("every problem of a contract is named at its place", arguments: wrong)
    func refuses(one: Wrong) async {
        let found = await refusal { try Self.read(one.text) }
        #expect(found?.status == 422)
        #expect(found?.faults.map(\.field).sorted() == one.fields.sorted())
        #expect(one.says.isEmpty || found?.faults.contains { $0.message.contains(one.says) } == true, "\(found?.faults.map(\.message) ?? [])")
    }
}

@Suite("consents of enterprises")
struct ConsentTests {
    static let owner = Actor(kind: .person, id: "e1", name: "企业", grants: [Grant(.enterprise)], organisation: CreditCode("91430100MA4LDEM02N"))
    static let message: WireName = "desk.find-slips.v1"

    private func partner() async throws -> PartnerBench {
        try await PartnerBench(contract: PartnerBench.contract(messages: [.init(Self.message, consent: "creditCode"), .init("desk.other.v1")]))
    }

    private func check(_ partner: PartnerBench, _ reference: String?, message: WireName = message, enterprise: String? = nil, by code: CreditCode? = nil) async -> String? {
        do {
            try partner.store.checkConsent(
                reference, partner: code ?? PartnerBench.office.code, message: message, enterprise: enterprise ?? Self.owner.organisation?.description)
            return nil
        } catch { return error.code }
    }

    @Test("given, it lets exactly that call through; withdrawn, the next one is refused")
    func givesAndWithdraws() async throws {
        let partner = try await partner()
        let consent = try await partner.store.giveConsent(to: PartnerBench.office.code, until: Day("2026-06-30"), by: Self.owner, address: home)
        #expect(consent.messages == [Self.message])
        let id = consent.id.description
        #expect(await check(partner, id) == nil)
        #expect(await check(partner, nil) == "partner.consent-missing")
        #expect(await check(partner, "x") == "partner.consent-unknown")
        #expect(await check(partner, id, message: "desk.other.v1") == "partner.consent-other-message")
        #expect(await check(partner, id, enterprise: "91350100M000100Y43") == "partner.consent-other-enterprise")
        #expect(await check(partner, id, enterprise: "") == "partner.consent-other-enterprise")
        #expect(await check(partner, id, by: Self.owner.organisation) == "partner.consent-unknown")
        try await partner.store.withdrawConsent(consent.id, by: Self.owner, address: home)
        #expect(await check(partner, id) == "partner.consent-withdrawn")
        #expect(try partner.bench.events(partner.store).suffix(2) == ["consent-given", "consent-withdrawn"])
        #expect(await refusal { try await partner.store.withdrawConsent(consent.id, by: Self.owner, address: home) }?.status == 404)
    }

    @Test("it ends after its last day")
    func ends() async throws {
        let partner = try await partner()
        let today = partner.bench.clock.now.day
        let consent = try await partner.store.giveConsent(to: PartnerBench.office.code, until: today, by: Self.owner, address: home)
        #expect(await check(partner, consent.id.description) == nil)
        partner.bench.pass(.seconds(86_400))
        #expect(await check(partner, consent.id.description) == "partner.consent-ended")
    }

    @Test("only an enterprise gives it, only for itself, only for what a contract needs, no longer than the contract")
    func refuses() async throws {
        let partner = try await partner()
        let code = PartnerBench.office.code
        let agency = Actor(kind: .person, id: "a", name: "机构", grants: [Grant(.agency)], organisation: .sample)
        #expect(await refusal { try await partner.store.giveConsent(to: code, until: Day("2026-06-30"), by: agency, address: home) }?.status == 403)
        #expect(await refusal { try await partner.store.giveConsent(to: code, until: Day("2027-01-01"), by: Self.owner, address: home) }?.faults.first?.field == "until")
        #expect(await refusal { try await partner.store.giveConsent(to: code, until: Day("2025-12-31"), by: Self.owner, address: home) }?.faults.first?.field == "until")
        let plain = try await PartnerBench()
        #expect(await refusal { try await plain.store.giveConsent(to: code, until: Day("2026-06-30"), by: Self.owner, address: home) }?.faults.first?.field == "partner")
        let consent = try await partner.store.giveConsent(to: code, until: Day("2026-06-30"), by: Self.owner, address: home)
        var other = Self.owner
        other.organisation = .sample
        #expect(await refusal { try await partner.store.withdrawConsent(consent.id, by: other, address: home) }?.status == 404)
        #expect(try partner.store.consents(of: consent.enterprise).map(\.id) == [consent.id])
    }
}
