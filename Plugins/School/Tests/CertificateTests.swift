import Crypto
import Foundation
import Messages
import Pages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("培训证书")
struct SchoolCertificateTests {
    /// A class of two sessions that has ended; who was registered first attended both, who was second one.
    static func ended(people: Int = 2) async throws -> (lessons: Lessons, ids: [RegistrationID]) {
        let lessons = try await Lessons(capacity: 500, perEnterprise: 500)
        var ids: [RegistrationID] = []
        for start in stride(from: 0, to: people, by: 50) {
            let drafts = try (start..<min(people, start + 50)).map { try Lessons.person($0 + 1) }
            ids += try await lessons.site.tell(
                Register(schoolClass: lessons.schoolClass, participants: drafts, consent: true),
                as: Lessons.enterprise(1)
            ).results.map(\.registration)
        }
        try await lessons.go(to: 2 * 1440)
        for (session, present) in [(1, ids), (2, ids.filter { $0 != ids[1] })] {
            for start in stride(from: 0, to: present.count, by: 200) {
                _ = try await lessons.site.tell(
                    CheckIn(
                        schoolClass: lessons.schoolClass, session: session,
                        registrations: Array(present[start..<min(present.count, start + 200)]),
                        way: .manual, at: lessons.at(session == 1 ? 5 : 1445)), as: Lessons.staff)
            }
        }
        return (lessons, ids)
    }

    static func issue(_ lessons: Lessons) async throws {
        _ = try await lessons.site.tell(IssueCertificates(schoolClass: lessons.schoolClass), as: Lessons.staff)
        await lessons.site.settle()
    }

