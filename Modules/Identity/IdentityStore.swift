import Crypto
public import Messages
public import Store
import Synchronization
public import Vocabulary

/// Who may come in at one site: accounts, roles, organisations and sessions in `data/<site>/_identity.sqlite`.
///
/// A request with a session is answered from memory. Whatever changes goes through the file's writer lane, in one transaction with its
/// line in the hash-chained audit log.
///
/// - Sign-in: `signIn`, `confirmSignIn`, `changePassword`
/// - Sessions: `actor(forSession:)`, `signOut`, `sessions(of:)`, `endSession`, `endSessions`
/// - Second factor: `secondFactor(of:)`, `beginEnrolment`, `confirmEnrolment`, `makeRecoveryCodes`, `removeSecondFactor`, `resetSecondFactor`
/// - Forms: `isValidCSRF`, `visitor()`
/// - Accounts: `addAccount`, `changeAccount`, `setDisabled`, `resetPassword`, `grant`, `revoke`, `account`, `accounts`
/// - Organisations: `record`, `organisation`, `organisations`
/// - Temporary roles: `requestEmergency`, `decideEmergency`, `endEmergency`, `emergencies`, `housekeep`
/// - Audit, for its administrator only: `auditTrail`, `exportAudit`, `verifyAudit`
/// - Partners: `addPartner`, `recordContract`, `rotateSecret`, `suspendPartner` …; `issueToken`, `partner(token:…)`; `giveConsent`, `checkConsent`
public final class IdentityStore: Sendable {
    /// The figures by which a site decides; each has the default that assessors expect.
    public struct Rules: Sendable, Hashable {
        public var password = PasswordRule()
        public var throttle = ThrottleRule()
        public var session = SessionRule()
        public var secondFactor = SecondFactorRule()
        public var emergency = EmergencyRule()
        public var audit = AuditRule()
        public var roles: [RoleRule] = RoleRule.standard
        public var partner = PartnerRule()
        public var signUp = SignUpRule()

        public init() {}
    }

    /// What `StoreFile` is to be made with for this module.
    public static let migrations: [Migration] = IdentityMigrations.all
    /// The file's name inside a site's folder.
    public static let fileName = "_identity.sqlite"

    let file: StoreFile
    let region: RegionCode?
    let rules: Rules
    let clock: TimeSource
    let ids: IDSource
    let workers: PasswordWorkers
    let csrf: CSRF
    let dummy: PasswordHash
    let cache: Mutex<SessionCache>
    let throttle: Mutex<Throttle>
    /// Sign-ups by address.
    let signUps: Mutex<Throttle>
    let challenges = Mutex(Challenges())
    let browsers: KnownBrowser
    /// Seals one-time-password secrets.
    let sealKey: [UInt8]
    /// Hashes recovery codes.
    let recoveryKey: [UInt8]
    /// Seals the keys that sign access tokens.
    let tokenSealKey: [UInt8]
    let partners = PartnerMemory()
    /// When the next temporary role ends by itself, milliseconds since 1970; 0: it must be looked.
    let nextEnd = Atomic<Int64>(0)

    /// Opens a site's identity on its file: makes the site's secret where there is none, takes up waits of before, sweeps ended sessions.
    /// - Parameters:
    ///   - key: the site's key; always the same one for one file.
    ///   - region: the site's division; grants lie inside it.
    /// - Throws: `identity.site-key` (500) when the file was sealed with another key.
    public static func open(
        file: StoreFile, key: SiteKey, region: RegionCode?, rules: Rules = Rules(), clock: TimeSource, ids: IDSource,
        workers: PasswordWorkers
    ) async throws -> IdentityStore {
        let now = clock.now
        let fresh = Secrets.random(32)
        let mark = key.key(for: "mark")
        let session = rules.session
        // Not synced by itself: what it writes is made again after a power cut, since nothing was sealed or said under it yet.
        let (secret, waits) = try file.prepare { writer in
            try writer.run("INSERT INTO secret(name, bytes) VALUES('site', ?) ON CONFLICT DO NOTHING", fresh)
            try writer.run("INSERT INTO secret(name, bytes) VALUES('key-mark', ?) ON CONFLICT DO NOTHING", mark)
            let sealedWith: [UInt8] = try writer.value("SELECT bytes FROM secret WHERE name = 'key-mark'") ?? mark
            guard sealedWith == mark else {
                throw SiteKey.problem(SiteKey.fileName, "与账号库不匹配。请从同一份备份取回该文件，或恢复原文件。")
            }
            try writer.run(
                "DELETE FROM session WHERE seen_at <= ? OR started_at <= ?",
                now.advanced(by: .zero - session.idle).milliseconds,
                now.advanced(by: .zero - session.absolute).milliseconds)
            let secret: [UInt8] = try writer.value("SELECT bytes FROM secret WHERE name = 'site'") ?? fresh
            return (secret, try storedThrottle(writer))
        }
        // Nobody's password: a random digest costs a check the same work, and opening a hundred sites no scrypt at all.
        let dummy = PasswordHash(cost: workers.cost, salt: Secrets.random(16), digest: Secrets.random(32))
        let store = IdentityStore(
            file: file, key: key, region: region, rules: rules, clock: clock, ids: ids, workers: workers, secret: secret,
            dummy: dummy)
        store.throttle.withLock { throttle in
            for wait in waits { throttle.restore(wait.key, wait.counter) }
        }
        // Each key is hashed with what it counts, so that nobody finds another one's.
        store.signUps.withLock { throttle in
            for wait in waits where wait.key.kind == .address { throttle.restore(wait.key, wait.counter) }
        }
        // On the connection that is open already: a hundred sites at rest need no second one.
        try store.partners.refresh { try file.prepare { try store.directory(in: $0) } }
        return store
    }

