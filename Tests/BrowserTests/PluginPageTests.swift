import Foundation
import Messages
import TestKit
import Testing

@Suite("Browser: plug-ins on the console", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct PluginPageTests {
    private static let guestbook = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Plugins/Examples/guestbook-python/guestbook.py")

    /// A version of the example, packed; the later one asks for more.
    private static func pack(_ version: String, _ program: TestProgram, _ change: (String) -> String = { $0 }) async throws -> String {
        let folder = "\(program.folder)/guestbook-\(version)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = try String(contentsOf: guestbook, encoding: .utf8).replacing("\"1.0.0\"", with: "\"\(version)\"")
        try Data(change(text).utf8).write(to: URL(fileURLWithPath: folder + "/guestbook.py"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/guestbook.py")
        try await expect(
            TestProgram.run([
                TestProgram.sibling("shuniu").path, "plugin", "pack", folder, "--program", "guestbook.py", "--architecture", "any", "--out", folder + ".tar",
            ]))
        return folder + ".tar"
    }

    @discardableResult
    private static func expect(_ outcome: TestProgram.Outcome) throws -> String {
        guard outcome.code == 0 else { throw TestProgram.Failure(description: outcome.error) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(
        "新版本要的消息更多：启用前逐项列出，不勾选接受不启用，勾选后启用",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs /usr/bin/python3"))
    func widened() async throws {
        let program = try TestProgram()
        try await Self.expect(
            program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--plugin", "registry", "--data", program.data, "--port", "0"))
        // No second factor here: this is about another page.
        let settings = program.configs + "/sites/hunan/site.json5"
        let roles = #"["system-administrator","security-administrator","audit-administrator"]"#
        try String(contentsOfFile: settings, encoding: .utf8).replacing(roles, with: "[]").write(toFile: settings, atomically: true, encoding: .utf8)
        let password = try await Self.expect(
            program.run(
                "account", "add", "--site", "hunan", "--login", "keeper", "--name", "测试·管理员", "--role", "system-administrator", "--keep-password",
                "--password-only"))
        try await program.serve()
        try await Self.expect(program.run("plugin", "install", Self.pack("1.0.0", program), "--unsigned"))
        try await Self.expect(program.run("enable", "guestbook", "--site", "hunan"))
        try await Self.expect(program.run("disable", "guestbook", "--site", "hunan"))
        let wider = try await Self.pack("1.1.0", program) {
            $0.replacing("\"asks\": []", with: "\"asks\": [\"registry.find-nodes.v1\", \"registry.find-unit.v1\"]")
        }
        try await Self.expect(program.run("plugin", "install", wider, "--unsigned"))

        let driver = try await ChromeDriver()
        let browser = try await driver.open()
        let site = "https://localhost:\(program.port)/hunan"
        try await browser.show(.init(width: 1280))
        try await browser.go("\(site)/login")
        try await browser.tab(to: "账号", tag: "input")
        try await browser.type("keeper")
        try await browser.tab(to: "密码", tag: "input")
        try await browser.type(password)
        try await browser.enter()
        let page = "\(site)/console/plugins/guestbook"
        let pictures = try DemoNetwork.picturesFolder()
        for width in [1280, 360] {
            try await browser.show(.init(width: width))
            try await browser.go(page)
            try await browser.screenshot(to: "\(pictures)/plugin-widened-\(width).png")
            #expect(try await browser.run("return document.documentElement.scrollWidth <= innerWidth").bool == true)
        }
        let text = try await browser.run("return document.body.innerText").string ?? ""
        #expect(text.contains("接受新增的消息范围（2 项）"), "\(text)")
        for line in ["向其他插件查询 registry.find-nodes.v1", "向其他插件查询 registry.find-unit.v1"] { #expect(text.contains(line)) }
        // Not ticked: told why, and still off.
        try await browser.follow("启用", tag: "button")
        try await browser.screenshot(to: "\(pictures)/plugin-widened-refused.png")
        #expect(try await browser.run("return document.body.innerText").string?.contains("须明确接受后才能启用") == true)
        try await browser.go(page)
        try await browser.tab(to: "接受新增的消息范围", tag: "input")
        try await browser.press(.space)
        try await browser.follow("启用", tag: "button")
        #expect(try await browser.run("return document.body.innerText").string?.contains("已启用") == true)
        // The browser notes the answer that refused.
        #expect(try await browser.complaints().allSatisfy { $0.contains("409") })
        await browser.close()
        _ = await program.stop()
    }
}
