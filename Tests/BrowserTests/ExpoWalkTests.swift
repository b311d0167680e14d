import Foundation
import Messages
import TestKit
import Testing

@Suite("Browser: an exhibition from application to closing report", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct ExpoWalkTests {
    private static let title = "演示·浏阳设备联网专场"

    @Test("只用键盘：登记展会、申请参展、审核、访客留名片、达成意向、闭展，成效报告与此相符；宽 1280 和 360 各走一遍、各看一遍", arguments: [1280, 360])
    func keyboardWalk(width: Int) async throws {
        let demo = try await DemoNetwork.shared.value
        let organiser = try await demo.open()
        let exhibitor = try await demo.open()
        for one in [organiser, exhibitor] { try await one.show(.init(width: width)) }
        // A telephone in the hand of somebody without account.
        let visitor = try await demo.open()
        try await visitor.show(.init(width: 360))

        try await demo.signIn("demo-province", in: organiser)
        let exhibition = try await publish(organiser, demo, width)
        try await look(organiser, demo, width, "expo-walk-exhibition")

        try await demo.signIn("demo-enterprise", in: exhibitor)
        try await exhibitor.go(exhibition)
        let booth = try await apply(exhibitor)
        try await look(exhibitor, demo, width, "expo-walk-preview")
        try await exhibitor.follow("保存", tag: "button")
        #expect(try await exhibitor.address == booth)

        try await organiser.go("\(demo.address)/hunan/expo/manage")
        try await organiser.follow("联网专区", tag: "a")
        try await organiser.tab(to: "通过", tag: "input")
        try await organiser.press(.space)
        try await organiser.follow("提交审核意见", tag: "button")

        try await visitor.go(exhibition)
        try await visitor.follow("联网专区", tag: "a")
        try await visitor.unfold("留名片")
        try await visitor.tab(to: "姓名", tag: "input")
        try await visitor.type("演示·来访人")
        try await visitor.tab(to: "电话", tag: "input")
        try await visitor.type("19900008888")
        try await visitor.follow("留名片", tag: "button")
        // Refused without consent; what was typed stays.
        #expect(try await visitor.focused?.name.contains("同意") == true)
        try await visitor.tab(to: "同意将姓名和电话提供给", tag: "input")
        try await visitor.press(.space)
        try await visitor.follow("留名片", tag: "button")
        #expect(try await text(visitor).contains("名片已交给参展单位。"))
        try await look(visitor, demo, 360, "expo-walk-booth")

        try await exhibitor.go("\(demo.address)/hunan/expo/mine")
        try await exhibitor.follow("个人访客", tag: "a")
        try await pick("达成意向", from: "记录联系", in: exhibitor)
        try await exhibitor.tab(to: "意向金额", tag: "input")
        try await exhibitor.type("36000")
        try await exhibitor.follow("记录", tag: "button")
        #expect(try await text(exhibitor).contains("¥36,000.00"))
        try await look(exhibitor, demo, width, "expo-walk-lead")
        try await exhibitor.follow("跨业务全程记录", tag: "a")
        #expect(try await text(exhibitor).contains("访客留名片"))
        try await look(exhibitor, demo, width, "expo-walk-story")

        // The organiser shows one exhibit first; visitors find it on the exhibition's page.
        try await organiser.go(booth)
        try await organiser.unfold("推荐展品")
        try await organiser.tab(to: "演示·联网套件", tag: "input")
        try await organiser.press(.space)
        try await organiser.follow("保存推荐展品", tag: "button")
        try await visitor.go(exhibition)
        #expect(try await text(visitor).contains("推荐展品"))
        try await look(visitor, demo, 360, "expo-walk-featured")

        try await organiser.go(exhibition)
        try await organiser.unfold("闭展")
        try await organiser.run("window.confirm = () => true")
        try await organiser.follow("闭展", tag: "button")
        #expect(try await text(organiser).contains("已闭展"))
        try await organiser.follow("成效", tag: "a")
        let report = try await text(organiser)
        #expect(report.contains("达成意向") && report.contains("¥36,000.00"))
        try await look(organiser, demo, width, "expo-walk-report")
        try await visitor.go(exhibition)
        #expect(try await text(visitor).contains("已闭展"))

        for one in [organiser, exhibitor, visitor] {
            // The refused card is an error to the browser, too.
            #expect(try await one.complaints().filter { !$0.contains("status of 422") } == [])
            await one.close()
        }
    }

    /// Writes the exhibition down and publishes it; its address.
    private func publish(_ browser: BrowserSession, _ demo: DemoNetwork, _ width: Int) async throws -> String {
        try await browser.go("\(demo.address)/hunan/expo/manage")
        try await browser.follow("登记展会", tag: "a")
        try await browser.tab(to: "展会名称", tag: "input")
        try await browser.type("\(Self.title)（\(width)）")
        try await pick("常年展", from: "展", in: browser)
        try await browser.date(
            Date.now.formatted(Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt).year().month().day()), in: "开展日期")
        try await browser.tab(to: "展会介绍", tag: "textarea")
        try await browser.type("展出设备联网的产品和服务，均为演示。")
        try await browser.tab(to: "名称", tag: "input")
        try await browser.type("联网馆")
        try await browser.follow("登记", tag: "button")
        let address = try await browser.address
        // The disclosure of the next step stands open.
        try await browser.follow("发布", tag: "button")
        #expect(try await text(browser).contains("常年开放"))
        return address
    }

    /// Applies, furnishes and looks at the preview before anything is saved; the booth's address.
    private func apply(_ browser: BrowserSession) async throws -> String {
        try await browser.follow("申请参展", tag: "a")
        try await browser.tab(to: "展位名称", tag: "input")
        try await browser.type("演示·联网专区")
        try await browser.tab(to: "展馆", tag: "select")
        try await browser.choose("联网馆")
        try await browser.tab(to: "展位介绍", tag: "textarea")
        try await browser.type("注塑机、冲床的联网套件和看板。")
        try await browser.follow("提交申请", tag: "button")
        let editor = try await browser.address
        try await browser.tab(to: "展品名称", tag: "input")
        try await browser.type("演示·联网套件")
        try await browser.tab(to: "展品介绍", tag: "textarea")
        try await browser.type("三天完成一条产线。")
        try await browser.tab(to: "价格", tag: "input")
        try await browser.type("19800")
        try await browser.follow("预览", tag: "button")
        let shown = try await text(browser)
        #expect(shown.contains("预览（尚未保存）") && shown.contains("¥19,800.00"))
        #expect(try await browser.run("return document.querySelector('[name=title0]').value").string == "演示·联网套件")
        return String(editor.dropLast("/edit".count))
    }

    /// Chooses one of several answers: Tab to the group, then the arrow keys.
    private func pick(_ name: String, from first: String, in browser: BrowserSession) async throws {
        try await browser.tab(to: first, tag: "input")
        try await browser.press(.space)
        for _ in 0..<6 {
            if try await browser.focused?.name.contains(name) == true { return }
            try await browser.press(.down)
        }
        throw TestProgram.Failure(description: "no answer “\(name)”")
    }

    private func text(_ browser: BrowserSession) async throws -> String { try await browser.run("return document.body.innerText").string ?? "" }

    /// At both widths: no faults, a picture of each; then on at the width of the walk.
    private func look(_ browser: BrowserSession, _ demo: DemoNetwork, _ own: Int, _ name: String) async throws {
        for width in [360, 1280] {
            try await browser.show(.init(width: width))
            #expect(try await browser.faults() == [], "\(name) at \(width)")
            try await browser.screenshot(to: "\(demo.pictures)/\(name)-\(width).png")
        }
        try await browser.show(.init(width: own))
    }
}
