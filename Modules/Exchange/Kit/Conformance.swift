public import Crypto
public import Messages
public import Store
public import Vocabulary

/// One clause of the protocol, tried on a partner.
public struct ClauseResult: Sendable, Hashable, Codable {
    /// As in `PROTOCOL.md`: `W2`, `C3`.
    public var clause: String
    /// What the clause wants, Chinese.
    public var title: String
    public var passed: Bool
    /// What was found: a status, an error, a count.
    public var found: String
}

/// Tries whether a partner keeps the protocol: its receiver of webhooks, and the calls it made.
public enum Conformance {
    /// Sends ten webhooks to an endpoint, right and wrong ones, and judges the answers. Blocks until the last answer.
    public static func receiver(
        _ endpoint: WebhookEndpoint, secrets: [WebhookSecret], site: String, transport: WebhookTransport, clock: TimeSource, ids: IDSource
    ) throws -> [ClauseResult] {
        let (url, problem) = EndpointURL.parse(endpoint.url)
        guard let url else { throw Refusal.endpoint([.init(field: "/url", message: problem ?? "")]) }
        guard let secret = secrets.first else { throw Refusal.noSuchEndpoint }
        let probe = Probe(url: url, secret: secret, site: site, transport: transport, clock: clock, ids: ids)
        let started = ContinuousClock.now
        var results = [probe.result("W1", "签名正确的事件应答 2xx", wants: true, probe.send())]
        let spent = ContinuousClock.now - started
        results.append(
            ClauseResult(clause: "W2", title: "5 秒内应答", passed: spent < .seconds(5), found: "\(spent.components.seconds) 秒"))
        results.append(probe.result("W3", "签名错误应答 4xx", wants: false, probe.send(secret: .random())))
        results.append(probe.result("W4", "内容被改动应答 4xx", wants: false, probe.send(changing: true)))
        results.append(probe.result("W5", "十分钟前的时间戳应答 4xx", wants: false, probe.send(shift: -600)))
        results.append(probe.result("W6", "十分钟后的时间戳应答 4xx", wants: false, probe.send(shift: 600)))
        results.append(probe.result("W7", "没有签名应答 4xx", wants: false, probe.send(signing: false)))
        let id = ids.next().description
        let first = probe.send(id: id)
        var again = probe.result("W8", "同一 webhook-id 重复到达仍应答 2xx，且只处理一次", wants: true, probe.send(id: id))
        if !probe.isGood(first) { again.passed = false }
        results.append(again)
        results.append(probe.result("W9", "多个签名中有一个正确应答 2xx（更换密钥期间）", wants: true, probe.send(beside: .random())))
        results.append(probe.result("W10", "不认识的事件类型应答 2xx 并忽略", wants: true, probe.send(type: "exchange.unknown-thing.v1")))
        return results
    }

    /// Judges the calls of one client, as its receipts show them.
    /// - Parameter commands: the messages that change something.
    public static func calls(_ calls: [PartnerCall], commands: Set<WireName>) -> [ClauseResult] {
        let own = calls.filter { $0.message.plugin != "exchange" }
        func good(_ call: PartnerCall) -> Bool { (200..<300).contains(call.status) }
        let queries = own.filter { good($0) && !commands.contains($0.message) }
        let done = own.filter { good($0) && commands.contains($0.message) }
        let groups = Dictionary(grouping: done, by: \.requestDigest).values
        let repeated = groups.contains { $0.count > 1 && Set($0.map(\.answerDigest)).count == 1 }
        let refused = own.filter { (400..<500).contains($0.status) && $0.status != 429 }
        let most = Dictionary(grouping: refused, by: \.requestDigest).values.map(\.count).max() ?? 0
        let receipts = calls.filter { $0.message == ExchangeMessage.receipt && good($0) }
        let feeds = calls.filter { $0.message == ExchangeMessage.events && good($0) }
        return [
            ClauseResult(clause: "C1", title: "用令牌完成一次查询", passed: !queries.isEmpty, found: "\(queries.count) 次"),
            ClauseResult(clause: "C2", title: "带 Idempotency-Key 完成一次办理", passed: !done.isEmpty, found: "\(done.count) 次"),
            ClauseResult(
                clause: "C3", title: "以同一 Idempotency-Key 重发，得到同一应答", passed: repeated, found: repeated ? "应答一致" : "没有内容与应答都相同的两次办理"),
            ClauseResult(
                clause: "C4", title: "被拒绝（4xx）后不原样重复超过三次", passed: (1...3).contains(most), found: most == 0 ? "还没有被拒绝过" : "同一请求 \(most) 次"),
            ClauseResult(clause: "C5", title: "取回一份回执", passed: !receipts.isEmpty, found: "\(receipts.count) 次"),
            ClauseResult(clause: "C6", title: "从事件流取一页", passed: !feeds.isEmpty, found: "\(feeds.count) 次"),
        ]
    }

    /// The endpoints in a file that a running host owns.
    public static func endpoints(in snapshot: some SQLReading, of client: String) throws -> [WebhookEndpoint] {
        try snapshot.rows("SELECT \(WebhookEndpoint.columns) FROM endpoint WHERE client = ? ORDER BY created_at", client, as: WebhookEndpoint.init)
    }
}

/// Sends one webhook, right or wrong as asked.
private struct Probe {
    let url: EndpointURL
    let secret: WebhookSecret
    let site: String
    let transport: WebhookTransport
    let clock: TimeSource
    let ids: IDSource

    func send(
        id: String? = nil, secret other: WebhookSecret? = nil, beside: WebhookSecret? = nil, type: String = "exchange.test.v1", shift: Int64 = 0,
        changing: Bool = false, signing: Bool = true
    ) -> Result<WebhookAnswer, any Error> {
        Result {
            let id = id ?? ids.next().description
            let seconds = clock.now.milliseconds / 1000 + shift
            var body = PartnerEvent.json(
                id: id, source: "/\(site)/exchange", type: type, time: "\(clock.now)", subject: nil, data: ["test": true]
            ).serialized()
            let secrets = [beside, other ?? secret].compactMap { $0 }
            let signature = WebhookSignature.header(id: id, timestamp: seconds, body: body, secrets: secrets)
            if changing { body.insert(32, at: body.count - 1) }
            var headers = [("Content-Type", "application/cloudevents+json"), ("User-Agent", "Shuniu-Conform/1")]
            if signing { headers += [("webhook-id", id), ("webhook-timestamp", String(seconds)), ("webhook-signature", signature)] }
            return try transport.post(url, headers, body)
        }
    }

    func isGood(_ outcome: Result<WebhookAnswer, any Error>) -> Bool { (try? outcome.get()).map { (200..<300).contains($0.status) } ?? false }

    func result(_ clause: String, _ title: String, wants: Bool, _ outcome: Result<WebhookAnswer, any Error>) -> ClauseResult {
        let passed = wants ? isGood(outcome) : (try? outcome.get()).map { (400..<500).contains($0.status) } ?? false
        return ClauseResult(clause: clause, title: title, passed: passed, found: (try? outcome.get()).map { "HTTP \($0.status)" } ?? Webhooks.describe(outcome))
    }
}
