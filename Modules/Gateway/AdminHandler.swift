import Exchange
public import Network
import PluginKit

/// The loopback listener for operators' programs: health and Prometheus metrics. Never on a public address.
public final class AdminHandler: HTTPHandler {
    private let gateway: Gateway
    private let server: ServerMetrics
    private let hostLines: @Sendable () -> [String]

    /// - Parameter hostLines: further lines in Prometheus text format, for instance memory and open files.
    public init(gateway: Gateway, server: ServerMetrics, hostLines: @escaping @Sendable () -> [String] = { [] }) {
        self.gateway = gateway
        self.server = server
        self.hostLines = hostLines
    }

    public func bodyLimit(method: HTTPMethod, path: String) -> Int { 0 }

    public func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        switch request.path {
        case "/metrics":
            let text = lines().joined(separator: "\n") + "\n"
            exchange.finish(
                HTTPResponse(headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"], body: .bytes(Array(text.utf8))))
        case "/health/live", "/health/ready": gateway.handle(request, exchange)
        default: exchange.finish(HTTPResponse(status: 404))
        }
    }

    /// Receipts and webhooks of every site that has any.
    private func exchangeLines() -> [String] {
        var lines = [
            "# TYPE shuniu_receipts_total counter", "# TYPE shuniu_receipts_waiting gauge", "# TYPE shuniu_receipts_failing gauge",
            "# TYPE shuniu_receipts_refused_total counter", "# TYPE shuniu_webhooks_failing gauge", "# TYPE shuniu_webhooks_disabled gauge",
        ]
        for site in gateway.current.sites.values.sorted(by: { $0.card.id < $1.card.id }) {
            guard let exchange = site.exchange else { continue }
            let reading = exchange.receipts.reading
            let endpoints = (try? exchange.webhooks.endpoints()) ?? []
            let label = "{site=\"\(site.card.id)\"}"
            lines.append("shuniu_receipts_failing\(label) \(reading.failingSince == nil ? 0 : 1)")
            guard reading.written + reading.waiting + reading.refused + endpoints.count > 0 else { continue }
            lines.append("shuniu_receipts_total\(label) \(reading.written)")
            lines.append("shuniu_receipts_waiting\(label) \(reading.waiting)")
            lines.append("shuniu_receipts_refused_total\(label) \(reading.refused)")
            lines.append("shuniu_webhooks_failing\(label) \(endpoints.filter { $0.failingSince != nil }.count)")
            lines.append("shuniu_webhooks_disabled\(label) \(endpoints.filter { !$0.isActive }.count)")
        }
        return lines
    }

    private func lines() -> [String] {
        var lines = hostLines()
        for value in server.values {
            lines.append("# HELP \(value.name) \(value.help)")
            lines.append("# TYPE \(value.name) \(value.isGauge ? "gauge" : "counter")")
            lines.append("\(value.name) \(value.value)")
        }
        lines += exchangeLines()
        lines.append("# TYPE shuniu_messages_total counter")
        var histogram = ["# TYPE shuniu_message_seconds histogram"]
        for site in gateway.current.sites.values.sorted(by: { $0.card.id < $1.card.id }) {
            for part in site.parts {
                let handlers =
                    part.blueprint.wiring.commands.map { ($0.name, $0.metrics) } + part.blueprint.wiring.queries.map { ($0.name, $0.metrics) }
                    + part.blueprint.wiring.reactions.map { ($0.name, $0.metrics) }
                for (name, metrics) in handlers {
                    let reading = metrics.reading
                    let count = reading.handled + reading.refused + reading.failed
                    guard count > 0 else { continue }
                    let labels = "site=\"\(site.card.id)\",message=\"\(name)\""
                    lines.append("shuniu_messages_total{\(labels),outcome=\"handled\"} \(reading.handled)")
                    lines.append("shuniu_messages_total{\(labels),outcome=\"refused\"} \(reading.refused)")
                    lines.append("shuniu_messages_total{\(labels),outcome=\"failed\"} \(reading.failed)")
                    var sum = 0
                    for (bound, value) in zip(MessageMetrics.bounds, reading.buckets) {
                        sum += value
                        histogram.append("shuniu_message_seconds_bucket{\(labels),le=\"\(Double(bound) / 1_000_000)\"} \(sum)")
                    }
                    histogram.append("shuniu_message_seconds_bucket{\(labels),le=\"+Inf\"} \(count)")
                    histogram.append("shuniu_message_seconds_sum{\(labels)} \(Double(reading.microseconds) / 1_000_000)")
                    histogram.append("shuniu_message_seconds_count{\(labels)} \(count)")
                }
            }
        }
        return lines + histogram
    }
}

/// Answers plain HTTP with the same address on HTTPS, and nothing else.
public final class RedirectHandler: HTTPHandler {
    private let port: @Sendable () -> Int

    /// - Parameter httpsPort: where HTTPS is served; asked for each request, since the system may have chosen it.
    public init(httpsPort: @escaping @Sendable () -> Int) { port = httpsPort }

    public func bodyLimit(method: HTTPMethod, path: String) -> Int { 0 }

    public func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        let named = request.headers["Host"] ?? "localhost"
        // The colons of an IPv6 address stand in brackets.
        let host = named.first == "[" ? named.prefix { $0 != "]" } + "]" : named.prefix { $0 != ":" }
        let query = request.query.map { "?" + $0 } ?? ""
        let port = self.port()
        let suffix = port == 443 ? "" : ":\(port)"
        exchange.finish(HTTPResponse(status: 308, headers: ["Location": "https://\(host)\(suffix)\(request.path)\(query)"]))
    }
}
