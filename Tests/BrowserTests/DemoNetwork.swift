import Foundation
import Messages
import TestKit
import Testing

/// The demo network served by the program itself, one for all browser tests, and the passwords that it printed.
final class DemoNetwork: Sendable {
    let program: TestProgram
    let driver: ChromeDriver
    let passwords: [String: String]
    /// Where pictures of pages are kept.
    let pictures: String

    static let isPossible = ChromeDriver.isInstalled
    static let missing: Comment = "chromium and chromedriver are missing; Tools/setup --browser installs them"
    static let shared = Task { try await DemoNetwork() }

    private init() async throws {
        program = try TestProgram()
        let made = try await program.run("init", "--demo", "--data", program.data, "--port", "0")
        guard made.code == 0 else { throw TestProgram.Failure(description: made.error) }
        let told = try await program.run("demo")
        guard told.code == 0 else { throw TestProgram.Failure(description: told.error) }
        passwords = Dictionary(
            told.output.matches(of: /(demo-[a-z]+) +(\S+)/).map { (String($0.1), String($0.2)) }) { first, _ in first }
        try await program.serve()
        driver = try await ChromeDriver()
        pictures = try Self.picturesFolder()
    }

    /// Where pictures of pages are kept; made where it is missing.
    static func picturesFolder() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let pictures = ProcessInfo.processInfo.environment["SHUNIU_PICTURES"] ?? root.appendingPathComponent(".build/pictures").path
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        return pictures
    }

    var address: String { "https://localhost:\(program.port)" }

    /// A window of its own, without the cookies of others.
    func open() async throws -> BrowserSession { try await driver.open() }

    /// Signs in with the keyboard.
    func signIn(_ login: String, in browser: BrowserSession) async throws { try await signIn(login, passwords[login] ?? "", at: "hunan", in: browser) }

    func signIn(_ login: String, _ password: String, at site: String, in browser: BrowserSession) async throws {
        try await browser.go("\(address)/\(site)/login")
        try await browser.tab(to: "账号", tag: "input")
        try await browser.type(login)
        try await browser.tab(to: "密码", tag: "input")
        try await browser.type(password)
        try await browser.enter()
    }
}

extension BrowserSession {
    /// Types year, month and day into a date field, whose parts the browser orders by its language.
    ///
    /// - Parameter day: `2026-03-01`.
    func date(_ day: String, in field: String) async throws {
        try await tab(to: field, tag: "input")
        let parts = Dictionary(uniqueKeysWithValues: zip(["year", "month", "day"], day.split(separator: "-").map(String.init)))
        let order = try await run("return new Intl.DateTimeFormat(navigator.language).formatToParts().map((one) => one.type)")
        let names = (order.array ?? []).compactMap(\.string).filter { parts[$0] != nil }
        for name in names {
            try await type(parts[name] ?? "")
            // Two digits lead on by themselves; a year may have more than four.
            if name == "year", name != names.last { try await press(.tab) }
        }
        #expect(try await run("return document.activeElement.value").string == day)
    }
}
