import Crypto
import Messages
import Vocabulary

/// Marks by which a browser shows that an account has signed in from it before: `nonce 12 ‖ day 4 ‖ HMAC-SHA-256`, base64url.
///
/// A mark opens nothing; it only gives the browser its own budget of failures. The cookie holds at most four, newest first, since several
/// people share the computer of a window.
/// - Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
struct KnownBrowser: Sendable {
    let secret: [UInt8]

    static let days: Int64 = 180
    private static let most = 4
    private static let length = 64

    /// The nonce of the mark that is this account's, `nil` without one that is still good.
    func nonce(in cookie: String?, of account: MessageID, now: Timestamp) -> [UInt8]? {
        for mark in Self.marks(cookie) {
            guard let bytes = Base64.decodeURL(mark), bytes.count == 48 else { continue }
            let head = Array(bytes[..<16])
            guard Secrets.areEqual(mac(head, account), Array(bytes[16...])) else { continue }
            let day = head[12...].reduce(Int64(0)) { $0 << 8 | Int64($1) }
            let age = Self.day(now) - day
            if (0..<Self.days).contains(age) { return Array(head[..<12]) }
        }
        return nil
    }

    /// The cookie after the account has signed in: a fresh mark in front, those of other accounts behind.
    func cookie(_ old: String?, adding account: MessageID, now: Timestamp) -> String {
        let day = Self.day(now)
        let head = Secrets.random(12) + (0..<4).map { UInt8(truncatingIfNeeded: day >> (24 - 8 * Int64($0))) }
        let fresh = Base64.encodeURL(head + mac(head, account))
        let others = Self.marks(old).filter { nonce(in: String($0), of: account, now: now) == nil }
        return ([fresh] + others.prefix(Self.most - 1).map(String.init)).joined(separator: ".")
    }

    private func mac(_ head: [UInt8], _ account: MessageID) -> [UInt8] {
        Digest.sha256.mac(key: secret, Array("browser/\(account)/".utf8) + head)
    }

    private static func marks(_ cookie: String?) -> [Substring] {
        (cookie ?? "").split(separator: ".").filter { $0.utf8.count == length }.prefix(most).map { $0 }
    }

    private static func day(_ now: Timestamp) -> Int64 { now.milliseconds / 86_400_000 }
}
