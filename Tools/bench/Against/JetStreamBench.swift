import FoundationEssentials
import Glibc
import TestKit

/// The same record of 200 bytes in a JetStream stream on file that syncs before it answers (`sync_interval: always`): 64 under way at once,
/// over one connection, since a second one gains nothing there.
struct JetStreamBench {
    let seconds: Double
    /// In front of the server's program: `SlowDisk.words`.
    let words: [String]
    /// Of the names of what is measured.
    let prefix: String
    private static let inbox = "_INBOX.bench"
    private static let under = 64

    func run(into report: inout Report) throws {
        guard NATSCluster.program != nil else {
            report.notes.append("no nats-server of at least 2.10 here: Tools/setup --nats, then --against nats")
            return
        }
        let cluster = try NATSCluster(nodes: 1, jetStream: "sync_interval: always", under: words)
        guard let port = cluster.servers.first?.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw BenchError("no port") }
        let line = try Line(port: port)
        try line.send("CONNECT {\"verbose\":false}\r\nSUB \(Self.inbox) 1\r\n")
        try line.send(publishing("$JS.API.STREAM.CREATE.bench", #"{"name":"bench","subjects":["bench"],"storage":"file","num_replicas":1}"#))
        let made = try line.answer()
        guard !made.contains("\"error\"") else { throw BenchError("JetStream made no stream: \(made)") }
        let record = publishing("bench", String(repeating: "a", count: 200))
        try line.send(String(repeating: record, count: Self.under))
        // The first quarter only warms up.
        let start = LoadGenerator.now(), span = Int64(max(2, seconds) * 1e9)
        var count = 0, begun = start
        while true {
            let answer = try line.answer()
            guard answer.contains("\"seq\"") else { throw BenchError("JetStream kept no record: \(answer)") }
            let now = LoadGenerator.now()
            if now - start >= span * 5 / 4 { break }
            if now - start < span / 4 { begun = now } else { count += 1 }
            try line.send(record)
        }
        let rate = Double(count) / (Double(LoadGenerator.now() - begun) / 1e9)
        report.add("\(prefix)jetstream.64", rate, "1/s")
        if let own = report.readings.last(where: { $0.name == "\(prefix)store.group.64" })?.value {
            report.add("\(prefix)store.group.64.nats", own / rate, "× JetStream")
        }
    }

    private func publishing(_ subject: String, _ payload: String) -> String {
        "PUB \(subject) \(Self.inbox) \(payload.utf8.count)\r\n\(payload)\r\n"
    }

    /// One connection in NATS's text protocol, of which this needs four words.
    private final class Line {
        private let descriptor: Int32
        private var bytes: [UInt8] = []
        private var place = 0

        init(port: UInt16) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isOpen = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
            }
            guard isOpen else { throw BenchError("no connection to nats-server") }
            var one: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        }

        deinit { close(descriptor) }

        func send(_ text: String) throws {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { throw BenchError("nats-server hung up") }
                rest = rest.dropFirst(count)
            }
        }

        /// The payload of the next message for the inbox.
        func answer() throws -> String {
            while true {
                let words = try line().split(separator: " ")
                switch words.first {
                case "MSG":
                    guard let length = words.last.flatMap({ Int($0) }) else { throw BenchError("a message without length") }
                    while bytes.count - place < length + 2 { try more() }
                    defer { place += length + 2 }
                    return String(decoding: bytes[place..<place + length], as: UTF8.self)
                case "PING": try send("PONG\r\n")
                case "-ERR": throw BenchError("nats-server: \(words.joined(separator: " "))")
                default: continue
                }
            }
        }

        private func line() throws -> String {
            while true {
                if let end = bytes[place...].firstIndex(of: 10) {
                    defer { place = end + 1 }
                    return String(decoding: bytes[place..<end].filter { $0 != 13 }, as: UTF8.self)
                }
                try more()
            }
        }

        private func more() throws {
            bytes.removeFirst(place)
            place = 0
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { throw BenchError("nats-server hung up") }
            bytes += piece[..<count]
        }
    }
}
