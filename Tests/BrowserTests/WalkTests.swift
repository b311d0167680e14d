import Foundation
import Messages
import TestKit
import Testing

@Suite("Browser: a county window from application to recognition", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct WalkTests {
    /// The credit codes of two invented units; check characters by GB 32100-2015.
    private static let builder = "91430181MA0TE5T168"
    private static let operatingUnit = "91430181MA0TE5T243"

    @Test("三个演示账号只用键盘完成浏阳窗口的申报、初审、评审、建设、验收、认定，覆盖数随之加一")
    func keyboardWalk() async throws {
        let demo = try await DemoNetwork.shared.value
        let window = try await demo.open()
        let city = try await demo.open()
        let province = try await demo.open()
        // One of the three has no scripts at all.
        try await city.allowScripts(false)
        let before = try await covered(window, demo)

        try await demo.signIn("demo-window", in: window)
        try await window.unfold("平台网络")
        try await window.follow("我的申报", tag: "a")
        try await window.follow("新的申报", tag: "a")
        let address = try await apply(window)
        #expect(try await state(window) .contains("已申报"))
        try await picture(window, demo, "walk-submitted")

        try await demo.signIn("demo-city", in: city)
        try await city.unfold("平台网络")
        try await city.follow("申报与评审", tag: "a")
        try await city.follow("浏阳市中小企业公共服务平台", tag: "a")
        #expect(try await city.address == address)
        try await act(city, "受理", opinion: nil)
        try await act(city, "初审通过", opinion: "材料齐全，同意上报。")
        try await picture(city, demo, "walk-city-passed")

        try await demo.signIn("demo-province", in: province)
        try await province.unfold("平台网络")
        try await province.follow("申报与评审", tag: "a")
        try await province.follow("浏阳市中小企业公共服务平台", tag: "a")
        try await act(province, "评审通过，同意建设", opinion: "同意建设。")

        let paper = demo.program.folder + "/验收材料.pdf"
        try Data("%PDF-1.4\n% an invented document\n".utf8).write(to: URL(fileURLWithPath: paper))
        try await window.go(address)
        try await act(window, "提请验收", opinion: "建设完成。", paper: paper)
        try await city.go(address)
        try await act(city, "验收合格", opinion: "场地、人员、制度符合要求。", paper: paper)
        try await province.go(address)
        try await act(province, "认定", opinion: nil, number: "湘工信中小服务〔2026〕12号")
        #expect(try await state(province).contains("已认定"))
        try await picture(province, demo, "walk-recognised")

        #expect(try await covered(window, demo) == before + 1)
        try await window.go("\(demo.address)/hunan/registry/map/430100")
        #expect(try await window.run("return document.querySelector('main').innerText").string?.contains("浏阳市中小企业公共服务平台") == true)
        for one in [window, city, province] {
            // The refused application is an error to the browser, too.
            #expect(try await one.complaints().filter { !$0.contains("status of 422") } == [])
            await one.close()
        }
    }

    // MARK: - With the keyboard

    private func apply(_ browser: BrowserSession) async throws -> String {
        try await browser.tab(to: "平台名称", tag: "input")
        try await browser.type("浏阳市中小企业公共服务平台")
        try await browser.tab(to: "建设主体名称")
        try await browser.type("演示·浏阳市中小企业服务中心")
        try await browser.tab(to: "建设主体统一社会信用代码")
        try await browser.type("不是代码")
        try await browser.tab(to: "运营单位名称")
        try await browser.type("演示·浏阳市企业服务有限公司")
        try await browser.tab(to: "运营单位统一社会信用代码")
        try await browser.type(Self.operatingUnit)
        try await browser.tab(to: "运营方式", tag: "select")
        try await browser.press(.down)
        try await browser.tab(to: "申报理由", tag: "textarea")
        try await browser.type("浏阳有中小企业二万余家，现有场地与人员，申请建设综合窗口。")
        try await browser.follow("提交申报", tag: "button")

        // Refused for one code: the summary has the focus, its link leads to the field, what was typed is still there.
        let summary = try await browser.focused
        #expect(summary?.name.contains("建设主体统一社会信用代码") == true, "the summary of faults takes the focus")
        try await browser.tab(to: "信用代码", tag: "a")
        try await browser.press(.enter)
        #expect(try await browser.focused?.name.contains("建设主体统一社会信用代码") == true)
        #expect(try await browser.run("return document.activeElement.value").string == "不是代码")
        try await browser.run("document.activeElement.select()")
        try await browser.type(Self.builder)
        try await browser.follow("提交申报", tag: "button")
        return try await browser.address
    }

    /// Opens the form of one action, fills in what it wants and sends it.
    private func act(_ browser: BrowserSession, _ title: String, opinion: String?, paper: String? = nil, number: String? = nil) async throws {
        try await browser.tab(to: "\(title)（转入", tag: "summary")
        try await browser.press(.enter)
        if let opinion {
            try await browser.tab(to: "意见", tag: "textarea")
            try await browser.type(opinion)
        }
        if let number {
            try await browser.tab(to: "文号", tag: "input")
            try await browser.type(number)
        }
        if let paper {
            try await browser.tab(to: "材料", tag: "input")
            try await browser.upload(paper)
        }
        try await browser.follow(title, tag: "button")
    }

    private func state(_ browser: BrowserSession) async throws -> String {
        try await browser.run("return (document.querySelector('.page-title .badge') || document.querySelector('main')).innerText").string ?? ""
    }

    /// How many counties are covered today, from the page of coverage.
    private func covered(_ browser: BrowserSession, _ demo: DemoNetwork) async throws -> Int {
        try await browser.go("\(demo.address)/hunan/registry/coverage?level=county")
        let script = "return [...document.querySelectorAll('table')[0].rows].map(r => [...r.cells].map(c => c.textContent.trim()))"
        let rows = try await browser.run(script).array ?? []
        let row = try #require(rows.first { $0[0]?.string?.contains("县") == true })
        return try #require(row[1]?.string.flatMap { Int($0.filter(\.isNumber)) })
    }

    private func picture(_ browser: BrowserSession, _ demo: DemoNetwork, _ name: String) async throws {
        try await browser.screenshot(to: "\(demo.pictures)/\(name).png")
    }
}
