import Crypto
import Foundation
import TestKit
import Testing

@testable import Network

/// A folder of files for certificates, gone with the value.
final class CertificateFolder {
    let path = "/tmp/network-tests-\(UUID().uuidString)"
    let maker: CertificateAuthority
    let key: SigningKey
    let now = Int64(Date().timeIntervalSince1970)

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        (maker, key) = try CertificateAuthority.create("Test CA", .days(30, now: Int64(Date().timeIntervalSince1970)))
        try write("ca.pem", maker.certificate.pem)
        try write("ca.key", key.pem)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ bytes: [UInt8]) throws { try CertificateMaker.write(bytes, to: file(name), mode: 0o600) }

    /// `name.pem` (with the authority behind it) and `name.key`.
    @discardableResult
    func issue(_ name: String, _ purpose: CertificateAuthority.Purpose = .server, hosts: [String] = ["localhost", "127.0.0.1"]) throws -> Certificate {
        let (certificate, key) = try maker.issue(.init(name, hosts: hosts), purpose, .days(10, now: now))
        try write(name + ".pem", certificate.pem + maker.certificate.pem)
        try write(name + ".key", key.pem)
        return certificate
    }

    /// The same with an RSA key, made by `openssl`.
    func issueRSA(_ name: String) throws {
        try run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", file(name + ".key"), "-subj", "/CN=x", "-out", file("r.csr"))
        let request = Array(try Data(contentsOf: URL(filePath: file("r.csr"))))
        let certificate = try maker.issue(request: request, .init(name, hosts: ["localhost", "127.0.0.1"]), .server, .days(10, now: now))
        try write(name + ".pem", certificate.pem)
    }

    func revoke(_ certificates: [Certificate]) throws {
        let list = try maker.revocationList(
            certificates.map { Revocation(serial: $0.serial, at: now) }, number: now, .days(5, now: now))
        try write("crl.pem", list.pem)
    }

    @discardableResult
    func run(_ words: String..., input: String = "") throws -> String {
        let outcome = try TestProgram.runAndWait(words, input: Array(input.utf8))
        return outcome.output + outcome.error
    }

    func pair(_ name: String, hosts: [String] = [], ocsp: String? = nil) -> TLSSettings.Pair {
        .init(hosts: hosts, certificateFile: file(name + ".pem"), keyFile: file(name + ".key"), ocspFile: ocsp.map(file))
    }

    func serve(_ settings: TLSSettings) throws -> (server: HTTPServer, tls: TLSContext) {
        let tls = try TLSContext(settings)
        let server = HTTPServer(configuration: .init(loops: 1), tls: tls, handler: Echo())
        try server.start()
        return (server, tls)
    }

    /// What `openssl s_client` says of a handshake.
    func look(_ port: Int, _ words: String) throws -> String {
        try run("sh", "-c", "openssl s_client -connect 127.0.0.1:\(port) -CAfile \(file("ca.pem")) \(words) </dev/null 2>&1")
    }
}

