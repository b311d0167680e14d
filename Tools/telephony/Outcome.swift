import Bus
import HotlineContracts
import Messages
import PluginKit
import Vocabulary

/// What came of a simulation: the replies on one side, the site's own records on the other.
struct Outcome {
    var calls: Int
    var rate: Int
    var seats: Int
    var seen: CallTraffic.Seen
    /// Calls that the site does not know, or never gave a seat.
    var lost: [String] = []
    /// Calls that were given two seats without the first being taken back, or two at one seat at a time.
    var doubled: [String] = []
    /// Calls without a work order, or with more than one.
    var orders: [String] = []

    /// - Throws: what the site's queries refuse.
    init(_ traffic: CallTraffic, _ bus: SiteBus, rate: Int, seats: Int) throws {
        calls = traffic.calls
        self.rate = rate
        self.seats = seats
        seen = traffic.seen
        let watcher = Actor(kind: .person, id: "watcher", name: "核对", grants: [Grant(.provinceStaff, in: nil)])
        var known: [String: CallDetail] = [:]
        var after: Cursor?
        repeat {
            let page = try bus.ask(FindCalls(after: after, limit: 100), as: watcher)
            for card in page.items { known[card.key] = try bus.ask(GetCall(id: card.id), as: watcher) }
            after = page.next
        } while after != nil
        for number in 0..<calls {
            let key = "call-\(number)"
            guard let detail = known[key], let first = detail.assignments.first, detail.card.state == .ended else {
                lost.append(key)
                continue
            }
            if detail.assignments.count > 1 || first.outcome != .answered || first.seat != seen.given[key] {
                doubled.append(key)
            }
            if detail.orders.filter({ $0.title == "模拟来电 \(key)" }).count != 1 { orders.append(key) }
        }
        // At no moment two calls at a seat.
        let bySeat = Dictionary(grouping: known.values.filter { $0.card.seat != nil }) { $0.card.seat }
        for calls in bySeat.values {
            let turns = calls.compactMap { call in
                call.assignments.first.flatMap { one in call.card.endedAt.map { (call.card.key, one.at, $0) } }
            }
            .sorted { $0.1 < $1.1 }
            for (one, next) in zip(turns, turns.dropFirst()) where next.1 < one.2 { doubled.append(next.0) }
        }
    }

    /// Assignment at once, the slowest of a hundred; `nil` where no call found a free seat.
    var p99: Double? { Self.value(seen.atOnce, 0.99) }

    /// Whether calls that found a free seat got it in time.
    func isQuick(within milliseconds: Int) -> Bool { p99.map { $0 <= Double(milliseconds) } ?? false }

    private static func value(_ values: [Double], _ share: Double) -> Double? {
        values.isEmpty ? nil : values[min(max(Int((Double(values.count) * share).rounded(.up)) - 1, 0), values.count - 1)]
    }

    var isSound: Bool { lost.isEmpty && doubled.isEmpty && orders.isEmpty && seen.doubled == 0 && seen.faults.isEmpty }

    var lines: [String] {
        func text(_ values: [Double], _ share: Double) -> String {
            Self.value(values, share).map { "\(($0 * 10).rounded() / 10) 毫秒" } ?? "—"
        }
        var lines = [
            "来电 \(calls) 通，每秒 \(rate) 通，坐席 \(seats) 席",
            "立即分配 \(seen.atOnce.count) 通：p50 \(text(seen.atOnce, 0.5))，p99 \(text(seen.atOnce, 0.99))，最大 \(text(seen.atOnce, 1))",
            "排队后分配 \(seen.afterWaiting.count) 通：p50 \(text(seen.afterWaiting, 0.5))，p99 \(text(seen.afterWaiting, 0.99))",
            "登记工单 \(seen.registered) 件",
            "丢失 \(lost.count)，重复分配 \(doubled.count + seen.doubled)，工单缺失或重复 \(orders.count)",
        ]
        for fault in seen.faults.prefix(5) { lines.append("失败：\(fault)") }
        for key in (lost + doubled + orders).prefix(5) { lines.append("请检查：\(key)") }
        return lines
    }
}
