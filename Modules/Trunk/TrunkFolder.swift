import Crypto
import FoundationEssentials
import Messages
import Network
import Synchronization
package import Vocabulary

/// What a site's links need beside their database, in `data/<site>/_trunk`: as a parent the authority for its children's certificates,
/// as a child the key, the certificate and where the parent is. Private files; they move with the site's folder.
package struct TrunkFolder: Sendable {
    package static let certificateDays = 397
    /// Name of the file with the authority of the parent's listener, where one was given at joining.
    package static let parentAuthority = "parent-ca.pem"
    /// A child asks for a later certificate when this much is left: time enough for a parent that is away for months.
    package static let renewalDays = 130
    /// The folder itself.
    package let path: String
    let site: String

    /// - Parameter folder: the site's.
    package init(site: String, in folder: String) {
        self.site = site
        path = Self.folder(of: folder)
    }

    /// - Parameter site: a site's folder.
    package static func folder(of site: String) -> String { "\(site)/_trunk" }

    /// Given to the listener among the authorities whose client certificates are accepted.
    package var authorityFile: String { "\(path)/ca.pem" }
    package var revocationFile: String { "\(path)/crl.pem" }
    package var certificateFile: String { "\(path)/\(identity).pem" }
    package var keyFile: String { "\(path)/\(identity).key" }
    /// Certificate and key change together, by one word in the file that says where the parent is.
    private var identity: String { (try? parent())?.identity ?? "client" }
    private var standFile: String { "\(path)/stand.json" }
    private var authorityKeyFile: String { "\(path)/ca.key" }
    private var placeFile: String { "\(path)/parent.json" }

    /// Whether children may be joined here.
    package var hasAuthority: Bool { FileManager.default.fileExists(atPath: authorityFile) }

    /// The authority of the site; made when it is first needed.
    func authority(_ clock: TimeSource) throws -> CertificateAuthority {
        if let certificate = read(authorityFile), let key = read(authorityKeyFile) {
            return try CertificateAuthority(certificate: try Certificate(pem: certificate), key: try SigningKey(pem: key))
        }
        let seconds = clock.now.milliseconds / 1000
        let (authority, key) = try CertificateAuthority.create("Shuniu trunk \(site)", .days(7300, now: seconds))
        try make()
        try write(key.pem, to: authorityKeyFile, mode: 0o600)
        let list = try authority.revocationList([], number: 1, .days(7299, now: seconds))
        try write(list.pem, to: revocationFile, mode: 0o644)
        try write(authority.certificate.pem, to: authorityFile, mode: 0o644)
        return authority
    }

    /// Where the parent is; `nil`: the site is not joined to another host's.
    package func parent() throws -> ParentPlace? {
        guard let bytes = read(placeFile) else { return nil }
        var place = try JSON.decode(ParentPlace.self, from: bytes)
        // The folder may have moved to another machine, with the authority in it.
        let own = "\(path)/\(Self.parentAuthority)"
        if let authority = place.authority, authority.hasSuffix("/\(Self.parentAuthority)"), FileManager.default.fileExists(atPath: own) { place.authority = own }
        return place
    }

    /// What the site knows of the networks that it was part of.
    func memory() throws -> NetworkMemory {
        guard let bytes = read(memoryFile) else { return NetworkMemory() }
        return try JSON.decode(NetworkMemory.self, from: bytes)
    }

    /// Changes it, where the change makes a difference; one change after the other.
    @discardableResult
    func remember(_ change: (inout NetworkMemory) -> Void) throws -> NetworkMemory {
        try Self.naming.withLock { _ -> NetworkMemory in
            let before = try self.memory()
            var memory = before
            change(&memory)
            if memory != before {
                try make()
                try write(try JSON.encode(memory), to: memoryFile, mode: 0o600)
            }
            return memory
        }
    }

    /// Two that ask at once for the name of a network that has none must get the same.
    private static let naming = Mutex(())

    private var memoryFile: String { "\(path)/network.json" }

    /// The certificate with which the site shows itself to its parent.
    package var certificateUntil: Timestamp? {
        read(certificateFile).flatMap { try? Certificate(pem: $0) }.map { Timestamp(milliseconds: $0.validUntil * 1000) }
    }

    /// Key and certificate first, under names of their own; then the one file that names them; then those before them go.
    func save(_ place: ParentPlace, key: [UInt8], certificate: [UInt8]) throws {
        try make()
        let before = [certificateFile, keyFile]
        var place = place
        let serial = try Certificate(pem: certificate).serial.lowercased()
        place.identity = "client-\(serial)"
        try write(key, to: "\(path)/client-\(serial).key", mode: 0o600)
        try write(certificate, to: "\(path)/client-\(serial).pem", mode: 0o600)
        try write(try JSON.encode(place), to: placeFile, mode: 0o600)
        for file in before where file != certificateFile && file != keyFile { try? FileManager.default.removeItem(atPath: file) }
    }

    /// The parent is reached elsewhere; key and certificate stay.
    func save(_ place: ParentPlace) throws { try write(try JSON.encode(place), to: placeFile, mode: 0o600) }

    /// The site is on its own again; its key goes. That what came from there is to be forgotten is noted first.
    package func forgetParent() throws {
        let (certificate, key) = (certificateFile, keyFile)
        try write([], to: leavingFile, mode: 0o600)
        for file in [placeFile, key, certificate] where FileManager.default.fileExists(atPath: file) {
            try FileManager.default.removeItem(atPath: file)
        }
    }

    /// Whether the site left its parent, and what came from there is still here.
    var hasLeft: Bool { FileManager.default.fileExists(atPath: leavingFile) }

    func forgetLeaving() throws { try FileManager.default.removeItem(atPath: leavingFile) }

    private var leavingFile: String { "\(path)/left" }

    /// Where the site was last taken up; `nil` before it has had links.
    package func stand() throws -> SiteStand? {
        guard let bytes = read(standFile) else { return nil }
        return try JSON.decode(SiteStand.self, from: bytes)
    }

    package func save(_ stand: SiteStand) throws {
        try make()
        try write(try JSON.encode(stand), to: standFile, mode: 0o600)
    }

    private func make() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]) }

    private func write(_ bytes: [UInt8], to file: String, mode: Int) throws { try DurableFile.write(bytes, to: file, mode: UInt32(mode)) }

    private func read(_ file: String) -> [UInt8]? { FileManager.default.contents(atPath: file).map { Array($0) } }
}

