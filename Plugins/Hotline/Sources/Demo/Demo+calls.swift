import Bus
import HotlineContracts
import Messages
import PluginKit
import Vocabulary

/// Calls of a morning: one talked and recorded, one given up, one that waits, a video session of three. Their line is switched off at
/// the end, so that nobody can report over it before a supervisor gives it a secret of its own.
extension DemoStory {
    private static let line = LineID(checked: "demo")

    func calls(at now: Timestamp, _ bus: SiteBus) async throws {
        guard try bus.ask(FindSeats(), as: .system("hotline-demo")).lines.isEmpty, let province = RegionCode("430000")
        else { return }
        let secret = WebhookSecret.random()
        try await teller.tell(SetLine(id: Self.line, title: "演示·省级热线", region: province, secret: secret.revealed))
        for (id, title, region, skills) in [
            ("8001", "演示·省级一席", "430000", []), ("8002", "演示·省级二席", "430000", ["05", "03"]),
            ("8101", "演示·长沙一席", "430100", []),
        ] as [(String, String, String, [String])] {
            guard let region = RegionCode(region) else { continue }
            try await teller.tell(SetSeat(id: SeatID(checked: id), title: title, region: region, skills: skills))
        }
        var count = 0
        func report(_ kind: CallEvent.Kind, _ ago: Int, _ data: CallEvent.Content) async throws {
            count += 1
            let event = CallEvent(kind, at: now - .seconds(ago), data)
            let body = String(decoding: try JSON.encode(event), as: UTF8.self)
            let seconds = now.milliseconds / 1000
            let signature = WebhookSignature.header(
                id: "demo-\(count)", timestamp: seconds, body: Array(body.utf8), secrets: [secret])
            try await teller.tell(
                ReceiveCallEvent(
                    line: Self.line,
                    delivery: SignedDelivery(id: "demo-\(count)", timestamp: seconds, signature: signature, body: body)),
                as: .visitor)
        }
        let one = SeatID(checked: "8001")
        try await report(.seatPresence, 590, .init(seat: one, presence: .ready))
        try await report(.callOffered, 580, .init(call: "demo-a", from: "13800000000", to: "96871", skill: "03"))
        try await report(.callAnswered, 572, .init(call: "demo-a", seat: one))
        try await report(.callEnded, 387, .init(call: "demo-a", reason: "normal"))
        try await report(.callRecorded, 380, .init(call: "demo-a", recording: "recordings/demo-a.wav"))
        try await report(.callOffered, 330, .init(call: "demo-b", to: "96871"))
        try await report(.callEnded, 300, .init(call: "demo-b", reason: "caller gave up"))
        try await report(.videoCreated, 400, .init(call: "demo-v", address: "https://video.example/demo-v"))
        try await report(.videoJoined, 398, .init(call: "demo-v", participant: "caller"))
        try await report(.videoJoined, 390, .init(call: "demo-v", seat: SeatID(checked: "8002")))
        try await report(.callOffered, 40, .init(call: "demo-w", to: "96871", skill: "05"))
        let seat = try await person("seat", .provinceStaff, "热线坐席", in: nil)
        if let video = try bus.ask(FindCalls(limit: 10), as: seat).items.first(where: { $0.key == "demo-v" }),
            let window = UnitID("liuyang-window")
        {
            let invited = try await teller.tell(
                InviteToCall(call: video.id, unit: window, note: "演示：企业咨询用电增容，请协助说明"), as: seat)
            try await report(.videoJoined, 200, .init(call: "demo-v", participant: invited.participant))
        }
        if let talked = try bus.ask(FindCalls(limit: 10), as: seat).items.first(where: { $0.recordings > 0 }) {
            try await teller.tell(
                OpenRecording(call: talked.id, recording: 1, purpose: "演示：复核答复口径"),
                as: try await person("quality", .provinceStaff, "质检人员", in: nil))
        }
        try await teller.tell(SetLine(id: Self.line, title: "演示·省级热线", region: province, isActive: false))
    }
}
