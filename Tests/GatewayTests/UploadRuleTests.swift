import FoundationEssentials
import Host
import PluginKit
import Store
import TestKit
import Testing

@testable import Gateway

@Suite("Uploads: what nothing came to, and how much one may bring")
struct UploadRuleTests {
    private func host(_ change: (inout FileRules) -> Void) async throws -> TestHost {
        var site = TestHost.site("test", "测试平台")
        change(&site.files)
        let host = try await TestHost([InstalledPlugin(Shelves.self)], sites: [site])
        for login in ["liu", "zhang"] { try await host.account(login, grants: [Grant(.windowStaff, in: RegionCode("430181"))]) }
        return host
    }

    private func browser(_ host: TestHost, _ login: String, _ path: TestTransport = .tls) async throws -> TestVisitor {
        let browser = host.visitor(path)
        try await browser.signIn(login)
        _ = try await browser.get("/test/me")
        return browser
    }

    private func upload(_ browser: TestVisitor, _ text: String) async throws -> TestAnswer {
        try await browser.send(
            "POST", "/api/test/files", headers: [("Content-Type", "text/plain"), ("X-CSRF-Token", browser.token)], body: Array(text.utf8))
    }

    @Test("an upload that nothing was attached to goes after the time; what is attached stays, also when it was uploaded twice")
    func sweep() async throws {
        let host = try await host { $0.looseTime = .seconds(3600) }
        let site = try #require(host.host.sites.first)
        let liu = try await browser(host, "liu")
        let used = try #require(try await upload(liu, "有用").json?["files"]?[0]?["digest"]?.string)
        let unused = try #require(try await upload(liu, "没用").json?["files"]?[0]?["digest"]?.string)
        #expect(try await liu.tell("/api/test/shelves/books", #"{"title":"甲","digest":"\#(used)"}"#).status == 200)
        host.clock.advance(by: .seconds(1800))
        #expect(try site.sweepFiles(now: host.clock.now) == 0)
        _ = try await upload(try await browser(host, "zhang"), "有用")
        host.clock.advance(by: .seconds(3700))
        #expect(try site.sweepFiles(now: host.clock.now) == 1)
        #expect(site.face.files.size(ofDigest: used) == 6 && site.face.files.size(ofDigest: unused) == nil)
        let late = try await browser(host, "liu").tell("/api/test/shelves/books", #"{"title":"乙","digest":"\#(unused)"}"#)
        #expect(late.status == 404, "what was swept cannot be attached any more")
    }

    @Test("nothing is swept while a plug-in that has data here is disabled: it may be the one that needs it")
    func dormant() async throws {
        let host = try await host { $0.looseTime = .seconds(3600) }
        let site = try #require(host.host.sites.first)
        _ = try await upload(try await browser(host, "liu"), "没用")
        _ = FileManager.default.createFile(atPath: site.folder + "/archive.sqlite", contents: nil)
        host.clock.advance(by: .seconds(7200))
        #expect(try site.sweepFiles(now: host.clock.now) == 0)
        try FileManager.default.removeItem(atPath: site.folder + "/archive.sqlite")
        #expect(try site.sweepFiles(now: host.clock.now) == 1)
    }

    @Test("one caller's day is bounded: 429 until tomorrow, 413 for what no day would hold; others go on", arguments: TestTransport.both)
    func quota(path: TestTransport) async throws {
        let host = try await host { $0.dailyBytes = 1000 }
        let liu = try await browser(host, "liu", path)
        #expect(try await upload(liu, String(repeating: "a", count: 600)).status == 201)
        let full = try await upload(liu, String(repeating: "b", count: 600))
        #expect(full.status == 429 && full.text.contains("gateway.upload-quota"))
        #expect(try #require(full["Retry-After"].flatMap { Int($0) }) > 3600)
        #expect(try await upload(liu, String(repeating: "c", count: 1001)).status == 413)
        #expect(try await upload(liu, "a\u{0}b").status == 422)
        #expect(try await upload(liu, String(repeating: "d", count: 400)).status == 201, "what was refused counts nothing")
        #expect(try await upload(try await browser(host, "zhang", path), String(repeating: "b", count: 600)).status == 201)
        host.clock.advance(by: .seconds(86_400))
        #expect(try await upload(try await browser(host, "liu", path), String(repeating: "b", count: 600)).status == 201)
    }

    @Test("a restart gives nobody a second day's share")
    func restart() async throws {
        let host = try await host { $0.dailyBytes = 1000 }
        let drafts = try #require(host.host.sites.first).face.drafts
        let day = host.clock.now.day
        let before = UploadMeter()
        #expect(before.reserve(600, most: 1000, for: "test/person/1", quota: 1000, on: day, kept: drafts) == 600)
        #expect(before.reserve(300, most: 1000, for: "test/person/1", quota: 1000, on: day, kept: drafts) == 300)
        before.giveBack(100, to: "test/person/1", on: day, kept: drafts)
        // Everything noted before it is on disk.
        try await drafts.file.write { _ in }
        let after = UploadMeter()
        #expect(after.reserve(300, most: 1000, for: "test/person/1", quota: 1000, on: day, kept: drafts) == nil)
        #expect(after.reserve(200, most: 1000, for: "test/person/1", quota: 1000, on: day, kept: drafts) == 200)
        #expect(after.reserve(1000, most: 1000, for: "test/person/2", quota: 1000, on: day, kept: drafts) == 1000)
        let next = host.clock.now.advanced(by: .seconds(86_400)).day
        #expect(UploadMeter().reserve(1000, most: 1000, for: "test/person/1", quota: 1000, on: next, kept: drafts) == 1000)
    }
}
