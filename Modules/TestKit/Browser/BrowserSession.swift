import Dispatch
import Foundation
public import Messages
import Network
import Synchronization

/// One headless browser window, driven by W3C WebDriver (https://www.w3.org/TR/webdriver2/) and, for what that lacks, by the
/// DevTools protocol: window width below a desktop's least, dark colours, paper, scripts switched off.
///
/// - Going: `go`, `address`, `title`, `run` (a script's value)
/// - Hands: `press`, `type`, `focused`, `tab(to:)`, `upload`
/// - Eyes: `show`, `screenshot`, `complaints`
public final class BrowserSession: Sendable {
    private final class Wire: @unchecked Sendable {
        let client: HTTPClient
        init(_ client: HTTPClient) { self.client = client }
    }

    private let driver: ChromeDriver
    // Used on the queue only.
    private let wire: Wire
    private let queue = DispatchQueue(label: "shuniu.browser")
    private let session: String

    /// A key of the keyboard, as WebDriver names it.
    public enum Key: String, Sendable {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
        case space = " "
        case down = "\u{E015}"
        case escape = "\u{E00C}"
        case shift = "\u{E008}"
    }

    init(_ driver: ChromeDriver) async throws {
        self.driver = driver
        // A browser that starts on a busy machine takes its time.
        wire = Wire(try HTTPClient(port: driver.port, trust: .plain, timeout: .seconds(120)))
        var arguments = ["--headless=new", "--disable-gpu", "--disable-breakpad", "--window-size=1280,900", "--hide-scrollbars", "--lang=zh-CN", "--force-device-scale-factor=1"]
        // Service workers are not registered from a host whose authority the browser does not know; `acceptInsecureCerts` is not enough for them.
        arguments += ["--ignore-certificate-errors"]
        // Chromium's sandbox does not run as root; the browser sees nothing but the host of the test.
        if geteuid() == 0 { arguments += ["--no-sandbox", "--disable-dev-shm-usage"] }
        let options = JSONValue.object([.init("args", .array(arguments.map { .string($0) }))])
        let wanted = JSONValue.object([
            .init("browserName", .string("chrome")), .init("acceptInsecureCerts", .bool(true)), .init("goog:chromeOptions", options),
            .init("goog:loggingPrefs", .object([.init("browser", .string("ALL"))])),
        ])
        let body = JSONValue.object([.init("capabilities", .object([.init("alwaysMatch", wanted)]))])
        let reply = try await Self.send(.post, "/session", body, wire, queue)
        guard let id = reply["sessionId"]?.string else { throw TestProgram.Failure(description: "no browser session") }
        session = id
    }

    /// Closes the window; without it the driver closes it at its own end.
    public func close() async { _ = try? await Self.send(.delete, "/session/\(session)", nil, wire, queue) }

    // MARK: - Going

    public func go(_ address: String) async throws { try await tell("/url", ["url": .string(address)]) }

    public var address: String { get async throws { try await ask("/url").string ?? "" } }

    /// Runs a script's body in the page and returns its value; `arguments` are the given ones.
    @discardableResult
    public func run(_ script: String, _ arguments: JSONValue...) async throws -> JSONValue {
        try await tell("/execute/sync", ["script": .string(script), "args": .array(arguments)])
    }

    // MARK: - Hands

    /// Presses keys one after the other, each down and up.
    public func press(_ keys: Key..., holding held: Key? = nil) async throws {
        var actions: [JSONValue] = []
        func add(_ kind: String, _ key: Key) { actions.append(.object([.init("type", .string(kind)), .init("value", .string(key.rawValue))])) }
        if let held { add("keyDown", held) }
        for key in keys {
            add("keyDown", key)
            add("keyUp", key)
        }
        if let held { add("keyUp", held) }
        try await keyboard(actions)
    }

    /// Types text into what has the focus.
    public func type(_ text: String) async throws {
        try await keyboard(
            text.flatMap { character -> [JSONValue] in
                ["keyDown", "keyUp"].map { .object([.init("type", .string($0)), .init("value", .string(String(character)))]) }
            })
    }

