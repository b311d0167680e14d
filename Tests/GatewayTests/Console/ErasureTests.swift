import FoundationEssentials
import Host
import Messages
import PluginKit
import Store
import TestKit
import Testing

@testable import Gateway
@testable import Identity

@Suite("Gateway: what a switched-off plug-in kept is erased by two persons")
struct ErasureTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("wuyun", grants: [Grant(.systemAdministrator)])
        try await host.account("zhao", grants: [Grant(.securityAdministrator)])
    }

    private func browser(_ login: String) async throws -> TestVisitor {
        let browser = host.visitor(.router)
        try await browser.signIn(login)
        return browser
    }

    /// A plug-in that is off at the site, with a database of one table.
    private func dormant() throws -> String {
        let folder = host.host.sites[0].folder
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let file = StoreFile(
            path: folder + "/archive.sqlite", migrations: [Migration(1, "create box", "CREATE TABLE box (text TEXT NOT NULL) STRICT")], lanes: lanes,
            clock: host.clock.source)
        try file.open()
        file.close()
        return folder
    }

    @Test("asked for with a copy and its digest, refused to the one who asked, done by another; all in the audit log")
    func twoPersons() async throws {
        let folder = try dormant()
        let board = try #require(host.host.gateway.plugins)
        let first = Actor(kind: .person, id: "a", name: "吴"), second = Actor(kind: .person, id: "b", name: "赵")
        #expect(board.erasure("archive", at: "test").hasData)
        try await board.askErasure("archive", at: "test", by: first, address: "test")
        let request = try #require(board.erasure("archive", at: "test").request)
        #expect(FileManager.default.fileExists(atPath: request.copy) && request.digest.count == 64)
        await #expect { try await board.askErasure("archive", at: "test", by: second, address: "test") } throws: { ($0 as? Refusal)?.code == "host.erasure-asked" }
        await #expect { try await board.confirmErasure("archive", at: "test", by: first, address: "test") } throws: { ($0 as? Refusal)?.status == 403 }
        #expect(board.erasure("archive", at: "test").hasData)
        try await board.confirmErasure("archive", at: "test", by: second, address: "test")
        #expect(!board.erasure("archive", at: "test").hasData && board.erasure("archive", at: "test").request == nil)
        #expect(StoreFile.isRenewed(folder + "/archive.sqlite"))
        #expect(FileManager.default.fileExists(atPath: request.copy), "the copy stays")
        #expect(try StoreView(path: request.copy).read { try $0.value("SELECT count(*) FROM box", as: Int.self) } == 0)
        let audited = try StoreView(path: folder + "/_identity.sqlite").read { try $0.log(after: 0, limit: 1000) }.map(\.type.message)
        #expect(audited.suffix(2) == ["plugin-erasure-asked", "plugin-erased"])
    }

    @Test("what was written after the copy, and a copy that is another, hold the erasure")
    func changed() async throws {
        let folder = try dormant()
        let board = try #require(host.host.gateway.plugins)
        let first = Actor(kind: .person, id: "a", name: "吴"), second = Actor(kind: .person, id: "b", name: "赵")
        try await board.askErasure("archive", at: "test", by: first, address: "test")
        let request = try #require(board.erasure("archive", at: "test").request)
        try Data("x".utf8).write(to: URL(filePath: request.copy))
        await #expect { try await board.confirmErasure("archive", at: "test", by: second, address: "test") } throws: { ($0 as? Refusal)?.code == "host.erasure-copy" }
        try await board.withdrawErasure("archive", at: "test", by: second, address: "test")
        #expect(!FileManager.default.fileExists(atPath: request.copy))
        try await board.askErasure("archive", at: "test", by: first, address: "test")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: folder + "/archive.sqlite")
        await #expect { try await board.confirmErasure("archive", at: "test", by: second, address: "test") } throws: { ($0 as? Refusal)?.code == "host.erasure-changed" }
    }

    @Test("one that is on, has nothing or no proper name is not asked about")
    func refused() async throws {
        let board = try #require(host.host.gateway.plugins)
        let actor = Actor(kind: .person, id: "a", name: "吴")
        await #expect { try await board.askErasure("desk", at: "test", by: actor, address: "test") } throws: { ($0 as? Refusal)?.code == "host.erasure-on" }
        await #expect { try await board.askErasure("absent", at: "test", by: actor, address: "test") } throws: { ($0 as? Refusal)?.code == "host.erasure-nothing" }
        for name in ["../test", "_identity", "."] {
            await #expect { try await board.askErasure(name, at: "test", by: actor, address: "test") } throws: { ($0 as? Refusal)?.status == 404 }
        }
    }

    @Test("the console shows the request to both administrators, lets only the other one confirm, and needs no script")
    func console() async throws {
        _ = try dormant()
        let board = try #require(host.host.gateway.plugins)
        let wu = try #require(try host.host.sites[0].identity.account(login: "wuyun"))
        try await board.askErasure("archive", at: "test", by: Actor(kind: .person, id: "\(wu.id)", name: "吴"), address: "test")
        let own = try await browser("wuyun").get("/test/console/erasures/archive")
        #expect(own.status == 200 && own.text.contains("您是申请人") && !own.text.contains("确认清除"))
        let zhao = try await browser("zhao")
        let page = try await zhao.get("/test/console/erasures/archive")
        #expect(page.text.contains("确认清除") && page.text.contains("SHA-256"))
        #expect(try await zhao.post("/test/console/erasures/archive", [("do", "confirm")]).status == 303)
        #expect(!board.erasure("archive", at: "test").hasData)
    }
}
