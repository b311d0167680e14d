import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("单位：登记、更正、终止、恢复")
struct OrganisationTests {
    static let code = PartnerBench.office.code
    static let guardian = Actor(kind: .person, id: "0", name: "", grants: [Grant(.securityAdministrator)])

    @Test("an organisation is recorded, corrected, ended and taken up again; every act is in its history")
    func life() async throws {
        let store = try await Bench().open()
        let first = Organisation(code: Self.code, name: "演示·税务局", kind: .department)
        try await store.record(first, by: Self.guardian, address: home)
        try await store.record(first, by: Self.guardian, address: home)
        try await store.record(Organisation(code: Self.code, name: "演示·市税务局", kind: .department), by: Self.guardian, address: home)
        try await store.endOrganisation(Self.code, reason: "机构改革撤并", by: Self.guardian, address: home)
        #expect(try store.organisationEntry(Self.code)?.endedAt != nil)
        #expect(await refusal { try await store.endOrganisation(Self.code, reason: "机构改革撤并", by: Self.guardian, address: home) }?.status == 409)
        try await store.resumeOrganisation(Self.code, reason: "撤并有误，恢复", by: Self.guardian, address: home)
        let entry = try #require(try store.organisationEntries().first)
        #expect(entry.organisation.name == "演示·市税务局" && entry.endedAt == nil)
        #expect(
            try store.organisationHistory(Self.code).map(\.record.event)
                == [.organisationRecorded, .organisationCorrected, .organisationEnded, .organisationResumed])
    }

    @Test("an organisation for which somebody acts cannot be ended; an ended one gets neither account nor client")
    func inUse() async throws {
        let partner = try await PartnerBench()
        let store = partner.store
        let used = await refusal { try await store.endOrganisation(Self.code, reason: "机构改革撤并", by: Self.guardian, address: home) }
        #expect(used?.code == "identity.organisation-in-use" && used?.message.contains("1 个未撤销") == true)
        try await store.revokePartner("tax-01", reason: "合作终止了", by: Bench.chief, address: home)
        try await store.endOrganisation(Self.code, reason: "机构改革撤并", by: Self.guardian, address: home)
        let client = await refusal {
            try await store.addPartner("tax-02", name: "查询", organisation: PartnerBench.office, by: Bench.chief, address: home)
        }
        #expect(client?.faults.map(\.field) == ["organisation"])
        let account = await refusal {
            try await store.addAccount(
                NewAccount(login: "tax.zhou", name: "周税", organisation: Self.code, grants: [Grant(.enterprise)]), by: Bench.chief, address: home)
        }
        #expect(account?.faults.map(\.message).joined().contains("已终止") == true)
    }

    @Test("names are checked, strangers refused, and only the security administrator may")
    func refuses() async throws {
        let store = try await Bench().open()
        let short = await refusal { try await store.record(Organisation(code: Self.code, name: "短", kind: .agency), by: Self.guardian, address: home) }
        #expect(short?.faults.map(\.field) == ["name"])
        #expect(await refusal { try await store.endOrganisation(Self.code, reason: "机构改革撤并", by: Self.guardian, address: home) }?.status == 404)
        #expect(await refusal { try await store.endOrganisation(Self.code, reason: "短", by: Self.guardian, address: home) }?.status == 422)
        let other = Actor(kind: .person, id: "1", name: "", grants: [Grant(.systemAdministrator)])
        #expect(
            await refusal { try await store.record(Organisation(code: Self.code, name: "演示·单位", kind: .agency), by: other, address: home) }?.status == 403)
    }

    @Test("a file of the version before keeps its organisations and certificates, as in use and without an end")
    func migration() async throws {
        let bench = Bench()
        let path = "\(bench.folder)/old.sqlite"
        let old = StoreFile(path: path, migrations: Array(IdentityStore.migrations.prefix(4)), lanes: bench.lanes, clock: bench.clock)
        try await old.write { writer -> Void in
            try writer.run("INSERT INTO organisation(code, name, kind, created_at) VALUES(?, '演示·税务局', 'department', 1)", Self.code.description)
            try writer.run(
                "INSERT INTO partner_client(id, organisation, name, state, created_at) VALUES('tax-01', ?, '查询', 'active', 1)", Self.code.description)
            try writer.run(
                "INSERT INTO client_certificate(thumbprint, client, created_at) VALUES(?, 'tax-01', 1)", [UInt8](repeating: 3, count: 32))
        }
        old.close()
        let file = StoreFile(path: path, migrations: IdentityStore.migrations, lanes: bench.lanes, clock: bench.clock)
        defer { file.close() }
        let store = try await IdentityStore.open(
            file: file, key: Bench.key, region: RegionCode("430000"), clock: bench.clock, ids: bench.ids, workers: bench.workers)
        #expect(try store.organisationEntry(Self.code)?.endedAt == nil)
        let entry = try #require(store.partnerEntry("tax-01"))
        #expect(entry.certificates.map(\.until) == [nil] && entry.ends.isEmpty)
    }
}
