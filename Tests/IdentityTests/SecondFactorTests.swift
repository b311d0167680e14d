import Crypto
import FoundationEssentials
import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("两步验证")
struct SecondFactorTests {
    private let origin = Origin(address: home)

    /// An account that has enrolled, its session and its secret.
    private func enrolled(_ bench: Bench, _ store: IdentityStore, login: String = "li.hong", grants: [Grant] = []) async throws -> (
        account: Account, signedIn: SignedIn, totp: TOTP, recovery: [String]
    ) {
        let (account, _) = try await store.addAccount(
            NewAccount(login: login, name: "李红", grants: grants, password: good), by: Bench.chief, address: "console")
        let signedIn = try await store.signIn(login: login, password: good, address: home)
        try await store.beginEnrolment(token: signedIn.token, code: nil, from: origin)
        let totp = try waiting(store, signedIn)
        let recovery = try await store.confirmEnrolment(token: signedIn.token, code: now(bench, totp), from: origin)
        bench.pass(.seconds(30))
        return (account, signedIn, totp, recovery)
    }

    /// The secret that waits for its first code.
    private func waiting(_ store: IdentityStore, _ signedIn: SignedIn) throws -> TOTP {
        let enrolment = try #require(try store.enrolment(token: signedIn.token))
        let secret = try #require(Base32.decode(enrolment.secret))
        return TOTP(secret: secret)
    }

    private func now(_ bench: Bench, _ totp: TOTP, offset: Int64 = 0) -> String { totp.code(step: TOTP.step(at: bench.clock.now) + offset) }

    private func challenge(_ store: IdentityStore, _ browser: String? = nil, _ address: String = home) async throws -> String {
        guard case .secondFactor(let challenge) = try await store.signIn(login: "li.hong", password: good, from: Origin(address: address, browser: browser))
        else {
            Issue.record("no second step")
            return ""
        }
        return challenge
    }

    @Test(
        "the codes of RFC 6238, appendix B, last six digits",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"), (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func vectors(seconds: Int64, code: String) {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        #expect(totp.code(step: TOTP.step(at: Timestamp(milliseconds: seconds * 1000))) == code)
    }

    @Test("one step before and after is taken, two are not, and nothing at or before the last one used")
    func window() {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        let now = Timestamp(milliseconds: 1_111_111_109_000)
        let step = TOTP.step(at: now)
        for offset in Int64(-3)...3 {
            let found = totp.step(matching: totp.code(step: step + offset), at: now, after: 0)
            #expect(found == (abs(offset) <= 1 ? step + offset : nil), "\(offset)")
        }
        #expect(totp.step(matching: totp.code(step: step), at: now, after: step) == nil)
        #expect(totp.step(matching: totp.code(step: step + 1), at: now, after: step) == step + 1)
        #expect(totp.step(matching: "", at: now, after: 0) == nil)
    }

