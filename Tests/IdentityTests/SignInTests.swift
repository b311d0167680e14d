import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("登录")
struct SignInTests {
    @Test("the right name and password give a session that names the person")
    func rightPassword() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _) = try await store.addAccount(
            NewAccount(
                login: "li.hong", name: "李红", grants: [Grant(.windowStaff, in: RegionCode("430181"))], password: good),
            by: Bench.chief, address: "console")
        let signedIn = try await store.signIn(login: " LI.Hong ", password: good, address: home)
        let (actor, session) = try #require(store.actor(forSession: signedIn.token))
        #expect(actor.id == account.id.description)
        #expect(actor.holds(.windowStaff, in: try #require(RegionCode("430181"))))
        #expect(session.mustChangePassword)
        #expect(signedIn.token.utf8.count == 43)
        #expect(try bench.rows("SELECT count(*) FROM session WHERE length(id) = 32") == 1)
        #expect(try bench.events(store) == ["account-created", "grant-added", "signed-in"])
    }

    @Test(
        "unknown name, impossible name, wrong password and wrong password of a disabled account get one and the same answer"
    )
    func noEnumeration() async throws {
        let bench = Bench()
        let store = try await bench.open()
        for (login, name) in [("li.hong", "李红"), ("wang.wei", "王伟")] {
            _ = try await store.addAccount(
                NewAccount(login: login, name: name, password: good), by: Bench.chief, address: "console")
        }
        let disabled = try #require(try store.account(login: "wang.wei"))
        _ = try await store.setDisabled(true, disabled.id, by: Bench.chief, address: "console")
        var answers: Set<Refusal> = []
        for (login, password) in [
            ("li.hong", "wrong"), ("nobody.here", good), ("' OR 1=1 --", good), ("", ""), ("wang.wei", "wrong"),
            ("li.hong", String(repeating: "x", count: 100_000)),
        ] {
            let answer = await refusal { try await store.signIn(login: login, password: password, address: home) }
            answers.insert(try #require(answer))
        }
        #expect(answers.count == 1)
        #expect(answers.first?.status == 401)
    }

    @Test("a burst of attempts at once gets no more guesses than one after another")
    func burst() async throws {
        let bench = Bench()
        let store = try await bench.open()
        _ = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        let statuses = await withTaskGroup(of: Int.self) { group in
            for attempt in 0..<40 {
                group.addTask {
                    await refusal {
                        try await store.signIn(login: "li.hong", password: "wrong", address: "198.51.100.\(attempt)")
                    }?.status ?? 0
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 401 }.count == 5)
        #expect(statuses.filter { $0 == 429 }.count == 35)
    }

    @Test("a disabled account is told so only with the right password")
    func disabled() async throws {
        let bench = Bench()
        let store = try await bench.open()
        let (account, _) = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        _ = try await store.setDisabled(true, account.id, by: Bench.chief, address: "console")
        #expect(
            await refusal { try await store.signIn(login: "li.hong", password: good, address: home) }?.code
                == "identity.account-disabled")
    }

    @Test("a password of another cost is hashed anew at the next sign-in")
    func rehash() async throws {
        let bench = Bench()
        let store = try await bench.open()
        _ = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        let dearer = try await bench.open(workers: PasswordWorkers(logN: 5))
        _ = try await dearer.signIn(login: "li.hong", password: good, address: home)
        #expect(try bench.rows("SELECT count(*) FROM account WHERE password LIKE '$scrypt$ln=5,r=8,p=1$%'") == 1)
        _ = try await dearer.signIn(login: "li.hong", password: good, address: home)
    }

    @Test("what was typed as a name is never kept when there is no such account")
    func typedNamesAreNotKept() async throws {
        let bench = Bench()
        let store = try await bench.open()
        _ = await refusal { try await store.signIn(login: "My-Secret-Password-1", password: "x", address: home) }
        let lines = try bench.file.read { try $0.log(after: 0, limit: 10) }
        #expect(lines.count == 1)
        for line in lines {
            let text = String(decoding: line.payload, as: UTF8.self)
            #expect(!text.lowercased().contains("my-secret-password-1"))
            #expect(text.contains(home))
        }
    }
}
