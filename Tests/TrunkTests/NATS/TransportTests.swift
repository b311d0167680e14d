import PluginKit
import Store
import Testing

@testable import Bus

/// One body, three ways: in one host, over mutual TLS, over a real NATS cluster of three nodes (where `nats-server` is installed).
@Suite("What passes between sites, whatever carries it", .serialized)
struct TransportTests {
    @Test(
        "Posts are heard everywhere once and in order, reports above only, whispers nowhere",
        arguments: Transport.usable)
    func events(transport: Transport) async throws {
        let province = try await Province.start(transport)
        for n in 1...20 {
            try await province.say("liuyang", .post, "\(n)")
            try await province.say("liuyang", .report, "\(n)")
            try await province.say("liuyang", .whisper, "\(n)")
        }
        try await province.say("hunan", .post, "通知")
        let posts = (1...20).map { "liuyang: \($0)" }, reports = (1...20).map { "report of liuyang: \($0)" }
        try await until {
            try province.board("hunan").count == 41 && province.board("changsha").count == 41
                && province.board("zhuzhou").count == 21 && province.board("liuyang").count == 21
        }
        for site in ["hunan", "changsha", "zhuzhou", "liuyang"] {
            #expect(try province.board(site).filter { $0.hasPrefix("liuyang:") } == posts, "\(site)")
            #expect(try province.board(site).filter { $0.hasPrefix("hunan:") } == ["hunan: 通知"], "\(site)")
            #expect(
                try province.board(site).filter { $0.hasPrefix("report") }
                    == (site == "hunan" || site == "changsha" ? reports : []), "\(site)")
        }
        await province.stop()
    }

    @Test(
        "Orders go down and up, are done once by the sender's site as the system, and each is answered",
        arguments: Transport.usable)
    func orders(transport: Transport) async throws {
        let province = try await Province.start(transport, plugins: ["zhuzhou": ["reader"]])
        #expect(try await province.send("hunan", "开会", to: "counties") == ["liuyang"])
        #expect(try await province.send("liuyang", "收到", to: "parent") == ["changsha"])
        _ = try await province.send("hunan", "refuse", to: "changsha")
        _ = try await province.send("liuyang", "later", to: "zhuzhou")
        try await until {
            try province.sendings("hunan") == ["done", "refused"]
                && Set(province.sendings("liuyang")) == ["done", "held"]
        }
        #expect(
            try province.board("liuyang").filter { $0.hasPrefix("order") } == [
                "order 开会 from hunan /hunan/post by system hunan/post"
            ])
        #expect(
            try province.board("changsha").filter { $0.hasPrefix("order") } == [
                "order 收到 from liuyang /liuyang/post by system liuyang/post"
            ])
        #expect(try province.board("hunan").contains("receipt refused from changsha post.refused"))
        #expect(try province.board("liuyang").contains("receipt held from zhuzhou bus.plugin-not-enabled"))
        await province.stop()
    }

    @Test("How an order goes on at the other site comes back to its sender and stands beside it", arguments: Transport.usable)
    func progress(transport: Transport) async throws {
        let province = try await Province.start(transport)
        _ = try await province.send("hunan", "普查", to: "liuyang")
        try await until { try province.sendings("hunan") == ["done"] }
        try await province.host("liuyang").goOn("liuyang", "已走访 3 家", 30)
        try await province.host("liuyang").goOn("liuyang", "全部走访", 100)
        try await until { try province.board("hunan").count >= 3 }
        #expect(
            try province.board("hunan") == [
                "receipt done from liuyang number 1", "progress from liuyang: 已走访 3 家 30", "progress from liuyang: 全部走访 100",
            ])
        let sent = try #require(try province.host("hunan").sendings("hunan").first)
        #expect(sent.note == "全部走访" && sent.percent == 100 && sent.advancedAt != nil && sent.state == .done)
        let refusal = await #expect(throws: Refusal.self) { try await province.host("liuyang").goOn("liuyang", "x", 101) }
        #expect(refusal?.code == "bus.progress" && refusal?.faults.map(\.field) == ["/percent"])
        await province.stop()
    }

    @Test(
        "What is said while a host is away comes after it, once and in order; so does what was said before it came",
        arguments: Transport.far)
    func outage(transport: Transport) async throws {
        var province = try await Province.start(transport)
        for n in 1...15 { try await province.say("liuyang", .report, "\(n)") }
        try await province.restart("hunan")
        for n in 16...30 { try await province.say("liuyang", .report, "\(n)") }
        try await province.restart("liuyang")
        for n in 31...40 { try await province.say("liuyang", .report, "\(n)") }
        _ = try await province.send("liuyang", "a", to: "parent")
        try await until {
            try province.board("hunan").count == 40 && province.sendings("liuyang") == ["done"]
        }
        #expect(try province.board("hunan") == (1...40).map { "report of liuyang: \($0)" })
        await province.stop()
    }
}