@Suite("Certificates by host, key, authority and time")
struct CertificateChoiceTests {
    @Test func ecdsaAndRSAStandSideBySideAndTheClientChooses() throws {
        let folder = try CertificateFolder()
        try folder.issue("ec")
        try folder.issueRSA("rsa")
        let (server, _) = try folder.serve(TLSSettings(pairs: [folder.pair("ec"), folder.pair("rsa")]))
        defer { server.stop() }
        let plain = try folder.look(server.boundPort, "")
        #expect(plain.contains("id-ecPublicKey") || plain.contains("CN = ec"))
        let rsa = try folder.look(server.boundPort, "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384")
        #expect(rsa.contains("CN = rsa") && rsa.contains("Verify return code: 0"))
        #expect {
            _ = try TLSContext(TLSSettings(pairs: [folder.pair("ec"), folder.pair("ec")]))
        } throws: { ($0 as? NetworkError)?.code == "network.certificate-twice" }
    }

    @Test func theHostNameChoosesTheCertificate() throws {
        let folder = try CertificateFolder()
        for name in ["first", "city", "wild"] { try folder.issue(name) }
        let (server, _) = try folder.serve(
            TLSSettings(pairs: [
                folder.pair("first"), folder.pair("city", hosts: ["City.example"]), folder.pair("wild", hosts: ["*.example", "*.b.example"]),
            ]))
        defer { server.stop() }
        for (host, name) in [
            ("city.example", "city"), ("other.example", "wild"), ("a.b.example", "wild"), ("a.a.example", "first"), ("example", "first"),
        ] {
            #expect(try folder.look(server.boundPort, "-servername \(host)").contains("subject=CN = \(name)"), "\(host)")
        }
        #expect(try folder.look(server.boundPort, "-noservername").contains("subject=CN = first"))
    }

    @Test func aRevokedClientIsRefusedByNameAlsoOnAnOpenConnectionAndByItsTicket() throws {
        let folder = try CertificateFolder()
        try folder.issue("server")
        let bad = try folder.issue("bad", .client, hosts: [])
        try folder.issue("good", .client, hosts: [])
        try folder.revoke([])
        let settings = TLSSettings(
            pairs: [folder.pair("server")], clientAuthorities: [folder.file("ca.pem")], revocationLists: [folder.file("crl.pem")])
        let (server, tls) = try folder.serve(settings)
        defer { server.stop() }
        func client(_ name: String?) throws -> HTTPClient {
            try HTTPClient(
                port: server.boundPort, trust: .authority(file: folder.file("ca.pem")),
                certificate: name.map { (folder.file($0 + ".pem"), folder.file($0 + ".key")) })
        }
        let open = try client("bad"), other = try client("good"), browser = try client(nil)
        #expect(try open.get("/certificate").text != "0")
        #expect(try other.get("/certificate").text != "0")
        #expect(try browser.get("/certificate").text == "0")
        #expect(!tls.filesChanged)
        try folder.revoke([bad])
        #expect(tls.filesChanged)
        try tls.reload()
        server.dropRefusedPeers()
        #expect(try open.receive().isEmpty, "the open connection is ended")
        #expect(try other.get("/certificate").text != "0")
        #expect(try browser.get("/certificate").text == "0")
        open.disconnect()
        #expect(throws: NetworkError.self, "its ticket does not let it in") { try open.get("/certificate") }
        other.disconnect()
        #expect(try other.get("/certificate").text != "0")
        #expect(other.wasResumed, "who is not revoked resumes")
        let alert = try folder.look(server.boundPort, "-cert \(folder.file("bad.pem")) -key \(folder.file("bad.key")) -tls1_2")
        #expect(alert.contains("alert certificate revoked"))
        #expect(try folder.look(server.boundPort, "").contains("CN = Test CA"), "clients are told whose certificates are accepted")
    }

    @Test func filesThatDoNotBelongTogetherAreNamed() throws {
        let folder = try CertificateFolder(), stranger = try CertificateFolder()
        try folder.issue("server")
        try folder.revoke([])
        try stranger.revoke([])
        func code(_ change: (inout TLSSettings) -> Void) -> String? {
            var settings = TLSSettings(pairs: [folder.pair("server")])
            change(&settings)
            do {
                _ = try TLSContext(settings)
                return nil
            } catch { return (error as? NetworkError)?.code }
        }
        #expect(code { $0.clientAuthorities = [folder.file("server.key")] } == "network.client-ca")
        #expect(code { $0.clientAuthorities = [folder.file("server.pem")] } == "network.client-ca", "a server's certificate is no authority")
        #expect(code { $0.revocationLists = [folder.file("crl.pem")] } == "network.revocation-list")
        #expect(code { $0.clientAuthorities = [folder.file("ca.pem")]; $0.revocationLists = [stranger.file("crl.pem")] } == "network.revocation-list")
        #expect(code {
            $0.clientAuthorities = [folder.file("ca.pem"), stranger.file("ca.pem")]
            $0.revocationLists = [folder.file("crl.pem")]
        } == "network.revocation-list", "an authority without a list would lock its clients out")
        #expect(code { $0.pairs[0].ocspFile = folder.file("ca.pem") } == "network.ocsp")
        #expect(code { $0.pairs = [] } == "network.certificate")
    }

    @Test func anOCSPResponseIsStapledWhileItHoldsAndOnlyForItsCertificate() throws {
        let folder = try CertificateFolder()
        let certificate = try folder.issue("server"), other = try folder.issue("other")
        let index = [certificate, other].map { "V\t991231000000Z\t\t\($0.serial)\tunknown\t/CN=\($0.serial)\n" }.joined()
        try folder.write("index.txt", Array(index.utf8))
        for name in ["server", "other"] {
            try folder.run(
                "openssl", "ocsp", "-index", folder.file("index.txt"), "-rsigner", folder.file("ca.pem"), "-rkey", folder.file("ca.key"),
                "-CA", folder.file("ca.pem"), "-issuer", folder.file("ca.pem"), "-cert", folder.file(name + ".pem"), "-ndays", "3", "-respout",
                folder.file(name + ".ocsp"))
        }
        let (server, tls) = try folder.serve(TLSSettings(pairs: [folder.pair("server", ocsp: "server.ocsp")]))
        defer { server.stop() }
        #expect(try folder.look(server.boundPort, "-status").contains("OCSP Response Status: successful"))
        #expect(tls.terms.map(\.kind).contains(.ocspResponse))
        #expect {
            _ = try TLSContext(TLSSettings(pairs: [folder.pair("server", ocsp: "other.ocsp")]))
        } throws: { ($0 as? NetworkError)?.code == "network.ocsp" }
        let later = folder.now + 4 * 86_400
        let stale = try TLSContext(TLSSettings(pairs: [folder.pair("server", ocsp: "server.ocsp")]), clock: { later })
        #expect(stale.warnings.contains { $0.contains("OCSP") })
    }

    @Test func onlyModernVersionsAndSuitesAreSpokenAndNothingIsRenegotiated() throws {
        let folder = try CertificateFolder()
        try folder.issue("server")
        let (server, _) = try folder.serve(TLSSettings(pairs: [folder.pair("server")]))
        defer { server.stop() }
        let old = try folder.look(server.boundPort, "-tls1_1 -cipher ALL@SECLEVEL=0")
        #expect(old.contains("Cipher is (NONE)") && !old.contains("Cipher is ECDHE"))
        #expect(try folder.look(server.boundPort, "-tls1_2 -cipher AES128-SHA:ECDHE-ECDSA-AES128-SHA").contains("handshake failure"))
        let again = try folder.run(
            "sh", "-c", "(echo R; sleep 0.3) | openssl s_client -connect 127.0.0.1:\(server.boundPort) -tls1_2 2>&1")
        #expect(again.contains("no renegotiation"))
        #expect(again.contains("Compression: NONE"))
    }

    @Test func ticketKeysTurnWithTheClockAndTheOneBeforeStillOpens() {
        let clock = TestSeconds()
        let keys = TicketKeys(life: 3600) { clock.now }
        let first = keys.sealing().name
        clock.now += 3599
        #expect(keys.sealing().name == first)
        clock.now += 1
        let second = keys.sealing().name
        #expect(second != first)
        #expect(keys.opening(first)?.isOld == true)
        #expect(keys.opening(second)?.isOld == false)
        clock.now += 3600
        #expect(keys.opening(first) == nil)
        #expect(keys.opening(second)?.isOld == true)
        clock.now += 7200
        #expect(keys.opening(second) == nil, "after a long rest both are new")
        let third = keys.sealing().name
        clock.now -= 86_400
        #expect(keys.sealing().name != third, "a clock that was set back keeps no key for ever")
    }
}

/// A clock that tests move.
final class TestSeconds: @unchecked Sendable {
    var now: Int64 = 1_700_000_000
}
