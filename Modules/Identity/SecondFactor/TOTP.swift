import Crypto
import Vocabulary

/// Time-based one-time passwords: RFC 6238 over HMAC-SHA-1, steps of 30 seconds, six digits; what every authenticator app computes.
struct TOTP: Sendable {
    static let period: Int64 = 30
    static let digits = 6
    /// Steps before and after the present one that are taken: clocks differ, people type slowly (RFC 6238 §5.2).
    static let window: Int64 = 1
    static let secretLength = 20

    let secret: [UInt8]

    static func step(at now: Timestamp) -> Int64 { now.milliseconds / 1000 / period }

    /// The code of a step; RFC 4226 §5.3.
    func code(step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        let mac = Digest.sha1.mac(key: secret, counter)
        let offset = Int(mac[19] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The step whose code was given, when it lies in the window and after the last one used; each code works once.
    func step(matching code: String, at now: Timestamp, after last: Int64) -> Int64? {
        let given = Array(code.utf8)
        let present = Self.step(at: now)
        var found: Int64?
        // All are compared, so that the time tells nothing.
        for step in present - Self.window...present + Self.window
        where Secrets.areEqual(Array(self.code(step: step).utf8), given) && step > last {
            found = step
        }
        return found
    }

    /// What authenticator apps read from the picture; Google Authenticator's Key URI format.
    static func link(secret: [UInt8], issuer: String, login: String) -> String {
        // Algorithm, digits and period are the format's defaults; the name stands once and is cut, so that the picture stays coarse.
        "otpauth://totp/\(encode(login))?secret=\(Base32.encode(secret))&issuer=\(encode(String(issuer.prefix(16))))"
    }

    /// Percent-encoding of everything but RFC 3986's unreserved characters.
    private static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            default: bytes += [37, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Codes for the day the telephone is lost: ten, each of 80 bits, each good once, kept as keyed hashes only.
enum RecoveryCode {
    static let count = 10

    /// `ABCD-EFGH-IJKL-MNOP`, base32 letters.
    static func make() -> String {
        let text = Array(Base32.encode(Secrets.random(10)))
        return stride(from: 0, to: 16, by: 4).map { String(text[$0..<$0 + 4]) }.joined(separator: "-")
    }

    /// The code as it is hashed: without hyphens and blanks, in capitals; `nil` when it has another shape.
    static func folded(_ text: String) -> String? {
        let letters = text.uppercased().filter { $0 != "-" && !$0.isWhitespace }
        return letters.utf8.count == 16 && Base32.decode(letters) != nil ? letters : nil
    }
}

/// Who must have a second factor, and what apps show.
/// - Source: GB/T 22239-2019 8.1.4.1 d (two factors, level 3).
public struct SecondFactorRule: Sendable, Hashable {
    /// Holders of one of these get to nothing else until they have enrolled.
    public var requiredRoles: [String]
    /// The platform's name in the app; the first 16 characters count.
    public var issuer = "枢纽平台"

    public init(requiredRoles: [String] = ["system-administrator", "security-administrator", "audit-administrator"]) {
        self.requiredRoles = requiredRoles
    }
}
