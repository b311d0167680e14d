public import Messages
public import Network
import Pages
public import PluginKit
import Synchronization
public import Vocabulary

/// The one door: finds the site, the person and the rule for every request, and hands it to a plug-in's page or message.
///
/// What it shows is an immutable `Facade`; enabling a plug-in installs a new one, and requests under way finish on the old.
public final class Gateway: HTTPHandler {
    /// Everything that can be asked for at one moment.
    public struct Facade: Sendable {
        public let sites: [String: SiteFace]
        /// Queries at fixed addresses, by the whole path: most requests of programs, found with one look.
        let direct: ByteTable<Direct>
        /// The messages of each plug-in, by the path in front of them, `/api/<site>/<plugin>`.
        let tables: ByteTable<MessageTable>
        /// Whose home page stands at `/`.
        public var defaultSite: String
        public var isReady: Bool

        public init(sites: [SiteFace], defaultSite: String, isReady: Bool) {
            self.sites = Dictionary(sites.map { ($0.card.id, $0) }) { first, _ in first }
            var direct = ByteTable<Direct>()
            var tables = ByteTable<MessageTable>()
            for site in sites where self.sites[site.card.id] === site {
                for entry in site.direct { direct[entry.path] = Direct(site: site, target: entry.target) }
                // What the gateway answers itself goes before a plug-in of that name.
                for (plugin, table) in site.api where !OwnService.names.contains(plugin) {
                    tables["/api/\(site.card.id)/\(plugin)"] = MessageTable(site: site, table: table)
                }
            }
            self.direct = direct
            self.tables = tables
            self.defaultSite = defaultSite
            self.isReady = isReady
        }
    }

    /// A query at a fixed address.
    final class Direct: Sendable {
        let site: SiteFace
        let target: APITarget

        init(site: SiteFace, target: APITarget) {
            self.site = site
            self.target = target
        }
    }

    /// The messages of one plug-in at one site.
    final class MessageTable: Sendable {
        let site: SiteFace
        let table: RouteTable<APITarget>

        init(site: SiteFace, table: RouteTable<APITarget>) {
            self.site = site
            self.table = table
        }
    }

    public struct Limits: Sendable {
        /// Largest body of a JSON request or a form without files, in bytes.
        public var body: Int
        /// Largest body of a multipart form, in bytes.
        public var upload: Int

        /// Requests per minute.
        public var rates: RequestRates

        public init(body: Int = 1 << 20, upload: Int = 32 << 20, rates: RequestRates = RequestRates()) {
            self.body = body
            self.upload = upload
            self.rates = rates
        }
    }

    let clock: TimeSource
    let ids: IDSource
    private let bodyBytes: Atomic<Int>
    private let uploadBytes: Atomic<Int>
    let rates: RateKeeper
    let log: BusLog
    let assets: [String: StaticAsset]
    private let facade: Mutex<Shown>

    /// The facade by reference: what every request asks for is not copied.
    private final class Shown: Sendable {
        let facade: Facade

        init(_ facade: Facade) { self.facade = facade }
    }

    let heavy = HeavyWork()
    private let switchboard = Mutex<(any PluginBoard)?>(nil)
    private let links = Mutex<(any LinkDoor)?>(nil)
    private let boards = Mutex<(any LinkBoard)?>(nil)
    private let reporter = Mutex<(@Sendable () -> HostReport)?>(nil)
    /// The host's own address on the network, `https://name` with the port where it is not 443: what tokens name as their source.
    let origin: String
    /// The port that the system chose, where the configuration left it open; 0 otherwise.
    private let chosenPort = Atomic<Int>(0)
    let meters = PartnerMeters()
    let uploads = UploadMeter()
    /// Requests for tokens, by address and by client as named from there.
    let tokenAttempts = TokenBuckets<String>(capacity: 50_000)

