import CLinux
import COpenSSL
import Glibc

/// New connections one after the other over a few places: handshake, one request, one answer, goodbye.
struct HandshakeLoad {
    struct Outcome {
        var connections = 0
        var resumed = 0
        var seconds = 0.0
        var rate: Double { seconds > 0 ? Double(connections) / seconds : 0 }
    }

    static func run(port: Int, request: [UInt8], resume: Bool, seconds: Double, places: Int = 16) throws -> Outcome {
        let context = try ClientContext()
        let poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 65_536)
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: 64)
        var open: [LoadConnection?] = Array(repeating: nil, count: places)
        defer {
            for connection in open { connection?.close() }
            events.deallocate()
            scratch.deallocate()
            close(poller)
        }
        var outcome = Outcome()
        var number = 0

        func fresh(_ place: Int) throws {
            let connection = try LoadConnection(port: port, number: number, context: context, resume: resume)
            number += 1
            open[place] = connection
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            event.data.u64 = UInt64(place)
            epoll_ctl(poller, EPOLL_CTL_ADD, connection.descriptor, &event)
            try advance(place)
        }

        /// Goes on as far as it does without waiting.
        func advance(_ place: Int) throws {
            guard let connection = open[place] else { return }
            if !connection.isOpen {
                switch connection.shake() {
                case .handshaken:
                    let isSent = request.withUnsafeBufferPointer { connection.send($0) }
                    guard isSent else { throw BenchError("a request was not taken") }
                case .failed(let why): throw BenchError(why)
                default: return
                }
            }
            switch connection.receive(scratch) {
            case .answered(let status):
                guard status == 200 else { throw BenchError("answer \(status)") }
                outcome.connections += 1
                if connection.wasResumed { outcome.resumed += 1 }
                if resume, context.session == nil { context.session = connection.takeSession() }
                connection.close()
                open[place] = nil
                try fresh(place)
            case .failed(let why): throw BenchError(why)
            default: return
            }
        }

        // The first connection is full in any case; it fetches the ticket.
        try fresh(0)
        while outcome.connections == 0 { try turn() }
        for place in 1..<places { try fresh(place) }

        func turn() throws {
            let count = epoll_wait(poller, events, 64, 1000)
            guard count > 0 else { throw BenchError("no answer within a second") }
            for i in 0..<Int(count) { try advance(Int(events[i].data.u64)) }
        }

        outcome = Outcome()
        let start = LoadGenerator.now()
        let end = start + UInt64(seconds * 1e9)
        while LoadGenerator.now() < end { try turn() }
        outcome.seconds = Double(LoadGenerator.now() - start) / 1e9
        return outcome
    }

    /// Opens so many connections, asks once on each, and leaves them idle; the closure runs while they stand.
    static func idle(port: Int, request: [UInt8], count: Int, _ body: () throws -> Void) throws {
        let context = try ClientContext()
        let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 65_536)
        var open: [LoadConnection] = []
        defer {
            for connection in open { connection.close() }
            scratch.deallocate()
        }
        for number in 0..<count {
            let connection = try LoadConnection(port: port, number: number, context: context)
            open.append(connection)
            var isAnswered = false
            var isSent = false
            while !isAnswered {
                if !connection.isOpen {
                    if case .failed(let why) = connection.shake() { throw BenchError("connection \(number + 1): \(why)") }
                }
                if connection.isOpen, !isSent { isSent = request.withUnsafeBufferPointer { connection.send($0) } }
                if isSent {
                    switch connection.receive(scratch) {
                    case .answered: isAnswered = true
                    case .failed(let why): throw BenchError("connection \(number + 1): \(why)")
                    default: break
                    }
                }
                guard !isAnswered else { break }
                var one = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&one, 1, 5000) > 0 else { throw BenchError("connection \(number + 1): no answer within 5 s") }
            }
        }
        try body()
    }
}
