import Foundation
import Messages
import Store
import TestKit
import Testing

/// The load of `Fixtures/load`: 24 agencies, 300 enterprises with spoiled rows of every kind, 100 demands, all invented, and their totals.
@Suite("Imports") struct ImportTests {
    private static let load = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/load").path

    private static func summary() throws -> JSONValue {
        try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: load + "/summary.json"))))
    }

    /// The files beside which reports are written, in a folder of the test's own.
    private static func copy(_ program: TestProgram) throws -> String {
        let folder = program.folder + "/load"
        try FileManager.default.copyItem(atPath: load, toPath: folder)
        return folder
    }

    private static func counts(_ program: TestProgram, _ plugin: String, _ sql: String) throws -> [String: Int] {
        try StoreView(path: "\(program.data)/hunan/\(plugin).sqlite").read { snapshot in
            Dictionary(try snapshot.rows(sql) { (try $0.get(0, as: String.self), try $0.get(1, as: Int.self)) }) { first, _ in first }
        }
    }

    private static func totals(_ value: JSONValue?) -> [String: Int] {
        guard case .object(let members)? = value else { return [:] }
        return Dictionary(members.compactMap { member in member.value.integer.map { (member.key, Int($0)) } }.filter { $0.1 > 0 }) { first, _ in first }
    }

    @Test("At the running host and without one: the generator's totals, once and twice; bad rows are named, mended and come in")
    func totals() async throws {
        let program = try TestProgram()
        try await Province.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        let folder = try Self.copy(program)
        let summary = try Self.summary()
        let bad = Self.totals(summary["bad"]).values.reduce(0, +)
        func run(_ kind: String, _ file: String) async throws -> String {
            try await Province.expect(program.run("import", kind, "\(folder)/\(file)", "--site", "hunan")).output
        }
        // Nobody serves: the program opens the site itself.
        #expect(try await run("agencies", "agencies.ndjson").contains("共 24 行：新增 24，更新 0，相同 0，未收 0"))
        try await program.serve()
        let first = try await run("enterprises", "enterprises.ndjson")
        #expect(first.contains("共 300 行：新增 \(300 - bad)，更新 0，相同 0，未收 \(bad)"), "\(first)")
        let again = try await run("enterprises", "enterprises.ndjson")
        #expect(again.contains("共 300 行：新增 0，更新 0，相同 \(300 - bad)，未收 \(bad)"), "\(again)")
        let report = try String(contentsOfFile: folder + "/enterprises.ndjson.rejected", encoding: .utf8)
        for (kind, words) in [
            ("checkCharacter", ["uscc（统一社会信用代码）", "校验"]), ("region", ["regionCode（区划代码）"]), ("negativeStaff", ["employees（从业人员（人））"]),
            ("duplicate", ["uscc（统一社会信用代码）", "代码已属于来源编号"]),
        ] {
            let named = report.split(separator: "\n").count { line in line.hasPrefix("# 第 ") && words.allSatisfy { line.contains($0) } }
            #expect(named == Self.totals(summary["bad"])[kind], "\(kind)")
        }
        #expect(report.contains("“439999”") && report.split(separator: "\n").count { $0.hasPrefix("{") } == bad)
        #expect(try await run("demands", "demands.ndjson").contains("共 100 行：新增 100，更新 0，相同 0，未收 0"))
        #expect(try await run("demands", "demands.ndjson").contains("相同 100"))
        await program.stop()
        #expect(try Self.counts(program, "matching", "SELECT size, count(*) FROM enterprise GROUP BY size") == Self.totals(summary["enterprises"]?["perSize"]))
        #expect(
            try Self.counts(program, "matching", "SELECT substr(region, 1, 4) || '00', count(*) FROM enterprise GROUP BY 1")
                == Self.totals(summary["enterprises"]?["perCity"]))
        #expect(
            try Self.counts(program, "market", "SELECT category, count(*) FROM agency_category GROUP BY 1") == Self.totals(summary["agencies"]?["perCategory"]))
        #expect(try Self.counts(program, "matching", "SELECT category, count(*) FROM demand GROUP BY 1") == Self.totals(summary["demands"]?["perCategory"]))
        let stars = try Self.counts(program, "matching", "SELECT 'sum', coalesce(sum(score), 0) FROM demand UNION SELECT 'rated', count(score) FROM demand")
        #expect(stars == ["sum": Int(summary["demands"]?["starsSum"]?.integer ?? -1), "rated": Int(summary["demands"]?["rated"]?.integer ?? -1)])
        // A mended row comes in by the file of rejected rows itself.
        let mended = report.replacing("\"439999\"", with: "\"430181\"")
        try mended.write(toFile: folder + "/enterprises.ndjson.rejected", atomically: true, encoding: .utf8)
        let region = Self.totals(summary["bad"])["region"] ?? 0
        let third = try await run("enterprises", "enterprises.ndjson.rejected")
        #expect(third.contains("新增 \(region)，更新 0，相同 0，未收 \(bad - region)"), "\(third)")
        // No person of an enterprise was kept.
        for plugin in ["matching", "market"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(program.data)/hunan/\(plugin).sqlite"))
            #expect(bytes.range(of: Data("彭静俊".utf8)) == nil && bytes.range(of: Data("任秀莉".utf8)) == nil)
        }
    }

    /// Rows of a file with so many copies of its first rows behind them, each spoiled its own way.
    private static func spoil(_ path: String, _ ways: [(inout JSONValue) -> Void]) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let rows = text.split(separator: "\n")
        let spoiled = try ways.enumerated().map { number, way in
            var row = try JSONValue(parsing: Array(rows[number].utf8))
            row["id"] = .string("X\(number)")
            way(&row)
            return String(decoding: row.serialized(), as: UTF8.self)
        }
        try (rows.map(String.init) + spoiled).joined(separator: "\n").appending("\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("One spoiled agency and demand of each kind: named by line and field, the good ones kept; twice, nothing more comes in")
    func spoiled() async throws {
        let program = try TestProgram()
        try await Province.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        let folder = try Self.copy(program)
        func run(_ kind: String, _ file: String) async throws -> String {
            try await Province.expect(program.run("import", kind, "\(folder)/\(file)", "--site", "hunan")).output
        }
        try Self.spoil(
            folder + "/agencies.ndjson",
            [
                { $0["uscc"] = "91430181MA0TE5T169" }, { $0["categories"] = "nonsense" }, { $0["regionCode"] = "439999" }, { $0["status"] = "sleeping" },
                { $0["level"] = "best" }, { $0["staff"] = -1 }, { $0["name"] = nil }, { _ in },
            ])
        try Self.spoil(
            folder + "/demands.ndjson",
            [
                { $0["enterpriseId"] = "E-none" }, { $0["category"] = "nonsense" }, { $0["regionCode"] = "439999" }, { $0["createdAt"] = "2999-01-01T00:00:00+08:00" },
                { $0["satisfaction"] = 6 }, { $0["status"] = "lost" }, { $0["channel"] = "pigeon" }, { $0["agencyId"] = "A-none" },
            ])
        #expect(try await run("agencies", "agencies.ndjson").contains("共 32 行：新增 24，更新 0，相同 0，未收 8"))
        _ = try await run("enterprises", "enterprises.ndjson")
        #expect(try await run("demands", "demands.ndjson").contains("共 108 行：新增 100，更新 0，相同 0，未收 8"))
        #expect(try await run("agencies", "agencies.ndjson").contains("共 32 行：新增 0，更新 0，相同 24，未收 8"))
        #expect(try await run("demands", "demands.ndjson").contains("共 108 行：新增 0，更新 0，相同 100，未收 8"))
        for (file, first, fields) in [
            ("agencies", 25, ["uscc", "categories", "regionCode", "status", "level", "staff", "name", "uscc"]),
            ("demands", 101, ["enterpriseId", "category", "regionCode", "createdAt", "satisfaction", "status", "channel", "agencyId"]),
        ] {
            let report = try String(contentsOfFile: "\(folder)/\(file).ndjson.rejected", encoding: .utf8)
            for (number, field) in fields.enumerated() { #expect(report.contains("# 第 \(first + number) 行 \(field)（"), "\(file) \(field): \(report)") }
        }
        let summary = try Self.summary()
        #expect(
            try Self.counts(program, "market", "SELECT category, count(*) FROM agency_category GROUP BY 1") == Self.totals(summary["agencies"]?["perCategory"]))
        #expect(try Self.counts(program, "matching", "SELECT category, count(*) FROM demand GROUP BY 1") == Self.totals(summary["demands"]?["perCategory"]))
    }

    @Test("After a cut it goes on where it was, and no batch counts twice; CSV, quotes and nonsense are read or named")
    func resuming() async throws {
        let program = try TestProgram()
        try await Province.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        let path = program.folder + "/some.csv"
        let text = "uscc,name,regionCode,employees,note\n91430181MA4LDEM10U,\"演示,一\n号\",430181,12,x\n# 留言\n91430200MA4LDEM29K,演示二号,430200,\n\"91430181MA4LDEM37K,演示三号\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let first = try await program.run("import", "enterprises", path, "--site", "hunan")
        #expect(first.output.contains("共 3 行：新增 1，更新 0，相同 0，未收 2"), "\(first.output)\(first.error)")
        let report = try String(contentsOfFile: path + ".rejected", encoding: .utf8)
        #expect(report.hasPrefix("uscc,name,regionCode,employees,note\n# 第 5 行 ") && report.contains("有 4 列，表头有 5 列") && report.contains("引号不成对"), "\(report)")
        // As a cut leaves it: the progress of the batch before, and a report that is longer than that.
        let progress = #"{"run":"01952a00-0000-7000-8000-000000000001","size":\#(text.utf8.count),"offset":0,"line":0,"rows":0,"added":0,"changed":0,"same":0,"rejected":0,"written":0}"#
        try progress.write(toFile: path + ".progress", atomically: true, encoding: .utf8)
        let second = try await program.run("import", "enterprises", path, "--site", "hunan")
        #expect(second.output.contains("接着上次导入") && second.output.contains("共 3 行：新增 0，更新 0，相同 1，未收 2"), "\(second.output)\(second.error)")
        #expect(!FileManager.default.fileExists(atPath: path + ".progress"))
        try progress.replacing("\"size\":\(text.utf8.count)", with: "\"size\":1").write(toFile: path + ".progress", atomically: true, encoding: .utf8)
        let other = try await program.run("import", "enterprises", path, "--site", "hunan")
        #expect(other.code == 1 && other.error.contains("此后内容有变化"), "\(other.error)")
        #expect(try await program.run("import", "nonsense", path, "--site", "hunan").error.contains("可以导入：agencies（服务机构）"))
        #expect(try await program.run("import", "enterprises", program.folder + "/some.xlsx", "--site", "hunan").code == 1)
    }
}
