import Foundation

/// Three times as many requests as the loop can serve, then a normal load again.
struct OverloadBench {
    let options: Options
    let place: Workplace

    func run(into report: inout Report) throws {
        let own = try Servers.own(place)
        defer { own.child.stop() }
        let work = [LoadGenerator.get("/api/bench/bench/compute-here/1")]
        func load(_ rate: Double?, _ connections: Int, _ seconds: Double) throws -> LoadGenerator.Outcome {
            var plan = LoadGenerator.Plan(port: own.port, connections: connections, requests: work)
            plan.rate = rate
            plan.seconds = seconds
            return try LoadGenerator.run(plan)
        }
        let capacity = try load(nil, 16, 2).rate
        let under = try load(capacity * 3, 2000, 4)
        let after = try load(capacity / 2, 64, 2)
        report.add("overload.capacity", capacity, "1/s")
        report.add("overload.goodput", under.rate / capacity, "× capacity")
        report.add("overload.after.p99", after.times[0].milliseconds(0.99), "ms")
        if let trouble = under.trouble { report.notes.append("under overload: \(trouble)") }
    }
}
