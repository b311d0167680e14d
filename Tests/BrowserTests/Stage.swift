import Foundation
import Host
import HotlineContracts
import HotlinePlugin
import Identity
import MarketContracts
import MarketPlugin
import MatchingPlugin
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

/// A hotline in virtual time with its units and persons, beside it a market with one service, and windows of one width onto it.
final class Stage {
    let host: TestHost
    let width: Int
    let pictures: String
    private let driver: ChromeDriver
    private(set) var all: [BrowserSession] = []

    static let tax = "11430000MA0D03015X", bank = "11430000MA0D03031K"
    /// Who offers the one listed service, as a person of its site.
    static let agency = Actor(
        kind: .person, id: "agency", name: "走查·机构", grants: [Grant(.agency, in: RegionCode("430200"))], organisation: CreditCode("91430200MA4LDEM29K"))

    init(width: Int) async throws {
        self.width = width
        host = try await TestHost(
            [InstalledPlugin(Hotline.self), InstalledPlugin(Market.self), InstalledPlugin(Matching.self)],
            now: Timestamp("2026-02-11T10:00:00+08:00"))
        driver = try await ChromeDriver()
        pictures = try DemoNetwork.picturesFolder()
        let city = Actor.city("430100"), changsha = try #require(RegionCode("430100"))
        for (id, title, code, category, makesUp) in [
            ("tax", "走查·税务服务处", Self.tax, "05", true), ("bank", "走查·融资服务银行", Self.bank, "03", false),
        ] {
            let code = try #require(CreditCode(code))
            try await host.tell(
                SetUnit(
                    id: #require(UnitID(id)), title: title, region: changsha, creditCode: code, categories: [category], worksMakeUpDays: makesUp),
                as: city)
            for login in id == "tax" ? ["tax", "tax-2"] : ["bank"] {
                try await host.account(
                    login, grants: [Grant(.departmentHandler, in: changsha)],
                    organisation: Organisation(code: code, name: title, kind: .department))
            }
        }
        try await host.account("window", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("city", grants: [Grant(.cityStaff, in: changsha)])
        try await host.tell(PutArticle(title: "小微企业贷款贴息怎么申请？", body: "在平台填报贷款合同和付息凭证，由县级窗口初审。", category: "03"), as: city)
        try await offer()
    }

    /// A listed service, for what an order leads to.
    private func offer() async throws {
        let zhuzhou = try #require(RegionCode("430200")), code = try #require(Self.agency.organisation)
        try await host.tell(
            SaveAgency(
                title: "走查·株洲智造服务有限公司", region: zhuzhou, categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。", submit: true), as: Self.agency)
        try await host.tell(AdvanceAgency(agency: code, action: .approve), as: .city("430200"))
        let service = try await host.tell(
            SaveService(
                title: "中小企业数字化转型免费诊断", category: "digital", nature: .publicGood, price: Price(.free), modes: [.onSite],
                regions: [#require(RegionCode("430000"))], summary: "由两名顾问用一天走访车间和办公室，指出最先值得改的三件事。", deliverables: "报告一份。", days: 10, submit: true),
            as: Self.agency)
        try await host.tell(AdvanceService(service: service.service, action: .approve), as: .city("430200"))
        await host.settle()
    }

    var address: String { "https://localhost:\(host.host.port)" }

    /// Moves the clock to a moment of China.
    func go(to text: String) async throws {
        host.clock.advance(by: try #require(Timestamp(text + ":00+08:00")).since(host.clock.now))
    }

    func open() async throws -> BrowserSession {
        let browser = try await driver.open()
        try await browser.show(.init(width: width))
        all.append(browser)
        return browser
    }

    /// A window in which that person has just signed in, by keyboard: sessions do not outlast the days between the steps. Handlers have no scripts.
    func enter(_ login: String, at path: String = "/test/me") async throws -> BrowserSession {
        let browser = try await open()
        if ["tax", "tax-2", "bank"].contains(login) { try await browser.allowScripts(false) }
        try await browser.go("\(address)/test/login")
        try await browser.tab(to: "账号", tag: "input")
        try await browser.type(login)
        try await browser.tab(to: "密码", tag: "input")
        try await browser.type(TestHost.password)
        try await browser.enter()
        try await browser.go(address + path)
        return browser
    }

    func end() async {
        for browser in all { await browser.close() }
        await host.stop()
    }
}
