import Foundation
import Messages
import TestKit
import Testing

@Suite("Browser: a door without a network", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct DoorTests {
    @Test("断网扫码：签名在本机核对，记录留在本机，联网后合并")
    func offline() async throws {
        let demo = try await DemoNetwork.shared.value
        let browser = try await demo.open()
        try await demo.signIn("demo-province", in: browser)
        let id = "K\(PageTests.year)-006"
        let door = "\(demo.address)/hunan/school/classes/\(id)/door/2"
        try await browser.go(door)
        let ticket = try #require(
            try await browser.run(
                """
                return fetch('/api/hunan/school/registrations/\(id)-0006').then((reply) => reply.json())
                  .then((one) => fetch('/api/hunan/school/passes/\(id)-0006?code=' + one.code)).then((reply) => reply.json()).then((pass) => pass.ticket)
                """
            ).string)
        _ = try await shown(browser, until: "名单截至")
        _ = try await browser.run(
            "window.wire = window.fetch; window.fetch = () => Promise.reject(new TypeError('offline'))")
        try await scan(browser, ticket)
        #expect(try await shown(browser, until: "待上传 1 条").contains("已签到"))
        try await scan(browser, ticket.replacing(".1.", with: ".2."))
        #expect(try await shown(browser, until: "待上传 2 条").contains("凭证签名不符"))
        try await browser.screenshot(to: "\(demo.pictures)/school-door-offline.png")
        // Read again from the browser's own store, then sent.
        try await browser.go(door)
        let sent = try await shown(browser, until: "待上传 0 条")
        #expect(sent.contains("\(id)-0006 凭证签名不符") && sent.contains("\(id)-0006 已签到"))
        #expect(!sent.contains("（待上传）"))
        try await browser.go("\(demo.address)/hunan/school/classes/\(id)/attendance")
        let table = try await browser.run("return document.body.innerText").string ?? ""
        #expect(table.contains("凭证签名不符"))
        await browser.close()
    }

    @Test("签到页面存入本机后，服务器停了也能重新打开、核对凭证、留存记录；恢复后上传")
    func reopened() async throws {
        // A site of its own: it is stopped in between.
        let program = try TestProgram()
        let made = try await program.run(
            "init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--plugin", "school", "--data",
            program.data, "--port", "0")
        try #require(made.code == 0, "\(made.error)")
        let opened = try await program.run(
            "account", "add", "--site", "hunan", "--login", "door", "--name", "演示·签到员", "--role", "province-staff",
            "--keep-password",
            "--password-only")
        try await program.serve()
        let demo = try await DemoNetwork.shared.value
        let browser = try await demo.open()
        let site = "https://localhost:\(program.port)/hunan"
        try await browser.go("\(site)/login")
        try await browser.tab(to: "账号", tag: "input")
        try await browser.type("door")
        try await browser.tab(to: "密码", tag: "input")
        try await browser.type(opened.output.trimmingCharacters(in: .whitespacesAndNewlines))
        try await browser.enter()
        try await browser.go("\(site)/school/courses/new")
        let id = try #require(try await browser.run(Self.classUnderWay).string)
        let (port, door) = (program.port, "\(site)/school/classes/\(id)/door/1")
        try await browser.go(door)
        _ = try await shown(browser, until: "本页已存入本机")
        _ = await program.stop()
        try await browser.go(door)
        #expect(try await shown(browser, until: "离线").contains("名单截至"))
        // A number typed in is not a ticket, and nobody else's device is asked: the first opinion says so.
        try await scan(browser, "\(id)-0001")
        #expect(try await shown(browser, until: "待上传 1 条").contains("待服务器确认"))
        try await browser.screenshot(to: "\(demo.pictures)/school-door-reopened.png")
        // Only this page: another one of the same site is not there without a network.
        await #expect(throws: (any Error).self) {
            try await browser.go("https://localhost:\(port)/hunan/school/classes")
        }
        try await program.serve(port: port)
        try await browser.go(door)
        #expect(try await shown(browser, until: "待上传 0 条").contains("\(id)-0001 已签到"))
        await browser.close()
        _ = await program.stop()
    }

    /// Makes a class that began ten minutes ago, with one enrolled person; answers its number.
    private static let classUnderWay = """
        const token = document.querySelector('[name=_csrf]').value;
        const tell = (path, body) => fetch('/api/hunan/school/' + path, {
          method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token }, body: JSON.stringify(body),
        }).then((reply) => reply.json());
        const at = (minutes) => new Date(Date.now() + minutes * 60000).toISOString();
        return (async () => {
          const course = (await tell('courses', {
            title: '断网签到演练', theme: 'other', audience: 'enterprises', region: '430000', hours: 1, summary: '仅用于测试，数据均为虚构。', teachers: [], materials: [],
          })).course;
          const id = (await tell('classes', {
            course, region: '430000', capacity: 5, perEnterprise: 5, needsApproval: false, opensAt: at(-100), closesAt: at(-10), offerHours: 24,
            sessions: [{ title: '第一讲', mode: 'onsite', startsAt: at(-10), endsAt: at(60), place: '演示·教室' }],
          })).schoolClass;
          await tell(`classes/${id}/steps`, { action: 'publish' });
          await tell(`classes/${id}/registrations`, {
            participants: [{ name: '演示·赵学员', mobile: '19900008802' }], enterprise: { creditCode: '91430181MA0TE5T168', name: '演示·安环科技有限公司' }, consent: true,
          });
          return id;
        })()
        """

    private func scan(_ browser: BrowserSession, _ text: String) async throws {
        _ = try await browser.run(
            "const form = document.querySelector('#door form'); form.elements.namedItem('ticket').value = arguments[0]; form.requestSubmit()",
            .string(text))
    }

    /// What the door shows as soon as it shows this.
    private func shown(_ browser: BrowserSession, until words: String) async throws -> String {
        try await browser.run(
            """
            return new Promise((resolve, reject) => {
              const until = Date.now() + 120000;
              const look = () => {
                const text = document.getElementById('door').innerText;
                if (text.includes(arguments[0])) resolve(text);
                else if (Date.now() > until) reject(new Error('never shown: ' + text));
                else setTimeout(look, 20);
              };
              look();
            })
            """, .string(words)
        ).string ?? ""
    }
}
