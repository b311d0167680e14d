import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("登录限流")
struct ThrottleTests {
    private func opened(_ bench: Bench) async throws -> IdentityStore {
        let store = try await bench.open()
        if try store.account(login: "li.hong") == nil {
            _ = try await store.addAccount(
                NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        }
        return store
    }

    private func status(
        _ store: IdentityStore, _ login: String = "li.hong", _ password: String = "wrong", from address: String = home, browser: String? = nil
    ) async -> Int {
        do {
            _ = try await store.signIn(login: login, password: password, address: address, browser: browser)
            return 200
        } catch { return (error as? Refusal)?.status ?? 0 }
    }

    @Test("an unknown name has to wait like a known one")
    func unknownNamesWaitToo() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        for login in ["li.hong", "nobody.here"] {
            var statuses: [Int] = []
            for attempt in 1...7 { statuses.append(await status(store, login, from: "198.51.100.\(attempt)")) }
            #expect(statuses == [401, 401, 401, 401, 401, 429, 429], "\(login)")
        }
    }

    @Test("the wait begins with a minute after five failures, doubles with each further one, and ends at an hour")
    func waitsDouble() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        for _ in 1...4 { _ = await status(store) }
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(await status(store, from: "198.51.100.\(minutes)") == 401)
            let answer = await refusal { try await store.signIn(login: "li.hong", password: good, address: "203.0.113.\(minutes)") }
            #expect(answer?.code == "identity.sign-in-wait")
            #expect(answer?.retryAfter == .seconds(minutes * 60))
            bench.pass(.seconds(minutes * 60))
        }
        #expect(try bench.events(store).filter { $0 == "sign-in-throttled" }.count == 1)
        _ = try await store.signIn(login: "li.hong", password: good, address: home)
        // A success forgets: the next mistake is the first one again.
        for _ in 1...5 { #expect(await status(store) == 401) }
    }

    @Test("a stranger who goes on guessing, from however many addresses, never keeps the owner out of a browser known before")
    func ownerStaysIn() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        let first = try await store.signIn(login: "li.hong", password: good, address: home)
        for hour in 0..<5 {
            for attempt in 0..<12 { _ = await status(store, from: "198.51.\(hour).\(attempt)") }
            // The stranger even sits behind the owner's own address.
            for attempt in 0..<24 { _ = await status(store, "guess-\(hour)-\(attempt)", from: home) }
            #expect(await status(store, "li.hong", good, from: home) == 429)
            #expect(await status(store, "li.hong", good, from: home, browser: first.browser) == 200)
            bench.pass(.seconds(3600))
        }
    }

    @Test("forty-eight hours of guessing from a thousand addresses yield fewer than seventy guesses at one name")
    func strangerStaysOut() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        var guesses = 0
        for minute in 0..<(48 * 60) {
            if await status(store, from: "10.0.\(minute / 250).\(minute % 250)") == 401 { guesses += 1 }
            bench.pass(.seconds(60))
        }
        #expect((5...70).contains(guesses), "\(guesses)")
    }

    @Test("a known browser is no free pass: it has five failures of its own, then waits, and others stay untouched")
    func knownBrowserIsBounded() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        let first = try await store.signIn(login: "li.hong", password: good, address: home)
        for _ in 1...5 { #expect(await status(store, browser: first.browser) == 401) }
        #expect(await status(store, "li.hong", good, browser: first.browser) == 429)
        #expect(await status(store, "li.hong", good) == 200)
    }

    @Test("a mark is good for its own account, its own site and half a year; cut, changed or foreign ones are none")
    func marks() async throws {
        let bench = Bench(), elsewhere = Bench()
        let store = try await opened(bench)
        _ = try await store.addAccount(NewAccount(login: "wang.wei", name: "王伟", password: good), by: Bench.chief, address: "console")
        let li = try #require(try store.account(login: "li.hong"))
        let wang = try #require(try store.account(login: "wang.wei"))
        let one = try await store.signIn(login: "li.hong", password: good, address: home)
        let both = try await store.signIn(login: "wang.wei", password: good, address: home, browser: one.browser)
        let now = bench.clock.now
        func knows(_ cookie: String?, _ account: Account, at time: Timestamp = now) -> Bool {
            store.browsers.nonce(in: cookie, of: account.id, now: time) != nil
        }
        #expect(knows(one.browser, li) && !knows(one.browser, wang))
        #expect(knows(both.browser, li) && knows(both.browser, wang), "people share a computer")
        #expect(!knows(String(one.browser.dropLast()), li) && !knows("A" + one.browser.dropFirst(), li) && !knows(nil, li))
        #expect(!knows(one.browser, li, at: now.advanced(by: .seconds(180 * 86_400))))
        let other = try await elsewhere.open()
        #expect(other.browsers.nonce(in: one.browser, of: li.id, now: now) == nil)
        var cookie = one.browser
        for _ in 1...6 { cookie = store.browsers.cookie(cookie, adding: wang.id, now: now) }
        #expect(cookie.split(separator: ".").count == 2, "one mark an account")
    }

    @Test("waits survive a restart; a reset by an administrator lifts them, on known browsers too")
    func restartAndReset() async throws {
        let bench = Bench()
        let before = try await opened(bench)
        let known = try await before.signIn(login: "li.hong", password: good, address: home)
        for _ in 1...5 { _ = await status(before) }
        for _ in 1...5 { _ = await status(before, browser: known.browser) }
        let store = try await bench.open()
        #expect(await status(store, "li.hong", good) == 429)
        #expect(await status(store, "li.hong", good, browser: known.browser) == 429)
        let id = try #require(try store.account(login: "li.hong")).id
        let password = try await store.resetPassword(id, by: Bench.chief, address: "console")
        #expect(await status(store, "li.hong", password, from: "203.0.113.1") == 200)
        #expect(await status(store, "li.hong", password, browser: known.browser) == 200)
        #expect(try bench.rows("SELECT count(*) FROM throttle WHERE kind <> 'address'") == 0)
    }

    @Test("twenty failures make an address wait; a success in between does not clear it; its neighbour does not wait")
    func addressWaits() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        for attempt in 1...19 { _ = await status(store, "guess-\(attempt)", from: "2001:db8:1:2::\(attempt)") }
        #expect(await status(store, "li.hong", good, from: "2001:db8:1:2::77") == 200)
        #expect(await status(store, "guess-20", from: "2001:db8:1:2:ffff::1") == 401)
        #expect(await status(store, "li.hong", good, from: "2001:db8:1:2::77") == 429)
        #expect(await status(store, "li.hong", good, from: "2001:db8:1:3::77") == 200)
        bench.pass(.seconds(60))
        #expect(await status(store, "li.hong", good, from: "2001:db8:1:2::77") == 200)
    }

    @Test("who must wait gets the same answer for the right password as for a wrong one")
    func waitTellsNothing() async throws {
        let bench = Bench()
        let store = try await opened(bench)
        for _ in 1...5 { _ = await status(store) }
        let right = await refusal { try await store.signIn(login: "li.hong", password: good, address: home) }
        let wrong = await refusal { try await store.signIn(login: "li.hong", password: "wrong", address: home) }
        #expect(right == wrong)
        #expect(right?.status == 429)
    }
}
