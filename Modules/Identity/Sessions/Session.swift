import Crypto
public import Messages
public import Vocabulary

/// One signed-in browser. The token itself is known to that browser only; here stands its SHA-256.
public struct Session: Sendable, Hashable {
    /// SHA-256 of the token; 32 bytes.
    public let id: [UInt8]
    public let account: MessageID
    public let startedAt: Timestamp
    /// The last request's time.
    public internal(set) var seenAt: Timestamp
    /// The hidden field `_csrf` of every form in this session.
    public let csrfToken: String
    /// When set, only the page that changes the password (and signing out) may be used.
    public internal(set) var mustChangePassword: Bool
    /// When set, only the page that sets up the second factor (and those of `mustChangePassword`) may be used.
    public internal(set) var mustEnrol: Bool
    /// Temporary roles in force, shown on every page.
    public internal(set) var emergencies: [EmergencyNote] = []

    /// How a session is named in lists and forms: 16 characters that open nothing.
    static func handle(_ id: [UInt8]) -> String { Base64.encodeURL(Array(id.prefix(12))) }

    /// The session as `SessionSummary.id` names it.
    public var handle: String { Self.handle(id) }
}

/// A running session as its owner sees it in a list.
public struct SessionSummary: Sendable, Hashable, Identifiable {
    public let id: String
    /// Browser and system in a few words; empty where unknown.
    public let device: String
    public let address: String
    public let startedAt: Timestamp
    public let seenAt: Timestamp
}

/// What name and password lead to.
public enum SignInStep: Sendable {
    case done(SignedIn)
    /// A code is wanted; the challenge goes into the cookie `CookieName.challenge(site)`.
    case secondFactor(challenge: String)
}

/// What a sign-in gives: the token for the cookie, shown nowhere else.
public struct SignedIn: Sendable {
    /// 43 characters of base64url; the value of the cookie `CookieName.session(site)`.
    public let token: String
    public let session: Session
    public let actor: Actor
    /// The value of the cookie `CookieName.browser(site)`, kept by the browser for half a year.
    public let browser: String
}

/// How long a session lasts.
/// - Source: GB/T 22239-2019 8.1.4.1 b (time-out logout).
public struct SessionRule: Sendable, Hashable {
    /// Ends after so long without a request.
    public var idle: Duration = .seconds(30 * 60)
    /// Ends so long after sign-in, whatever happens.
    public var absolute: Duration = .seconds(12 * 3600)
    /// How stale the stored time of the last request may be; more often nothing is written.
    public var touch: Duration = .seconds(60)
    /// How many sessions are kept in memory; others are read from the file when they come back.
    public var cached = 10_000

    public init() {}

    func isOver(started: Timestamp, seen: Timestamp, now: Timestamp) -> Bool {
        now >= seen.advanced(by: idle) || now >= started.advanced(by: absolute)
    }
}

/// The cookies of a site. `__Host-` binds them to this host, `Secure` and `Path=/`, so that no neighbour can set them.
public enum CookieName {
    public static func session(_ site: String) -> String { "__Host-shuniu-\(site)" }
    /// Carries the identity of a browser before it signs in, for the CSRF token of the sign-in form.
    public static func visitor(_ site: String) -> String { "__Host-shuniu-\(site)-visitor" }
    /// Tells that accounts have signed in from this browser before; opens nothing.
    public static func browser(_ site: String) -> String { "__Host-shuniu-\(site)-browser" }
    public static let browserSeconds = Int(KnownBrowser.days) * 86_400
    /// Between the two steps of a sign-in.
    public static func challenge(_ site: String) -> String { "__Host-shuniu-\(site)-step" }
    public static let challengeSeconds = 300
}

/// CSRF tokens: HMAC-SHA-256 under the site's secret, so that one site's token says nothing at another.
struct CSRF: Sendable {
    let secret: [UInt8]

    func token(session id: [UInt8]) -> String { token("session", id) }
    func token(visitor cookie: String) -> String { token("visitor", Array(cookie.utf8)) }

    func isValid(_ given: String, for expected: String) -> Bool {
        Secrets.areEqual(Array(given.utf8), Array(expected.utf8))
    }

    private func token(_ kind: String, _ bytes: [UInt8]) -> String {
        Base64.encodeURL(Digest.sha256.mac(key: secret, Array("csrf/\(kind)/".utf8) + bytes))
    }
}
