import Foundation

/// Three times as many requests as the loop can serve, then a normal load again.
struct OverloadBench {
    let options: Options
    let place: Workplace

    func run(into report: inout Report) throws {
        let own = try Servers.own(place)
        defer { own.child.stop() }
        let work = [LoadGenerator.get("/api/bench/bench/compute-here/1")]
        func load(_ rate: Double?, _ connections: Int, _ seconds: Double, warmUp: Double = 0.3) throws -> LoadGenerator.Outcome {
            var plan = LoadGenerator.Plan(port: own.port, connections: connections, requests: work)
            plan.rate = rate
            plan.seconds = seconds
            plan.warmUp = warmUp
            return try LoadGenerator.run(plan)
        }
        let capacity = try load(nil, 16, 2).rate
        // What comes in the first two seconds counts too: nobody warns a server.
        let under = try load(capacity * 3, 2000, 8, warmUp: 0)
        // Two seconds after, as after any storm, everything must be as before.
        let first = try load(capacity / 2, 64, 2, warmUp: 0)
        let after = try load(capacity / 2, 64, 2, warmUp: 0)
        report.add("overload.capacity", capacity, "1/s")
        report.add("overload.goodput", under.rate / capacity, "× capacity")
        report.add("overload.taken.p99", under.times[0].milliseconds(0.99), "ms")
        report.add("overload.refused.p99", under.refusals.milliseconds(0.99), "ms")
        report.add("overload.refused", Double(under.refused[503] ?? 0), "answers")
        report.add("overload.first.refused", Double(first.refusals.count), "answers in the first 2 s after")
        report.add("overload.after.refused", Double(after.refusals.count), "answers")
        report.add("overload.after.p99", after.times[0].milliseconds(0.99), "ms")
        if let trouble = under.trouble { report.notes.append("under overload: \(trouble)") }
        if let trouble = after.trouble { report.notes.append("after the overload: \(trouble)") }
    }
}
