import CLinux
import COpenSSL
import Glibc

/// Keep-alive requests over many connections from one thread: epoll, OpenSSL, prepared bytes.
///
/// Cheaper per request than what it measures, so that it is not what is measured. The same generator drives every
/// server of a run.
struct LoadGenerator {
    /// What is asked, and how often.
    struct Plan {
        var port: Int
        var isTLS = true
        var connections = 64
        /// Whole requests; `pick` chooses among them by the running number of the request.
        var requests: [[UInt8]]
        var pick: (Int) -> Int = { _ in 0 }
        /// Not counted.
        var warmUp = 0.3
        var seconds = 1.5
        /// Requests per second, whether or not answers come; `nil`: the next one follows its answer at once.
        var rate: Double?
        /// Ends after so many answers instead of after `seconds`.
        var total: Int?
    }

    struct Outcome {
        /// By kind of request.
        var times: [Histogram]
        var seconds = 0.0
        /// Answers that were not 2xx, by status.
        var refused: [Int: Int] = [:]
        /// How long those took.
        var refusals = Histogram()
        var failures: [String: Int] = [:]

        var answers: Int { times.reduce(0) { $0 + $1.count } }
        var rate: Double { seconds > 0 ? Double(answers) / seconds : 0 }
        var trouble: String? {
            guard !refused.isEmpty || !failures.isEmpty else { return nil }
            return (refused.map { "\($0.value) answers \($0.key)" } + failures.map { "\($0.value) × \($0.key)" }).sorted().joined(separator: ", ")
        }
    }

    static func run(_ plan: Plan) throws -> Outcome {
        var load = try Load(plan)
        defer { load.close() }
        return try load.run()
    }

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    static func get(_ path: String, token: String? = nil) -> [UInt8] {
        let fields = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: shuniu-bench\r\nAccept: application/json\r\n\(fields)\r\n".utf8)
    }

    static func post(_ path: String, _ body: String) -> [UInt8] {
        Array(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: shuniu-bench\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }
}

/// One run of a plan.
private struct Load {
    let plan: LoadGenerator.Plan
    let poller: Int32
    let context: ClientContext?
    let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 65_536)
    let requests: [UnsafeMutableBufferPointer<UInt8>]
    var connections: [LoadConnection] = []
    var idle: [Int] = []
    var outcome: LoadGenerator.Outcome
    var sent = 0
    var start: UInt64 = 0
    var begin: UInt64 = 0
    var end: UInt64 = .max

    init(_ plan: LoadGenerator.Plan) throws {
        self.plan = plan
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        context = plan.isTLS ? try ClientContext() : nil
        requests = plan.requests.map { request in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: request.count)
            _ = copy.initialize(from: request)
            return copy
        }
        outcome = LoadGenerator.Outcome(times: plan.requests.map { _ in Histogram() })
    }

    func close() {
        for connection in connections { connection.close() }
        for request in requests { request.deallocate() }
        scratch.deallocate()
        Glibc.close(poller)
    }

    mutating func run() throws -> LoadGenerator.Outcome {
        // In groups: a server may refuse more than so many handshakes at once, and should.
        while connections.count < plan.connections { try open(min(256, plan.connections - connections.count)) }
        start = LoadGenerator.now()
        begin = start + UInt64(plan.warmUp * 1e9)
        end = plan.total == nil ? begin + UInt64(plan.seconds * 1e9) : .max
        if plan.rate == nil {
            for place in connections.indices { ask(place, at: start) }
        } else {
            idle = Array(connections.indices)
        }
        try serve()
        outcome.seconds = plan.total == nil ? plan.seconds : Double(LoadGenerator.now() - begin) / 1e9
        return outcome
    }

    private mutating func open(_ count: Int) throws {
        let group = connections.count..<connections.count + count
        for number in group {
            let connection = try LoadConnection(port: plan.port, number: number, context: context)
            connections.append(connection)
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            event.data.u64 = UInt64(number)
            epoll_ctl(poller, EPOLL_CTL_ADD, connection.descriptor, &event)
        }
        guard plan.isTLS else { return }
        var left = Set(group)
        let limit = LoadGenerator.now() + 20_000_000_000
        for place in group { _ = connections[place].shake() }
        try wait(milliseconds: 1000) { left.isEmpty || LoadGenerator.now() > limit } each: { load, place in
            guard let place, left.contains(place) else { return true }
            switch load.connections[place].shake() {
            case .handshaken: left.remove(place)
            case .failed(let why): throw BenchError("TLS: \(why)")
            default: break
            }
            return true
        }
        guard left.isEmpty else { throw BenchError("\(left.count) handshakes did not end within 20 s") }
    }

    /// When the next request is due, where the plan gives a rate.
    private var due: UInt64 { plan.rate.map { start + UInt64(Double(sent) * 1e9 / $0) } ?? .max }

    private mutating func serve() throws {
        var isOver = false
        try wait(milliseconds: 200) {
            isOver
        } each: { load, place in
            if let place { load.take(place) }
            let now = LoadGenerator.now()
            if now >= load.end || load.plan.total.map({ load.outcome.answers >= $0 }) == true { isOver = true }
            guard place == nil else { return !isOver }
            while !load.idle.isEmpty, !isOver, load.due <= now { load.ask(load.idle.removeLast(), at: load.due) }
            return !isOver
        }
    }

    private mutating func take(_ place: Int) {
        let connection = connections[place]
        switch connection.receive(scratch) {
        case .answered(let status):
            guard connection.isBusy else { return }
            connection.isBusy = false
            let now = LoadGenerator.now()
            if connection.since >= begin, now <= end {
                if (200..<300).contains(status) {
                    outcome.times[connection.kind].add(now - connection.since)
                } else {
                    outcome.refused[status, default: 0] += 1
                    outcome.refusals.add(now - connection.since)
                }
            }
            if plan.rate == nil { ask(place, at: now) } else { idle.append(place) }
        case .failed(let why):
            outcome.failures[why, default: 0] += 1
            var event = epoll_event()
            epoll_ctl(poller, EPOLL_CTL_DEL, connection.descriptor, &event)
        default: break
        }
    }

    private mutating func ask(_ place: Int, at moment: UInt64) {
        let connection = connections[place]
        connection.kind = plan.pick(sent)
        connection.since = moment
        connection.isBusy = true
        sent += 1
        if !connection.send(UnsafeBufferPointer(requests[connection.kind])) { outcome.failures["request was not taken", default: 0] += 1 }
    }

    /// Serves the poller: `each` gets a connection with news, or `nil` after every round; it returns whether to go on.
    private mutating func wait(
        milliseconds: Int, _ isOver: () -> Bool,
        each: (inout Load, Int?) throws -> Bool
    ) throws {
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: 256)
        defer { events.deallocate() }
        while !isOver() {
            var nanoseconds = milliseconds * 1_000_000
            if plan.rate != nil, !idle.isEmpty {
                let now = LoadGenerator.now()
                let next = due
                nanoseconds = next > now ? min(nanoseconds, Int(next - now)) : 0
            }
            let count = shuniu_epoll_wait_ns(poller, events, 256, Int64(nanoseconds))
            for i in 0..<max(0, Int(count)) where try !each(&self, Int(events[i].data.u64)) { return }
            if try !each(&self, nil) { return }
        }
    }
}
