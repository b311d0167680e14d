import Messages
import TestKit
import Testing

@Suite("Browser: a recorded lesson", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct LessonTests {
    @Test("播放过的片段计入学习时间，拖动跳过的不计；视频可以拖动，切到后台自动暂停")
    func played() async throws {
        let demo = try await DemoNetwork.shared.value
        let browser = try await demo.open()
        try await demo.signIn("demo-province", in: browser)
        try await browser.go("\(demo.address)/hunan/school/registrations/K\(PageTests.year)-008-0002")
        try await browser.follow("学习：材料准备", tag: "a")
        #expect(try await figure(browser).contains("已学习 00:00 / 01:00（0%）"))
        // Two seconds from the beginning, then a jump to the last chapter: the video answers in ranges.
        try await browser.run("const video = document.querySelector('video'); video.muted = true; return video.play()")
        try await until(browser, "document.querySelector('video').currentTime > 2.2")
        try await browser.run("document.querySelectorAll('[data-second]')[2].click()")
        try await until(
            browser, "document.querySelector('video').currentTime > 40.5 && !document.querySelector('video').seeking")
        try await browser.run("document.querySelector('video').pause()")
        try await until(browser, "!document.querySelector('[data-figure]').textContent.includes('00:00 /')")
        let words = try await figure(browser)
        let seconds = try #require(words.firstMatch(of: /已学习 00:(\d\d)/).flatMap { Int($0.1) })
        #expect((1...9).contains(seconds), "\(words)")
        try await browser.screenshot(to: "\(demo.pictures)/school-lesson-played.png")
        // What was counted stands there when the page is opened again.
        let address = try await browser.address
        try await browser.go(address)
        #expect(try await figure(browser) == words)
        #expect(try await browser.complaints() == [])
        await browser.close()
    }

    private func figure(_ browser: BrowserSession) async throws -> String {
        try await browser.run("return document.querySelector('[data-figure]').textContent").string ?? ""
    }

    private func until(_ browser: BrowserSession, _ condition: String) async throws {
        _ = try await browser.run(
            """
            return new Promise((resolve, reject) => {
              const end = Date.now() + 120000;
              const look = () => {
                if (\(condition)) resolve(true);
                else if (Date.now() > end) reject(new Error('never: ' + document.getElementById('lesson').innerText));
                else setTimeout(look, 20);
              };
              look();
            })
            """)
    }
}
