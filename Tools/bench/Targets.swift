extension Target {
    /// What the house promises of its speed and size. Ratios hold within one run; absolute numbers only on a quiet machine.
    static let all: [Target] = [
        Target(name: "gateway.get.ratio", text: "GET: router, access rule, query, small answer; 64 connections, 1 loop", bound: .atLeast(1), unit: "× nginx"),
        Target(name: "gateway.get.p99ratio", text: "the same, 99th percentile", bound: .atMost(2), unit: "× nginx"),
        Target(name: "gateway.record.ratio", text: "GET: snapshot point read, 10-field Codable answer", bound: .atLeast(0.75), unit: "× nginx"),
        Target(name: "gateway.post.ratio", text: "POST through a durable command, 64 connections", bound: .atLeast(6), unit: "× naive"),
        Target(name: "gateway.mixed.p99", text: "1 % of requests take 50 ms: 99th percentile of the others", bound: .atMost(10), unit: "ms"),
        Target(name: "gateway.handshake.full.ratio", text: "full TLS 1.3 handshakes per second of server CPU", bound: .atLeast(0.9), unit: "× nginx"),
        Target(name: "gateway.handshake.resumed.ratio", text: "resumed handshakes", bound: .atLeast(1.4), unit: "× full"),
        Target(name: "gateway.idle.bytes", text: "memory of an idle TLS connection, of 10,000", bound: .atMost(16), unit: "KiB"),
        Target(name: "count.request.instructions", text: "instructions of one GET without TLS (callgrind)", bound: .atMost(14_000), unit: "instructions"),
        Target(name: "count.json.instructions", text: "instructions to decode and encode 10 fields (callgrind)", bound: .atMost(25_000), unit: "instructions"),
        Target(name: "json.ratio", text: "decode and encode 10 fields", bound: .atLeast(5), unit: "× Foundation"),
        Target(name: "store.group.64.ratio", text: "durable commands, 64 waiters", bound: .atLeast(8), unit: "× naive"),
        Target(name: "store.group.64.p99ratio", text: "the same, 99th percentile", bound: .atMost(6), unit: "× fdatasync"),
        Target(name: "store.group.64.postgresql", text: "durable commands, 64 waiters", bound: .atLeast(4), unit: "× PostgreSQL"),
        Target(name: "store.group.64.nats", text: "durable commands, 64 waiters", bound: .atLeast(10), unit: "× JetStream"),
        Target(name: "bus.query", text: "inline query through the bus, no I/O", bound: .atMost(0.5), unit: "µs"),
        Target(name: "bus.delivery.rate", text: "event delivery, log to subscriber's state", bound: .atLeast(100_000), unit: "events/s"),
        Target(name: "bus.delivery.idle.p99", text: "event delivery when idle, 99th percentile", bound: .atMost(2), unit: "ms"),
        Target(name: "start.1", text: "start of a host with 1 site", bound: .atMost(100), unit: "ms"),
        Target(name: "start.137", text: "start of a host with 137 sites", bound: .atMost(1500), unit: "ms"),
        Target(name: "start.137.new", text: "the same when every file is first made", bound: .atMost(1500), unit: "ms"),
        Target(name: "memory.1", text: "resident memory, 1 site idle", bound: .atMost(40), unit: "MB"),
        Target(name: "memory.137", text: "resident memory, 137 sites idle", bound: .atMost(250), unit: "MB"),
    ]
}
