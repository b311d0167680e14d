import Foundation
import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

/// Over 春节 2026: the Saturday before it, 02-14, is worked; 02-15 to 02-23 are off. A bank does not work the Saturday.
@Suite(
    "Browser: a call from the first ring to the second rating", .serialized,
    .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct CallWalkTests {
    private static let title = "走查：出口退税备案的办理期限"

    @Test(
        "跨2026年春节：来电弹屏登记→派单→退回→改派并协办→答复→办结→回访不满意→重办换人→办结归档，每一步各项期限正确，来电人凭编号和查询码看到全程；均用键盘",
        arguments: [1280, 360])
    func callWalk(width: Int) async throws {
        let stage = try await Stage(width: width)
        let window = try await stage.enter("window")
        try await ring(window, stage)
        let (path, number, code) = try await record(window, stage)
        func at(_ login: String) async throws -> BrowserSession { try await stage.enter(login, at: path) }

        // Wednesday: 审核 has one working day.
        try await expect(window, "审核", due: "2026年2月12日", "计时中")
        try await act(window, "审核通过")
        try await act(window, "派单", unit: "走查·融资服务银行")
        // Five working days are 12, 13, 24, 25 and 26 for a bank.
        try await expect(window, "办理", due: "2026年2月26日", "计时中")

        // The wrong one first; it names whose matter it is.
        try await stage.go(to: "2026-02-12T09:00")
        let bank = try await at("bank")
        try await act(bank, "退回", unit: "走查·税务服务处", text: "出口退税不属银行职责。")
        #expect(try await state(bank).contains("退回待改派"))
        let second = try await at("window")
        try await act(second, "改派", unit: "走查·税务服务处", assistant: "走查·融资服务银行", text: "按退回意见改派。")
        // One order, one clock: it runs on.
        try await expect(second, "办理", due: "2026年2月26日", "计时中")
        try await bank.go(stage.address + path)
        try await act(bank, "协办意见", text: "资金监管方面无意见。")

        let tax = try await at("tax")
        try await act(tax, "签收")
        try await act(tax, "答复", text: "备案后十五个工作日内办结。")
        try await second.go(stage.address + path)
        try await act(second, "答复审核通过")
        try await expect(second, "办理", due: "2026年2月26日", "按期完成")
        // Three working days: 13, the worked Saturday, 24.
        try await expect(second, "回访", due: "2026年2月24日", "计时中")
        try await picture(second, stage, "call-concluded")
        try await invite(second, stage)
        try await second.go(stage.address + path)
        try await act(second, "回访", text: "企业认为没有说明材料。", satisfaction: "不满意")
        #expect(try await state(second).contains("待派单"))
        try await expect(second, "派单", due: "2026年2月13日", "计时中")

        // Anew, by somebody else of the same department, from the last Friday on.
        try await stage.go(to: "2026-02-13T15:00")
        let third = try await at("window")
        try await act(third, "派单", unit: "走查·税务服务处")
        try await expect(third, "派单", due: "2026年2月13日", "按期完成")
        // The Saturday is worked; 14, 24, 25, 26, 27.
        try await expect(third, "签收", due: "2026年2月14日", "计时中")
        try await expect(third, "办理", due: "2026年2月27日", "计时中")
        let first = try await at("tax")
        try await act(first, "签收", refused: "须换人办理")
        try await stage.go(to: "2026-02-14T10:00")
        try await act(try await at("tax-2"), "签收")

        // Nothing is overdue over the holidays.
        try await stage.go(to: "2026-02-24T09:30")
        let other = try await at("tax-2")
        try await expect(other, "签收", due: "2026年2月14日", "按期完成")
        try await expect(other, "办理", due: "2026年2月27日", "计时中")
        try await act(other, "答复", text: "备案表、报关单、合同三件，齐全后十五个工作日内办结。")
        try await expect(other, "答复审核", due: "2026年2月25日", "计时中")
        let last = try await at("window")
        try await act(last, "答复审核通过")
        try await expect(last, "回访", due: "2026年2月27日", "计时中")
        try await act(last, "回访", text: "企业表示清楚了。", satisfaction: "非常满意")
        #expect(try await state(last).contains("已归档"))
        for name in ["审核", "派单", "签收", "办理", "答复审核", "回访"] { try await expect(last, name, due: "", "按期完成") }
        try await look(last, stage, "call-archived")

        // The caller, without an account.
        let caller = try await stage.open()
        try await caller.go("\(stage.address)/test/hotline/lookup")
        try await caller.tab(to: "工单编号", tag: "input")
        try await caller.type(number)
        try await caller.tab(to: "查询码", tag: "input")
        try await caller.type(code)
        try await caller.follow("查询", tag: "button")
        let seen = try await text(caller)
        for word in ["已归档", "备案表、报关单、合同三件"] { #expect(seen.contains(word), "\(word)") }
        for word in ["测试·tax", "测试·window", "13877770001", "资金监管"] { #expect(!seen.contains(word), "\(word)") }
        // Forms that were refused are errors to the browser, too.
        for one in stage.all { #expect(try await one.complaints().filter { !$0.contains("status of 4") } == []) }
        await stage.end()
    }

    /// What the order's page says of one of its clocks.
    private func expect(_ browser: BrowserSession, _ title: String, due: String, _ state: String, _ place: SourceLocation = #_sourceLocation) async throws {
        let said = try await browser.run(
            """
            const head = [...document.querySelectorAll('h3.clock')].find(h => h.innerText.trim().startsWith(arguments[0]));
            let text = '';
            for (let one = head && head.nextElementSibling; one && one.tagName !== 'H3'; one = one.nextElementSibling) text += one.innerText + ' ';
            return text;
            """, .string(title)
        ).string ?? ""
        #expect(said.contains("期限 \(due)") && said.contains(state) && !said.contains("逾期"), "\(title): \(said)", sourceLocation: place)
    }

    // MARK: - The call

    /// Gives the window a seat and a line, and lets the telephone system report a call to it.
    private func ring(_ window: BrowserSession, _ stage: Stage) async throws {
        try await window.go("\(stage.address)/test/hotline/desk")
        let desk = try await text(window)
        let person = try #require(desk.firstMatch(of: /您的人员编号：([0-9a-zA-Z.-]+)/)).1
        let city = try await stage.enter("city", at: "/test/hotline/seats")
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

        try await window.go("\(stage.address)/test/hotline/seat")
        try await window.tab(to: "离席", tag: "input")
        try await pick("就绪", in: window)
        try await window.follow("保存状态", tag: "button")
        let now = stage.host.clock.now
        let event = CallEvent(
            .callOffered, at: now, .init(call: "walk-1", from: "13877770001", to: "96871", skill: "05"))
        let body = try JSON.encode(event)
        let answer = try await stage.host.visitor().send(
            "POST", "/api/test/hotline/lines/walk/events",
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", "walk-1"),
                ("webhook-timestamp", String(now.milliseconds / 1000)),
                (
                    "webhook-signature",
                    WebhookSignature.header(id: "walk-1", timestamp: now.milliseconds / 1000, body: body, secrets: [secret])
                ),
            ], body: body)
        #expect(answer.status == 200, "\(answer.text)")
        // The key lies sealed.
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(stage.host.folder)/data/test/hotline.sqlite"))
        #expect(file.firstRange(of: Data(secret.revealed.utf8)) == nil)
    }

    /// The order, filled in from the call by one press of Enter; its address, number and secret code.
    private func record(_ window: BrowserSession, _ stage: Stage) async throws -> (
        path: String, number: String, code: String
    ) {
        try await window.go("\(stage.address)/test/hotline/seat")
        try await picture(window, stage, "call-screen-pop")
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
        try await look(window, stage, "call-form")
        try await window.run("document.activeElement.select()")
        try await window.type(Self.title)
        try await window.tab(to: "反映内容", tag: "textarea")
        try await window.type("企业问出口退税备案要多久，需要哪些材料。")
        try await window.follow("登记", tag: "button")
        let shown = try await text(window)
        let number = try #require(shown.firstMatch(of: /HT\d{8}-430181-\d{4}/).map { String($0.0) }, "\(shown)")
        let code = try #require(shown.firstMatch(of: /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/).map { String($0.0) })
        try await picture(window, stage, "call-registered")
        try await window.follow("提出需求", tag: "a")
        try await look(window, stage, "call-follow-on")
        try await window.go(
            "\(stage.address)/test/hotline/orders/\(number)/follow-on?kind=service&q=%E8%AF%8A%E6%96%AD")
        try await look(window, stage, "call-follow-on-service")
        let path = "/test/hotline/orders/\(number)"
        try await window.go(stage.address + path)
        return (path, number, code)
    }

    /// A link to the rating, made and opened by somebody without an account, who leaves it for now.
    private func invite(_ window: BrowserSession, _ stage: Stage) async throws {
        try await window.unfold("发评价链接")
        try await window.follow("生成评价链接", tag: "button")
        try await look(window, stage, "call-invited")
        let link = try #require(try await text(window).firstMatch(of: /https:\/\/\S+code=[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/)).output
        let caller = try await stage.open()
        // As it stands, with the port that the system chose.
        try await caller.go(String(link))
        #expect(try await text(caller).contains("是否满意"))
        try await look(caller, stage, "call-rate")
        #expect(try await caller.complaints() == [])
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

    private func text(_ browser: BrowserSession) async throws -> String {
        try await browser.run("return document.body.innerText").string ?? ""
    }

    private func state(_ browser: BrowserSession) async throws -> String {
        try await browser.run(
            "return (document.querySelector('.page-title .badge') || document.querySelector('main')).innerText"
        ).string ?? ""
    }

    private func picture(_ browser: BrowserSession, _ stage: Stage, _ name: String) async throws {
        try await browser.screenshot(to: "\(stage.pictures)/\(name)-\(stage.width).png")
    }

    /// The page as it stands, with what is wrong with it.
    private func look(_ browser: BrowserSession, _ stage: Stage, _ name: String) async throws {
        #expect(try await browser.faults() == [], "\(name) at \(stage.width)")
        try await picture(browser, stage, name)
    }
}
