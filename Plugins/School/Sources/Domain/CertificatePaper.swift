import Crypto
import SchoolContracts
import Vocabulary

/// A certificate as a text that anybody can read and check with `openssl`: named lines, then a line with the signature over all before it.
///
/// ```
/// 枢纽培训证书 1
/// 编号：Z2026-000001
/// 姓名：…
/// …
/// 签发密钥：0123456789abcdef0123456789abcdef
/// 签名：MEUCIQ…
/// ```
///
/// UTF-8, lines end with a line feed; the signature is ES256 (ECDSA over P-256 with SHA-256) in DER, base 64.
struct CertificatePaper {
    /// Everything that is signed, with the last line feed.
    var statement: String
    var number: CertificateNumber
    /// Of the key that is said to have signed it.
    var keyID: String
    var signature: [UInt8]

    private static let form = "枢纽培训证书 1"
    private static let seal = "签名："

    /// What stands in the signed lines.
    struct Content {
        var number: CertificateNumber
        var name: String
        var enterprise: EnterpriseName
        var title: String
        var hours: Int
        var startsOn: Day
        var endsOn: Day
        var attended: Int
        var sessions: Int
        var issuer: String
        var issuedOn: Day

        func statement(keyID: String) -> String {
            let lines = [
                form, "编号：\(number)", "姓名：\(name)", "单位：\(enterprise.name)", "统一社会信用代码：\(enterprise.creditCode)",
                "培训：\(title)", "学时：\(hours)",
                "时间：\(startsOn) 至 \(endsOn)", "出勤：\(attended)/\(sessions)", "发证单位：\(issuer)", "发证日期：\(issuedOn)",
                "签发密钥：\(keyID)",
            ]
            // No value may look like another line.
            return lines.map { line in
                String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 ? " " : $0 })) + "\n"
            }.joined()
        }
    }

    static func text(_ statement: String, _ signature: [UInt8]) -> String {
        "\(statement)\(seal)\(Base64.encodePadded(signature))\n"
    }

    /// - Parameter text: as it was handed out; line ends of Windows and white space after the signature do not matter.
    /// - Returns: `nil` for a text that is no certificate.
    init?(_ text: String) {
        let plain = text.replacing("\r\n", with: "\n")
        guard let start = plain.range(of: "\n\(Self.seal)", last: true) else { return nil }
        statement = String(plain[..<plain.index(after: start.lowerBound)])
        guard let signature = Base64.decodePadded(plain[start.upperBound...].trimmed),
            statement.hasPrefix(Self.form + "\n"),
            let number = Self.value("编号", in: statement).flatMap({ CertificateNumber($0) }),
            let keyID = Self.value("签发密钥", in: statement)
        else { return nil }
        self.number = number
        self.keyID = keyID
        self.signature = signature
    }

    private static func value(_ name: String, in statement: String) -> String? {
        statement.split(separator: "\n").first { $0.hasPrefix("\(name)：") }.map { String($0.dropFirst(name.count + 1)) }
    }
}

extension String {
    /// The last place where the text stands.
    fileprivate func range(of text: String, last: Bool) -> Range<String.Index>? { ranges(of: text).last }
}

extension VerifyingKey {
    /// First 32 hexadecimal digits of SHA-256 over the key in DER (SubjectPublicKeyInfo).
    var identifier: String {
        let body = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-----") }
            .joined()
        return String(Digest.sha256.of(Base64.decodePadded(body) ?? []).hexadecimal.prefix(32))
    }
}
