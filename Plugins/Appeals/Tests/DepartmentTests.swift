import AppealsContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

@Suite("部门的一份：转办通知与部门编号")
struct DepartmentTests {
    @Test("Every department is told of its part with its deadline: at first, when it is handed on, and anew after 不满意")
    func told() async throws {
        let column = try await Column()
        let number = try await column.submit()
        try await column.advance(number, .accept, to: ["tax", "labour"])
        try await column.part(number, "tax", .handOn, as: Column.tax, to: "power")
        let sent = try column.site.events(PartSent.self)
        #expect(sent.map(\.department.description) == ["tax", "labour", "power"])
        #expect(sent.allSatisfy { $0.due != nil && !$0.isAgain && $0.category == "05" })
        // Accepted again, who has a part under way is not told twice.
        try await column.advance(number, .accept, to: ["labour"])
        #expect(try column.site.events(PartSent.self).count == 3)
    }

    @Test("One number of a department's for one part, and one part for one number")
    func numbers() async throws {
        let column = try await Column()
        var numbers: [CaseNumber] = []
        for _ in 0..<2 {
            let number = try await column.submit()
            try await column.advance(number, .accept, to: ["tax"])
            numbers.append(number)
        }
        func receive(_ number: CaseNumber, _ foreign: String) async -> [String]? {
            await refusal {
                _ = try await column.site.tell(
                    AdvancePart(number: number, department: column.id("tax"), action: .receive, foreignNumber: foreign), as: Column.tax)
            }?.faults.map(\.field)
        }
        #expect(await receive(numbers[0], "SW-1") == nil)
        #expect(await receive(numbers[1], "SW-1") == ["foreignNumber"])
        #expect(await receive(numbers[1], "") == ["foreignNumber"])
        #expect(await receive(numbers[1], "SW-2") == nil)
        #expect(try numbers.map { try column.detail($0).parts.map(\.foreignNumber) } == [["SW-1"], ["SW-2"]])
        guard case .page(let page) = try await column.site.get("/appeals/cases/\(numbers[0])", as: Column.desk) else { return }
        #expect(page.content.description.contains("部门编号 SW-1"))
    }
}