    /// - Parameter origin: `https://name[:port]`, as partners reach the host.
    public init(
        facade: Facade, clock: TimeSource, ids: IDSource, limits: Limits = Limits(), origin: String = "https://localhost", log: BusLog
    ) {
        self.origin = origin
        self.facade = Mutex(Shown(facade))
        self.clock = clock
        self.ids = ids
        bodyBytes = Atomic(limits.body)
        uploadBytes = Atomic(limits.upload)
        rates = RateKeeper(limits.rates)
        self.log = log
        assets = Dictionary(Assets.all.map { ($0.path, StaticAsset($0)) }) { first, _ in first }
    }

    /// Shows something else from the next request on.
    public func install(_ new: Facade) { facade.withLock { $0 = Shown(new) } }

    /// Says which port the system chose, for links that leave the browser. Tokens keep their source, or they would end with every start.
    public func listens(at port: Int) { chosenPort.store(port, ordering: .relaxed) }

    /// What links that leave the browser begin with, `https://name[:port]`: `origin`, with the port where only the system knew it.
    var address: String {
        let port = chosenPort.load(ordering: .relaxed)
        return port == 0 ? origin : "\(origin):\(port)"
    }

    /// Hands on what comes from sites of other hosts, `/trunk/…`.
    ///
    /// - Parameter board: what the console shows and does about it.
    public func link(by door: any LinkDoor, board: any LinkBoard) {
        links.withLock { $0 = door }
        boards.withLock { $0 = board }
    }

    var linkBoard: (any LinkBoard)? { boards.withLock { $0 } }

    /// Says how the host is, for the console.
    public func report(by host: @escaping @Sendable () -> HostReport) { reporter.withLock { $0 = host } }

    /// Lets the console switch plug-ins; without it the chapter is not there.
    public func switchPlugins(by board: any PluginBoard) { switchboard.withLock { $0 = board } }

    var plugins: (any PluginBoard)? { switchboard.withLock { $0 } }

    var report: HostReport? { reporter.withLock { $0 }?() }

    /// Queries declared heavy that wait for a thread.
    public var heavyWaiting: Int { heavy.waiting }

    var limits: Limits { Limits(body: bodyBytes.load(ordering: .relaxed), upload: uploadBytes.load(ordering: .relaxed), rates: rates.current) }

    /// Keeps other limits from the next request on.
    public func keep(_ limits: Limits) {
        bodyBytes.store(limits.body, ordering: .relaxed)
        uploadBytes.store(limits.upload, ordering: .relaxed)
        rates.keep(limits.rates)
    }

    /// Whether the site is the one shown at the root.
    func isDefault(_ site: SiteFace) -> Bool { current.defaultSite == site.card.id }

    public var current: Facade { facade.withLock { $0 }.facade }

    public func bodyLimit(method: HTTPMethod, path: String) -> Int {
        // On the API a body that means nothing is refused with the reason, on a page it is not even read.
        if path.hasPrefix("/api/") { return limits.body }
        return method == .get || method == .head ? 0 : limits.upload
    }

    public func bodyPlan(for head: HTTPRequest) -> HTTPBodyPlan {
        uploadPlan(head, current) ?? .memory(limit: bodyLimit(method: head.method, path: head.path))
    }

    /// What the API answers to somebody, without a connection and a session around it; for the test kit.
    package func answer(_ request: HTTPRequest, as actor: Actor, on loop: EventLoop) async -> HTTPResponse {
        await withCheckedContinuation { continuation in
            loop.run { [self] in
                api(Self.split(request.path[...]).rest, current, request, HTTPExchange(loop: loop) { continuation.resume(returning: $0) },
                    as: Caller(actor: actor))
            }
        }
    }

    public func isEssential(path: String) -> Bool {
        var path = path
        return path.withUTF8 { Self.begins($0, "/health/") }
    }

    /// Asked for every request; `hasPrefix` walks characters.
    private static func begins(_ path: UnsafeBufferPointer<UInt8>, _ words: StaticString) -> Bool {
        let length = words.utf8CodeUnitCount
        guard path.count >= length else { return false }
        for place in 0..<length where path[place] != words.utf8Start[place] { return false }
        return true
    }

