import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    /// One row a node. Reads calls under way, seats and counted figures, never the orders themselves.
    func getBoard(_ query: GetBoard, _ snapshot: Snapshot) throws -> Board {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        var nodes: [RegionCode: Board.Row] = [:]
        func change(_ region: RegionCode, _ body: (inout Board.Row) -> Void) {
            guard sight.reaches(region), query.region?.contains(region) ?? true else { return }
            body(&nodes[region, default: Board.Row(region: region, name: title(of: region))])
        }
        try snapshot.each(
            "SELECT region, state, count(*), min(queued_at) FROM call WHERE is_over = 0 GROUP BY region, state",
            binding: []
        ) { row in
            let (state, count, since): (CallState, Int, Timestamp?) = (try row.get(1), try row.get(2), try row.get(3))
            change(try row.get(0)) { node in
                if state == .talking { node.talking = count }
                if state == .waiting, since != nil { (node.waiting, node.waitingSince) = (count, since) }
            }
            return true
        }
        try snapshot.each(
            "SELECT region, count(*), total(presence = 'ready' AND call IS NULL) FROM seat WHERE is_active = 1 GROUP BY region",
            binding: []
        ) { row in
            let (count, ready): (Int, Double) = (try row.get(1), try row.get(2))
            change(try row.get(0)) { ($0.seats, $0.seatsReady) = (count, Int(ready)) }
            return true
        }
        try snapshot.each(
            "SELECT region, count(*), sum(is_overdue) FROM work_order WHERE is_open = 1 AND is_confidential = 0 GROUP BY region",
            binding: []
        ) { row in
            let (open, overdue): (Int, Int) = (try row.get(1), try row.get(2))
            change(try row.get(0)) { $0.overdue = Board.Ratio(overdue, of: open) }
            return true
        }
        try figures(snapshot, change)
        let rows = nodes.values.sorted { ($0.region?.number ?? 0) < ($1.region?.number ?? 0) }
        return Board(
            at: snapshot.now, total: rows.reduce(into: Board.Row(region: nil, name: "合计")) { $0.add($1) }, nodes: rows,
            states: try states(sight, snapshot))
    }

    private func states(_ sight: Sight, _ snapshot: Snapshot) throws -> [Board.StateCount] {
        let seen = sight.condition
        let found = try snapshot.allRows(
            """
            SELECT o.state, count(*), total(o.is_overdue), total(o.is_supervised) FROM work_order o INDEXED BY work_order_queue
            WHERE o.is_open = 1 AND \(seen.sql) GROUP BY o.state
            """, binding: seen.values
        ) { row in
            Board.StateCount(
                state: try row.get(0), count: try row.get(1), overdue: Int(try row.get(2, as: Double.self)),
                supervised: Int(try row.get(3, as: Double.self)))
        }
        return OrderState.allCases.compactMap { state in found.first { $0.state == state } }
    }

    private func figures(_ snapshot: Snapshot, _ change: (RegionCode, (inout Board.Row) -> Void) -> Void) throws {
        func read(from day: Day, _ measures: [String], _ body: (RegionCode, String, Int) -> Void) throws {
            try snapshot.each(
                "SELECT region, measure, sum(n) FROM tally WHERE day BETWEEN ? AND ? AND measure IN (SELECT value FROM json_each(?)) GROUP BY region, measure",
                binding: [day, snapshot.now.day, String(decoding: try JSON.encode(measures), as: UTF8.self)]
            ) { row in
                body(try row.get(0), try row.get(1), try row.get(2))
                return true
            }
        }
        try read(from: snapshot.now.day, ["calls", "callsAnswered", "callsAtOnce", "callsHandled", "callSeconds"]) {
            region, measure, n in
            change(region) { node in
                switch measure {
                case "calls": (node.answered.denominator, node.answeredAtOnce.denominator) = (n, n)
                case "callsAnswered": node.answered.numerator = n
                case "callsAtOnce": node.answeredAtOnce.numerator = n
                case "callsHandled": node.handling.denominator = n
                default: node.handling.numerator = n
                }
            }
        }
        try read(from: snapshot.now.day - 29, ["satisfied", "rated"]) { region, measure, n in
            change(region) {
                if measure == "rated" { $0.satisfied.denominator = n } else { $0.satisfied.numerator = n }
            }
        }
    }
}

extension Board.Row {
    fileprivate mutating func add(_ other: Board.Row) {
        waiting += other.waiting
        waitingSince = [waitingSince, other.waitingSince].compactMap { $0 }.min()
        talking += other.talking
        seatsReady += other.seatsReady
        seats += other.seats
        for path in [\Board.Row.answered, \.answeredAtOnce, \.handling, \.overdue, \.satisfied] {
            self[keyPath: path].numerator += other[keyPath: path].numerator
            self[keyPath: path].denominator += other[keyPath: path].denominator
        }
    }
}
