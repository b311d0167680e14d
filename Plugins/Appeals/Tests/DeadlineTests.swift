import AppealsContracts
import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

@Suite("专栏的期限")
struct DeadlineTests {
    /// A ceiling long enough to reach into the next year.
    static let long =
        #"{"ceilings":[{"step":"accept","limit":{"amount":2,"unit":"workingDays"}},{"step":"handle","limit":{"amount":43,"unit":"workingDays"}}]}"#

    @Test("下一年放假安排公布后，暂定的期限重新计算，记录、事件和部门都看得到；已过的期限不动")
    func recalculated() async throws {
        let column = try await Column(
            settings: JSONValue(parsing: Array(Self.long.utf8)), now: "2025-11-03T10:00:00+08:00")
        let number = try await column.submit()
        try await column.advance(number, .accept, to: ["tax"])
        let before = try #require(column.detail(number).parts.first)
        // 43 working days by weekdays and 元旦 alone, since the notice for 2026 came out on 2025-11-04.
        #expect(before.dueIsProvisional && before.due == Day("2026-01-02")?.end)
        await column.site.advance(by: .seconds(86_400))
        let after = try #require(column.detail(number, as: Column.tax).parts.first)
        // 01-02 is off as well, and 01-04, a Sunday, is worked.
        #expect(!after.dueIsProvisional && after.due == Day("2026-01-04")?.end)
        let step = try #require(column.detail(number).steps.last)
        #expect(step.title == "节假日安排公布，办理期限重新计算" && step.department == "测试·tax")
        #expect(step.text?.contains("2026年1月2日") == true && step.text?.contains("2026年1月4日") == true)
        let moved = try #require(column.site.events(CaseMoved.self).last)
        #expect(moved.what == step.title && moved.department?.description == "tax" && moved.state == .processing)
        #expect(try column.site.events(PartSent.self).map(\.due) == [before.due])
        // Once: the next look finds nothing to move.
        await column.site.advance(by: .seconds(86_400))
        #expect(try column.detail(number).steps.count { $0.title.contains("重新计算") } == 1)
    }

    @Test("部门自己的休息日：保存后开始的期限顺延，已经告知的不变")
    func ownDays() async throws {
        let column = try await Column()
        let first = try await column.submit()
        try await column.advance(first, .accept, to: ["tax"])
        let promised = try #require(column.detail(first).parts.first?.due)
        #expect(promised == Day("2026-03-23")?.end)
        _ = try await column.site.tell(
            SetUnit(
                id: #require(UnitID("tax")), title: "测试·tax", region: #require(RegionCode("430100")),
                creditCode: CreditCode("11430000MA0D03015X"),
                categories: ["05"], closedDays: [#require(Day("2026-03-05")), #require(Day("2026-03-06"))],
                openDays: [#require(Day("2026-03-07"))]),
            as: Column.changsha)
        await column.site.settle()
        let second = try await column.submit("建议延长窗口开放时间")
        try await column.advance(second, .accept, to: ["tax", "labour"])
        let parts = try column.detail(second).parts
        // Two days off and a Saturday worked: one day later.
        #expect(parts.map(\.due) == [Day("2026-03-24")?.end, Day("2026-03-23")?.end])
        #expect(try column.detail(first).parts.first?.due == promised)
    }
}
