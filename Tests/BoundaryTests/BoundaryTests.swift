import Foundation
import TestKit
import Testing

@Suite("The house: who may use whom")
struct BoundaryTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("every arrow points down, and every import is declared")
    func houseIsClean() async throws {
        let house = try await House(manifest: Self.dumpPackage(), root: Self.root)
        #expect(house.targets.count > 20)
        #expect(house.targets.contains { $0.imports.count > 20 })
        let violations = house.violations().joined(separator: "\n")
        #expect(violations == "")
    }

    @Test("a house with broken rules is caught, all of them at once")
    func brokenHouseIsCaught() throws {
        let folder = Self.root.appendingPathComponent("Tests/BoundaryTests/Fixtures/Broken")
        let house = try House(manifest: Data(contentsOf: folder.appendingPathComponent("manifest.json")), root: folder)
        let expected = try String(contentsOf: folder.appendingPathComponent("violations.txt"), encoding: .utf8)
        #expect(house.violations() == expected.split(separator: "\n").map(String.init))
    }

    @Test(
        "an import is recognised whatever stands before it",
        arguments: [
            ("import Store", "Store"), ("public import Store", "Store"), ("@testable import Bus", "Bus"),
            ("@_exported public import Pages", "Pages"), ("  import struct Foundation.Data", "Foundation"),
            ("// import Store", nil), ("let import_ = 1", nil), ("/// import Store", nil),
        ])
    func recognisesImports(line: String, module: String?) {
        #expect(House.importedModule(line[...]) == module)
    }

    /// In a scratch folder of its own: the build's is locked while tests run.
    private static func dumpPackage() async throws -> Data {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("boundary-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let outcome = try await TestProgram.run([
            "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package",
        ])
        return Data(outcome.output.utf8)
    }
}
