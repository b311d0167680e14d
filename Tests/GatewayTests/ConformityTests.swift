import Bus
import Identity
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("Versions of sites beside the uppermost one")
struct ConformityTests {
    private func site(_ versions: [String: String]?, parent: String? = "hunan") -> SiteEntry {
        SiteEntry(id: "liuyang", title: "浏阳", kind: .county, parent: parent, plugins: ["market", "registry"], versions: versions)
    }

    @Test("Older, newer, equal and unknown are told apart, number by number, and only what differs is listed")
    func verdicts() {
        let hub = SiteEntry(id: "hunan", title: "湖南", kind: .hub, plugins: ["market", "registry"], versions: ["market": "1.10.0", "registry": "2.0.0"])
        let older = Conformity(site(["market": "1.9.0", "registry": "2.0.0"]), with: hub)
        #expect(older.title == "较旧" && !older.isGood && older.difference == "market 1.9.0（基准 1.10.0）")
        #expect(Conformity(site(["market": "1.10.0", "registry": "2.0.1"]), with: hub).title == "较新")
        let same = Conformity(site(["market": "1.10.0"]), with: hub)
        #expect(same.title == "一致" && same.isGood && same.difference == nil)
        #expect(Conformity(site(nil), with: hub).title == "不详")
        #expect(Conformity(site(nil, parent: nil), with: nil).title == "基准")
        let (some, all) = (site(["market": "1.9.0", "registry": "2.0.1"]), hub)
        #expect(["market", "registry", "expo"].map { Conformity.verdict($0, of: some, with: all).title } == ["较旧", "较新", "未启用"])
        #expect(Conformity.verdict("market", of: site(nil), with: all).title == "不详")
    }

    @Test("Programs that speak a common version of the protocol between sites are joined whatever their age; others are not, and it says who must upgrade")
    func programs() {
        func site(_ program: String?, _ protocols: [Int]?) -> SiteEntry {
            SiteEntry(id: "liuyang", title: "浏阳", kind: .county, program: program, protocols: protocols)
        }
        let own = site("1.2.0", [1, 2])
        #expect(Conformity.link(site("1.10.0", [2, 3]), with: own).title == "可互联，使用版本 2" && Conformity.link(site("1.0.0", [1]), with: own).tone == .success)
        #expect(Conformity.link(site("0.1.0", [0]), with: own).title == "不能互联，该站点须升级程序")
        #expect(Conformity.link(site("3.0.0", [3]), with: own).title == "不能互联，本站点须升级程序" && Conformity.link(site("3.0.0", [3]), with: own).tone == .danger)
        #expect(Conformity.link(site(nil, nil), with: own).title == "不详" && Conformity.program(site(nil, nil), with: own).title == "不详")
        #expect(["1.10.0", "1.2.0", "1.1.9"].map { Conformity.program(site($0, [1]), with: own).title } == ["较新", "一致", "较旧"])
    }

    @Test("The console has a page for each site: its plug-ins and versions, what of it was not taken in here, what was sent there; for system administrators only")
    func page() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("wei", grants: [Grant(.systemAdministrator)])
        try await host.account("zhao", grants: [Grant(.securityAdministrator)])
        let administrator = host.visitor(), other = host.visitor()
        try await administrator.signIn("wei")
        #expect(try await administrator.get("/test/console/links/").text.contains("/test/console/links/nodes/test"))
        let page = try await administrator.get("/test/console/links/nodes/test")
        #expect(page.status == 200)
        for words in ["程序与互联协议", "插件与版本", "desk", "本站点尚未接收的消息", "尚未答复的命令", "一致"] { #expect(page.text.contains(words), "\(words)") }
        #expect(try await administrator.get("/test/console/links/nodes/absent").status == 404)
        try await other.signIn("zhao")
        #expect(try await other.get("/test/console/links/nodes/test").status == 403)
    }
}
