import Crypto
import Messages
import Synchronization
public import Vocabulary

/// The secret that, with a number, shows how a matter stands without an account (查询码). It is shown once and kept as a keyed digest.
///
/// Twelve of 31 characters that are not mistaken for each other, in three groups: `K7QP-3M9X-W2RT`; 59 bits.
public struct LookupCode: Hashable, Sendable, CustomStringConvertible {
    /// Without 0, 1, I, L and O.
    private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTUVWXYZ".utf8)

    public let description: String

    /// A new one, from the system's random generator.
    public static func random() -> LookupCode {
        LookupCode((0..<12).map { _ in alphabet[Secrets.random(below: alphabet.count)] })
    }

    /// What somebody typed: small letters, spaces and hyphens do not matter; `nil` for what cannot be a code.
    public init?(_ text: String) {
        let typed = text.utf8.compactMap { byte -> UInt8? in
            if byte == 32 || byte == 45 { return nil }
            return (97...122).contains(byte) ? byte - 32 : byte
        }
        guard typed.count == 12, typed.allSatisfy(Self.alphabet.contains) else { return nil }
        self.init(typed)
    }

    private init(_ characters: [UInt8]) {
        let groups = stride(from: 0, to: 12, by: 4).map { String(decoding: characters[$0..<$0 + 4], as: UTF8.self) }
        description = groups.joined(separator: "-")
    }

    /// What is stored, in hexadecimal: HMAC-SHA-256 under the code, of what it is for. Whoever registers a matter draws the code, shows
    /// it and sends only this, so that the code itself is never in a message, a reply or a log.
    public func digest(for purpose: String) -> String { Digest.sha256.mac(key: Array(description.utf8), Array(purpose.utf8)).hexadecimal }

    /// Whether the stored digest is this code's; the time does not tell where they differ.
    public func matches(_ digest: String, for purpose: String) -> Bool { Secrets.areEqual(Array(self.digest(for: purpose).utf8), Array(digest.utf8)) }

    /// Whether a text has the shape of a digest: 64 small hexadecimal digits.
    public static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

/// Slows guessing at secret codes: so many wrong ones for a number, so many in all, then it waits. Kept in memory, bounded.
public final class GuessBudget: Sendable {
    private let perKey: Int
    private let overall: Int
    private let window: Int64
    private let state = Mutex(State())

    private struct State {
        var began = Timestamp(milliseconds: 0)
        var total = 0
        var keys: [String: Int] = [:]
    }

    private static let remembered = 20_000

    /// - Parameters:
    ///   - perKey: wrong codes for one number within the window.
    ///   - overall: wrong codes in all within the window.
    public init(perKey: Int = 10, overall: Int = 1000, window: Duration = .seconds(600)) {
        self.perKey = perKey
        self.overall = overall
        self.window = window.components.seconds * 1000
    }

    /// Refuses while the budget is used up.
    ///
    /// - Throws: a `Refusal` (429) that says when to come again.
    public func check(_ key: String, at now: Timestamp, refusal code: String) throws {
        let wait = state.withLock { state -> Int64? in
            refresh(&state, now)
            guard state.total >= overall || state.keys[key, default: 0] >= perKey else { return nil }
            return max(state.began.milliseconds + window - now.milliseconds, 1000)
        }
        guard let wait else { return }
        let minutes = (wait + 59_999) / 60_000
        throw Refusal(
            code, status: 429, message: "查询码输错次数过多，请 \(minutes) 分钟后再试，或拨打96871由坐席核实身份后查询。",
            log: "too many wrong look-up codes", retryAfter: .milliseconds(wait))
    }

    /// Whether what was typed opens what is kept under this digest; a wrong one is counted.
    ///
    /// - Parameter digest: `nil` where there is no such number: then every code is wrong, and the answer tells nobody which of both it was.
    /// - Throws: as `check`.
    public func opens(_ typed: String, _ digest: String?, for purpose: String, of key: String, at now: Timestamp, refusal code: String) throws -> Bool {
        try check(key, at: now, refusal: code)
        if let digest, LookupCode(typed)?.matches(digest, for: purpose) == true { return true }
        note(key, at: now)
        return false
    }

    /// A wrong code was given.
    public func note(_ key: String, at now: Timestamp) {
        state.withLock { state in
            refresh(&state, now)
            state.total += 1
            if state.keys.count < Self.remembered || state.keys[key] != nil { state.keys[key, default: 0] += 1 }
        }
    }

    private func refresh(_ state: inout State, _ now: Timestamp) {
        if now.milliseconds - state.began.milliseconds >= window || now < state.began { state = State(began: now) }
    }
}