    private func keyboard(_ actions: [JSONValue]) async throws {
        try await tell(
            "/actions",
            ["actions": .array([.object([.init("type", .string("key")), .init("id", .string("keyboard")), .init("actions", .array(actions))])])])
    }

    /// Hands files to the field that has the focus: the system's own chooser, which no page controls, is the one thing left out.
    public func upload(_ path: String) async throws {
        let element = try await ask("/element/active")
        guard case .object(let members) = element, let id = members.first?.value.string else { throw TestProgram.Failure(description: "nothing has the focus") }
        try await tell("/element/\(id)/value", ["text": .string(path)])
    }

    // MARK: - Eyes

    /// How the page is looked at.
    public struct View: Sendable, Hashable {
        public var width: Int
        public var isDark: Bool
        public var isPaper: Bool

        public init(width: Int, isDark: Bool = false, isPaper: Bool = false) {
            self.width = width
            self.isDark = isDark
            self.isPaper = isPaper
        }
    }

    /// Changes width, colours and medium; a width below 600 is a telephone's.
    public func show(_ view: View) async throws {
        let isPhone = view.width < 600
        try await tools(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(Int64(view.width)), "height": .integer(isPhone ? 740 : 900), "deviceScaleFactor": .integer(1),
                "mobile": .bool(isPhone),
            ])
        let scheme = JSONValue.object([.init("name", .string("prefers-color-scheme")), .init("value", .string(view.isDark ? "dark" : "light"))])
        try await tools("Emulation.setEmulatedMedia", ["media": .string(view.isPaper ? "print" : "screen"), "features": .array([scheme])])
    }

    /// Switches the page's scripts off or on, from the next page on.
    public func allowScripts(_ isAllowed: Bool) async throws {
        try await tools("Emulation.setScriptExecutionDisabled", ["value": .bool(!isAllowed)])
    }

    /// The whole page as PNG, also what is below the window's edge.
    public func screenshot(to path: String) async throws {
        let size = try await run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        let clip = JSONValue.object([
            .init("x", .integer(0)), .init("y", .integer(0)), .init("width", size[0] ?? .integer(1280)),
            .init("height", .integer(min(size[1]?.integer ?? 900, 8000))), .init("scale", .integer(1)),
        ])
        let reply = try await tools("Page.captureScreenshot", ["format": .string("png"), "captureBeyondViewport": .bool(true), "clip": clip])
        guard let text = reply["data"]?.string, let bytes = Data(base64Encoded: text) else { throw TestProgram.Failure(description: "no picture") }
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    /// What the browser complained of since the last call: script errors, refused content, missing files.
    public func complaints() async throws -> [String] {
        let entries = try await tell("/se/log", ["type": .string("browser")])
        return (entries.array ?? []).compactMap { $0["message"]?.string }
    }

    // MARK: - On the wire

    @discardableResult
    private func tools(_ command: String, _ parameters: KeyValuePairs<String, JSONValue>) async throws -> JSONValue {
        try await tell("/goog/cdp/execute", ["cmd": .string(command), "params": .object(parameters.map { .init($0.key, $0.value) })])
    }

    @discardableResult
    private func tell(_ path: String, _ members: KeyValuePairs<String, JSONValue>) async throws -> JSONValue {
        try await Self.send(.post, "/session/\(session)\(path)", .object(members.map { .init($0.key, $0.value) }), wire, queue)
    }

    private func ask(_ path: String) async throws -> JSONValue { try await Self.send(.get, "/session/\(session)\(path)", nil, wire, queue) }

    private static func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue?, _ wire: Wire, _ queue: DispatchQueue) async throws -> JSONValue {
        let answer = try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        try wire.client.request(method, path, headers: ["Content-Type": "application/json"], body: body?.serialized() ?? [])
                    })
            }
        }
        let reply = try JSONValue(parsing: answer.body, limits: JSON.Limits(bytes: 64 << 20))
        guard answer.status == 200, let value = reply["value"] else {
            throw TestProgram.Failure(description: "\(method.rawValue) \(path): \(reply["value"]?["message"]?.string ?? answer.text)")
        }
        return value
    }
}
