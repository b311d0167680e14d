import Foundation
import TestKit
import Testing
import Vocabulary

@Suite("ReferenceData")
struct ReferenceDataTests {
    @Test(
        "the shipped folder is found from the package's folder",
        .enabled(if: ProcessInfo.processInfo.environment["SHUNIU_CONFIGS"] == nil, "the caller chose another folder"))
    func isFound() throws {
        let folder = try #require(ReferenceData.locate())
        #expect(folder.hasSuffix("/Configs/reference"))
        #expect(try ReferenceData.loadLocated().regions.count == Reference.data().regions.count)
    }

    @Test("the shipped folder loads, with every table filled") func loads() throws {
        let data = try Reference.data()
        #expect(data.chains.map(\.order) == Array(1...20))
        #expect(data.chains.allSatisfy { !$0.isConfirmed })
        #expect(data.serviceCategories.count == 16)
        #expect(data.serviceCategories.contains { $0.id == "finance" && $0.name == "融资服务" })
        #expect(data.holidays.years == [2018, 2024, 2025, 2026])
        #expect(data.sizes.standard(on: .last)?.groups.count == 16)
        #expect(data.sizes.standard(on: .last)?.document == "工信部联企业〔2011〕300号")
    }

    @Test("area codes of the cities agree with the rule for telephone numbers") func areaCodes() throws {
        let regions = try Reference.data().regions
        for city in regions.children(of: try #require(RegionCode("430000"))) {
            let area = try #require(city.areaCode)
            let digits = String(repeating: "8", count: try #require(city.localDigits))
            #expect(Landline("\(area)-\(digits)")?.area == area)
            #expect(Landline("\(area)-\(digits)8") == nil)
        }
    }

    @Test("loading stays quick enough for the start of a host") func isQuick() throws {
        let clock = ContinuousClock()
        let taken = try (0..<3).map { _ in try clock.measure { _ = try ReferenceData.load(from: Reference.folder) } }
        // A release build needs about 3 ms; the bound only catches what would be felt at start, in a debug build on a busy machine.
        #expect(try #require(taken.min()) < .milliseconds(1500))
    }

    @Test("every fault is named with file, line and rule, all at once") func namesFaults() throws {
        let folder = try TemporaryFolder(copyOf: Reference.folder)
        try folder.edit("regions-hunan.tsv") {
            $0.replacing("\tcounty\t县级市\tningxiang", with: "\tvillage\t县级市\tningxiang")
        }
        try folder.edit("holidays.tsv") {
            $0 + "2026-02-30\toff\t春节\n2026-03-02\twork\t春节\n2027-01-01\toff\t元旦\n2026-01-01\toff\t元旦\n"
        }
        try folder.edit("industries.tsv") {
            $0.replacing("0111\t稻谷种植\t011\tclass\tagriculture", with: "0111\t稻谷种植\t099\tclass\tfarming")
        }
        try folder.edit("size-groups.tsv") { $0.replacing("\t20\t300\t1000\t", with: "\t20\t300\t30\t") }
        try folder.edit("service-categories.tsv") { $0.replacing("id\tname", with: "key\tname") }
        try folder.edit("industrial-chains.tsv") { $0.replacing("中药\tno", with: "中药") }
        try folder.remove("holiday-years.tsv")
        let failure = try #require(throws: ReferenceData.LoadingFailure.self) {
            try ReferenceData.load(from: folder.path)
        }
        let lines = failure.problems.map(\.description)
        for expected in [
            "regions-hunan.tsv:", "tier 'village' is not province, city or county", "its successor 430182 is missing",
            "day '2026-02-30' is not a date", "2026-03-02 is no weekend",
            "industry 0111 names the unknown size group 'farming'",
            "the parent 099 of 0111 is missing", "bounds of employees must rise",
            "service-categories.tsv:2: columns must be id, name; found key, name", "must have 3 cells, has 2",
            "holiday-years.tsv: cannot be opened: No such file or directory", "2026-01-01 stands twice",
        ] {
            #expect(lines.contains { $0.contains(expected) }, "\(expected)")
        }
        #expect(failure.description.contains(folder.path) && failure.description.contains("more"))
    }

    @Test("damaged files never crash the reader") func fuzz() throws {
        var generator = Seeded(99)
        let folder = try TemporaryFolder(copyOf: Reference.folder)
        let names = ["holidays.tsv", "size-groups.tsv", "regions-hunan.tsv", "industrial-chains.tsv"]
        for _ in 0..<25 {
            let name = try #require(names.randomElement(using: &generator))
            try folder.damage(name, using: &generator)
            _ = try? ReferenceData.load(from: folder.path)
        }
        #expect(throws: ReferenceData.LoadingFailure.self) { try ReferenceData.load(from: "/nowhere") }
    }
}

/// A copy of a folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init(copyOf source: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "vocabulary-\(UUID().uuidString)").path(
            percentEncoded: false)
        try FileManager.default.copyItem(atPath: source, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func file(_ name: String) -> URL { URL(filePath: path).appending(path: name) }

    func edit(_ name: String, _ change: (String) -> String) throws {
        let before = try String(contentsOf: file(name), encoding: .utf8)
        let after = change(before)
        if after == before { throw Unexpected("the edit of \(name) changed nothing") }
        try Data(after.utf8).write(to: file(name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: file(name)) }

    func damage(_ name: String, using generator: inout Seeded) throws {
        var bytes = Array(try Data(contentsOf: file(name)))
        for _ in 0..<4 where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        try Data(bytes).write(to: file(name))
    }
}
