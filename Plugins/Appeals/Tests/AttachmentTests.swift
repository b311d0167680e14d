import AppealsContracts
import FoundationEssentials
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

@Suite("附件与统计")
struct AttachmentTests {
    private func submit(_ column: Column, _ signing: Signing) async throws -> CaseNumber {
        let reply = try await column.site.post(
            "/appeals/submit",
            [
                ("kind", "suggestion"), ("title", "建议简化备案材料"), ("content", "同一材料在两个窗口重复提交，建议共享。"), ("category", "05"),
                ("region", "430181"),
                ("signing", signing.rawValue), ("name", "诸葛亮亮"), ("phone", "13912345678"),
            ],
            files: [
                UploadedFile(
                    field: "attachments", name: "材料清单.pdf", type: "application/pdf",
                    bytes: Array("%PDF-1.4\n\(signing.rawValue)".utf8))
            ],
            as: .visitor)
        guard case .page(let page) = reply, let found = page.content.description.firstMatch(of: /AP\d{8}-\d{6}-\d{4}/),
            let number = CaseNumber(String(found.output))
        else { throw Refusal.notFound }
        return number
    }

    @Test(
        "A file handed in with a matter is for the desk and the departments that handle it; with 对部门保密 for the desk only"
    )
    func whoSees() async throws {
        let column = try await Column()
        for signing in [Signing.signed, .confidential] {
            let number = try await submit(column, signing)
            try await column.advance(number, .accept, to: ["tax"])
            let file = try #require(column.detail(number).attachments?.first)
            #expect(file.name == "材料清单.pdf")
            let path = "/api/test/files/\(file.digest)"
            #expect(await column.site.call("GET", path, as: Column.desk).status == 200)
            #expect(await column.site.call("GET", path, as: Column.tax).status == (signing == .signed ? 200 : 404))
            #expect(try column.detail(number, as: Column.tax).attachments?.count == (signing == .signed ? 1 : nil))
            for actor in [Column.labour, .window("430212"), .person("x", .enterprise)] {
                #expect(await column.site.call("GET", path, as: actor).status == 404)
            }
            #expect(await column.site.call("GET", path).status == 401)
        }
    }

    @Test("A digest that was never uploaded, or of another length, is refused by name")
    func unknownFile() async throws {
        let column = try await Column()
        let file = AttachmentReference(
            digest: String(repeating: "0a", count: 32), name: "无.pdf", type: "application/pdf", length: 9)
        let refused = await refusal {
            _ = try await column.site.tell(
                SubmitAppeal(
                    title: "建议简化备案材料", content: "同一材料在两个窗口重复提交。", kind: .suggestion, category: "05",
                    region: #require(RegionCode("430181")),
                    submitter: Personal("诸葛亮亮"), phone: Personal(#require(ContactNumber("13912345678"))),
                    lookup: Column.lookup, attachments: [file]), as: .visitor)
        }
        #expect(refused?.faults.map(\.field) == ["attachments"])
    }

    @Test("Figures count every matter once, a common problem apart, and parts answered in time of all that ended")
    func figures() async throws {
        let column = try await Column()
        let one = try await column.submit("建议简化备案材料")
        _ = try await column.submit("建议延长办理时间", category: "04")
        try await column.advance(one, .accept, to: ["tax"])
        try await column.part(one, "tax", .receive, as: Column.tax)
        try await column.part(one, "tax", .answer, as: Column.tax)
        let common = try await column.site.tell(
            MergeCases(
                cases: [column.submit("社保返还何时到账一"), column.submit("社保返还何时到账二")], title: "社保返还到账慢",
                summary: "多家企业反映返还到账时间不明。"),
            as: Column.changsha
        ).number
        let found = try column.site.ask(GetColumnStatistics(), as: Column.desk)
        #expect(found.submitted == 4)
        #expect([found.commonProblems, found.supporters] == [1, 2])
        #expect(found.byCategory.map(\.code) == ["05", "04"])
        #expect(found.byState.map(\.code) == ["submitted", "answered", "merged"])
        let told = try #require(found.shares.first { $0.title == "告知率" })
        #expect(told.denominator == 4)
        let inTime = try #require(found.shares.first { $0.title == "部门按期答复率" })
        #expect([inTime.numerator, inTime.denominator] == [1, 1])
        #expect(common.description.hasPrefix("AP"))
        #expect(
            await refusal {
                _ = try column.site.ask(GetColumnStatistics(from: Day("2026-03-02"), until: Day("2026-03-01")))
            }?.faults.map(\.field) == ["from"])
    }

    @Test("The public asks for four weeks or more and sees no figure below five; the desk sees every figure of a day")
    func smallFigures() async throws {
        let column = try await Column()
        for index in 0..<7 { _ = try await column.submit("建议简化备案材料\(index)") }
        _ = try await column.submit("建议延长办理时间", signing: .confidential, category: "04", region: "430121")
        let today = column.site.clock.now.day
        let short = GetColumnStatistics(from: today - 26, until: today)
        for actor in [Actor.visitor, .person("x", .enterprise), Column.tax] {
            #expect(await refusal { _ = try column.site.ask(short, as: actor) }?.faults.map(\.field) == ["from"])
            let found = try column.site.ask(GetColumnStatistics(from: today - 27, until: today), as: actor)
            #expect(found.byCategory.map(\.text) == ["<10", "<5"] && found.byRegion.map(\.text) == ["<5", "<10"])
            #expect([found.byCategory, found.byRegion].joined().allSatisfy { $0.count == 0 })
            #expect(found.byState.map(\.text) == ["8"])
        }
        let own = try column.site.ask(GetColumnStatistics(from: today, until: today), as: Column.desk)
        #expect(own.byCategory.map(\.count) == [7, 1] && own.byRegion.allSatisfy { $0.fewerThan == nil })
        guard case .page(let page) = try await column.site.get("/appeals/statistics") else {
            return #expect(Bool(false))
        }
        #expect(page.content.description.contains("&lt;5"))
    }

    @Test("Of a form that is refused no file is kept: six files, or a title too short")
    func nothingKept() async throws {
        let column = try await Column()
        func post(_ title: String, files: Int) async throws -> String {
            let uploads = (1...files).map {
                UploadedFile(
                    field: "attachments", name: "材料\($0).pdf", type: "application/pdf",
                    bytes: Array("%PDF-1.4\n\(title)\($0)".utf8))
            }
            let reply = try await column.site.post(
                "/appeals/submit",
                [
                    ("kind", "suggestion"), ("title", title), ("content", "同一材料在两个窗口重复提交，建议共享。"), ("category", "05"),
                    ("region", "430181"), ("signing", "signed"), ("name", "诸葛亮亮"), ("phone", "13912345678"),
                ], files: uploads, as: .visitor)
            guard case .page(let page) = reply else { return "" }
            return page.content.description
        }
        func kept() -> Int {
            ((try? FileManager.default.subpathsOfDirectory(atPath: column.site.folder)) ?? []).count { path in
                FileManager.default.contents(atPath: "\(column.site.folder)/\(path)")?.starts(with: Array("%PDF".utf8))
                    == true
            }
        }
        #expect(try await post("建议简化备案材料", files: 6).contains("附件最多 5 个，现有 6 个"))
        #expect(try await post("短", files: 1).contains("标题应为"))
        #expect(kept() == 0)
        #expect(try await post("建议简化备案材料", files: 1).firstMatch(of: /AP\d{8}-\d{6}-\d{4}/) != nil)
        #expect(kept() == 1)
    }
}
