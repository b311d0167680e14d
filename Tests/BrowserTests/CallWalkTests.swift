import Foundation
import HotlineContracts
import Messages
import Network
import PluginKit
import TestKit
import Testing

@Suite(
    "Browser: a call from the first ring to the second rating", .serialized,
    .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct CallWalkTests {
    private static let tax = "11430000MA0D03015X"
    private static let labour = "11430000MA0D03023Q"
    private static let title = "走查：出口退税备案的办理期限"

    @Test("来电弹屏登记→派单→退回→改派并协办→答复→办结→回访不满意→重办换人→办结归档，来电人凭编号和查询码看到全程；均用键盘")
    func callWalk() async throws {
        let demo = try await DemoNetwork.shared.value
        let passwords = [
            "walk-tax": try await account(demo, "walk-tax", "走查·税务甲", Self.tax),
            "walk-tax-2": try await account(demo, "walk-tax-2", "走查·税务乙", Self.tax),
            "walk-labour": try await account(demo, "walk-labour", "走查·人社", Self.labour),
        ]
        let window = try await demo.open()
        /// A browser at the order in which that handler is signed in; it has no scripts at all.
        func handler(_ login: String, _ order: String) async throws -> BrowserSession {
            let browser = try await demo.open()
            try await browser.allowScripts(false)
            try await browser.go("\(demo.address)/hunan/login")
            try await browser.tab(to: "账号", tag: "input")
            try await browser.type(login)
            try await browser.tab(to: "密码", tag: "input")
            try await browser.type(passwords[login] ?? "")
            try await browser.enter()
            try await browser.go(order)
            return browser
        }

        try await demo.signIn("demo-window", in: window)
        try await ring(window, demo)
        let (order, number, code) = try await record(window, demo)

        // The wrong department first; it names whose matter it is.
        try await act(window, "审核通过")
        try await act(window, "派单", unit: "演示·长沙市人社服务处")
        let labour = try await handler("walk-labour", order)
        try await act(labour, "退回", unit: "演示·长沙市税务服务处", text: "出口退税不属人社职责。")
        #expect(try await state(labour).contains("退回待改派"))
        try await window.go(order)
        try await act(window, "改派", unit: "演示·长沙市税务服务处", assistant: "演示·长沙市人社服务处", text: "按退回意见改派。")
        try await labour.go(order)
        try await act(labour, "协办意见", text: "社保缴费证明可在线核验。")

        let tax = try await handler("walk-tax", order)
        try await act(tax, "签收")
        try await act(tax, "答复", text: "备案后十五个工作日内办结。")
        try await window.go(order)
        try await act(window, "答复审核通过")
        try await picture(window, demo, "call-concluded")
        try await invite(window, demo)
        try await window.go(order)
        try await act(window, "回访", text: "企业认为没有说明材料。", satisfaction: "不满意")
        #expect(try await state(window).contains("待派单"))

        // Anew, by somebody else of the same department.
        try await act(window, "派单", unit: "演示·长沙市税务服务处")
        try await tax.go(order)
        try await act(tax, "签收", refused: "须换人办理")
        let other = try await handler("walk-tax-2", order)
        try await act(other, "签收")
        try await act(other, "答复", text: "备案表、报关单、合同三件，齐全后十五个工作日内办结。")
        try await window.go(order)
        try await act(window, "答复审核通过")
        try await act(window, "回访", text: "企业表示清楚了。", satisfaction: "非常满意")
        #expect(try await state(window).contains("已归档"))
        try await picture(window, demo, "call-archived")

        // The caller, without an account.
        let caller = try await demo.open()
        try await caller.go("\(demo.address)/hunan/hotline/lookup")
        try await caller.tab(to: "工单编号", tag: "input")
        try await caller.type(number)
        try await caller.tab(to: "查询码", tag: "input")
        try await caller.type(code)
        try await caller.follow("查询", tag: "button")
        let seen = try await text(caller)
        for word in ["已归档", "备案表、报关单、合同三件"] { #expect(seen.contains(word), "\(word)") }
        for word in ["走查·税务甲", "走查·税务乙", "13877770001", "社保缴费证明"] { #expect(!seen.contains(word), "\(word)") }
        for one in [window, labour, tax, other, caller] {
            // Forms that were refused are errors to the browser, too.
            #expect(try await one.complaints().filter { !$0.contains("status of 4") } == [])
            await one.close()
        }
    }

    // MARK: - The call

    /// Gives the window a seat and a line, and lets the telephone system report a call to it.
    private func ring(_ window: BrowserSession, _ demo: DemoNetwork) async throws {
        try await window.go("\(demo.address)/hunan/hotline/desk")
        let desk = try await text(window)
        let person = try #require(desk.firstMatch(of: /您的人员编号：([0-9a-zA-Z.-]+)/)).1
        let city = try await demo.open()
        try await demo.signIn("demo-city", in: city)
        try await city.go("\(demo.address)/hunan/hotline/seats")
        try await city.unfold("登记或修改坐席")
        try await city.tab(to: "坐席标识", tag: "input")
        try await city.type("8801")
        try await city.tab(to: "坐席名称", tag: "input")
        try await city.type("走查·浏阳一席")
        try await city.tab(to: "受理区划", tag: "select")
        try await city.choose("浏阳市")
        try await city.tab(to: "人员编号", tag: "input")
        try await city.type(String(person))
        try await city.follow("保存坐席", tag: "button")
        try await city.unfold("登记或修改线路")
        try await city.tab(to: "线路标识", tag: "input")
        try await city.type("walk")
        try await city.tab(to: "线路名称", tag: "input")
        try await city.type("走查·浏阳线路")
        try await city.tab(to: "受理区划", tag: "select")
        try await city.choose("浏阳市")
        try await city.tab(to: "生成新的签名密钥", tag: "input")
        try await city.press(.space)
        try await city.follow("保存线路", tag: "button")
        let handed = try await text(city)
        let secret = try #require(
            handed.firstMatch(of: /whsec_[A-Za-z0-9+\/=]+/).flatMap { WebhookSecret(String($0.0)) })
        await city.close()

        try await window.go("\(demo.address)/hunan/hotline/seat")
        try await window.tab(to: "离席", tag: "input")
        try await pick("就绪", in: window)
        try await window.follow("保存状态", tag: "button")
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let event = CallEvent(
            .callOffered, at: now, .init(call: "walk-1", from: "13877770001", to: "96871", skill: "05"))
        let body = try JSON.encode(event)
        let answer = try demo.program.client().request(
            .post, "/api/hunan/hotline/lines/walk/events",
            headers: [
                "Content-Type": "application/json", "webhook-id": "walk-1",
                "webhook-timestamp": String(now.milliseconds / 1000),
                "webhook-signature": WebhookSignature.header(
                    id: "walk-1", timestamp: now.milliseconds / 1000, body: body, secrets: [secret]),
            ], body: body)
        #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        // The key lies sealed.
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(demo.program.data)/hunan/hotline.sqlite"))
        #expect(file.firstRange(of: Data(secret.revealed.utf8)) == nil)
    }

    /// The order, filled in from the call by one press of Enter; its address, number and secret code.
    private func record(_ window: BrowserSession, _ demo: DemoNetwork) async throws -> (
        address: String, number: String, code: String
    ) {
        try await window.go("\(demo.address)/hunan/hotline/seat")
        try await picture(window, demo, "call-screen-pop")
        #expect(try await window.focused?.name == "登记工单（回车）")
        try await window.enter()
        #expect(try await window.run("return document.querySelector('[name=phone]').value").string == "13877770001")
        try await window.tab(to: "企业名称", tag: "input")
        try await window.type("演示·浏阳走查有限公司")
        try await window.tab(to: "事项标题", tag: "input")
        // The knowledge base answers while the seat types, without leaving the field.
        let beside = "return document.querySelector('[data-suggest]').innerText"
        try await window.type("小微企业贷款贴息")
        for _ in 0..<600 where try await window.run(beside).string?.contains("贴息") != true { try await Task.sleep(for: .milliseconds(100)) }
        #expect(try await window.run(beside).string?.contains("贴息") == true)
        #expect(try await window.focused?.name.contains("事项标题") == true)
        try await look(window, demo, "call-form")
        try await window.run("document.activeElement.select()")
        try await window.type(Self.title)
        try await window.tab(to: "反映内容", tag: "textarea")
        try await window.type("企业问出口退税备案要多久，需要哪些材料。")
        try await window.follow("登记", tag: "button")
        let shown = try await text(window)
        let number = try #require(shown.firstMatch(of: /HT\d{8}-430181-\d{4}/).map { String($0.0) }, "\(shown)")
        let code = try #require(shown.firstMatch(of: /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/).map { String($0.0) })
        try await picture(window, demo, "call-registered")
        try await window.follow("提出需求", tag: "a")
        try await look(window, demo, "call-follow-on")
        try await window.go(
            "\(demo.address)/hunan/hotline/orders/\(number)/follow-on?kind=service&q=%E8%B4%A2%E7%A8%8E")
        try await look(window, demo, "call-follow-on-service")
        let address = "\(demo.address)/hunan/hotline/orders/\(number)"
        try await window.go(address)
        return (address, number, code)
    }

    /// A link to the rating, made and opened by somebody without an account, who leaves it for now.
    private func invite(_ window: BrowserSession, _ demo: DemoNetwork) async throws {
        try await window.unfold("发评价链接")
        try await window.follow("生成评价链接", tag: "button")
        try await look(window, demo, "call-invited")
        let link = try #require(try await text(window).firstMatch(of: /https:\/\/[^\/ ]+(\/[^ ]+code=[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/)).output.1
        let caller = try await demo.open()
        // The site's own origin stands in the link; here the host listens at a port of its own.
        try await caller.go(demo.address + String(link))
        #expect(try await text(caller).contains("是否满意"))
        try await look(caller, demo, "call-rate")
        #expect(try await caller.complaints() == [])
        await caller.close()
    }

    // MARK: - With the keyboard

    /// Opens the form of one action, fills in what it wants and sends it.
    private func act(
        _ browser: BrowserSession, _ title: String, unit: String? = nil, assistant: String? = nil, text: String? = nil,
        satisfaction: String? = nil,
        refused: String? = nil
    ) async throws {
        try await browser.tab(to: title, tag: "summary")
        try await browser.press(.enter)
        if let unit {
            try await browser.tab(to: "单位", tag: "select")
            try await browser.choose(unit)
        }
        if let assistant {
            try await browser.tab(to: assistant, tag: "input")
            try await browser.press(.space)
        }
        if let satisfaction {
            try await browser.tab(to: "满意", tag: "input")
            try await pick(satisfaction, in: browser)
        }
        if let text {
            try await browser.tab(to: "", tag: "textarea")
            try await browser.type(text)
        }
        try await browser.follow(title, tag: "button")
        let shown = try await self.text(browser)
        #expect(shown.contains(refused ?? "已办理「\(title)」"), "\(title): \(shown.prefix(400))")
    }

    /// Chooses in the group of radio buttons that has the focus.
    private func pick(_ text: String, in browser: BrowserSession) async throws {
        try await browser.press(.space)
        for _ in 0..<8 {
            let name = try await browser.focused?.name ?? ""
            if name.trimmingCharacters(in: .whitespaces).hasPrefix(text) { return }
            try await browser.press(.down)
        }
        Issue.record("no choice “\(text)”")
    }

    private func account(_ demo: DemoNetwork, _ login: String, _ name: String, _ code: String) async throws -> String {
        let made = try await demo.program.run(
            "account", "add", "--site", "hunan", "--login", login, "--name", name, "--role",
            "department-handler@430100", "--organisation", code,
            "--organisation-name", name, "--organisation-kind", "department", "--keep-password", "--password-only",
            "--data", demo.program.data)
        #expect(made.code == 0, "\(made.error)")
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func text(_ browser: BrowserSession) async throws -> String {
        try await browser.run("return document.body.innerText").string ?? ""
    }

    private func state(_ browser: BrowserSession) async throws -> String {
        try await browser.run(
            "return (document.querySelector('.page-title .badge') || document.querySelector('main')).innerText"
        ).string ?? ""
    }

    private func picture(_ browser: BrowserSession, _ demo: DemoNetwork, _ name: String) async throws {
        try await browser.screenshot(to: "\(demo.pictures)/\(name).png")
    }

    /// On a desk and in a hand, with what is wrong with the page.
    private func look(_ browser: BrowserSession, _ demo: DemoNetwork, _ name: String) async throws {
        #expect(try await browser.faults() == [], "\(name)")
        try await picture(browser, demo, name)
        try await browser.show(.init(width: 360))
        #expect(try await browser.faults() == [], "\(name) at 360 px")
        try await picture(browser, demo, "\(name)-360")
        try await browser.show(.init(width: 1280))
    }
}
