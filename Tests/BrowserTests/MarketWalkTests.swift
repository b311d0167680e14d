import Foundation
import Messages
import TestKit
import Testing

@Suite("Browser: an order from 浏阳 to 株洲", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct MarketWalkTests {
    private static let enterprise = "91430181MA0TE5T168", agency = "91430200MA4LDEM29K"

    @Test("只用键盘：浏阳企业找到株洲机构的服务、向三家询价、选定一家，株洲交付，浏阳评价；两地和枢纽各见其事，旁人不见")
    func order() async throws {
        let demo = try await DemoNetwork.shared.value
        let passwords = try await accounts(demo)
        let enterprise = try await demo.open(), agency = try await demo.open()
        try await demo.signIn("walk-enterprise", passwords["walk-enterprise"] ?? "", at: "liuyang", in: enterprise)
        try await demo.signIn("walk-agency", passwords["walk-agency"] ?? "", at: "zhuzhou", in: agency)

        // Found by two characters, among the services of the whole network.
        try await until("the catalogue", at: "\(demo.address)/liuyang/market/services?q=%E8%81%94%E7%BD%91", enterprise)
        { $0.contains("设备联网与产线看板") }
        try await enterprise.go("\(demo.address)/liuyang/market/services")
        try await enterprise.tab(to: "找什么服务", tag: "input")
        try await enterprise.type("联网")
        try await enterprise.follow("查找", tag: "button")
        try await enterprise.follow("设备联网与产线看板", tag: "a")
        try await enterprise.follow("演示·株洲智造服务有限公司", tag: "a")
        #expect(try await text(enterprise).contains("陈高工"))

        let order = try await ask(enterprise, demo)
        try await agency.go(order.replacing("/liuyang/", with: "/zhuzhou/"))
        try await agency.tab(to: "报价", tag: "input")
        try await agency.type("36000")
        try await agency.follow("报价", tag: "button")
        try await until("“报价”", at: order, enterprise) { $0.contains("已有报价") }
        #expect(try await text(enterprise).contains("¥36,000.00"))
        try await picture(enterprise, demo, "walk-order-quotes")
        try await enterprise.follow("选定演示·株洲智造服务有限公司", tag: "button")

        let copy = order.replacing("/liuyang/", with: "/zhuzhou/")
        try await until("the choice", at: copy, agency) { $0.contains("开始服务") }
        try await agency.follow("开始服务", tag: "button")
        try await until("the beginning", at: copy, agency) { $0.contains("交付证明") }
        try await agency.tab(to: "交付情况", tag: "textarea")
        try await agency.type("二十台设备已联网，看板可用。")
        try await agency.follow("交付", tag: "button")

        try await until("the delivery", at: order, enterprise) { $0.contains("二十台设备已联网") }
        try await enterprise.follow("确认收到", tag: "button")
        try await enterprise.tab(to: "非常满意", tag: "input")
        try await enterprise.press(.space)
        try await enterprise.follow("提交评价", tag: "button")
        let story = try await text(enterprise)
        for step in ["提出", "报价", "选定", "开始服务", "交付", "确认收到", "评价"] {
            #expect(story.contains(step), "\(step) on the timeline")
        }
        try await picture(enterprise, demo, "walk-order-rated")
        try await until("the rating", at: copy, agency) { $0.contains("已评价") }
        try await scope(order, demo, passwords)
        for one in [enterprise, agency] {
            #expect(try await one.complaints() == [])
            await one.close()
        }
    }

    /// People of both sides at their own sites, a window of another county at the hub, made while the host runs.
    private func accounts(_ demo: DemoNetwork) async throws -> [String: String] {
        var passwords: [String: String] = [:]
        for (login, site, more) in [
            (
                "walk-enterprise", "liuyang",
                [
                    "--role", "enterprise@430181", "--organisation", Self.enterprise, "--organisation-name",
                    "演示·浏阳塑料制品有限公司",
                ]
            ),
            (
                "walk-agency", "zhuzhou",
                [
                    "--role", "agency@430200", "--organisation", Self.agency, "--organisation-name", "演示·株洲智造服务有限公司",
                    "--organisation-kind", "agency",
                ]
            ),
            ("walk-other", "hunan", ["--role", "window-staff@430212"]),
            ("walk-window", "liuyang", ["--role", "window-staff@430181"]),
        ] {
            let made = try await demo.program.run(
                [
                    "account", "add", "--site", site, "--login", login, "--name", "演示·\(login)", "--keep-password",
                    "--password-only", "--data", demo.program.data,
                ] + more)
            try #require(made.code == 0, "\(made.error)")
            passwords[login] = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return passwords
    }

    /// Asks three agencies for quotes; returns the address of the order.
    private func ask(_ browser: BrowserSession, _ demo: DemoNetwork) async throws -> String {
        try await browser.go("\(demo.address)/liuyang/market/orders/new")
        try await browser.tab(to: "名称或专长", tag: "input")
        try await browser.type("服务")
        try await browser.follow("查找机构", tag: "button")
        try await browser.tab(to: "需要什么服务", tag: "input")
        try await browser.type("注塑车间设备联网")
        try await browser.tab(to: "服务类别", tag: "select")
        try await browser.choose("信息化")
        for name in ["演示·湖南三湘企业管理咨询有限公司", "演示·长沙湘融企业服务有限公司", "演示·株洲智造服务有限公司"] {
            try await browser.tab(to: name, tag: "input")
            try await browser.press(.space)
        }
        try await browser.tab(to: "需要说明", tag: "textarea")
        try await browser.type("二十台注塑机联网，在看板上看到开机率。")
        try await browser.follow("发出询价", tag: "button")
        return try await browser.address
    }

    /// The window of 浏阳 and the province see the order, the window of another county does not.
    private func scope(_ order: String, _ demo: DemoNetwork, _ passwords: [String: String]) async throws {
        let hub = order.replacing("/liuyang/", with: "/hunan/")
        for (login, site, address, sees) in [
            ("walk-window", "liuyang", order, true), ("demo-province", "hunan", hub, true),
            ("walk-other", "hunan", hub, false),
        ] {
            let browser = try await demo.open()
            try await demo.signIn(login, passwords[login] ?? demo.passwords[login] ?? "", at: site, in: browser)
            try await browser.go(address)
            #expect(try await text(browser).contains("注塑车间设备联网") == sees, "\(login)")
            await browser.close()
        }
    }

    private func text(_ browser: BrowserSession) async throws -> String {
        try await browser.run("return document.querySelector('main').innerText").string ?? ""
    }

    /// What one site tells another arrives by itself; the page is asked again until it shows it.
    private func until(_ what: String, at address: String, _ browser: BrowserSession, _ isThere: (String) -> Bool)
        async throws
    {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            try await browser.go(address)
            if isThere(try await text(browser)) { return }
        }
        throw TestProgram.Failure(description: "\(what) never arrived at \(address)")
    }

    private func picture(_ browser: BrowserSession, _ demo: DemoNetwork, _ name: String) async throws {
        try await browser.screenshot(to: "\(demo.pictures)/\(name).png")
    }
}
