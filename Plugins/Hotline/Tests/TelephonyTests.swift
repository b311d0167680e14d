import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("通话事件：乱序、重复、缺失")
struct TelephonyTests {
    private static func report(
        _ kind: CallEvent.Kind, _ second: Int, seat: String? = nil, recording: String? = nil, participant: String? = nil
    ) -> CallReport {
        CallReport(
            id: "\(kind.rawValue)-\(second)", kind: kind,
            at: Timestamp(milliseconds: 1_772_413_200_000 + Int64(second) * 1000),
            seat: seat.map { SeatID(checked: $0) },
            recording: recording, participant: participant)
    }

    private static let voice = [
        report(.callOffered, 0), report(.callAnswered, 9, seat: "8001"), report(.callEnded, 99),
        report(.callRecorded, 100, recording: "a.wav"),
        report(.callRecorded, 101, recording: "b.wav"),
    ]
    private static let video = [
        report(.videoCreated, 0), report(.videoJoined, 1, participant: "caller"),
        report(.videoJoined, 5, participant: "seat/8001"),
        report(.videoJoined, 30, participant: "guest/1"), report(.videoLeft, 60, participant: "guest/1"),
        report(.videoLeft, 90, participant: "caller"),
        report(.videoLeft, 91, participant: "seat/8001"),
    ]

