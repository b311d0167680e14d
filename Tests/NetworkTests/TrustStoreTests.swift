import Foundation
import TestKit
import Testing

@testable import Network

@Suite("Authorities that clients share")
struct TrustStoreTests {
    @Test("clients that believe the same share one store, by content and not by path; another content, or a file without certificates, is another matter")
    func shared() throws {
        let server = try TestServer()
        let own = server.folder + "/one.pem", copy = server.folder + "/two.pem"
        let authority = try CertificateMaker().authority
        for path in [own, copy] { try CertificateMaker.write(authority, to: path, mode: 0o600) }
        let first = try TrustStore.shared(also: own)
        #expect(try TrustStore.shared(also: copy) === first)
        #expect(try TrustStore.shared(also: nil) !== first)
        try CertificateMaker.write(CertificateMaker().authority, to: copy, mode: 0o600)
        #expect(try TrustStore.shared(also: copy) !== first && TrustStore.shared(also: own) === first)
        try CertificateMaker.write(Array("nonsense".utf8), to: copy, mode: 0o600)
        #expect(throws: NetworkError.self) { try TrustStore.shared(also: copy) }
        #expect(throws: NetworkError.self) { try TrustStore.shared(also: server.folder + "/none.pem") }
    }
}