/// Where a site's parent is reached.
package struct ParentPlace: Codable, Sendable, Hashable {
    /// Name or number, and port.
    package var host: String
    package var port: Int
    /// The parent's identifier.
    package var site: String
    /// PEM of an authority to believe besides the system's.
    package var authority: String?
    /// Name of the files of certificate and key in the links' folder, without their ends.
    var identity: String?

    package init(host: String, port: Int, site: String, authority: String? = nil) {
        self.host = host
        self.port = port
        self.site = site
        self.authority = authority
    }

    /// `https://host[:port]/site`, as the parent's home page stands in a browser.
    package init(url: String) throws {
        guard url.hasPrefix("https://") else { throw Refusal.parentURL(url) }
        let rest = url.dropFirst(8)
        let parts = rest.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count == 2, let name = parts.first else { throw Refusal.parentURL(url) }
        var host = String(name)
        var port = 443
        if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") {
            guard let number = Int(name[name.index(after: colon)...]), (1...65_535).contains(number) else { throw Refusal.parentURL(url) }
            port = number
            host = String(name[..<colon])
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw Refusal.parentURL(url) }
        self.init(host: host, port: port, site: String(parts[1]))
    }

    package var url: String { "https://\(host.contains(":") ? "[\(host)]" : host)\(port == 443 ? "" : ":\(port)")/\(site)" }

    /// Asks the resolver, which holds the thread.
    func lookUp() throws -> SocketAddress {
        guard let address = try SocketAddress.resolve(host, port: port, within: .seconds(10)).first else {
            throw Refusal("trunk.no-address", status: 502, message: "主机名“\(host)”没有地址。请检查拼写和域名解析。", log: "the name has no address")
        }
        return address
    }

    private static let largestAnswer = 64 << 20

    /// For a link: its waits hold no thread.
    func client(at address: SocketAddress, _ folder: TrunkFolder, on loop: EventLoop, timeout: Duration) throws -> LoopClient {
        try LoopClient(
            address, loop: loop, trust: .system(also: authority), serverName: host, timeout: timeout, certificate: { (folder.certificateFile, folder.keyFile) },
            answerLimit: Self.largestAnswer)
    }

    /// For one request: no wait of it and its answer begins after three times the limit.
    ///
    /// - Parameter folder: `nil`: without a certificate, to join.
    func client(_ folder: TrunkFolder?, timeout: Duration) throws -> HTTPClient {
        let address = try lookUp()
        let client = try HTTPClient(
            host: address.description, port: port, trust: .system(also: authority), serverName: host, timeout: timeout,
            certificate: folder.map { ($0.certificateFile, $0.keyFile) })
        client.answerLimit = Self.largestAnswer
        client.deadline = .now + timeout * 3
        return client
    }

    func call(_ client: HTTPClient, _ verb: String, _ body: [UInt8]) throws -> [UInt8] {
        try content(of: client.request(.post, path(verb), headers: fields, body: body))
    }

    func call(_ client: LoopClient, _ verb: String, _ body: [UInt8]) async throws -> [UInt8] {
        try content(of: await client.request(.post, path(verb), headers: fields, body: body))
    }

    private func path(_ verb: String) -> String { "/trunk/\(site)/\(verb)" }

    private var fields: HTTPHeaders {
        let name = host.contains(":") ? "[\(host)]" : host
        return ["Host": port == 443 ? name : "\(name):\(port)", "Content-Type": "application/octet-stream"]
    }

    private func content(of answer: HTTPClient.Answer) throws -> [UInt8] {
        guard answer.status == 200 else {
            throw Refusal(problem: (try? JSONValue(parsing: answer.body)) ?? .object([]), status: answer.status)
        }
        return answer.body
    }
}

extension Refusal {
    static func parentURL(_ url: String) -> Refusal {
        Refusal(
            "trunk.parent-url", status: 422, message: "上级平台地址“\(url.prefix(200))”有误，应为 https://主机[:端口]/站点标识，与其首页地址相同。", log: "not the address of a site")
    }
}
