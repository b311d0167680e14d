import Host
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import Gateway
@testable import Identity

@Suite("Gateway: the flow of messages in the console")
struct FlowPageTests {
    private static let page = "/test/console/flow/"

    /// The cells of a message's row, as they are read.
    private func row(_ name: String, in html: String) -> [String] {
        guard let found = html.matches(of: /<tr[^>]*>(.*?)<\/tr>/.dotMatchesNewlines()).first(where: { $0.1.contains(name) }) else { return [] }
        return found.1.matches(of: /<t[dh][^>]*>(.*?)<\/t[dh]>/.dotMatchesNewlines()).map { cell in
            String(cell.1).replacing(/<[^>]*>/, with: "").filter { !$0.isWhitespace }
        }
    }

    @Test("each type of message has its row: how often, how fast, how often in vain; it goes on by itself for ten minutes when asked, and not for ever")
    func rows() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("wuyun", grants: [Grant(.systemAdministrator)])
        try await host.account("lindan", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let browser = host.visitor(.router)
        try await browser.signIn("wuyun")
        let before = try await browser.get(Self.page)
        #expect(before.status == 200 && row("desk.find-slips.v1", in: before.text).last == "0", "\(row("desk.find-slips.v1", in: before.text))")
        // Three queries, a command, and one that is refused.
        let visitor = host.visitor(.router)
        for address in ["/api/test/desk/slips", "/api/test/desk/slips", "/api/test/desk/open/slips/absent"] { _ = try await visitor.get(address) }
        _ = try await host.tell(LeaveSlip(text: "一张"), as: .window("430181"))
        await #expect(throws: Refusal.self) { try await host.tell(LeaveSlip(text: ""), as: .window("430181")) }
        await host.settle()
        let shown = try await browser.get(Self.page).text
        let query = row("desk.find-slips.v1", in: shown), command = row("desk.leave-slip.v1", in: shown)
        #expect(query.count == 9 && query[1] == "查询" && query[6] == "3" && query[4].contains("毫秒"), "\(query)")
        #expect(command.count == 9 && command[1] == "命令" && command[6] == "2" && command[7] == "1", "\(command)")
        #expect(!shown.contains("http-equiv=\"refresh\""), "it stands still unless asked")
        let until = try #require(shown.firstMatch(of: /flow\/\?until=(\d+)/)).1
        #expect(try await browser.get("\(Self.page)?until=\(until)").text.contains("每 10 秒刷新一次"))
        // A moment far away, or one that has passed, keeps no session alive.
        for moment in ["99999999999999", "1", "x"] { #expect(try await !browser.get("\(Self.page)?until=\(moment)").text.contains("每 10 秒刷新一次")) }
        let other = host.visitor(.router)
        try await other.signIn("lindan")
        #expect(try await other.get(Self.page).status == 403)
    }
}
