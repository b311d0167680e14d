import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("坐席与排队")
struct QueueTests {
    @Test(
        "A call rings at the free seat with the skill, of its own region, with the fewest calls; others only when that one has waited"
    )
    func choice() async throws {
        let board = try await Switchboard([
            ("8001", ["03"], "430181"), ("8002", ["05"], "430100"), ("8003", ["05"], "430181"),
        ])
        #expect(
            try await board.report(.callOffered, "a", skill: "0501").assignments.map(\.seat.description) == ["8003"])
        #expect(try await board.report(.callOffered, "b", skill: "05").assignments.map(\.seat.description) == ["8002"])
        #expect(try await board.report(.callOffered, "c", skill: "05").assignments.isEmpty)
        for _ in 0..<4 { await board.site.advance(by: .seconds(5)) }
        // Twenty seconds: those that did not answer rest, and the skill is no longer insisted on for who waits longest.
        #expect(try board.call("a").assignments.map(\.outcome) == [.takenBack, nil])
        #expect(try board.call("a").card.seat?.description == "8001")
        #expect(try board.site.ask(GetSeat(), as: Switchboard.person("8003")).seat?.presence == .paused)
        try await board.presence("8003", .ready)
        #expect(try board.call("b").card.seat?.description == "8003")
        #expect(try board.call("c").card.seat == nil)
    }

    @Test("Answered, ended, written up: then the seat takes the next, or at once when it says so")
    func wrapUp() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        try await board.report(.callOffered, "a")
        try await board.report(.callOffered, "b")
        try await board.report(.callAnswered, "a", seat: "8001")
        #expect(try await board.report(.callEnded, "a").assignments.isEmpty)
        await board.site.advance(by: .seconds(30))
        #expect(try board.call("b").card.seat?.description == "8001")
        try await board.report(.callAnswered, "b", seat: "8001")
        try await board.report(.callOffered, "c")
        try await board.report(.callEnded, "b")
        try await board.presence("8001", .ready)
        #expect(try board.call("c").card.seat?.description == "8001")
        #expect(try board.site.ask(GetSeat(), as: Switchboard.person("8001")).seat?.taken == 2)
    }

    @Test(
        "Another seat answers than was rung, and one that rings elsewhere answers: facts win, nothing is lost, nothing is held twice"
    )
    func otherSeat() async throws {
        let board = try await Switchboard([("8001", [], "430181"), ("8002", [], "430181")])
        try await board.report(.callOffered, "a")
        try await board.report(.callOffered, "b")
        let rung = try [board.call("a").card.seat, board.call("b").card.seat]
        #expect(Set(rung.compactMap { $0?.description }) == ["8001", "8002"])
        let other = try #require(rung[1])
        let receipt = try await board.report(.callAnswered, "a", seat: other.description)
        // What rang there rings at the seat that became free.
        #expect(receipt.assignments.map(\.call) == ["b"])
        #expect(try board.call("a").card.seat == other)
        #expect(try board.call("b").card.seat == rung[0])
        #expect(try board.call("a").assignments.map(\.outcome) == [.elsewhere])
    }

    @Test(
        "Under a storm of calls, answers, ends, rests and returns every waiting call is in the queue or at exactly one seat"
    )
    func storm() async throws {
        let board = try await Switchboard((1...6).map { ("800\($0)", $0 % 2 == 0 ? ["05"] : [], "430181") })
        var dice = Seeded(11)
        var open: [String] = []
        for step in 0..<220 {
            board.site.clock.advance(by: .milliseconds(700))
            switch Int.random(in: 0..<10, using: &dice) {
            case 0..<4:
                try await board.report(.callOffered, "c\(step)", skill: Bool.random(using: &dice) ? "05" : nil)
                open.append("c\(step)")
            case 4..<6:
                guard let key = open.randomElement(using: &dice) else { continue }
                try await board.report(.callAnswered, key, seat: try board.call(key).card.seat?.description ?? "8001")
            case 6..<8:
                guard let index = open.indices.randomElement(using: &dice) else { continue }
                try await board.report(.callEnded, open.remove(at: index))
            case 8:
                try await board.presence(
                    "800\(Int.random(in: 1...6, using: &dice))",
                    [.ready, .ready, .paused].randomElement(using: &dice) ?? .ready)
            default: await board.site.advance(by: .seconds(5))
            }
            let held = try (1...6).compactMap {
                try board.site.ask(GetSeat(), as: Switchboard.person("800\($0)")).call?.card
            }
            #expect(Set(held.map(\.id)).count == held.count, "step \(step)")
            #expect(held.allSatisfy { !$0.state.isOver }, "step \(step)")
        }
        // Nothing is lost: with every seat ready and every call answered in turn, the queue runs empty.
        for _ in 0..<200 {
            for seat in 1...6 { try await board.presence("800\(seat)", .ready) }
            let ringing = try board.calls().filter { $0.state == .waiting && $0.seat != nil }
            if ringing.isEmpty, try !board.calls().contains(where: { $0.state == .waiting }) { break }
            for card in ringing {
                try await board.report(.callAnswered, card.key, seat: try #require(card.seat).description)
            }
            for card in try board.calls().filter({ $0.state == .talking }) {
                try await board.report(.callEnded, card.key)
            }
        }
        #expect(try board.calls().allSatisfy { $0.state.isOver })
    }

    @Test(
        "A late report of an earlier call, whose end was never reported, leaves the seat to the call it is talking on")
    func lateReport() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        let begun = board.site.clock.now
        try await board.report(.callOffered, "b")
        await board.site.advance(by: .seconds(4))
        try await board.report(.callAnswered, "b", seat: "8001")
        let late = CallEvent(.callAnswered, at: begun, .init(call: "a", seat: SeatID(checked: "8001")))
        _ = try await board.site.tell(board.delivery(late, id: "late"), as: .visitor)
        func held() throws -> String? { try board.site.ask(GetSeat(), as: Switchboard.person("8001")).call?.card.key }
        #expect(try held() == "b")
        #expect(try board.call("a").card.state == .talking)
        // The other way round the seat has gone on: the later call is the one it talks on.
        await board.site.advance(by: .seconds(4))
        try await board.report(.callAnswered, "c", seat: "8001")
        #expect(try held() == "c")
    }

    @Test("An order names only a call that there is, in reach of who registers it")
    func callOfOrder() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        try await board.report(.callOffered, "a")
        let reference = try board.call("a").card.reference
        func register(_ call: String, _ region: String, as actor: Actor) async throws {
            _ = try await board.site.tell(
                RegisterOrder(
                    title: "咨询加计扣除", content: "想了解辅助账的要求。", category: "05", region: #require(RegionCode(region)),
                    call: call), as: actor)
        }
        for call in ["main/none", "none/a", "a", "Main/a", ""] {
            #expect(await refusal { try await register(call, "430181", as: Desk.seat) } != nil, "\(call)")
        }
        #expect(
            await refusal { try await register("main/none", "430181", as: Desk.seat) }?.faults.map(\.field) == ["call"])
        #expect(
            await refusal { try await register(reference, "430212", as: .window("430212")) }?.faults.map(\.field) == [
                "call"
            ])
        try await register(reference, "430181", as: Desk.seat)
        #expect(try board.call("a").orders.count == 1)
    }

    @Test("Asked twice, a unit is invited to a call once")
    func invitedOnce() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        try await board.report(.callOffered, "a")
        let call = try board.call("a").card.id
        let first = try await board.site.tell(InviteToCall(call: call, unit: board.desk.unit("tax")), as: Desk.seat)
        let second = try await board.site.tell(InviteToCall(call: call, unit: board.desk.unit("tax")), as: Desk.seat)
        #expect(first == second)
        let other = try await board.site.tell(InviteToCall(call: call, unit: board.desk.unit("bank")), as: Desk.seat)
        #expect(other != first)
        #expect(try board.call("a").invitations.count == 2)
        #expect(try board.site.events(InvitedToCall.self).count == 2)
    }

    @Test("弹屏：已知来电人的登记表单由一次回车打开并填好姓名、号码、企业、信用代码和区划")
    func screenPop() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        _ = try await board.desk.order(phone: "13912345678")
        try await board.report(.callOffered, "a", from: "13912345678", skill: "05")
        let actor = Switchboard.person("8001")
        guard case .page(let pop) = try await board.site.get("/hotline/seat", as: actor),
            case .live(let part) = try await board.site.get("/hotline/seat/now", as: actor)
        else {
            Issue.record("no page")
            return
        }
        for text in [pop.content.description, part.description] {
            #expect(text.contains("张三丰"))
            #expect(text.contains("13912345678"))
        }
        let link = try #require(
            part.description.firstMatch(of: /href="\/test(\/hotline\/orders\/new\?call=\d+)"[^>]*autofocus/)
        ).1
        guard case .page(let form) = try await board.site.get(String(link), as: actor) else { return }
        let text = form.content.description
        for value in ["张三丰", "13912345678", "演示·浏阳精密件有限公司"] { #expect(text.contains("value=\"\(value)\""), "\(value)") }
        #expect(
            text.contains("value=\"430181\" selected") || text.contains("<option selected value=\"430181\"")
                || text.contains("value=\"430181\"selected"))
    }

    @Test("Repeated matters are shown before a second one is registered; another matter goes through")
    func duplicates() async throws {
        let board = try await Switchboard()
        _ = try await board.desk.order("咨询加计扣除的资料", phone: "13912345678")
        let fields: [(String, String)] = [
            ("title", "咨询加计扣除的资料要求"), ("content", "想了解加计扣除的资料。"), ("category", "05"), ("region", "430181"),
            ("urgency", "normal"), ("channel", "telephone"),
            ("phone", "13912345678"),
        ]
        func post(_ fields: [(String, String)]) async throws -> String {
            guard
                case .page(let page) = try await board.site.post(
                    "/hotline/orders", fields.map { (name: $0.0, value: $0.1) }, as: Desk.seat)
            else { return "" }
            return page.title + page.content.description
        }
        let asked = try await post(fields)
        #expect(asked.contains("同一来电人，标题相近"))
        #expect(try board.site.ask(FindOrders(), as: Desk.seat).total == 1)
        #expect(try await post(fields + [("isDistinct", "yes")]).contains("登记成功"))
        #expect(try board.site.ask(FindOrders(), as: Desk.seat).total == 2)
    }
}