    static func text(_ lessons: Lessons, _ id: RegistrationID) throws -> (link: CertificateLink, text: String) {
        let link = try #require(try lessons.detail(id).certificate)
        let right = UnmaskingRight(purpose: "测试", holder: "test")
        return (
            link,
            try #require(
                try lessons.site.ask(GetCertificate(number: link.number, code: link.code)).text.reveal(by: right))
        )
    }

    @Test("Whoever attended enough gets one, once; a second issue finds nobody")
    func issuing() async throws {
        let (lessons, ids) = try await Self.ended()
        try await Self.issue(lessons)
        let standings = try lessons.site.ask(FindCertificates(schoolClass: lessons.schoolClass), as: Lessons.staff)
            .items
        #expect(standings.map(\.isEligible) == [true, false])
        #expect(standings[1].explanation == "已参加 1/2 场，须参加 2 场")
        #expect(standings.map { $0.certificate?.number.description } == ["Z2026-000001", nil])
        #expect(try lessons.site.events(CertificateIssued.self).map(\.registration) == [ids[0]])
        #expect(await refusal { try await Self.issue(lessons) }?.code == "school.no-certificates")
        let (_, text) = try Self.text(lessons, ids[0])
        #expect(text.hasPrefix("枢纽培训证书 1\n编号：Z2026-000001\n姓名：测试人员1\n"))
        #expect(text.contains("\n出勤：2/2\n"))
    }

    @Test("Many at once go on in steps of one transaction each, and the progress is told")
    func batch() async throws {
        let (lessons, _) = try await Self.ended(people: 130)
        let begun = try await lessons.site.tell(IssueCertificates(schoolClass: lessons.schoolClass), as: Lessons.staff)
        #expect(begun.total == 129)
        #expect(begun.isRunning)
        await lessons.site.settle()
        let done = try lessons.site.ask(GetIssue(schoolClass: lessons.schoolClass), as: Lessons.staff)
        #expect(done.done == 129 && done.issued == 129 && !done.isRunning)
        let numbers = try lessons.site.events(CertificateIssued.self).map(\.number.description)
        #expect(Set(numbers).count == 129)
        #expect(numbers.sorted() == numbers)
    }

    @Test("A changed byte, a revoked number and another site's key each have their own answer")
    func verification() async throws {
        let (lessons, ids) = try await Self.ended()
        try await Self.issue(lessons)
        let (link, text) = try Self.text(lessons, ids[0])
        func check(_ text: String, at site: TestSite) throws -> CertificateCheck {
            try site.ask(VerifyCertificate(text: text))
        }
        #expect(try check(text, at: lessons.site).verdict == .valid)
        #expect(try check(text.replacing("\n", with: "\r\n"), at: lessons.site).verdict == .valid)
        let scalars = Array(text.unicodeScalars)
        let signed = try #require(text.ranges(of: "\n签名：").first).lowerBound
        for index in stride(from: 10, to: text[..<signed].unicodeScalars.count, by: 3) where scalars[index] != "\n" {
            var changed = scalars
            changed[index] = changed[index] == "一" ? "二" : "一"
            let verdict = try check(String(String.UnicodeScalarView(changed)), at: lessons.site).verdict
            #expect(verdict != .valid, "scalar \(index)")
        }
        #expect(try check(text.replacing("姓名：测试人员1", with: "姓名：测试人员2"), at: lessons.site).verdict == .changed)
        #expect(try check(text.replacing("学时：6", with: "学时：60"), at: lessons.site).sentence.contains("被改动"))

        let (other, otherIDs) = try await Self.ended()
        try await Self.issue(other)
        let foreign = try check(text, at: other.site)
        #expect(foreign.verdict == .foreignKey)
        #expect(foreign.sentence.hasPrefix("不是本平台签发"))
        // The other site's key named in the text does not help: it did not sign this.
        let theirs = try #require(try other.site.ask(GetCertificateKey()).id)
        let ours = try #require(try lessons.site.ask(GetCertificateKey()).id)
        #expect(try check(text.replacing(ours, with: theirs), at: other.site).verdict == .changed)
        #expect(try Self.text(other, otherIDs[0]).text != text)

        _ = try await lessons.site.tell(RevokeCertificate(number: link.number, reason: "姓名有误"), as: Lessons.staff)
        let revoked = try check(text, at: lessons.site)
        #expect(revoked.verdict == .revoked)
        #expect(revoked.sentence.contains("姓名有误"))
        #expect(
            await refusal {
                _ = try await lessons.site.tell(RevokeCertificate(number: link.number, reason: "再次"), as: Lessons.staff)
            }?.status == 409)
        // Then another one may be issued, under a number of its own.
        try await Self.issue(lessons)
        #expect(try lessons.detail(ids[0]).certificate?.number.description == "Z2026-000002")
        #expect(try lessons.site.ask(VerifyCertificate(text: "不是证书")).verdict == .unreadable)
    }

    @Test(
        "openssl agrees, and refuses what was changed",
        .enabled(if: Tool.openssl.isInstalled, "openssl is missing; Tools/setup installs it"))
    func offline() async throws {
        let (lessons, ids) = try await Self.ended()
        try await Self.issue(lessons)
        let (link, _) = try Self.text(lessons, ids[0])
        guard
            case .download(let name, _, let file) = try await lessons.site.get(
                "/school/certificates/\(link.number)/\(link.code)/file"),
            case .download(_, _, let key) = try await lessons.site.get("/school/certificates/key.pem")
        else {
            Issue.record("no files")
            return
        }
        try await Tool.withFolder { folder in
            try Data(key).write(to: URL(fileURLWithPath: "\(folder)/key.pem"))
            // As the page tells it.
            func verify(_ bytes: [UInt8]) throws -> (status: Int32, output: String) {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                return try Tool(path: "/bin/bash").run(
                    "-c",
                    """
                    cd \(folder); head -n -1 \(name) > body.txt; tail -n 1 \(name) | sed 's/^签名：//' | base64 -d > body.sig
                    openssl dgst -sha256 -verify key.pem -signature body.sig body.txt
                    """)
            }
            let good = try verify(file)
            #expect(good.status == 0 && good.output.contains("Verified OK"), "\(good.output)")
            var changed = file
            changed[30] ^= 1
            #expect(try verify(changed).status != 0)
        }
    }

    @Test("Number and code open it to anybody, nothing else does; an erased name is gone and the file still holds good")
    func open() async throws {
        let (lessons, ids) = try await Self.ended()
        try await Self.issue(lessons)
        let (link, text) = try Self.text(lessons, ids[0])
        func page(_ path: String) async throws -> String {
            guard case .page(let page) = try await lessons.site.get(path) else { return "" }
            return page.content.description
        }
        let shown = try await page("/school/certificates/\(link.number)/\(link.code)")
        #expect(shown.contains("测试人员1"))
        #expect(shown.contains("class=\"qr\""))
        #expect(
            await refusal {
                _ = try await page("/school/certificates/\(link.number)/\(String(repeating: "a", count: 26))")
            }?.status == 404)
        #expect(await refusal { _ = try await page("/school/certificates/Z2026-000009/\(link.code)") }?.status == 404)
        let pass = try lessons.site.ask(GetPass(id: ids[0], code: lessons.detail(ids[0]).code))
        #expect(pass.certificate == link)

        let person = try lessons.detail(ids[0]).card.person
        #expect(try lessons.site.bus.exportHere(person: person).flatMap(\.records).contains { $0.title == "培训证书" })
        _ = try await lessons.site.bus.erase(person: person, by: .system("test"))
        #expect(try await !page("/school/certificates/\(link.number)/\(link.code)").contains("测试人员1"))
        #expect(try lessons.site.ask(VerifyCertificate(text: text)).verdict == .valid)
    }

    @Test("In the browser: issue, look, verify by text and by number, revoke")
    func pages() async throws {
        let (lessons, ids) = try await Self.ended()
        let site = lessons.site
        let address = "/school/classes/\(lessons.schoolClass)/certificates"
        func content(_ reply: PageReply) -> String {
            guard case .page(let page) = reply else { return "\(reply)" }
            return page.content.description
        }
        #expect(content(try await site.get(address, as: Lessons.staff)).contains("可发证"))
        guard case .redirect = try await site.post(address, [], as: Lessons.staff) else {
            Issue.record("not issued")
            return
        }
        await site.settle()
        let (link, text) = try Self.text(lessons, ids[0])
        #expect(content(try await site.get(address, as: Lessons.staff)).contains(link.number.description))
        #expect(content(try await site.post("/school/certificates", [("text", text)], as: .visitor)).contains("证书有效"))
        let uploaded = [UploadedFile(field: "file", name: "a.txt", type: "text/plain", bytes: Array(text.utf8))]
        #expect(
            content(try await site.post("/school/certificates", [("text", "")], files: uploaded, as: .visitor))
                .contains("证书有效"))
        #expect(content(try await site.post("/school/certificates", [("text", "")], as: .visitor)).contains("请粘贴证书全文"))
        guard
            case .redirect(let to, _) = try await site.get(
                "/school/certificates?number=\(link.number)&code=\(link.code.uppercased())")
        else {
            Issue.record("not led on")
            return
        }
        #expect(to.hasSuffix("/certificates/\(link.number)/\(link.code)"))
        #expect(content(try await site.get("/school/certificates?number=12&code=x")).contains("证书编号形如"))
        _ = try await site.post(
            "\(address)/revoke", [("number", link.number.description), ("reason", "姓名有误")], as: Lessons.staff)
        #expect(content(try await site.get("/school/certificates/\(link.number)/\(link.code)")).contains("不再有效"))
    }
}
