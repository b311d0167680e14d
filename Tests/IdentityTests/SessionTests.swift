import Messages
import Store
import Synchronization
import Testing
import Vocabulary

@testable import Identity

@Suite("会话")
struct SessionTests {
    private func signedIn(_ bench: Bench, _ rules: IdentityStore.Rules = .init()) async throws -> (
        IdentityStore, Account, SignedIn
    ) {
        let store = try await bench.open(rules: rules)
        let (account, _) = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        return (store, account, try await store.signIn(login: "li.hong", password: good, address: home))
    }

    @Test("a session ends after thirty minutes without a request")
    func idle() async throws {
        let bench = Bench()
        let (store, _, signedIn) = try await signedIn(bench)
        for _ in 1...4 {
            bench.pass(.seconds(29 * 60))
            #expect(store.actor(forSession: signedIn.token) != nil)
        }
        bench.pass(.seconds(30 * 60))
        #expect(store.actor(forSession: signedIn.token) == nil)
    }

    @Test("a session ends after twelve hours whatever happens")
    func absolute() async throws {
        let bench = Bench()
        let (store, _, signedIn) = try await signedIn(bench)
        for _ in 1...47 {
            bench.pass(.seconds(15 * 60))
            #expect(store.actor(forSession: signedIn.token) != nil)
        }
        bench.pass(.seconds(15 * 60))
        #expect(store.actor(forSession: signedIn.token) == nil)
    }

    @Test("a session goes on after a restart, with the idle time as written last")
    func restart() async throws {
        let bench = Bench()
        let (first, account, signedIn) = try await signedIn(bench)
        bench.pass(.seconds(20 * 60))
        #expect(first.actor(forSession: signedIn.token) != nil)
        try await bench.file.write { _ in }
        bench.pass(.seconds(20 * 60))
        let second = try await bench.open()
        #expect(second.actor(forSession: signedIn.token)?.actor.id == account.id.description)
        bench.pass(.seconds(31 * 60))
        let third = try await bench.open()
        #expect(third.actor(forSession: signedIn.token) == nil)
        #expect(try bench.rows("SELECT count(*) FROM session") == 0)
    }

    @Test("requests within a minute write nothing; the next minute writes once")
    func touchIsCoalesced() async throws {
        let bench = Bench()
        let (store, _, signedIn) = try await signedIn(bench)
        let stored = "SELECT seen_at / 1000 - 1767225600 FROM session"
        for _ in 1...59 {
            bench.pass(.seconds(1))
            _ = store.actor(forSession: signedIn.token)
        }
        try await bench.file.write { _ in }
        #expect(try bench.rows(stored) == 0)
        bench.pass(.seconds(1))
        for _ in 1...100 { _ = store.actor(forSession: signedIn.token) }
        try await bench.file.write { _ in }
        #expect(try bench.rows(stored) == 60)
    }

    @Test(
        "signing out, a changed password, a reset and a disabled account end the session at once",
        arguments: ["out", "change", "reset", "disable"])
    func revoked(how: String) async throws {
        let bench = Bench()
        let (store, account, signedIn) = try await signedIn(bench)
        let other = try await store.signIn(login: "li.hong", password: good, address: home)
        switch how {
        case "out": try await store.signOut(token: signedIn.token, address: home)
        case "change":
            let fresh = try await store.changePassword(
                token: signedIn.token, old: good, new: "Yuelu-Mountain-9", address: home)
            #expect(store.actor(forSession: fresh.token)?.session.mustChangePassword == false)
        case "reset": _ = try await store.resetPassword(account.id, by: Bench.chief, address: "console")
        default: _ = try await store.setDisabled(true, account.id, by: Bench.chief, address: "console")
        }
        #expect(store.actor(forSession: signedIn.token) == nil)
        #expect((store.actor(forSession: other.token) == nil) == (how != "out"))
        let again = try await bench.open()
        #expect(again.actor(forSession: signedIn.token) == nil)
    }

