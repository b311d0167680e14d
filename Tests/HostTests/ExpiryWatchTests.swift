import Messages
import PluginKit
import Synchronization
import Testing
import Vocabulary

@testable import Host

@Suite("到期提醒")
struct ExpiryWatchTests {
    private static let day: Int64 = 86_400_000

    private func moment(_ days: Double) -> Timestamp { Timestamp(milliseconds: Int64(days * Double(Self.day))) }

    @Test("Each threshold is told once, and the end once")
    func thresholds() {
        let watch = ExpiryWatch()
        let term = ExpiryWatch.Term(what: "certificate:server.pem", title: "服务器证书", until: moment(100))
        watch.watch("tls") { [term] }
        var told: [(Double, Int)] = []
        for step in 0...220 {
            let now = Double(step) / 2
            for due in watch.due(at: moment(now)) { told.append((100 - now, due.threshold)) }
        }
        #expect(told.map(\.1) == [30, 14, 7, 1, 0])
        #expect(told.map(\.0) == [30, 14, 7, 1, 0])
    }

    @Test("Who starts late is told once, by the nearest threshold; a renewed term begins anew")
    func lateAndRenewed() {
        let watch = ExpiryWatch()
        let until = Mutex(moment(5))
        let read: @Sendable () -> [ExpiryWatch.Term] = { [.init(what: "x", title: "甲", until: until.withLock { $0 })] }
        watch.watch("tls", read)
        #expect(watch.due(at: moment(0)).map(\.threshold) == [7])
        #expect(watch.due(at: moment(0.1)).isEmpty)
        until.withLock { $0 = moment(400) }
        #expect(watch.due(at: moment(1)).isEmpty)
        #expect(watch.due(at: moment(371)).map(\.threshold) == [30])
    }

    @Test("Sources stand beside each other, what ends first in front; the metric counts seconds")
    func sources() {
        let watch = ExpiryWatch()
        let late = ExpiryWatch.Term(what: "key:a\"b", title: "密钥", until: moment(20))
        let soon = ExpiryWatch.Term(what: "contract:c", title: "合同", until: moment(10))
        watch.watch("one") { [late] }
        watch.watch("two") { [soon] }
        #expect(watch.terms.map(\.title) == ["合同", "密钥"])
        #expect(watch.metricLines(now: moment(11)).suffix(2) == [
            "shuniu_expiry_seconds{what=\"contract:c\"} -86400", "shuniu_expiry_seconds{what=\"key:a\\\"b\"} 777600",
        ])
    }

    @Test("The log gets a warning, and an error when it is nearly over")
    func logging() {
        let collector = LogCollector()
        let watch = ExpiryWatch()
        let term = ExpiryWatch.Term(what: "x", title: "甲", until: moment(10))
        watch.watch("tls") { [term] }
        watch.tell(collector.log().bus, now: moment(0))
        watch.tell(collector.log().bus, now: moment(9.5))
        watch.tell(collector.log().bus, now: moment(10))
        #expect(collector.lines.map(\.code) == ["expires-soon", "expires-soon", "expired"])
        #expect(collector.lines.map(\.level) == [.warning, .error, .error])
    }
}
