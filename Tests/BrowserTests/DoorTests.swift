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
        _ = try await browser.run("window.wire = window.fetch; window.fetch = () => Promise.reject(new TypeError('offline'))")
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

    private func scan(_ browser: BrowserSession, _ text: String) async throws {
        _ = try await browser.run("const form = document.querySelector('#door form'); form.elements.namedItem('ticket').value = arguments[0]; form.requestSubmit()", .string(text))
    }

    /// What the door shows as soon as it shows this.
    private func shown(_ browser: BrowserSession, until words: String) async throws -> String {
        try await browser.run(
            """
            return new Promise((resolve, reject) => {
              const until = Date.now() + 10000;
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
