public import Gateway
public import Network
import Trunk

extension HostConfiguration {
    /// Every certificate of the public listener, and whom it asks for one.
    public var tls: TLSSettings {
        // The sites' own authorities, for the certificates of sites below on other hosts.
        let folders = (sites.map(\.id) + moved.keys.sorted()).map { TrunkFolder(site: $0, in: folder(of: $0)) }.filter(\.hasAuthority)
        return TLSSettings(
            pairs: [.init(certificateFile: certificate, keyFile: key, ocspFile: ocsp)] + moreCertificates,
            clientAuthorities: clientAuthorities + folders.map(\.authorityFile),
            revocationLists: revocationLists + (revocationLists.isEmpty ? [] : folders.map(\.revocationFile)), ticketLife: .seconds(ticketHours * 3600))
    }

    /// The public listener with its limits.
    public var server: HTTPServer.Configuration {
        var server = HTTPServer.Configuration(host: address, port: port, loops: loops)
        server.connections = limits.connections
        server.connectionsPerAddress = limits.connectionsPerAddress
        server.connectionsPerMinute = limits.connectionsPerMinute
        server.queueTime = limits.queueTime
        server.proxies = TrustedProxies(trustedProxies)
        server.standing = SecurityFields.https
        server.headBytes = limits.headBytes
        server.queuedBytes = limits.queuedBytes
        server.headTime = limits.headTime
        server.idleTime = limits.idleTime
        server.answerTime = limits.answerTime
        return server
    }

    /// The address that tokens name as their source.
    var tokenOrigin: String { origin ?? "https://localhost" + (port == 443 || port == 0 ? "" : ":\(port)") }

    /// What a request's body may weigh.
    public var requests: Gateway.Limits {
        var requests = Gateway.Limits(upload: limits.bodyBytes)
        requests.rates = RequestRates(perAddress: limits.requestsPerAddress, perAccount: limits.requestsPerAccount)
        requests.body = min(requests.body, requests.upload)
        return requests
    }
}

extension HTTPServer.Configuration {
    /// The admin listener: this machine only, one loop.
    public static func loopback(port: Int) -> HTTPServer.Configuration {
        HTTPServer.Configuration(host: "127.0.0.1", port: port, loops: 1)
    }

    /// The plain listener that only sends browsers to HTTPS: small requests, nothing kept open.
    public static func redirect(address: String, port: Int) -> HTTPServer.Configuration {
        var server = HTTPServer.Configuration(host: address, port: port, loops: 1)
        server.connections = 2000
        server.requestsPerConnection = 1
        server.standing = SecurityFields.http
        server.idleTime = .seconds(5)
        return server
    }
}
