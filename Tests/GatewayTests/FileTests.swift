import FoundationEssentials
import Messages
import Network
import PluginKit
import Store
import TestKit
import Testing

@testable import Gateway

@Suite("Files on the API")
struct FileTests {
    static let clerk = Actor.window("430181")
    let site: TestSite
    /// 5008 bytes.
    static let pdf = "%PDF-1.7" + String(repeating: "0123456789", count: 500)

    init() async throws { site = try await TestSite(Shelves.self) }

    private static var enough: UploadAllowance { UploadAllowance(.max) { _ in } }

    private func upload(_ body: String, _ type: String, query: String = "", as actor: Actor = clerk) async -> TestAnswer {
        await site.call("POST", "/api/test/files" + query, body, ["Content-Type": type], as: actor)
    }

    @Test("A file is kept by its digest and given only to whom the plug-in lets see it")
    func upAndDown() async throws {
        let answer = await upload(Self.pdf, "application/pdf", query: "?name=..%2F..%2Fetc%2F%E6%9D%90%E6%96%99.pdf")
        #expect(answer.status == 201)
        let file = try #require(answer.json?["files"]?[0])
        #expect(file["name"] == "材料.pdf")
        #expect(file["length"] == 5008)
        let digest = try #require(file["digest"]?.string)
        #expect(answer["Location"] == "/api/test/files/\(digest)")
        // Not attached to anything yet: nobody may see it.
        #expect(await site.call("GET", "/api/test/files/\(digest)", as: Self.clerk).status == 404)
        #expect(await site.call("POST", "/api/test/shelves/books", #"{"title":"甲","digest":"\#(digest)"}"#, as: Self.clerk).status == 200)
        let given = await site.call("GET", "/api/test/files/\(digest)", as: Self.clerk)
        #expect(given.status == 200)
        #expect(given["ETag"] == "\"\(digest)\"")
        let kept = Attachment(digest: digest, size: 5008, name: "甲.pdf", type: .pdf)
        #expect(try site.files.read(kept) == Array(Self.pdf.utf8))
        #expect(await site.call("GET", "/api/test/files/\(digest)", as: .window("430182")).status == 404)
        #expect(await site.call("GET", "/api/test/files/\(digest)").status == 401)
        #expect(await site.call("GET", "/api/test/files/\(digest)", nil, ["If-None-Match": "\"\(digest)\""], as: Self.clerk).status == 304)
    }

    @Test("What is not what it says it is, too large, of no known type or from nobody is refused", arguments: [
        ("GIF89a", "application/pdf", 422), ("", "application/pdf", 422), ("x", "text/html", 415), ("x", "multipart/form-data", 415),
        ("--b\r\n", "multipart/form-data; boundary=b", 400), ("a\u{0}b", "text/plain", 422), ("文字", "text/plain", 201),
    ])
    func refused(body: String, type: String, status: Int) async {
        let answer = await upload(body, type)
        #expect(answer.status == status)
        if status >= 400 { #expect(APIWalk.problemFaults(answer) == []) }
        #expect(await upload(body, type, as: .visitor).status == 401)
        #expect(await upload(body, type, as: .province).status == 403)
    }

    @Test("Nothing of a refused or broken-off upload stays on disk")
    func leavesNothing() async throws {
        _ = await upload("GIF89a", "application/pdf")
        let store = FileStore(folder: site.files.folder, limit: 100)
        let broken = try Upload(
            HTTPRequest(method: .post, path: "/api/test/files", headers: ["Content-Type": "application/pdf"]), into: store, requestID: "test-0001", allowance: Self.enough)
        _ = Array("%PDF-1.7".utf8).withUnsafeBufferPointer { broken.take($0) }
        broken.abandon()
        let large = try Upload(
            HTTPRequest(method: .post, path: "/api/test/files", headers: ["Content-Type": "application/pdf"]), into: store, requestID: "test-0001", allowance: Self.enough)
        let answer = [UInt8](repeating: 65, count: 101).withUnsafeBufferPointer { large.take($0) }
        #expect(answer?.status == 413)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.files.folder + "/.incoming") == [])
    }

    @Test("A form is taken apart alike, however it is cut into pieces", arguments: [1, 2, 7, 64, 5000])
    func multipart(piece: Int) async throws {
        let form =
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n\(Self.pdf)\r\n-\r\n--X\r\n--XX\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\r\n乙\r\n--XX--\r\n"
        let upload = try Upload(
            HTTPRequest(method: .post, path: "/api/test/files", headers: ["Content-Type": "multipart/form-data; boundary=XX"]),
            into: site.files, requestID: "test-0001", allowance: Self.enough)
        let bytes = Array(form.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let answer = bytes[start..<min(start + piece, bytes.count)].withUnsafeBufferPointer { upload.take($0) }
            #expect(answer == nil)
        }
        let kept = try upload.seal()
        #expect(kept.map(\.name) == ["a.pdf", "b.txt"])
        #expect(try site.files.read(kept[0]) == Array((Self.pdf + "\r\n-\r\n--X").utf8))
        #expect(try site.files.read(kept[1]) == Array("乙".utf8))
    }

    @Test("Over TLS, a person uploads with the session's token and reads a part back")
    func overTLS() async throws {
        let host = try await TestHost([InstalledPlugin(Shelves.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let liu = host.visitor(.tls)
        try await liu.signIn("liu")
        _ = try await liu.get("/test/")
        let token = ("X-CSRF-Token", liu.token)
        let pdf = Array(Self.pdf.utf8)
        #expect(try await liu.send("POST", "/api/test/files", headers: [("Content-Type", "application/pdf")], body: pdf).status == 403)
        let answer = try await liu.send("PUT", "/api/test/files", headers: [("Content-Type", "application/pdf"), token], body: pdf)
        #expect(answer.status == 201)
        let target = try #require(answer["Location"])
        let digest = target.split(separator: "/").last ?? ""
        #expect(try await liu.tell("/api/test/shelves/books", #"{"title":"甲","digest":"\#(digest)"}"#).status == 200)
        let part = try await liu.get(target, headers: [("Range", "bytes=0-3"), ("If-Range", "\"\(digest)\"")])
        #expect(part.status == 206)
        #expect(part.text == "%PDF")
        #expect(part["Content-Range"] == "bytes 0-3/5008")
        let other = try await liu.get(target, headers: [("Range", "bytes=0-3"), ("If-Range", "\"0\"")])
        #expect(other.status == 200)
        #expect(other.body == pdf)
        #expect(try await liu.get(target, headers: [("Range", "bytes=9000-")]).status == 416)
        #expect(try await host.visitor(.tls).send("POST", "/api/test/files", headers: [("Content-Type", "application/pdf")], body: pdf).status == 401)
    }
}
