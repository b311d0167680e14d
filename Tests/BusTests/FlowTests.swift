import Messages
import Vocabulary
import Testing

@testable import Bus

@Suite("How messages flow")
struct FlowTests {
    private func reading(_ handled: Int, fast: Int, slow: Int = 0) -> MessageMetrics.Reading {
        var buckets = [Int](repeating: 0, count: MessageMetrics.bounds.count + 1)
        buckets[1] = fast
        buckets[6] = slow
        return .init(handled: handled, microseconds: 0, buckets: buckets)
    }

    @Test("the median and the 95th part are the bounds of their buckets")
    func shares() {
        let reading = reading(100, fast: 90, slow: 10)
        #expect(reading.microseconds(share: 0.5) == 250)
        #expect(reading.microseconds(share: 0.9) == 250)
        #expect(reading.microseconds(share: 0.95) == 10_000)
        #expect(self.reading(0, fast: 0).microseconds(share: 0.5) == nil)
    }

    @Test("what is recent is the last minute or two, whatever came before")
    func recent() {
        var now = Timestamp(milliseconds: 0)
        let metrics = MessageMetrics()
        let watch = FlowWatch([metrics], now: now)
        for _ in 0..<7 { metrics.count(failed: nil, since: 0) }
        #expect(watch.recent(metrics, now: now).reading.handled == 7)
        for minute in 1...5 {
            now = now.advanced(by: .seconds(60))
            watch.tick(now)
            #expect(watch.recent(metrics, now: now).reading.handled == (minute < 2 ? 7 : 0), "\(minute)")
        }
        metrics.count(failed: Refusal.notFound, since: 0)
        let (reading, span) = watch.recent(metrics, now: now.advanced(by: .seconds(30)))
        #expect((reading.handled, reading.refused, reading.failed) == (0, 1, 0))
        #expect(span == .seconds(90))
    }
}
