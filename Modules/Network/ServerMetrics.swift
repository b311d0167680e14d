import Synchronization

/// Counters of one server, readable at any time from any thread.
public final class ServerMetrics: Sendable {
    /// One number that threads add to.
    final class Counter: Sendable {
        private let number = Atomic<Int>(0)
        @inline(__always)
        func add(_ amount: Int) { number.wrappingAdd(amount, ordering: .relaxed) }
        var value: Int { number.load(ordering: .relaxed) }
    }

    let open = Counter()
    let accepted = Counter()
    let requests = Counter()
    let handshakes = Counter()
    let resumed = Counter()
    let handshakeFailures = Counter()
    let refusedPeers = Counter()
    let tooManyHandshakes = Counter()
    let tooManyRequests = Counter()
    let malformedForwards = Counter()
    let tooManyConnections = Counter()
    let tooManyPerAddress = Counter()
    let protocolFaults = Counter()
    let headTimeouts = Counter()
    let bodyTimeouts = Counter()
    let answerTimeouts = Counter()
    let slowReaders = Counter()
    let overloads = Counter()
    let defects = Counter()
    let bytesReceived = Counter()
    let bytesSent = Counter()
    let answers = [Counter(), Counter(), Counter(), Counter()]

    init() {}

    @inline(__always)
    func countAnswer(_ status: Int) { answers[min(max(status / 100 - 2, 0), 3)].add(1) }

    /// Open connections now.
    public var openConnections: Int { open.value }

    /// Requests whose head was accepted.
    public var requestCount: Int { requests.value }

    /// The counters by their Prometheus names, in a fixed order.
    public var values: [(name: String, help: String, isGauge: Bool, value: Int)] {
        [
            ("http_connections_open", "Open connections", true, open.value),
            ("http_connections_accepted_total", "Accepted connections", false, accepted.value),
            ("http_requests_total", "Requests with a valid head", false, requests.value),
            ("http_answers_2xx_total", "Answers 200…299", false, answers[0].value),
            ("http_answers_3xx_total", "Answers 300…399", false, answers[1].value),
            ("http_answers_4xx_total", "Answers 400…499", false, answers[2].value),
            ("http_answers_5xx_total", "Answers 500…599", false, answers[3].value),
            ("http_received_bytes_total", "Bytes of requests after decryption", false, bytesReceived.value),
            ("http_sent_bytes_total", "Bytes of answers before encryption", false, bytesSent.value),
            ("tls_handshakes_total", "Completed handshakes", false, handshakes.value),
            ("tls_handshakes_resumed_total", "Handshakes that resumed a session", false, resumed.value),
            ("tls_handshake_failures_total", "Failed handshakes", false, handshakeFailures.value),
            ("tls_refused_peers_total", "Open connections ended because their client certificate is no longer good", false, refusedPeers.value),
            ("tls_refused_handshakes_total", "Connections refused because too many handshakes came", false, tooManyHandshakes.value),
            ("http_refused_requests_total", "Requests beyond the rate of their client", false, tooManyRequests.value),
            ("http_malformed_forwarded_total", "Forwarded fields of trusted proxies that were malformed", false, malformedForwards.value),
            ("http_refused_connections_total", "Connections beyond the limit", false, tooManyConnections.value),
            ("http_refused_address_total", "Connections beyond the limit of one address", false, tooManyPerAddress.value),
            ("http_protocol_faults_total", "Requests the protocol does not allow", false, protocolFaults.value),
            ("http_head_timeouts_total", "Heads that came too slowly", false, headTimeouts.value),
            ("http_body_timeouts_total", "Bodies that came too slowly", false, bodyTimeouts.value),
            ("http_answer_timeouts_total", "Handlers that took too long", false, answerTimeouts.value),
            ("http_slow_readers_total", "Connections closed because the peer did not read", false, slowReaders.value),
            ("http_overloads_total", "Requests refused because the loop was behind or too many bytes were queued", false, overloads.value),
            ("http_handler_defects_total", "Invalid or double answers of handlers", false, defects.value),
        ]
    }
}
