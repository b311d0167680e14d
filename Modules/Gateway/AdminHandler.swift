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
        var families = [
            MetricFamily("shuniu_receipts_total", "Receipts of partner calls and webhooks written since the start", isGauge: false),
            MetricFamily("shuniu_receipts_waiting", "Receipts that wait to be written"),
            MetricFamily("shuniu_receipts_failing", "1 while receipts cannot be written"),
            MetricFamily("shuniu_receipts_refused_total", "Partner calls refused for want of a receipt", isGauge: false),
            MetricFamily("shuniu_webhooks_failing", "Webhook endpoints whose last attempt failed"),
            MetricFamily("shuniu_webhooks_disabled", "Webhook endpoints that are disabled"),
        ]
        for site in gateway.current.sites.values.sorted(by: { $0.card.id < $1.card.id }) {
            guard let exchange = site.exchange else { continue }
            let reading = exchange.receipts.reading
            let endpoints = (try? exchange.webhooks.endpoints()) ?? []
            let label = "{site=\"\(site.card.id)\"}"
            let isFailing = reading.failingSince == nil ? 0 : 1
            guard reading.written + reading.waiting + reading.refused + endpoints.count > 0 else {
                families[2].samples.append("\(label) \(isFailing)")
                continue
            }
            let values = [
                reading.written, reading.waiting, isFailing, reading.refused, endpoints.filter { $0.failingSince != nil }.count,
                endpoints.filter { !$0.isActive }.count,
            ]
            for (index, value) in values.enumerated() { families[index].samples.append("\(label) \(value)") }
        }
        return families.flatMap(\.lines)
    }

    private func lines() -> [String] {
        var lines = hostLines()
        for value in server.values {
            lines.append("# HELP \(value.name) \(value.help)")
            lines.append("# TYPE \(value.name) \(value.isGauge ? "gauge" : "counter")")
            lines.append("\(value.name) \(value.value)")
        }
        lines += exchangeLines()
        lines += ["# HELP shuniu_messages_total Messages of the plug-ins by outcome", "# TYPE shuniu_messages_total counter"]
        var histogram = ["# HELP shuniu_message_seconds How long messages took", "# TYPE shuniu_message_seconds histogram"]
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

/// One metric of the Prometheus text format with its samples together, as the format wants them.
private struct MetricFamily {
    let name: String
    let help: String
    let isGauge: Bool
    /// Labels and value.
    var samples: [String] = []

    init(_ name: String, _ help: String, isGauge: Bool = true) {
        self.name = name
        self.help = help
        self.isGauge = isGauge
    }

    /// None without a sample.
    var lines: [String] {
        guard !samples.isEmpty else { return [] }
        return ["# HELP \(name) \(help)", "# TYPE \(name) \(isGauge ? "gauge" : "counter")"] + samples.map { name + $0 }
    }
}

/// Answers plain HTTP with the same address on HTTPS, and nothing else.
public final class RedirectHandler: HTTPHandler {
    private let port: @Sendable () -> Int

    /// - Parameter httpsPort: where HTTPS is served; asked for each request, since the system may have chosen it.
    public init(httpsPort: @escaping @Sendable () -> Int) { port = httpsPort }

    public func bodyLimit(method: HTTPMethod, path: String) -> Int { 0 }

    public func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        let named = request.field("Host") ?? "localhost"
        // The colons of an IPv6 address stand in brackets.
        let host = named.first == "[" ? named.prefix { $0 != "]" } + "]" : named.prefix { $0 != ":" }
        let query = request.query.map { "?" + $0 } ?? ""
        let port = self.port()
        let suffix = port == 443 ? "" : ":\(port)"
        exchange.finish(HTTPResponse(status: 308, headers: ["Location": "https://\(host)\(suffix)\(request.path)\(query)"]))
    }
}
