import Crypto
import FoundationEssentials
import Messages
import Network
package import Vocabulary

/// What a site's links need beside their database, in `data/<site>/_trunk`: as a parent the authority for its children's certificates,
/// as a child the key, the certificate and where the parent is. Private files; they move with the site's folder.
package struct TrunkFolder: Sendable {
    package static let certificateDays = 397
    /// The folder itself.
    package let path: String
    let site: String

    /// - Parameter folder: the site's.
    package init(site: String, in folder: String) {
        self.site = site
        path = "\(folder)/_trunk"
    }

    /// Given to the listener among the authorities whose client certificates are accepted.
    package var authorityFile: String { "\(path)/ca.pem" }
    package var revocationFile: String { "\(path)/crl.pem" }
    package var certificateFile: String { "\(path)/client.pem" }
    package var keyFile: String { "\(path)/client.key" }
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
        return try JSON.decode(ParentPlace.self, from: bytes)
    }

    /// The certificate with which the site shows itself to its parent.
    package var certificateUntil: Timestamp? {
        read(certificateFile).flatMap { try? Certificate(pem: $0) }.map { Timestamp(milliseconds: $0.validUntil * 1000) }
    }

    func save(_ place: ParentPlace, key: [UInt8], certificate: [UInt8]) throws {
        try make()
        try write(key, to: keyFile, mode: 0o600)
        try write(certificate, to: certificateFile, mode: 0o600)
        try write(try JSON.encode(place), to: placeFile, mode: 0o600)
    }

    /// The site is on its own again; its key goes.
    package func forgetParent() throws {
        for file in [placeFile, keyFile, certificateFile] where FileManager.default.fileExists(atPath: file) {
            try FileManager.default.removeItem(atPath: file)
        }
    }

    private func make() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]) }

    private func write(_ bytes: [UInt8], to file: String, mode: Int) throws { try CertificateMaker.write(bytes, to: file, mode: mode) }

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

    /// - Parameter folder: `nil`: without a certificate, to join.
    func client(_ folder: TrunkFolder?, timeout: Duration) throws -> HTTPClient {
        guard let address = try SocketAddress.resolve(host, port: port, within: .seconds(10)).first else {
            throw Refusal("trunk.no-address", status: 502, message: "主机名“\(host)”没有地址。请检查拼写和域名解析。", log: "the name has no address")
        }
        let client = try HTTPClient(
            host: address.description, port: port, trust: .system(also: authority), serverName: host, timeout: timeout,
            certificate: folder.map { ($0.certificateFile, $0.keyFile) })
        client.answerLimit = 64 << 20
        return client
    }

    func call(_ client: HTTPClient, _ verb: String, _ body: [UInt8]) throws -> [UInt8] {
        let name = host.contains(":") ? "[\(host)]" : host
        let answer = try client.request(
            .post, "/trunk/\(site)/\(verb)", headers: ["Host": port == 443 ? name : "\(name):\(port)", "Content-Type": "application/octet-stream"], body: body)
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
