import Foundation
import Network
import Testing

@Suite("Certificates and sessions")
struct TLSTests {
    @Test func aSessionIsResumedByItsTicket() throws {
        let server = try TestServer()
        let client = try server.client()
        _ = try client.get("/")
        #expect(!client.wasResumed)
        client.disconnect()
        _ = try client.get("/")
        #expect(client.wasResumed)
        #expect(server.value("tls_handshakes_resumed_total") == 1)
        client.disconnect()
        client.forgetSession()
        _ = try client.get("/")
        #expect(!client.wasResumed)
    }

    @Test func reloadingServesTheNewCertificateToNewConnections() throws {
        let server = try TestServer()
        let old = try server.client()
        _ = try old.get("/")
        _ = try CertificateMaker.writeDevelopmentFiles(in: server.folder)
        try #require(server.tls).reload()
        #expect(try old.get("/").status == 200, "an open connection goes on")
        #expect(try server.client().get("/").status == 200, "the new authority is on disk and the new certificate is from it")
        let stale = try HTTPClient(port: server.server.boundPort, trust: .authority(file: server.authority), serverName: "other.example")
        #expect(throws: NetworkError.self) { try stale.get("/") }
    }

    /// The certificate must name the address itself; a DNS name that looks like it, or another address, does not do.
    @Test(arguments: [
        (["127.0.0.1"], "127.0.0.1", true), (["localhost"], "127.0.0.1", false), (["127.0.0.2"], "127.0.0.1", false),
        (["::1", "localhost"], "::1", true), (["::1"], "127.0.0.1", false), (["127.0.0.1"], "localhost", false),
    ])
    func aNumericAddressIsCheckedAgainstTheAddressesOfTheCertificate(names: [String], asked: String, holds: Bool) throws {
        let server = try TestServer()
        let maker = try CertificateMaker()
        let pair = try maker.issue(for: names)
        try CertificateMaker.write(pair.certificate, to: server.folder + "/server.pem", mode: 0o600)
        try CertificateMaker.write(pair.key, to: server.folder + "/server.key", mode: 0o600)
        try CertificateMaker.write(maker.authority, to: server.folder + "/numeric-ca.pem", mode: 0o600)
        try #require(server.tls).reload()
        for trust in [HTTPClient.Trust.authority(file: server.folder + "/numeric-ca.pem"), .system(also: server.folder + "/numeric-ca.pem")] {
            let client = try HTTPClient(port: server.server.boundPort, trust: trust, serverName: asked)
            if holds { try client.connect() } else { #expect(throws: NetworkError.self) { try client.connect() } }
        }
    }

    @Test func aFailedReloadKeepsTheOldCertificate() throws {
        let server = try TestServer()
        try CertificateMaker.write(Array("nonsense".utf8), to: server.folder + "/server.pem", mode: 0o600)
        #expect(throws: NetworkError.self) { try #require(server.tls).reload() }
        #expect(try server.client().get("/").status == 200)
    }

    @Test(arguments: [
        ("missing.pem", "server.key", "network.file-missing"), ("server.pem", "missing.key", "network.file-missing"),
        ("server.key", "server.key", "network.certificate"), ("server.pem", "ca.pem", "network.key"),
        ("server.pem", "other/server.key", "network.key-mismatch"),
    ])
    func wrongFilesAreNamed(certificate: String, key: String, code: String) throws {
        let server = try TestServer(plain: true)
        try FileManager.default.createDirectory(atPath: server.folder + "/other", withIntermediateDirectories: true)
        _ = try CertificateMaker.writeDevelopmentFiles(in: server.folder + "/other")
        #expect {
            _ = try TLSContext(certificateFile: server.folder + "/" + certificate, keyFile: server.folder + "/" + key)
        } throws: { ($0 as? NetworkError)?.code == code }
    }

    @Test func anExpiredCertificateIsAWarning() throws {
        let server = try TestServer(plain: true)
        let maker = try CertificateMaker()
        for (from, days, word) in [(-30, 10, "已过期"), (5, 10, "尚未生效"), (-1, 5, "14天内"), (-1, 300, "")] {
            let pair = try maker.issue(for: ["localhost"], from: from, days: days)
            try CertificateMaker.write(pair.certificate, to: server.folder + "/e.pem", mode: 0o600)
            try CertificateMaker.write(pair.key, to: server.folder + "/e.key", mode: 0o600)
            let context = try TLSContext(certificateFile: server.folder + "/e.pem", keyFile: server.folder + "/e.key")
            #expect(word.isEmpty ? context.warnings.isEmpty : context.warnings.first?.contains(word) == true)
        }
    }

    @Test func aClientCertificateIsOptionalVerifiedAndShown() throws {
        let server = try TestServer(clientCA: true)
        #expect(try server.client().get("/certificate").text == "0")
        // `server.pem` comes from the same authority but is for servers; only one made for clients is accepted.
        let other = try CertificateMaker()
        let pair = try other.issue(for: ["partner"], purpose: .client)
        try CertificateMaker.write(pair.certificate, to: server.folder + "/c.pem", mode: 0o600)
        try CertificateMaker.write(pair.key, to: server.folder + "/c.key", mode: 0o600)
        let stranger = try HTTPClient(
            port: server.server.boundPort, trust: .authority(file: server.authority),
            certificate: (server.folder + "/c.pem", server.folder + "/c.key"))
        #expect(throws: NetworkError.self) { try stranger.get("/certificate") }
        try CertificateMaker.write(other.authority, to: server.folder + "/partners.pem", mode: 0o600)
        let tls = try TLSContext(
            certificateFile: server.folder + "/server.pem", keyFile: server.folder + "/server.key",
            clientCA: server.folder + "/partners.pem")
        let second = HTTPServer(configuration: .init(loops: 1), tls: tls, handler: server.echo)
        try second.start()
        defer { second.stop() }
        let partner = try HTTPClient(
            port: second.boundPort, trust: .authority(file: server.authority),
            certificate: (server.folder + "/c.pem", server.folder + "/c.key"))
        let size = try #require(Int(try partner.get("/certificate").text))
        #expect(size > 200)
    }

    @Test func onlyHTTPOneIsSpoken() throws {
        let server = try TestServer()
        let client = try HTTPClient(port: server.server.boundPort, trust: .authority(file: server.authority), protocols: ["h2"])
        #expect(throws: NetworkError.self) { try client.get("/") }
        let silent = try HTTPClient(port: server.server.boundPort, trust: .authority(file: server.authority), protocols: [])
        #expect(try silent.get("/").status == 200)
    }

    @Test func anotherAuthorityIsNotTrusted() throws {
        let server = try TestServer()
        try CertificateMaker.write(try CertificateMaker().authority, to: server.folder + "/wrong.pem", mode: 0o600)
        let client = try HTTPClient(port: server.server.boundPort, trust: .authority(file: server.folder + "/wrong.pem"))
        #expect(throws: NetworkError.self) { try client.get("/") }
    }
}
