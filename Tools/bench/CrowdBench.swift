import Foundation

/// Do ten thousand connections that say nothing slow down 64 that do? The same steady load without and with them, in turns.
struct CrowdBench {
    let options: Options
    let place: Workplace

    func run(into report: inout Report) throws {
        let own = try Servers.own(place)
        defer { own.child.stop() }
        let count = min(10_000, FileLimit.descriptors - 500)
        let greeting = LoadGenerator.get(own.greeting)
        // Half of what the loop can do, so that waits come from the loop and not from the load itself.
        let rate = try load(own, greeting, nil, into: &report).rate / 2
        var alone: [Double] = []
        var beside: [Double] = []
        var ratios: [Double] = []
        for _ in 0..<options.rounds {
            let without = try load(own, greeting, rate, into: &report).times[0].milliseconds(0.99)
            try HandshakeLoad.idle(port: own.port, request: greeting, count: count) {
                let with = try load(own, greeting, rate, into: &report).times[0].milliseconds(0.99)
                alone.append(without)
                beside.append(with)
                ratios.append(with / without)
            }
        }
        report.add("crowd.alone.p99", median(alone), "ms")
        report.add("crowd.beside.p99", median(beside), "ms")
        report.add("crowd.p99ratio", median(ratios), "× without them")
        if count < 10_000 { report.notes.append("only \(count) idle connections: raise the limit of open files (`ulimit -n 20000`).") }
    }

    private func load(_ own: Served, _ request: [UInt8], _ rate: Double?, into report: inout Report) throws -> LoadGenerator.Outcome {
        var plan = LoadGenerator.Plan(port: own.port, connections: 64, requests: [request])
        plan.rate = rate
        plan.seconds = options.seconds
        let outcome = try LoadGenerator.run(plan)
        if let trouble = outcome.trouble { report.notes.append("crowd: \(trouble)") }
        return outcome
    }
}
