import Foundation

/// The one door under load, beside nginx where that is installed, in alternating rounds of one run.
struct GatewayBench {
    let options: Options
    let place: Workplace

    func run(into report: inout Report) async throws {
        let own = try Servers.own(place)
        defer { own.child.stop() }
        var rival: Served?
        if options.against.contains("nginx") {
            rival = try Servers.nginx(place, answer: String(repeating: "a", count: 205))
            if rival == nil { report.notes.append("nginx is not installed: `apt-get install nginx-light`, then `--against nginx`.") }
        }
        defer { rival?.child.stop(closing: false) }
        try requests(own, rival, &report)
        try partner(own, &report)
        try commands(own, "gateway", &report)
        report = try await SlowDisk.asReference { [report] in
            var report = report
            let slow = try Servers.own(place, name: "reference")
            defer { slow.child.stop() }
            try commands(slow, "reference", &report)
            return report
        }
        try mixed(own, &report)
        try handshakes(own, rival, &report)
        try idle(own, rival, &report)
    }

    /// What the way of a partner costs, alone.
    func partners(into report: inout Report) throws {
        let own = try Servers.own(place)
        defer { own.child.stop() }
        try partner(own, &report)
    }

    private struct Round {
        var rate: Double
        var p50: Double
        var p99: Double
        var cpu: Double
    }

    private func round(_ served: Served, _ paths: [[UInt8]], _ label: String, connections: Int = 64, _ report: inout Report) throws -> Round {
        var plan = LoadGenerator.Plan(port: served.port, connections: connections, requests: paths)
        let variants = paths.count
        plan.pick = { $0 % variants }
        plan.seconds = options.seconds
        let before = served.child.cpu
        let outcome = try LoadGenerator.run(plan)
        let cpu = served.child.cpu - before
        if let trouble = outcome.trouble { report.notes.append("\(label): \(trouble)") }
        var all = Histogram()
        for times in outcome.times { all.add(times) }
        let whole = outcome.rate * (options.seconds + plan.warmUp)
        return Round(rate: outcome.rate, p50: all.milliseconds(0.5), p99: all.milliseconds(0.99), cpu: cpu / max(whole, 1) * 1e6)
    }

    private func requests(_ own: Served, _ rival: Served?, _ report: inout Report) throws {
        let greeting = [LoadGenerator.get(own.greeting)]
        let records = (0..<256).map { LoadGenerator.get("/api/bench/bench/records/\(1 + $0 * 37 % BenchPlugin.records)") }
        var get: [Round] = [], record: [Round] = [], other: [Round] = []
        for _ in 0..<options.rounds {
            get.append(try round(own, greeting, "GET", &report))
            if let rival { other.append(try round(rival, [LoadGenerator.get(rival.greeting)], "nginx", &report)) }
            record.append(try round(own, records, "GET of a record", &report))
        }
        func add(_ name: String, _ rounds: [Round]) {
            report.add("\(name)", median(rounds.map(\.rate)), "1/s")
            report.add("\(name).p50", median(rounds.map(\.p50)), "ms")
            report.add("\(name).p99", median(rounds.map(\.p99)), "ms")
            report.add("\(name).cpu", median(rounds.map(\.cpu)), "µs")
        }
        add("gateway.get", get)
        add("gateway.record", record)
        guard !other.isEmpty else { return }
        add("nginx.get", other)
        report.add("gateway.get.ratio", median(zip(get, other).map { $0.rate / $1.rate }), "× nginx")
        report.add("gateway.get.cpuratio", median(zip(get, other).map { $1.cpu / $0.cpu }), "× nginx per CPU second")
        report.add("gateway.get.p99ratio", median(zip(get, other).map { $0.p99 / $1.p99 }), "× nginx")
        report.add("gateway.record.ratio", median(zip(record, other).map { $0.rate / $1.rate }), "× nginx")
    }

    /// The same query bare, and as a partner asks it: token, contract, limits, filter, and the receipt in the journal before the answer leaves.
    private func partner(_ own: Served, _ report: inout Report) throws {
        let bare = [LoadGenerator.get(own.greeting)]
        let asked = [LoadGenerator.get(own.greeting, token: own.token)]
        var plain: [Round] = [], partner: [Round] = [], many: [Double] = []
        for _ in 0..<options.rounds {
            plain.append(try round(own, bare, "GET", &report))
            partner.append(try round(own, asked, "GET by a partner", &report))
            let crowd = try round(own, bare, "GET", connections: 512, &report).rate
            many.append(try round(own, asked, "GET by a partner", connections: 512, &report).rate / crowd)
        }
        report.add("gateway.bare.cpu", median(plain.map(\.cpu)), "µs")
        report.add("gateway.partner", median(partner.map(\.rate)), "1/s")
        report.add("gateway.partner.p50", median(partner.map(\.p50)), "ms")
        report.add("gateway.partner.p99", median(partner.map(\.p99)), "ms")
        report.add("gateway.partner.cpu", median(partner.map(\.cpu)), "µs")
        report.add("gateway.partner.ratio", median(zip(partner, plain).map { $0.rate / $1.rate }), "× bare query")
        report.add("gateway.partner.many.ratio", median(many), "× bare query, 512 connections")
    }

