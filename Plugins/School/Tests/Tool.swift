import Foundation
import TestKit

/// A program of the machine, for checks by somebody else's hand; tests that need one say so where it is missing.
struct Tool {
    let path: String

    static let openssl = Tool(path: "/usr/bin/openssl")
    /// Of the package zbar-tools.
    static let zbarimg = Tool(path: "/usr/bin/zbarimg")
    /// The Python that has PyPI's `icalendar`, the machine's own or another one in front of it; `nil`: none.
    static let calendarReader = ["python3", "/usr/bin/python3"].first {
        (try? env.run($0, "-c", "import icalendar"))?.status == 0
    }
    static let env = Tool(path: "/usr/bin/env")

    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    func run(_ arguments: String..., input: [UInt8] = []) throws -> (status: Int32, output: String) {
        let outcome = try TestProgram.runAndWait([path] + arguments, input: input)
        return (outcome.code, outcome.error + outcome.output)
    }

    /// A folder that goes with the closure.
    static func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
        let folder = FileManager.default.temporaryDirectory.path + "/school-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}
