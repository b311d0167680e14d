import Crypto
import Testing

@Suite("证书与内部根证书")
struct CertificateTests {
    static let now: Int64 = 1_767_225_600

    static func authority() throws -> CertificateAuthority {
        try CertificateAuthority.create("演示根证书", .days(3650, now: now)).authority
    }

    @Test("What is issued says what was asked, and who issued it")
    func issuing() throws {
        let authority = try Self.authority()
        let (certificate, key) = try authority.issue(
            .init("partner.example", organisation: "91430100MA00000000", hosts: ["partner.example", "*.partner.example", "::1"]),
            .client, .days(397, now: Self.now))
        #expect(certificate.commonName == "partner.example")
        #expect(certificate.subject == "O=91430100MA00000000,CN=partner.example")
        #expect(certificate.issuer == "CN=演示根证书")
        #expect(certificate.hosts == ["partner.example", "*.partner.example", "::1"])
        #expect(certificate.validFrom == Self.now - 86_400)
        #expect(certificate.validUntil == Self.now + 397 * 86_400)
        #expect(certificate.serial.count == 32)
        #expect(!certificate.isAuthority && authority.certificate.isAuthority)
        #expect(certificate.isIssued(by: authority.certificate))
        #expect(try !certificate.isIssued(by: Self.authority().certificate), "the same name with another key is another")
        #expect(certificate.thumbprint == Digest.sha256.of(certificate.der))
        #expect(key.algorithm == .es256)
    }

    @Test("PEM and DER give the same certificate; bytes behind it are refused")
    func forms() throws {
        let certificate = try Self.authority().certificate
        #expect(try Certificate(pem: certificate.pem).der == certificate.der)
        #expect(try Certificate(der: certificate.der).serial == certificate.serial)
        #expect(throws: CryptoError.self) { try Certificate(der: certificate.der + [0]) }
        #expect(throws: CryptoError.self) { try Certificate(pem: Array("nothing".utf8)) }
        #expect(try Certificate.all(pem: certificate.pem + certificate.pem).count == 2)
    }

    @Test("An authority wants its own key and a certificate that may sign")
    func wrongKey() throws {
        let (first, key) = try CertificateAuthority.create("one", .days(10, now: Self.now))
        let other = try Self.authority()
        #expect(throws: CryptoError.self) { try CertificateAuthority(certificate: other.certificate, key: key) }
        let (leaf, leafKey) = try first.issue(.init("x"), .client, .days(1, now: Self.now))
        #expect(throws: CryptoError.self) { try CertificateAuthority(certificate: leaf, key: leafKey) }
        #expect(try CertificateAuthority(certificate: first.certificate, key: SigningKey(pem: key.pem)).certificate.serial == first.certificate.serial)
    }

    @Test("Names that would smuggle another entry in are refused", arguments: [
        "a,URI:x", "a b", "-a.example", "a..b", "*", "a*.example", "DNS:x", "例.中国", "",
    ])
    func badHosts(host: String) throws {
        let authority = try Self.authority()
        #expect(throws: CryptoError.self) { try authority.issue(.init("x", hosts: [host]), .server, .days(1, now: Self.now)) }
    }

    @Test("A server needs a host; a name has 1 to 64 characters; a span has a length")
    func badSubjects() throws {
        let authority = try Self.authority()
        #expect(throws: CryptoError.self) { try authority.issue(.init("x"), .server, .days(1, now: Self.now)) }
        #expect(throws: CryptoError.self) { try authority.issue(.init(""), .client, .days(1, now: Self.now)) }
        #expect(throws: CryptoError.self) { try authority.issue(.init(String(repeating: "a", count: 65)), .client, .days(1, now: Self.now)) }
        #expect(throws: CryptoError.self) { try authority.issue(.init("x"), .client, .init(from: 5, until: 5)) }
        #expect(throws: CryptoError.self) { try authority.issue(request: Array("no".utf8), .init("x"), .client, .days(1, now: Self.now)) }
    }

    @Test("A revocation list holds the serials, is dated, and is its authority's")
    func revocation() throws {
        let authority = try Self.authority()
        let bad = try authority.issue(.init("bad"), .client, .days(10, now: Self.now)).certificate
        let list = try authority.revocationList(
            [.init(serial: bad.serial, at: Self.now, reason: .keyCompromise), .init(serial: "0A", at: Self.now)], number: 7,
            .init(from: Self.now, until: Self.now + 86_400))
        let read = try RevocationList(pem: list.pem)
        #expect(read.serials == [bad.serial, "0A"])
        #expect(read.madeAt == Self.now)
        #expect(read.validUntil == Self.now + 86_400)
        #expect(read.issuer == "CN=演示根证书")
        #expect(read.isIssued(by: authority.certificate))
        #expect(try !read.isIssued(by: Self.authority().certificate))
        #expect(throws: CryptoError.self) {
            try authority.revocationList([.init(serial: "xyz", at: 0)], number: 1, .days(1, now: Self.now))
        }
    }
}
