import Crypto
import Glibc
import HotlineContracts
import Messages
import Network
import Vocabulary

/// Reports events of a line to a site: signed, one after the other, again under the same id until they were taken in.
final class EventDoor {
    /// Where a line's events go, and how they are signed.
    struct Target: Sendable {
        /// A numeric address.
        var host: String
        var port: Int
        var serverName: String
        /// `/api/hunan/hotline/lines/main/events`
        var path: String
        var trust: HTTPClient.Trust
        var secret: WebhookSecret
    }

    /// Why an event was not taken in, and will not be.
    struct Refused: Error, CustomStringConvertible {
        let status: Int
        let text: String
        var description: String { "平台拒绝了事件（\(status)）：\(text)" }
    }

    private let target: Target
    private let client: HTTPClient

    init(_ target: Target) throws {
        self.target = target
        client = try HTTPClient(
            host: target.host, port: target.port, trust: target.trust, serverName: target.serverName,
            timeout: .seconds(10))
    }

    /// - Parameters:
    ///   - id: the same at every attempt.
    ///   - attempts: how often it is tried while the site is away or overloaded.
    func report(_ event: CallEvent, id: String, now: Timestamp, attempts: Int = 5) throws -> CallReceipt {
        let body = try JSON.encode(event)
        var last: any Error = Refused(status: 0, text: "没有尝试")
        for attempt in 0..<attempts {
            if attempt > 0 { usleep(useconds_t(100_000 << attempt)) }
            do {
                let answer = try client.request(.post, target.path, headers: headers(id, now, body), body: body)
                if answer.status == 200 { return try JSON.decode(CallReceipt.self, from: answer.body) }
                last = Refused(status: answer.status, text: String(answer.text.prefix(300)))
                guard answer.status == 429 || answer.status >= 500 else { throw last }
            } catch let error as NetworkError {
                client.disconnect()
                last = error
            }
        }
        throw last
    }

    private func headers(_ id: String, _ now: Timestamp, _ body: [UInt8]) -> HTTPHeaders {
        let seconds = now.milliseconds / 1000
        return [
            "Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": String(seconds),
            "webhook-signature": WebhookSignature.header(
                id: id, timestamp: seconds, body: body, secrets: [target.secret]),
        ]
    }
}

extension EventDoor.Target {
    /// - Parameters:
    ///   - address: `https://127.0.0.1:8443/api/…/events`; the host as a number.
    ///   - serverName: the name in the certificate, where it is another.
    ///   - authority: PEM file of the authority; the system's where absent.
    /// - Returns: `nil` where the address is none of that shape.
    init?(_ address: String, serverName: String?, authority: String?, secret: WebhookSecret) {
        guard address.hasPrefix("https://") else { return nil }
        let rest = address.dropFirst("https://".count)
        let place = rest.prefix { $0 != "/" }
        let path = String(rest.dropFirst(place.count))
        guard path.hasPrefix("/api/"), path.hasSuffix("/events") else { return nil }
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first.map(String.init), !host.isEmpty, parts.count <= 2 else { return nil }
        guard let port = parts.count == 2 ? Int(parts[1]) : 443, (1...65_535).contains(port) else { return nil }
        self.init(
            host: host, port: port, serverName: serverName ?? host, path: path,
            trust: authority.map { .authority(file: $0) } ?? .system(also: nil),
            secret: secret)
    }
}