    private init(
        file: StoreFile, key: SiteKey, region: RegionCode?, rules: Rules, clock: TimeSource, ids: IDSource, workers: PasswordWorkers,
        secret: [UInt8], dummy: PasswordHash
    ) {
        self.file = file
        self.region = region
        self.rules = rules
        self.clock = clock
        self.ids = ids
        self.workers = workers
        self.dummy = dummy
        csrf = CSRF(secret: secret)
        cache = Mutex(SessionCache(rule: rules.session))
        throttle = Mutex(Throttle(rule: rules.throttle))
        signUps = Mutex(Throttle(rule: rules.signUp.throttle))
        browsers = KnownBrowser(secret: secret)
        sealKey = key.key(for: "second-factor")
        recoveryKey = key.key(for: "recovery-code")
        tokenSealKey = key.key(for: "token-key")
    }

    // MARK: - Forms

    /// Whether a form of this session carries the right `_csrf`.
    public func isValidCSRF(_ token: String, session: Session) -> Bool { csrf.isValid(token, for: session.csrfToken) }

    /// Whether a form of a browser that is not signed in carries the token that belongs to its `CookieName.visitor` cookie.
    public func isValidCSRF(_ token: String, visitor cookie: String) -> Bool {
        csrf.isValid(token, for: csrf.token(visitor: cookie))
    }

    /// A new visitor cookie and the `_csrf` of the forms shown with it.
    public func visitor() -> (cookie: String, csrfToken: String) {
        let cookie = Base64.encodeURL(Secrets.random(32))
        return (cookie, csrf.token(visitor: cookie))
    }

    /// The `_csrf` for a visitor cookie that the browser already has.
    public func csrfToken(visitor cookie: String) -> String { csrf.token(visitor: cookie) }

    /// The figures in force.
    public var policy: Rules { rules }

    /// The roles that may be granted at this site, with their titles and scopes.
    public var roles: [RoleRule] { rules.roles }

    /// What a new password must be, in one sentence for forms.
    public var passwordHint: String {
        let rule = rules.password
        return "至少 \(rule.length) 位，含大写字母、小写字母、数字、符号中的 \(rule.kinds) 类，不含账号名"
            + (rule.history > 0 ? "，不与最近 \(rule.history) 个密码相同。" : "。")
    }

    // MARK: - Audit

    /// Lines of the audit log after a sequence number, oldest first, with the log's own time and actor; for this module's tests.
    func audit(after seq: Int64 = 0, limit: Int) throws -> [(
        seq: Int64, time: Timestamp, actor: Actor, record: AuditRecord
    )] {
        try file.read { snapshot in
            try snapshot.log(after: seq, limit: limit).map { entry in
                (entry.seq, entry.time, entry.actor, try JSON.decode(AuditRecord.self, from: entry.payload))
            }
        }
    }

    /// Checks the audit log's hash chain from its first line.
    func verifyAudit() throws -> LogVerdict { try file.verifyLog() }

    /// Appends an audit line in the running transaction.
    func append(_ record: AuditRecord, by actor: Actor, at now: Timestamp, to writer: StoreWriter) throws {
        let id = ids.next()
        var who = actor
        who.grants = []
        // By identifier: the name is looked up when the line is shown, and can be corrected in one place.
        if who.kind == .person { who.name = who.id }
        var record = record
        if record.account != nil { record.login = nil }
        try writer.append(
            LogDraft(
                id: id, type: record.event.wireName, subject: record.subject, time: now, actor: who, correlation: id,
                payload: try JSON.encode(record)))
    }
}