    @Test("granting and revoking take effect in the running session")
    func grantsAreFresh() async throws {
        let bench = Bench()
        let (store, account, signedIn) = try await signedIn(bench)
        let grant = Grant(.cityStaff, in: RegionCode("430100"))
        _ = try await store.grant(grant, to: account.id, by: Bench.chief, address: "console")
        #expect(store.actor(forSession: signedIn.token)?.actor.grants == [grant])
        _ = try await store.revoke(grant, from: account.id, by: Bench.chief, address: "console")
        #expect(store.actor(forSession: signedIn.token)?.actor.grants == [])
    }

    @Test(
        "forged, truncated and foreign tokens are nobody",
        arguments: ["", "x", String(repeating: "A", count: 43), String(repeating: "汉", count: 43)])
    func forged(token: String) async throws {
        let bench = Bench()
        let (store, _, signedIn) = try await signedIn(bench)
        #expect(store.actor(forSession: token) == nil)
        #expect(store.actor(forSession: String(signedIn.token.dropLast())) == nil)
        #expect(store.actor(forSession: signedIn.token + "A") == nil)
    }

    @Test("the cache stays within its bound and forgotten sessions come back from the file")
    func boundedCache() async throws {
        let bench = Bench()
        var rules = IdentityStore.Rules()
        rules.session.cached = 8
        let (store, _, first) = try await signedIn(bench, rules)
        for _ in 1...20 {
            bench.pass(.seconds(1))
            _ = try await store.signIn(login: "li.hong", password: good, address: home)
            #expect(store.cache.withLock { $0.count } <= 8)
        }
        #expect(store.actor(forSession: first.token) != nil)
    }

    @Test("a password older than ninety days must be changed, in running sessions too")
    func passwordAge() async throws {
        let bench = Bench()
        let (store, _, signedIn) = try await signedIn(bench)
        let own = try await store.changePassword(
            token: signedIn.token, old: good, new: "Yuelu-Mountain-9", address: home)
        #expect(!own.session.mustChangePassword)
        bench.pass(.seconds(90 * 86_400 - 600))
        let late = try await store.signIn(login: "li.hong", password: "Yuelu-Mountain-9", address: home)
        #expect(!late.session.mustChangePassword)
        bench.pass(.seconds(600))
        #expect(store.actor(forSession: late.token)?.session.mustChangePassword == true)
    }

    @Test("a form token fits its own session, its own visitor and its own site only")
    func csrf() async throws {
        let bench = Bench(), elsewhere = Bench()
        let (store, _, one) = try await signedIn(bench)
        let two = try await store.signIn(login: "li.hong", password: good, address: home)
        #expect(store.isValidCSRF(one.session.csrfToken, session: one.session))
        #expect(!store.isValidCSRF(one.session.csrfToken, session: two.session))
        #expect(!store.isValidCSRF("", session: one.session))
        let visitor = store.visitor()
        #expect(store.isValidCSRF(visitor.csrfToken, visitor: visitor.cookie))
        #expect(store.csrfToken(visitor: visitor.cookie) == visitor.csrfToken)
        #expect(!store.isValidCSRF(visitor.csrfToken, visitor: store.visitor().cookie))
        #expect(!store.isValidCSRF(one.session.csrfToken, visitor: visitor.cookie))
        let other = try await elsewhere.open()
        #expect(!other.isValidCSRF(visitor.csrfToken, visitor: visitor.cookie))
    }

    @Test("changing a password needs the old one, counts failures and refuses a weak or unchanged one")
    func changePassword() async throws {
        let bench = Bench()
        let (store, _, signedIn) = try await signedIn(bench)
        for (old, new, code) in [
            ("wrong", "Yuelu-Mountain-9", "identity.password-wrong"), (good, "short", "identity.password-weak"),
            (good, good, "identity.password-weak"), (good, "Li.Hong-2026x", "identity.password-weak"),
        ] {
            let answer = await refusal {
                try await store.changePassword(token: signedIn.token, old: old, new: new, address: home)
            }
            #expect(answer?.code == code)
        }
        for _ in 1...5 {
            _ = await refusal {
                try await store.changePassword(token: signedIn.token, old: "wrong", new: good, address: home)
            }
        }
        #expect(
            await refusal {
                try await store.changePassword(token: signedIn.token, old: good, new: "Yuelu-Mountain-9", address: home)
            }?.status
                == 429)
    }
}