    private func commands(_ own: Served, _ name: String, _ report: inout Report) throws {
        let naive = try Servers.own(place, name: "\(name)-naive", naive: true)
        defer { naive.child.stop() }
        let bodies = (0..<512).map {
            LoadGenerator.post("/api/bench/bench/states", #"{"id":\#($0 * 19),"text":"\#(String(repeating: "x", count: 100))"}"#)
        }
        var group: [Round] = [], alone: [Round] = []
        for _ in 0..<options.rounds {
            group.append(try round(own, bodies, "POST", &report))
            alone.append(try round(naive, bodies, "POST, naive", &report))
        }
        report.add("\(name).post", median(group.map(\.rate)), "1/s")
        report.add("\(name).post.p50", median(group.map(\.p50)), "ms")
        report.add("\(name).post.p99", median(group.map(\.p99)), "ms")
        report.add("\(name).post.naive", median(alone.map(\.rate)), "1/s")
        report.add("\(name).post.ratio", median(zip(group, alone).map { $0.rate / max($1.rate, 1) }), "× naive")
    }

    /// A steady thousand requests a second; ten of them compute for 50 ms, which is half a core.
    private func mixed(_ own: Served, _ report: inout Report) throws {
        var quick: [Double] = [], slow: [Double] = []
        for _ in 0..<options.rounds {
            var plan = LoadGenerator.Plan(
                port: own.port, requests: [LoadGenerator.get(own.greeting), LoadGenerator.get("/api/bench/bench/compute/50")])
            plan.pick = { $0 % 100 == 50 ? 1 : 0 }
            plan.rate = 1000
            plan.seconds = max(2, options.seconds)
            let outcome = try LoadGenerator.run(plan)
            if let trouble = outcome.trouble { report.notes.append("mixed load: \(trouble)") }
            quick.append(outcome.times[0].milliseconds(0.99))
            slow.append(outcome.times[1].milliseconds(0.5))
        }
        report.add("gateway.mixed.p99", median(quick), "ms")
        report.add("gateway.mixed.slow.p50", median(slow), "ms")
    }

    private func handshakes(_ own: Served, _ rival: Served?, _ report: inout Report) throws {
        struct Cost { var rate = 0.0, perCPU = 0.0 }
        func measure(_ served: Served, _ resume: Bool) throws -> Cost {
            let before = served.child.cpu
            let outcome = try HandshakeLoad.run(
                port: served.port, request: LoadGenerator.get(served.greeting), resume: resume, seconds: options.seconds)
            let cpu = served.child.cpu - before
            if resume, outcome.resumed * 10 < outcome.connections * 9 {
                report.notes.append("only \(outcome.resumed) of \(outcome.connections) handshakes resumed a session")
            }
            return Cost(rate: outcome.rate, perCPU: Double(outcome.connections) / max(cpu, 0.01))
        }
        var full: [Cost] = [], resumed: [Cost] = [], other: [Cost] = [], otherResumed: [Cost] = []
        for _ in 0..<options.rounds {
            full.append(try measure(own, false))
            if let rival { other.append(try measure(rival, false)) }
            resumed.append(try measure(own, true))
            if let rival { otherResumed.append(try measure(rival, true)) }
        }
        func add(_ name: String, _ costs: [Cost]) {
            report.add(name, median(costs.map(\.rate)), "1/s")
            report.add("\(name).cpu", 1e6 / max(median(costs.map(\.perCPU)), 1), "µs")
        }
        add("gateway.handshake.full", full)
        add("gateway.handshake.resumed", resumed)
        report.add("gateway.handshake.resumed.ratio", median(zip(resumed, full).map { $0.rate / $1.rate }), "× full")
        report.add("gateway.handshake.resumed.cpuratio", median(zip(resumed, full).map { $0.perCPU / $1.perCPU }), "× full per CPU second")
        guard !other.isEmpty else { return }
        add("nginx.handshake.full", other)
        add("nginx.handshake.resumed", otherResumed)
        report.add("nginx.handshake.resumed.ratio", median(zip(otherResumed, other).map { $0.rate / $1.rate }), "× full")
        report.add("gateway.handshake.full.ratio", median(zip(full, other).map { $0.perCPU / $1.perCPU }), "× nginx per CPU second")
    }

    private func idle(_ own: Served, _ rival: Served?, _ report: inout Report) throws {
        let count = min(10_000, FileLimit.descriptors - 500)
        func measure(_ served: Served, _ name: String) throws {
            let before = served.child.memory
            try HandshakeLoad.idle(port: served.port, request: LoadGenerator.get(served.greeting), count: count) {
                report.add(name, (served.child.memory - before) / Double(count) / 1024, "KiB")
                guard name.hasPrefix("gateway") else { return }
                // Does a crowd that says nothing slow down those that do?
                let busy = try round(served, [LoadGenerator.get(served.greeting)], "GET beside idle connections", &report)
                report.add("gateway.idle.get", busy.rate, "1/s")
                report.add("gateway.idle.get.p99", busy.p99, "ms")
            }
        }
        try measure(own, "gateway.idle.bytes")
        if let rival { try measure(rival, "nginx.idle.bytes") }
        if count < 10_000 { report.notes.append("only \(count) idle connections: raise the limit of open files (`ulimit -n 20000`).") }
    }
}

enum FileLimit {
    /// Raises the limit of this process and its children to what it may be.
    static var descriptors: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(limit.rlim_cur)
    }
}
