import Crypto
import Messages
import Testing
import Vocabulary

@testable import Identity

@Suite("partners: what ends when")
struct PartnerEndTests {
    @Test("the newest contract's last day counts; a revoked client ends nothing")
    func contract() async throws {
        let partner = try await PartnerBench()
        func ends() -> [PartnerEnd] { partner.store.partnerEntry("tax-01")?.ends ?? [] }
        #expect(ends().map(\.kind) == [.contract])
        #expect(ends().first?.until.day == Day("2026-12-31"))
        _ = try await partner.store.recordContract(PartnerBench.contract(until: "2027-06-30"), for: "tax-01", by: Bench.chief, address: home)
        #expect(ends().first?.until.day == Day("2027-06-30"))
        try await partner.store.revokePartner("tax-01", reason: "合作终止了", by: Bench.chief, address: home)
        #expect(ends().isEmpty)
    }

    @Test("a key that goes on hides the one before it; without it the end of the last one is told")
    func keys() async throws {
        let partner = try await PartnerBench()
        func kinds() -> [PartnerEnd.Kind] { partner.store.partnerEntry("tax-01")?.ends.map(\.kind) ?? [] }
        func register() async throws -> String {
            let pem = String(decoding: try SigningKey.generate(.es256).verifyingKey.pem, as: UTF8.self)
            return try await partner.store.registerKey(pem, for: "tax-01", by: Bench.chief, address: home)
        }
        _ = try await register()
        let second = try await register()
        #expect(kinds() == [.contract])
        try await partner.store.removeCredential(.key, second, of: "tax-01", by: Bench.chief, address: home)
        #expect(kinds() == [.contract, .key])
    }

    @Test("a certificate ends when it says; one that has ended is not taken")
    func certificates() async throws {
        let partner = try await PartnerBench()
        let now = partner.bench.clock.now.milliseconds / 1000
        func certificate(days: Int64) throws -> Certificate {
            let authority = try CertificateAuthority.create("演示", .init(from: now - 86_400 * 40, until: now + 86_400 * 900)).authority
            return try authority.issue(.init("tax", hosts: []), .client, .init(from: now - 86_400 * 30, until: now + 86_400 * days)).certificate
        }
        let good = try certificate(days: 20)
        _ = try await partner.store.registerCertificate(String(decoding: good.pem, as: UTF8.self), for: "tax-01", by: Bench.chief, address: home)
        let end = partner.store.partnerEntry("tax-01")?.ends.first { $0.kind == .certificate }
        #expect(end?.until == Timestamp(milliseconds: good.validUntil * 1000))
        let over = try certificate(days: -1)
        let refused = await refusal {
            try await partner.store.registerCertificate(String(decoding: over.pem, as: UTF8.self), for: "tax-01", by: Bench.chief, address: home)
        }
        #expect(refused?.message.contains("到期") == true)
    }
}
