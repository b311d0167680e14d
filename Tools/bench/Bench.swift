import Foundation

/// `bench`: durable commands against one transaction per command, in one run; a table, then one line of JSON.
/// The gateway's load generator is not built yet.
@main
struct Bench {
    static func main() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try await StoreBench.run(folder: folder)
        for result in results {
            print(result.name.padding(toLength: 48, withPad: " ", startingAt: 0), String(format: "%12.2f", result.value), result.unit)
        }
        let json = results.map { ["name": $0.name, "value": $0.value, "unit": $0.unit] as [String: Any] }
        print(String(decoding: try JSONSerialization.data(withJSONObject: json), as: UTF8.self))
    }
}
