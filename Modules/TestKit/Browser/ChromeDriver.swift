import Foundation
import Messages
import Network

/// A running `chromedriver`, which speaks W3C WebDriver on a loopback port that the system chooses; ends with the value.
public final class ChromeDriver: Sendable {
    private let process: ChildProcess
    let port: Int

    /// Whether this machine has browser and driver; `Tools/setup --browser` installs them.
    public static let isInstalled = ["chromium", "chromedriver"].allSatisfy { name in
        ["/usr/bin/", "/usr/local/bin/", "/snap/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
    }

    /// - Throws: `TestProgram.Failure` when the driver ended instead.
    public init() async throws {
        // The port that it got for IPv6 may be somebody else's for IPv4; then it ends, and the next try gets another.
        for attempt in 1... {
            let process = try ChildProcess(["chromedriver", "--port=0"])
            if let line = await process.line(containing: "started successfully on port"), let port = line.firstMatch(of: /port (\d+)/).flatMap({ Int($0.1) }) {
                self.process = process
                self.port = port
                return
            }
            guard attempt < 10, (process.output + process.error).contains("Address already in use") else {
                throw TestProgram.Failure(description: "chromedriver did not start: \(process.output)\(process.error)")
            }
        }
        throw TestProgram.Failure(description: "chromedriver did not start")
    }

    deinit { process.end(SIGTERM) }

    /// A browser window of its own profile.
    public func open() async throws -> BrowserSession { try await BrowserSession(self) }
}
