import Messages
import Testing
import Vocabulary

@testable import Host

@Suite("partners on the command line")
struct PartnerCommandTests {
    private func place() throws -> Workplace {
        let place = Workplace()
        try place.fill()
        return place
    }

    private static let add =
        "partner add --site changsha --client tax-01 --name 纳税查询 --organisation 11430000MB0DEM009R --organisation-name 演示·税务局"

    @Test("a client is added, listed, shown, given another secret, suspended, resumed and revoked")
    func lives() async throws {
        let place = try place()
        let added = await place.run(Self.add)
        #expect(added.code == 0, "\(added)")
        #expect(added.output.contains("client_secret"))
        let list = await place.run("partner list --site changsha")
        for words in ["tax-01", "正常", "无合约", "演示·税务局（11430000MB0DEM009R）"] { #expect(list.output.contains(words), "\(words)") }
        #expect(await place.run("partner show --site changsha --client tax-01").output.contains("客户端密钥"))
        let rotated = await place.run("partner rotate --site changsha --client tax-01 --secret-only")
        #expect(rotated.output.filter { !$0.isWhitespace }.utf8.count == 43)
        for (verb, state) in [("suspend", "已暂停"), ("resume", "正常"), ("revoke", "已撤销")] {
            #expect(await place.run("partner \(verb) --site changsha --client tax-01 --reason 例行检查办理").code == 0)
            #expect(await place.run("partner list --site changsha").output.contains(state))
        }
        #expect(await place.run("partner resume --site changsha --client tax-01 --reason 例行检查办理").code == 1)
    }

    @Test("what cannot be done is said with the nearest right word")
    func refuses() async throws {
        let place = try place()
        #expect(await place.run("partner list --site changsha").output.contains("还没有合作方"))
        #expect(await place.run(Self.add).code == 0)
        for (line, wanted) in [
            (Self.add, "已被使用"), ("partner show --site changsha --client absent", "没有合作方客户端"),
            ("partner suspend --site changsha --client tax-1 --reason 例行检查办理", "是否想写“tax-01”"),
            ("partner suspend --site changsha --client tax-01 --reason 短", "5 至 200 字"),
            ("partner rotate --site changsha --client tax-01 --key nowhere.pem", "nowhere.pem"),
            ("partner add --site changsha --client b-01 --name x --organisation 123", "GB 32100"),
        ] {
            let result = await place.run(line)
            #expect(result.code != 0)
            #expect(result.error.contains(wanted), "\(line): \(result.error)")
        }
    }

    @Test("a contract's problems come all at once, each with its line")
    func checksContracts() async throws {
        let place = try place()
        #expect(await place.run(Self.add).code == 0)
        try place.write(
            "contract.json5",
            """
            {
              purpose: '核验纳税信用', validFrom: '2026-01-01', validUntil: '2026-12-31',
              ratePerMinute: 0, dailyQuota: 100,
              messages: [
                { name: 'registry.find-nodes.v1', direction: 'call' },
              ],
            }
            """)
        let result = await place.run("partner contract --site changsha --client tax-01 --file \(place.folder)/contract.json5")
        #expect(result.code == 1)
        #expect(result.error.contains("contract.json5:3 ratePerMinute"), "\(result.error)")
        #expect(result.error.contains("contract.json5:5 messages.0.name"), "\(result.error)")
    }
}
