import Foundation
import Messages
import TestKit
import Testing

@Suite(
    "Browser: a class from publication to a verified certificate", .serialized,
    .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct SchoolWalkTests {
    /// The credit code of an invented enterprise; check characters by GB 32100-2015.
    private static let enterprise = "91430181MA0TE5T168"

    @Test("登记课程、开班、发布、现场报名、签到、发证、查验只用键盘完成，1280 和 360 宽各走一遍、各看一遍", arguments: [1280, 360])
    func keyboardWalk(width: Int) async throws {
        let demo = try await DemoNetwork.shared.value
        let staff = try await demo.open()
        try await staff.show(.init(width: width))
        try await demo.signIn("demo-province", in: staff)
        try await staff.go("\(demo.address)/hunan/school/manage")
        try await staff.follow("登记课程", tag: "a")
        try await fill(staff, "课程名称", with: "安全生产标准化实务（\(width)）")
        try await staff.tab(to: "主题", tag: "select")
        try await staff.choose("风险")
        try await fill(staff, "学时", with: "4")
        try await fill(staff, "课程介绍", with: "讲清标准化创建的步骤，现场演练隐患排查。")
        try await look(staff, demo, width, "school-walk-course")
        try await staff.follow("登记", tag: "button")
        try await staff.follow("开设班次", tag: "a")
        let address = try await openClass(staff)
        try await look(staff, demo, width, "school-walk-draft")
        try await staff.follow("发布", tag: "button")
        #expect(try await text(staff).contains("进行中"))
        try await look(staff, demo, width, "school-walk-published")

        // Who comes to the door while the class is under way is written down by its staff.
        try await staff.follow("报名管理", tag: "a")
        try await staff.follow("现场报名", tag: "a")
        try await fill(staff, "企业名称", with: "演示·安环科技有限公司")
        try await fill(staff, "统一社会信用代码", with: Self.enterprise)
        try await fill(staff, "姓名", with: "演示·赵学员")
        try await fill(staff, "手机号", with: "19900008801")
        try await staff.tab(to: "已告知参加人员")
        try await staff.press(.space)
        try await staff.follow("提交报名", tag: "button")
        #expect(try await text(staff).contains("已录取"))
        try await look(staff, demo, width, "school-walk-registered")

        try await staff.go("\(address)/attendance")
        try await staff.follow("登记和撤销", tag: "a")
        try await staff.tab(to: "-0001", tag: "input")
        try await staff.press(.space)
        try await staff.follow("登记到场", tag: "button")
        #expect(try await text(staff).contains("已登记 1 人到场"))
        try await look(staff, demo, width, "school-walk-present")

        try await staff.go("\(address)/certificates")
        try await staff.follow("发证", tag: "button")
        let number = try await issued(staff, address)
        try await look(staff, demo, width, "school-walk-issued")
        try await staff.follow(number, tag: "a")
        let certificate = try await staff.address
        #expect(try await text(staff).contains("演示·赵学员"))
        try await look(staff, demo, width, "school-walk-certificate")

        try await verify(certificate, demo, width)
        #expect(try await staff.complaints() == [])
        await staff.close()
    }

    /// A visitor without an account opens the certificate, then has its text checked, right and with one character changed.
    private func verify(_ certificate: String, _ demo: DemoNetwork, _ width: Int) async throws {
        let visitor = try await demo.open()
        try await visitor.show(.init(width: width))
        try await visitor.go(certificate)
        #expect(try await text(visitor).contains("有效"))
        let paper = try #require(
            try await visitor.run(
                "return fetch(arguments[0]).then((reply) => reply.text())", .string("\(certificate)/file")
            ).string)
        for (paper, words) in [(paper, "内容未被改动，未被撤销"), (paper.replacing("赵", with: "钱"), "内容与签名不符")] {
            try await visitor.go("\(demo.address)/hunan/school/certificates")
            try await fill(visitor, "证书全文", with: paper)
            try await visitor.follow("核对", tag: "button")
            #expect(try await text(visitor).contains(words))
        }
        try await look(visitor, demo, width, "school-walk-changed")
        await visitor.close()
    }

    /// Fills in a class that lasts the whole day, so that it is under way now.
    ///
    /// - Returns: its address.
    private func openClass(_ browser: BrowserSession) async throws -> String {
        var format = Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(identifier: "Asia/Shanghai"))).year()
            .month().day()
        format = format.dateSeparator(.dash)
        let (today, before) = (Date.now.formatted(format), Date.now.addingTimeInterval(-86_400).formatted(format))
        try await fill(browser, "名额", with: "20")
        try await browser.date(before, in: "报名开始日期")
        try await browser.date(today, in: "报名截止日期")
        try await fill(browser, "报名截止时间", with: "00:00")
        try await fill(browser, "名称", with: "标准化实务")
        try await browser.date(today, in: "日期")
        try await fill(browser, "开始时间", with: "00:00")
        try await fill(browser, "结束时间", with: "23:59")
        try await fill(browser, "地点", with: "演示·培训室")
        try await browser.follow("登记班次", tag: "button")
        return try await browser.address
    }

    private func issued(_ browser: BrowserSession, _ address: String) async throws -> String {
        for _ in 0..<100 {
            if let found = try await text(browser).firstMatch(of: /Z\d{4}-\d{6}/) { return String(found.output) }
            try await browser.go("\(address)/certificates")
        }
        throw TestProgram.Failure(description: "no certificate: \(try await text(browser))")
    }

    // MARK: - With the keyboard

    private func fill(_ browser: BrowserSession, _ field: String, with words: String) async throws {
        let focus = try await browser.tab(to: field)
        #expect(["input", "textarea"].contains(focus.tag))
        try await browser.run("document.activeElement.select()")
        try await browser.type(words)
    }

    private func text(_ browser: BrowserSession) async throws -> String {
        try await browser.run("return document.body.innerText").string ?? ""
    }

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