    /// Style sheets cost nothing and health must always answer; everything else counts against the address.
    public func refusal(method: HTTPMethod, path: String, address: NetworkAddress) -> HTTPResponse? {
        guard rates.countsAddresses else { return nil }
        var text = path
        let isFree = text.withUTF8 { Self.begins($0, "/assets/") || Self.begins($0, "/health/") || Self.begins($0, "/trunk/") }
        guard !isFree, let wait = rates.wait(address.key, cost: RequestRates.cost(method, path), now: clock.now.milliseconds) else { return nil }
        return path.hasPrefix("/api/") ? problem(.tooManyRequests(wait), instance: nil) : HTTPResponse.tooManyRequests(wait)
    }

    public func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        guard request.isSecure || request.path.hasPrefix("/health/") else {
            request.sink?.abandon()
            return exchange.finish(.toHTTPS(request))
        }
        let shown = facade.withLock { $0 }
        if request.isGet, query(shown, request, exchange) { return }
        let facade = shown.facade
        guard Self.isPlain(request.path) else {
            return exchange.finish(problem(.malformedPath, instance: nil))
        }
        let (head, rest) = Self.split(request.path[...])
        // A text of its own compares and hashes faster than a part of another.
        let first = String(head)
        if request.method == .options, first != "api" { return exchange.finish(options(first, rest, facade)) }
        switch first {
        case "": home(facade.sites[facade.defaultSite], request, exchange)
        case "api": apiOrPartner(rest, facade, request, exchange)
        case ".well-known": wellKnown(rest, facade, request, exchange)
        case "assets": asset(request, exchange, facade)
        case "trunk":
            guard let door = links.withLock({ $0 }) else { return exchange.finish(problem(.notFound, instance: nil)) }
            door.handle(request, exchange)
        case "health": exchange.finish(request.method == .get || request.method == .head ? health(rest, facade) : .notAllowed(["GET"]))
        default:
            guard let site = facade.sites[first] else { return lost(facade, request, exchange) }
            if rest.isEmpty { return exchange.finish(.redirect(to: site.root)) }
            visit(site, rest, request, exchange)
        }
    }

    /// The short way to a query: its path cut once, where the long way cuts it again for everything that it might be.
    ///
    /// - Returns: `false` where it is anything else; then nothing was done.
    private func query(_ shown: Shown, _ request: HTTPRequest, _ exchange: HTTPExchange) -> Bool {
        var path = request.path
        let found = path.withUTF8 { bytes -> Finding? in
            if let direct = shown.facade.direct.find(bytes) { return Finding(site: direct.site, target: direct.target, parameters: []) }
            guard bytes.count > 5, bytes[0] == Self.slash, bytes[4] == Self.slash else { return nil }
            // Behind "/api/": the ends of the site's and of the plug-in's name.
            var end = 5
            while end < bytes.count, bytes[end] != Self.slash { end &+= 1 }
            end &+= 1
            while end < bytes.count, bytes[end] != Self.slash { end &+= 1 }
            guard end < bytes.count, let messages = shown.facade.tables.find(UnsafeBufferPointer(rebasing: bytes[..<end])),
                Self.isPlain(bytes), let (target, parameters) = messages.table.get(UnsafeBufferPointer(rebasing: bytes[end...]))
            else { return nil }
            return Finding(site: messages.site, target: target, parameters: parameters)
        }
        guard let found else { return false }
        if Self.mayBePartner(request) { apiOrPartner(found, request, exchange) } else { api(found, request, exchange) }
        return true
    }

    /// A query found by its path.
    struct Finding {
        let site: SiteFace
        let target: APITarget
        let parameters: [(name: String, value: String)]
    }

    private static let slash = UInt8(ascii: "/")

    /// No dot segments, no empty segments inside: nothing that two programs could read in two ways.
    private static func isPlain(_ path: String) -> Bool {
        var path = path
        return path.withUTF8(isPlain)
    }

    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var start = 1
        while start < bytes.count {
            let first = bytes[start]
            if first == slash { return false }
            var end = start + 1
            while end < bytes.count, bytes[end] != slash { end &+= 1 }
            if first == UInt8(ascii: ".") || first == UInt8(ascii: "%") {
                let text = String(decoding: bytes[start..<end], as: UTF8.self).lowercased().replacing("%2e", with: ".")
                if text == "." || text == ".." { return false }
            }
            start = end + 1
        }
        return true
    }

    /// `/a/b/c` → (`a`, `/b/c`).
    static func split(_ path: Substring) -> (first: Substring, rest: Substring) {
        let inner = path.utf8.dropFirst()
        let found = inner.withContiguousStorageIfAvailable { $0.firstIndex(of: UInt8(ascii: "/")) } ?? nil
        guard let found else { return (Substring(inner), "") }
        let slash = inner.index(inner.startIndex, offsetBy: found)
        return (Substring(inner[..<slash]), Substring(inner[slash...]))
    }

    private func asset(_ request: HTTPRequest, _ exchange: HTTPExchange, _ facade: Facade) {
        let asset =
            assets[request.path] ?? facade.sites.values.first { $0.theme.path == request.path }?.theme
            ?? facade.sites.values.lazy.compactMap { $0.assets[request.path] }.first
        guard let asset else { return lost(facade, request, exchange) }
        exchange.finish(asset.response(to: request))
    }

    /// What a path outside the API allows (RFC 9110 §9.3.7).
    private func options(_ first: String, _ rest: Substring, _ facade: Facade) -> HTTPResponse {
        var allowed = ["GET", "HEAD", "OPTIONS"]
        if first != "", first != "assets", first != "health" {
            guard let site = facade.sites[first] else { return problem(.notFound, instance: nil) }
            let (plugin, path) = Self.split(rest)
            if let table = site.pages[String(plugin)] {
                guard case .otherMethod(let methods) = table.match("OPTIONS", path.isEmpty ? "/" : path) else {
                    return problem(.notFound, instance: nil)
                }
                allowed = Self.allowed(methods)
            } else if plugin == StoryPages.name, !path.isEmpty {
                allowed = Self.allowed(["GET"])
            } else if let methods = Self.ownRoutes[String(plugin)]?.methods, path.isEmpty {
                allowed = Self.allowed(methods)
            } else {
                return problem(.notFound, instance: nil)
            }
        }
        return HTTPResponse(status: 204, headers: ["Allow": allowed.joined(separator: ", ")])
    }

    private func health(_ rest: Substring, _ facade: Facade) -> HTTPResponse {
        switch rest {
        case "/live": .json(200, Array(#"{"status":"live"}"#.utf8))
        case "/ready":
            facade.isReady ? .json(200, Array(#"{"status":"ready"}"#.utf8)) : .json(503, Array(#"{"status":"starting"}"#.utf8))
        default: problem(.notFound, instance: nil)
        }
    }
}

/// What answers requests of other hosts' sites; it judges their certificates itself.
public protocol LinkDoor: Sendable {
    /// On a loop's thread: must return soon.
    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange)
}

/// A style sheet, a module or a picture of the program itself: named by its content, kept by browsers for a year.
struct StaticAsset: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]
    let isWorker: Bool

    init(_ asset: Asset) {
        path = asset.path
        type = asset.type
        bytes = asset.bytes
        isWorker = asset.isWorker
    }

    func response(to request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return .notAllowed(["GET"])
        }
        let tag = "\"\(path)\""
        if EntityTag.isKnown(tag, to: request) {
            return HTTPResponse(
                status: 304,
                headers: ["ETag": tag, "Cache-Control": Self.forever, "Strict-Transport-Security": HTTPResponse.strictTransport])
        }
        var response = HTTPResponse(
            headers: [
                "Content-Type": type, "Cache-Control": Self.forever, "ETag": tag,
                "X-Content-Type-Options": "nosniff", "Strict-Transport-Security": HTTPResponse.strictTransport,
            ], body: .bytes(bytes))
        if isWorker {
            response.headers.add("Service-Worker-Allowed", "/")
            response.headers.add("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
        }
        return response
    }

    private static let forever = "public, max-age=31536000, immutable"
}
