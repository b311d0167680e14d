import Crypto
import Exchange
import Identity
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("Gateway: public interfaces in the form of somebody else's standard")
struct InterfaceTests {
    static let path = "/api/test/desk/open/slips"

    func post(
        _ host: TestHost, _ fields: [(String, String)], _ path: String = path, bearer: String? = nil,
        over transport: TestTransport = .router
    ) async throws -> TestAnswer {
        let body = fields.map { "\(QueryLink.encode($0.0))=\(QueryLink.encode($0.1))" }.joined(separator: "&")
        return try await host.visitor(transport).send(
            "POST", path,
            headers: [("Content-Type", "application/x-www-form-urlencoded")]
                + (bearer.map { [("Authorization", "Bearer \($0)")] } ?? []),
            body: Array(body.utf8))
    }

    @Test(
        "A partner's access token as api_key or as bearer acts in its contract's role; the receipt names the message",
        arguments: TestTransport.both)
    func keys(transport: TestTransport) async throws {
        let partner = try await PartnerHost(messages: [.init("desk.leave-slip.v1", role: "window-staff@430181")])
        let witness = QuickWitness()
        try partner.watch(witness)
        let token = try await partner.token()
        let good = try await post(partner.host, [("text", "甲"), ("api_key", token)], over: transport)
        #expect(good.status == 201, "\(good.text)")
        #expect(good.text == "left by partner\n")
        #expect(good["RateLimit"] != nil)
        #expect(good["Content-Security-Policy"] == "default-src 'none'; sandbox")
        #expect(try await post(partner.host, [("text", "乙")], bearer: token, over: transport).status == 201)
        #expect(witness.passages.map(\.message.description) == ["desk.leave-slip.v1", "desk.leave-slip.v1"])
        #expect(!witness.passages.contains { $0.target.contains(token) })
        #expect(try await partner.host.visitor(transport).get("\(Self.path)/%E7%94%B2").text == "there\n")
    }

    @Test("The digest of a refusal is that of the standard's form, which the partner gets", arguments: TestTransport.both)
    func digests(transport: TestTransport) async throws {
        let partner = try await PartnerHost(rate: 1, messages: [.init("desk.leave-slip.v1", role: "window-staff@430181")])
        let witness = QuickWitness()
        try partner.watch(witness)
        let token = try await partner.token()
        #expect(try await post(partner.host, [("text", "甲")], bearer: token, over: transport).status == 201)
        let fast = try await post(partner.host, [("text", "乙")], bearer: token, over: transport)
        #expect(fast.status == 429)
        #expect(fast.text.hasPrefix("429 \(Self.path)"), "\(fast.text)")
        #expect(fast["Content-Digest"] == "sha-256=:\(Base64.encodePadded(Digest.sha256.of(fast.body))):")
        let unfit = try await PartnerHost(messages: [.init("desk.leave-slip.v1", role: "window-staff@430181")])
        try unfit.watch(witness)
        let refused = try await post(unfit.host, [("text", "")], bearer: try await unfit.token(), over: transport)
        #expect(refused.text.hasPrefix("422 \(Self.path)"), "\(refused.text)")
        #expect(refused["Content-Digest"] == "sha-256=:\(Base64.encodePadded(Digest.sha256.of(refused.body))):")
        #expect(witness.passages.map(\.status) == [201, 429, 422])
    }

    @Test("Refusals of gateway and handler come in the standard's form")
    func refusals() async throws {
        let partner = try await PartnerHost(messages: [.init("desk.leave-slip.v1", role: "window-staff@430181")])
        let token = try await partner.token()
        let rows: [(answer: TestAnswer, status: Int, word: String)] = [
            (try await post(partner.host, [("text", "甲"), ("api_key", "nonsense")]), 403, "api_key 无效"),
            (try await post(partner.host, [("text", "甲")], Self.path + "?api_key=\(token)"), 400, "只能放在请求体中"),
            // Without a key everybody is a visitor, whom the message does not admit.
            (try await post(partner.host, [("text", "甲")]), 401, "登录"),
            (try await post(partner.host, [("text", ""), ("api_key", token)]), 422, "便条应为 1 至 200 字"),
            (try await partner.host.visitor(.router).get("\(Self.path)/none"), 404, ""),
        ]
        for row in rows {
            #expect(row.answer.status == row.status, "\(row.answer.text)")
            #expect(row.answer["Content-Type"] == "text/plain; charset=utf-8")
            #expect(row.answer.text.hasPrefix("\(row.status) \(Self.path)"), "\(row.answer.text)")
            #expect(row.answer.text.contains(row.word), "\(row.answer.text)")
        }
    }

    @Test(
        "A contract without the message, or with its fields limited, does not open the interface; a cookie counts for nothing"
    )
    func contracts() async throws {
        for terms in [
            PartnerContract.Terms("desk.find-slips.v1"),
            .init("desk.leave-slip.v1", fields: ["id"], role: "window-staff@430181"),
        ] {
            let partner = try await PartnerHost(messages: [terms])
            let answer = try await post(partner.host, [("text", "甲"), ("api_key", try await partner.token())])
            #expect(answer.status == 403, "\(answer.text)")
            #expect(answer.text.hasPrefix("403 "))
        }
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let visitor = host.visitor(.router)
        try await visitor.signIn("liu")
        let answer = try await visitor.send(
            "POST", Self.path, headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("text=x".utf8))
        #expect(answer.status == 401, "\(answer.text)")
        #expect(try await visitor.send("DELETE", Self.path, headers: [], body: []).status == 405)
    }
}
