import FoundationEssentials
import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("登录记录")
struct SessionListTests {
    @Test(
        "a browser is named as people speak of it",
        arguments: [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome · Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50", "微信 · iPhone"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15", "Safari · macOS"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · Linux"),
            ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome · 安卓"),
            ("<script>alert(1)</script>", "其他设备"), ("", "其他设备"),
        ])
    func devices(agent: String, name: String) { #expect(DeviceName.make(agent) == name) }

    private func two(_ bench: Bench) async throws -> (IdentityStore, Account, SignedIn, SignedIn) {
        let store = try await bench.open()
        let (account, _) = try await store.addAccount(
            NewAccount(login: "li.hong", name: "李红", password: good), by: Bench.chief, address: "console")
        let first = try await store.signIn(login: "li.hong", password: good, address: home)
        bench.pass(.seconds(600))
        let second = try await store.signIn(login: "li.hong", password: good, address: "203.0.113.9")
        return (store, account, first, second)
    }

    @Test("a person sees each running session with device, address, begin and last request; timed-out ones are gone")
    func list() async throws {
        let bench = Bench()
        let (store, account, first, second) = try await two(bench)
        bench.pass(.seconds(60))
        _ = store.actor(forSession: first.token)
        let list = try store.sessions(of: account.id)
        #expect(list.map(\.id) == [first.session.handle, second.session.handle], "used last in front, from memory")
        #expect(list.map(\.address) == [home, "203.0.113.9"])
        #expect(list[0].device == "Chrome · Windows")
        #expect(list[0].seenAt == bench.clock.now && list[0].startedAt == first.session.startedAt)
        bench.pass(.seconds(30 * 60 - 60))
        #expect(try store.sessions(of: account.id).map(\.id) == [first.session.handle])
    }

    @Test("one session or all others end at once, by the owner or a security administrator and by nobody else")
    func ending() async throws {
        let bench = Bench()
        let (store, account, first, second) = try await two(bench)
        let stranger = Actor(kind: .person, id: "x", name: "某人", grants: [Grant(.systemAdministrator)])
        let security = Actor(kind: .person, id: "y", name: "安全", grants: [Grant(.securityAdministrator)])
        for actor in [stranger, .visitor] {
            #expect(await refusal { try await store.endSession(first.session.handle, of: account.id, by: actor, address: home) }?.status == 403)
            #expect(await refusal { try await store.endSessions(of: account.id, by: actor, address: home) }?.status == 403)
        }
        try await store.endSession(first.session.handle, of: account.id, by: account.actor, address: home)
        #expect(store.actor(forSession: first.token) == nil)
        #expect(store.actor(forSession: second.token) != nil)
        #expect(await refusal { try await store.endSession(first.session.handle, of: account.id, by: account.actor, address: home) }?.status == 404)
        let third = try await store.signIn(login: "li.hong", password: good, address: home)
        #expect(try await store.endSessions(of: account.id, except: third.token, by: account.actor, address: home) == 1)
        #expect(store.actor(forSession: second.token) == nil)
        #expect(store.actor(forSession: third.token) != nil)
        #expect(try await store.endSessions(of: account.id, by: security, address: home) == 1)
        #expect(store.actor(forSession: third.token) == nil)
        #expect(try bench.events(store).filter { $0 == "session-ended" }.count == 3)
    }

    @Test("a session of somebody else cannot be ended under one's own name")
    func foreignHandle() async throws {
        let bench = Bench()
        let (store, _, first, _) = try await two(bench)
        let (other, _) = try await store.addAccount(
            NewAccount(login: "wang.wei", name: "王伟", password: good), by: Bench.chief, address: "console")
        #expect(await refusal { try await store.endSession(first.session.handle, of: other.id, by: other.actor, address: home) }?.status == 404)
        #expect(store.actor(forSession: first.token) != nil)
    }

    @Test("a new password is none of the last five, the present one counted; the sixth last may come back")
    func passwordHistory() async throws {
        let bench = Bench()
        let (store, account, _, second) = try await two(bench)
        var token = second.token
        var present = good
        for number in 1...5 {
            bench.pass(.seconds(1))
            let next = "Yuelu-Mountain-\(number)"
            token = try await store.changePassword(token: token, old: present, new: next, address: home).token
            present = next
            if number < 5 {
                let answer = await refusal { try await store.changePassword(token: token, old: present, new: good, address: home) }
                #expect(answer?.code == "identity.password-weak", "\(number)")
                #expect(answer?.message.contains("最近 5 次") == true)
            }
        }
        bench.pass(.seconds(1))
        _ = try await store.changePassword(token: token, old: present, new: good, address: home)
        bench.pass(.seconds(1))
        #expect(try bench.rows("SELECT count(*) FROM old_password") == 4)
        let reset = try await store.resetPassword(account.id, by: Bench.chief, address: "console")
        let again = try await store.signIn(login: "li.hong", password: reset, address: home)
        #expect(await refusal { try await store.changePassword(token: again.token, old: reset, new: good, address: home) }?.code == "identity.password-weak", "a reset is no way round")
    }

    @Test("the site's key is made once, private, and refused when others may read it or it was cut")
    func siteKey() throws {
        let bench = Bench()
        let first = try SiteKey.load(folder: bench.folder)
        let path = "\(bench.folder)/\(SiteKey.fileName)"
        #expect(try SiteKey.load(folder: bench.folder).key(for: "x") == first.key(for: "x"))
        #expect(first.key(for: "x") != first.key(for: "y"))
        #expect("\(first)" == "site key ‹secret›")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: Refusal.self) { try SiteKey.load(folder: bench.folder) }
        try FileManager.default.removeItem(atPath: path)
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: Refusal.self) { try SiteKey.load(folder: bench.folder) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder).filter { $0.hasPrefix(SiteKey.fileName) }.count == 1)
    }
}
