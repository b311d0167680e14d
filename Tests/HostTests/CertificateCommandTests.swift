import Crypto
import Testing

@testable import Host

@Suite("shuniu ca")
struct CertificateCommandTests {
    private static func pem(_ place: Workplace, _ path: String) -> [UInt8] { Array(place.text(path).utf8) }

    @Test("An authority is founded once, its key private, its list empty and signed")
    func founding() async throws {
        let place = Workplace()
        let first = await place.run("ca init --data \(place.data) --name 演示根证书")
        #expect(first.code == 0, "\(first.error)")
        let authority = try Certificate(pem: Self.pem(place, "data/_ca/ca.pem"))
        #expect(authority.commonName == "演示根证书")
        #expect(PrivateFile.mode(place.data + "/_ca/ca.key") == 0o600)
        let list = try RevocationList(pem: Self.pem(place, "data/_ca/crl.pem"))
        #expect(list.isIssued(by: authority) && list.serials.isEmpty)
        let second = await place.run("ca init --data \(place.data)")
        #expect(second.code == 1 && second.error.contains("已有根证书"))
        #expect(try Certificate(pem: Self.pem(place, "data/_ca/ca.pem")).serial == authority.serial)
    }

    @Test("What is issued is in the register; what is revoked is in the list at once, and only once")
    func issuingAndRevoking() async throws {
        let place = Workplace()
        _ = await place.run("ca init --data \(place.data)")
        let issued = await place.run(
            "ca issue --data \(place.data) --name 演示税务 --organisation 91430100MA00000000 --out \(place.folder)/tax")
        #expect(issued.code == 0, "\(issued.error)")
        #expect(PrivateFile.mode(place.folder + "/tax.key") == 0o600)
        let certificate = try Certificate(pem: Self.pem(place, "tax.pem"))
        #expect(certificate.isIssued(by: try Certificate(pem: Self.pem(place, "data/_ca/ca.pem"))))
        #expect(await place.run("ca list --data \(place.data)").output.contains(certificate.serial))
        let inNewFolder = await place.run("ca issue --data \(place.data) --server --name localhost --host localhost --out \(place.data)/_tls/server")
        #expect(inNewFolder.code == 0, "\(inNewFolder.error)")
        #expect(PrivateFile.mode(place.data + "/_tls") == 0o700 && PrivateFile.mode(place.data + "/_tls/server.key") == 0o600)
        let again = await place.run("ca issue --data \(place.data) --name x --out \(place.folder)/tax")
        #expect(again.code == 1 && again.error.contains("已存在"))
        let revoked = await place.run("ca revoke --data \(place.data) --serial \(certificate.serial.lowercased()) --reason key-compromise")
        #expect(revoked.code == 0, "\(revoked.error)")
        #expect(try RevocationList(pem: Self.pem(place, "data/_ca/crl.pem")).serials == [certificate.serial])
        #expect(await place.run("ca list --data \(place.data)").output.contains("已吊销"))
        #expect(await place.run("ca revoke --data \(place.data) --serial \(certificate.serial)").error.contains("无需再次吊销"))
        #expect(await place.run("ca crl --data \(place.data) --days 7").code == 0)
        #expect(try RevocationList(pem: Self.pem(place, "data/_ca/crl.pem")).serials == [certificate.serial], "a new list forgets nobody")
    }

    @Test("Wrong orders are refused with what to do", arguments: [
        ("ca issue --name x --out /tmp/never", "请先运行 shuniu ca init", 1),
        ("ca list", "请先运行 shuniu ca init", 1),
        ("ca revoke --serial 00", "请先运行 shuniu ca init", 1),
        ("ca revoke --serial 00 --reason wrong", "没有原因", 2),
        ("ca issue --name x --server --out /tmp/never", "须给出 --host", 2),
    ])
    func refusals(line: String, sentence: String, code: Int32) async {
        let place = Workplace()
        let result = await place.run("\(line) --data \(place.data)")
        #expect(result.code == code)
        #expect(result.error.contains(sentence))
    }

    @Test("Nothing outlives its authority, and bad names are refused")
    func bounds() async throws {
        let place = Workplace()
        _ = await place.run("ca init --data \(place.data) --days 30")
        #expect(await place.run("ca issue --data \(place.data) --name x --out \(place.folder)/x").error.contains("超过根证书剩余"))
        #expect(await place.run("ca issue --data \(place.data) --name x --days 10 --host a,b --out \(place.folder)/x").code == 1)
        #expect(await place.run("ca list --data \(place.data)").output.contains("x") == false)
        #expect(!place.exists("x.key"))
    }
}