    @Test("Base32 of RFC 4648 §10, both ways", arguments: [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")])
    func base32(plain: String, text: String) {
        #expect(Base32.encode(Array(plain.utf8)) == text)
        #expect(Base32.decode(text) == Array(plain.utf8))
        #expect(Base32.decode(text.lowercased()) == Array(plain.utf8))
        #expect(Base32.decode(text + "1") == nil)
    }

    @Test("the link names issuer and account and holds the secret as apps expect it")
    func link() {
        let link = TOTP.link(secret: Array("12345678901234567890".utf8), issuer: "湘 平台", login: "li.hong")
        #expect(
            link
                == "otpauth://totp/li.hong?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%B9%98%20%E5%B9%B3%E5%8F%B0"
        )
    }

    @Test("after enrolment a sign-in needs name, password and a code, and each code works once")
    func twoSteps() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _, totp, recovery) = try await enrolled(bench, store)
        #expect(Set(recovery).count == 10)
        let first = try await challenge(store)
        #expect(store.isOpen(challenge: first))
        let code = now(bench, totp)
        let signedIn = try await store.confirmSignIn(challenge: first, code: code.prefix(3) + " " + code.suffix(3), from: origin)
        #expect(signedIn.actor.id == account.id.description)
        #expect(!store.isOpen(challenge: first))
        #expect(await refusal { try await store.confirmSignIn(challenge: first, code: code, from: origin) }?.code == "identity.challenge-over")
        let second = try await challenge(store)
        #expect(await refusal { try await store.confirmSignIn(challenge: second, code: code, from: origin) }?.code == "identity.code-wrong", "a code works once")
        #expect(await refusal { try await store.confirmSignIn(challenge: second, code: now(bench, totp, offset: -1), from: origin) }?.status == 401, "nor an older one")
        bench.pass(.seconds(30))
        _ = try await store.confirmSignIn(challenge: second, code: now(bench, totp), from: origin)
    }

    @Test("a challenge ends after five minutes, after five wrong codes, and with the password it was made with")
    func challengesEnd() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _, totp, _) = try await enrolled(bench, store)
        let late = try await challenge(store)
        bench.pass(.seconds(300))
        #expect(await refusal { try await store.confirmSignIn(challenge: late, code: now(bench, totp), from: origin) }?.code == "identity.challenge-over")
        let worn = try await challenge(store)
        for _ in 1...5 { #expect(await refusal { try await store.confirmSignIn(challenge: worn, code: "000000", from: origin) }?.status == 401) }
        bench.pass(.seconds(120))
        #expect(await refusal { try await store.confirmSignIn(challenge: worn, code: now(bench, totp), from: origin) }?.code == "identity.challenge-over")
        let old = try await challenge(store)
        _ = try await store.resetPassword(account.id, by: Bench.chief, address: "console")
        #expect(await refusal { try await store.confirmSignIn(challenge: old, code: now(bench, totp), from: origin) }?.code == "identity.session-ended")
        for forged in ["", "x", String(repeating: "A", count: 43)] {
            #expect(await refusal { try await store.confirmSignIn(challenge: forged, code: "1", from: origin) }?.status == 401)
        }
    }

    @Test("guessing codes with a stolen password slows down, and does not close the owner's own browser")
    func codesAreThrottled() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (_, _, totp, _) = try await enrolled(bench, store)
        let first = try await challenge(store)
        let known = try await store.confirmSignIn(challenge: first, code: now(bench, totp), from: origin).browser
        bench.pass(.seconds(30))
        for attempt in 1...5 {
            let thief = try await challenge(store, nil, "198.51.100.\(attempt)")
            #expect(await refusal { try await store.confirmSignIn(challenge: thief, code: "000000", from: Origin(address: "198.51.100.\(attempt)")) }?.status == 401)
        }
        let thief = try await challenge(store, nil, "198.51.100.6")
        #expect(await refusal { try await store.confirmSignIn(challenge: thief, code: now(bench, totp), from: Origin(address: "198.51.100.6")) }?.status == 429)
        let owner = try await challenge(store, known)
        _ = try await store.confirmSignIn(challenge: owner, code: now(bench, totp), from: Origin(address: home, browser: known))
    }

    @Test("each recovery code opens once, in any writing; new ones end the old")
    func recoveryCodes() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _, totp, codes) = try await enrolled(bench, store)
        let first = try await challenge(store)
        let signedIn = try await store.confirmSignIn(challenge: first, code: codes[0].lowercased().replacing("-", with: " "), from: origin)
        let second = try await challenge(store)
        #expect(await refusal { try await store.confirmSignIn(challenge: second, code: codes[0], from: origin) }?.status == 401)
        #expect(try store.secondFactor(of: account).recoveryCodesLeft == 9)
        let fresh = try await store.makeRecoveryCodes(token: signedIn.token, code: now(bench, totp), from: origin)
        #expect(Set(fresh).isDisjoint(with: codes))
        #expect(await refusal { try await store.confirmSignIn(challenge: second, code: codes[1], from: origin) }?.status == 401)
        _ = try await store.confirmSignIn(challenge: second, code: fresh[9], from: origin)
    }

    @Test("the file holds neither secret nor recovery code, and opens with its own key only")
    func sealedAtRest() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (_, signedIn, totp, codes) = try await enrolled(bench, store)
        try await store.beginEnrolment(token: signedIn.token, code: now(bench, totp), from: origin)
        let pending = Base32.encode(try waiting(store, signedIn).secret)
        for name in try FileManager.default.contentsOfDirectory(atPath: bench.folder) {
            let data = try #require(FileManager.default.contents(atPath: "\(bench.folder)/\(name)"))
            let bytes = Array(data)
            let texts = [Base32.encode(totp.secret), pending] + codes + codes.map { $0.replacing("-", with: "") }
            let needles = texts.map { Array($0.utf8) } + [totp.secret, Base32.decode(pending) ?? []]
            for needle in needles { #expect(!needle.isEmpty && bytes.firstRange(of: needle) == nil, "\(name)") }
        }
        let other = await refusal {
            try await IdentityStore.open(
                file: bench.file, key: SiteKey([UInt8](repeating: 8, count: 32)), region: nil, clock: bench.clock, ids: bench.ids,
                workers: bench.workers)
        }
        #expect(other?.code == "identity.site-key")
    }

    @Test("administrators are confined to enrolment until they have enrolled; others are asked only by policy")
    func requiredByRole() async throws {
        let bench = Bench()
        let store = try await bench.open()
        for (login, role, must) in [("zhao.an", Role.auditAdministrator, true), ("qian.li", .systemAdministrator, true), ("sun.yi", .provinceStaff, false)] {
            let (account, _) = try await store.addAccount(
                NewAccount(login: login, name: "某人", grants: [Grant(role)], password: good), by: Bench.chief, address: "console")
            let signedIn = try await store.signIn(login: login, password: good, address: home)
            #expect(signedIn.session.mustEnrol == must)
            #expect(try store.secondFactor(of: account).isRequired == must)
        }
        let sun = try #require(try store.account(login: "sun.yi"))
        let session = try await store.signIn(login: "sun.yi", password: good, address: home)
        _ = try await store.grant(Grant(.auditAdministrator), to: sun.id, by: Bench.chief, address: "console")
        #expect(store.actor(forSession: session.token)?.session.mustEnrol == true, "a new role takes effect in the running session")
        try await store.beginEnrolment(token: session.token, code: nil, from: origin)
        let totp = try waiting(store, session)
        _ = try await store.confirmEnrolment(token: session.token, code: now(bench, totp), from: origin)
        #expect(store.actor(forSession: session.token)?.session.mustEnrol == false)
        bench.pass(.seconds(30))
        #expect(await refusal { try await store.removeSecondFactor(token: session.token, code: now(bench, totp), from: origin) }?.code == "identity.second-factor-required")
    }

    @Test("replacing and removing a factor need a code of it; enrolling ends the other sessions")
    func replacing() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, signedIn, totp, _) = try await enrolled(bench, store)
        #expect(await refusal { try await store.beginEnrolment(token: signedIn.token, code: "000000", from: origin) }?.status == 422)
        let step = try await challenge(store)
        let other = try await store.confirmSignIn(challenge: step, code: now(bench, totp), from: origin)
        bench.pass(.seconds(30))
        try await store.beginEnrolment(token: signedIn.token, code: now(bench, totp), from: origin)
        let fresh = try waiting(store, signedIn)
        #expect(await refusal { try await store.confirmEnrolment(token: signedIn.token, code: now(bench, totp), from: origin) }?.status == 422, "the old app's code confirms nothing")
        _ = try await store.confirmEnrolment(token: signedIn.token, code: now(bench, fresh), from: origin)
        #expect(store.actor(forSession: other.token) == nil)
        bench.pass(.seconds(30))
        try await store.removeSecondFactor(token: signedIn.token, code: now(bench, fresh), from: origin)
        #expect(try store.account(account.id)?.hasSecondFactor == false)
        _ = try await store.signIn(login: "li.hong", password: good, address: home)
    }

    @Test("a security administrator resets a lost factor, of others only; sessions end and it is on record")
    func reset() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, signedIn, _, _) = try await enrolled(bench, store)
        let security = Actor(kind: .person, id: "x", name: "安全", grants: [Grant(.securityAdministrator)])
        let system = Actor(kind: .person, id: "y", name: "系统", grants: [Grant(.systemAdministrator)])
        #expect(await refusal { try await store.resetSecondFactor(account.id, by: system, address: home) }?.code == "identity.not-allowed")
        let own = Actor(kind: .person, id: account.id.description, name: "李红", grants: [Grant(.securityAdministrator)])
        #expect(await refusal { try await store.resetSecondFactor(account.id, by: own, address: home) }?.code == "identity.own-account")
        try await store.resetSecondFactor(account.id, by: security, address: home)
        #expect(store.actor(forSession: signedIn.token) == nil)
        #expect(try bench.events(store).last == "second-factor-reset")
        #expect(await refusal { try await store.resetSecondFactor(account.id, by: security, address: home) }?.status == 409)
        _ = try await store.signIn(login: "li.hong", password: good, address: home)
    }
}
