import Bus
public import Gateway
import Host
public import Messages
import Network
import Pages
import Vocabulary

extension TestSite {
    /// What the API answers: everything of the gateway but connection and session.
    ///
    /// - Parameters:
    ///   - target: `/api/test/…`, with a query string where there is one.
    ///   - body: sent as JSON unless a `Content-Type` is given.
    public func call(
        _ method: String, _ target: String, _ body: String? = nil, _ headers: KeyValuePairs<String, String> = [:], as actor: Actor = .visitor
    ) async -> TestAnswer {
        await call(method, target, body, fields: headers.map { ($0.key, $0.value) }, as: actor)
    }

    func call(
        _ method: String, _ target: String, _ body: String?, fields given: [(name: String, value: String)], as actor: Actor
    ) async -> TestAnswer {
        let halves = target.split(separator: "?", maxSplits: 1)
        var fields = HTTPHeaders()
        for (name, value) in given { fields.add(name, value) }
        if body != nil, fields["Content-Type"] == nil { fields.add("Content-Type", "application/json") }
        let response = await gateway.answer(
            HTTPRequest(
                method: HTTPMethod(rawValue: method), path: halves.first.map(String.init) ?? "/",
                query: halves.count > 1 ? String(halves[1]) : nil, headers: fields, body: Array((body ?? "").utf8)),
            as: actor, on: Self.loop)
        return TestAnswer(status: response.status, fields: response.headers.fields, body: response.bytes)
    }

    /// The gateway in front of this site alone.
    public var gateway: Gateway {
        Gateway(
            facade: .init(sites: [site.face], defaultSite: site.card.id, isReady: true), clock: clock.source, ids: site.bus.ids, log: log)
    }

    /// One loop for all tests: it waits most of the time.
    private static let loop: EventLoop = {
        let loop = EventLoop()
        do { try loop.start() } catch { preconditionFailure("no event loop for tests: \(error)") }
        return loop
    }()
}

extension HTTPResponse {
    /// The body where it is in memory; of a file or stream, nothing.
    fileprivate var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
}