    @Test(
        "Every subset of reports in every order, each up to three times, makes the call that the set makes",
        arguments: [false, true])
    func permutations(isVideo: Bool) throws {
        let all = isVideo ? Self.video : Self.voice
        var dice = Seeded(7)
        for mask in 1..<(1 << all.count) {
            let set = all.indices.filter { mask >> $0 & 1 == 1 }.map { all[$0] }
            let wanted = CallFacts(set)
            for _ in 0..<6 {
                var arriving = set.flatMap { Array(repeating: $0, count: Int.random(in: 1...3, using: &dice)) }
                arriving.shuffle(using: &dice)
                var seen: [CallReport] = []
                var figures: [String: Int] = [:]
                for one in arriving where !seen.contains(where: { $0.id == one.id }) {
                    // As the handler counts: what it was before is taken back.
                    if !seen.isEmpty { for (name, n) in CallFacts(seen).figures { figures[name, default: 0] -= n } }
                    seen.append(one)
                    for (name, n) in CallFacts(seen).figures { figures[name, default: 0] += n }
                }
                #expect(CallFacts(seen) == wanted)
                #expect(figures.filter { $0.value != 0 } == wanted.figures.filter { $0.value != 0 })
            }
            if let ended = wanted.endedAt, let answered = wanted.answeredAt { #expect(ended >= answered) }
            if let offered = wanted.offeredAt, let answered = wanted.answeredAt { #expect(answered >= offered) }
        }
        #expect(CallFacts(all).state == .ended)
        #expect(CallFacts(all).figures["callSeconds"] == (isVideo ? 86 : 90))
        #expect(CallFacts(all).figures["callsAtOnce"] == 1)
    }

    @Test(
        "The same over the door: generated calls with lost, repeated and shuffled deliveries end as their sets say, and no seat holds what is over"
    )
    func overTheDoor() async throws {
        let board = try await Switchboard([("8001", [], "430181"), ("8002", [], "430181"), ("8003", [], "430100")])
        var dice = Seeded(2026)
        let start = board.site.clock.now
        var sent: [String: [CallReport]] = [:]
        var deliveries: [(call: String, id: String, event: CallEvent)] = []
        for index in 0..<24 {
            let key = "c\(index)"
            let seat = SeatID(checked: ["8001", "8002", "8003"][index % 3])
            let base = start - .seconds(500 - index * 20)
            var events: [(CallEvent.Kind, Timestamp, CallEvent.Content)] = [
                (.callOffered, base, .init(call: key, skill: "05"))
            ]
            if index % 4 != 3 { events.append((.callAnswered, base + .seconds(index), .init(call: key, seat: seat))) }
            events.append((.callEnded, base + .seconds(60 + index), .init(call: key)))
            if index % 2 == 0 {
                events.append((.callRecorded, base + .seconds(61 + index), .init(call: key, recording: "\(key).wav")))
            }
            for (number, event) in events.enumerated() where Int.random(in: 0..<6, using: &dice) > 0 {
                let id = "\(key)-\(number)"
                sent[key, default: []].append(
                    CallReport(
                        id: id, kind: event.0, at: event.1, seat: event.2.seat, skill: event.2.skill,
                        recording: event.2.recording))
                for _ in 0..<Int.random(in: 1...2, using: &dice) {
                    deliveries.append((key, id, CallEvent(event.0, at: event.1, event.2)))
                }
            }
        }
        deliveries.shuffle(using: &dice)
        for one in deliveries { _ = try await board.site.tell(board.delivery(one.event, id: one.id), as: .visitor) }
        let cards = try board.calls()
        #expect(cards.count == sent.count)
        var wanted: [String: Int] = [:]
        for card in cards {
            let facts = CallFacts(try #require(sent[card.key]))
            #expect(card.state == facts.state, "\(card.key)")
            #expect(
                [card.offeredAt, card.answeredAt, card.endedAt] == [facts.offeredAt, facts.answeredAt, facts.endedAt],
                "\(card.key)")
            #expect(card.recordings == facts.recordings.count)
            for (name, n) in facts.figures { wanted[name, default: 0] += n }
        }
        let total = try board.site.ask(GetBoard(), as: Desk.changsha).total
        #expect(total.answered == Board.Ratio(wanted["callsAnswered"] ?? 0, of: wanted["calls"] ?? 0))
        #expect(total.handling == Board.Ratio(wanted["callSeconds"] ?? 0, of: wanted["callsHandled"] ?? 0))
        // Four hours later what was never reported as ended is given up, and every seat is free.
        await board.site.advance(by: .seconds(4 * 3600 + 120))
        #expect(try board.calls().allSatisfy { $0.state.isOver })
        for seat in ["8001", "8002", "8003"] {
            #expect(try board.site.ask(GetSeat(), as: Switchboard.person(seat)).call == nil)
        }
    }

    @Test(
        "A wrong signature, an old moment, an unknown or a closed line get one answer; a renewed secret leaves the old one a day"
    )
    func signatures() async throws {
        let board = try await Switchboard()
        let event = CallEvent(.callOffered, at: board.site.clock.now, .init(call: "a"))
        func code(_ command: ReceiveCallEvent) async -> String? {
            await refusal { _ = try await board.site.tell(command, as: .visitor) }?.code
        }
        #expect(await code(try board.delivery(event, id: "1", secret: .random())) == "hotline.delivery-refused")
        var changed = try board.delivery(event, id: "1")
        changed.delivery.body += " "
        #expect(await code(changed) == "hotline.delivery-refused")
        var foreign = try board.delivery(event, id: "1")
        foreign.line = LineID(checked: "other")
        #expect(await code(foreign) == "hotline.delivery-refused")
        let old = try board.delivery(event, id: "1")
        await board.site.advance(by: .seconds(301))
        #expect(await code(old) == "hotline.delivery-refused")
        #expect(try board.calls().isEmpty)
        let region = try #require(RegionCode("430181"))
        _ = try await board.site.tell(
            SetLine(id: Switchboard.line, title: "测试·线路", region: region, secret: WebhookSecret.random().revealed),
            as: Desk.changsha)
        _ = try await board.site.tell(board.delivery(event, id: "1"), as: .visitor)
        await board.site.advance(by: .seconds(86_401))
        #expect(await code(try board.delivery(event, id: "2")) == "hotline.delivery-refused")
    }

    @Test(
        "Over HTTP: headers become the delivery; missing ones are named, all together; a foreign kind is acknowledged")
    func http() async throws {
        let board = try await Switchboard()
        let missing = await board.site.call("POST", "/api/test/hotline/lines/main/events", "{}")
        #expect(missing.status == 400)
        #expect(["webhook-id", "webhook-timestamp", "webhook-signature"].allSatisfy { missing.text.contains($0) })
        let body = #"{"type":"agent.coffee","timestamp":"2026-02-11T02:00:00.000Z","data":{}}"#
        let seconds = board.site.clock.now.milliseconds / 1000
        let header = WebhookSignature.header(
            id: "x", timestamp: seconds, body: Array(body.utf8), secrets: [board.secret])
        let taken = await board.site.call(
            "POST", "/api/test/hotline/lines/main/events", body,
            ["webhook-id": "x", "webhook-timestamp": "\(seconds)", "webhook-signature": header])
        #expect(taken.status == 200)
        #expect(try board.calls().isEmpty)
    }
}

@Suite("录音与三方")
struct SessionTests {
    @Test("A recording's place is told with a purpose and written down; no list, page or event holds it")
    func recordings() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        try await board.report(.callOffered, "a")
        try await board.report(.callAnswered, "a", seat: "8001")
        try await board.report(.callEnded, "a")
        try await board.report(.callRecorded, "a", recording: "rec/secret-place.wav")
        let call = try board.call("a").card
        #expect(
            await refusal {
                _ = try await board.site.tell(
                    OpenRecording(call: call.id, recording: 2, purpose: "核对答复"), as: Desk.seat)
            }?.code == "hotline.recording-unknown")
        #expect(
            try await board.site.tell(OpenRecording(call: call.id, recording: 1, purpose: "核对答复"), as: Desk.seat).place
                == "rec/secret-place.wav")
        #expect(try board.call("a").recordings.first?.openings.map(\.purpose) == ["核对答复"])
        #expect(try board.site.events(RecordingOpened.self).count == 1)
        #expect(
            await refusal { _ = try board.site.ask(GetCall(id: call.id), as: .window("430212")) }?.code
                == "hotline.call-unknown")
        guard case .page(let page) = try await board.site.get("/hotline/calls/\(call.id)", as: Desk.seat) else {
            return
        }
        #expect(!page.content.description.contains("secret-place"))
    }

    @Test("A confidential order hides its call's caller and recordings from who need not know")
    func confidentialCall() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        try await board.report(.callOffered, "a", from: "13912345678")
        try await board.report(.callAnswered, "a", seat: "8001")
        try await board.report(.callRecorded, "a", recording: "rec/a.wav")
        let call = try board.call("a").card
        _ = try await board.site.tell(
            RegisterOrder(
                title: "绝密的反映", content: "要求保密的事项内容。", category: "05", region: #require(RegionCode("430181")),
                isConfidential: true, call: call.reference),
            as: Switchboard.person("8001"))
        #expect(try board.site.ask(GetCall(id: call.id), as: Switchboard.person("8001")).callerPhone != nil)
        let other = try board.site.ask(GetCall(id: call.id), as: Desk.colleague)
        #expect(other.callerPhone == nil)
        #expect(other.orders.isEmpty)
        #expect(other.recordings.isEmpty)
        #expect(
            await refusal {
                _ = try await board.site.tell(
                    OpenRecording(call: call.id, recording: 1, purpose: "试探一下"), as: Desk.colleague)
            }?.code == "hotline.call-unknown")
    }

    @Test("三方：窗口人员受邀后在待办中看到，会话系统报告谁何时加入、何时离开；未受邀的看不到")
    func threeWay() async throws {
        let board = try await Switchboard([("8001", [], "430181")])
        try await board.report(.videoCreated, "v")
        try await board.report(.videoJoined, "v", participant: "caller")
        board.site.clock.advance(by: .seconds(1))
        try await board.report(.videoJoined, "v", seat: "8001")
        let call = try board.call("v").card
        #expect(call.state == .talking)
        #expect(
            await refusal { _ = try board.site.ask(GetCall(id: call.id), as: Desk.tax) }?.code == "hotline.call-unknown"
        )
        let invited = try await board.site.tell(
            InviteToCall(call: call.id, unit: board.desk.unit("tax"), note: "请说明加计扣除"), as: Desk.seat)
        let todos = await board.site.todos(as: Desk.tax)
        #expect(todos.map(\.title) == ["加入三方通话：请说明加计扣除"])
        board.site.clock.advance(by: .seconds(30))
        try await board.report(.videoJoined, "v", participant: invited.participant)
        board.site.clock.advance(by: .seconds(60))
        try await board.report(.videoLeft, "v", participant: invited.participant)
        let detail = try board.site.ask(GetCall(id: call.id), as: Desk.tax)
        #expect(detail.participants.map(\.name) == ["来电人", "测试·8001", "测试·tax（受邀）"])
        #expect(
            detail.participants.last.flatMap { one in one.leftAt.map { $0.since(one.joinedAt ?? $0) } } == .seconds(60))
        try await board.report(.videoLeft, "v", participant: "caller")
        try await board.report(.videoLeft, "v", seat: "8001")
        #expect(try board.call("v").card.state == .ended)
        #expect(
            await refusal {
                _ = try await board.site.tell(InviteToCall(call: call.id, unit: board.desk.unit("tax")), as: Desk.seat)
            }?.code == "hotline.call-over")
        #expect(await board.site.todos(as: Desk.tax).isEmpty)
    }
}
