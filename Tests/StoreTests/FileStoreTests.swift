import Foundation
import Messages
import Store
import Testing

@Suite struct FileStoreTests {
    let scratch: Scratch
    let store: FileStore

    init() throws {
        scratch = try Scratch()
        store = FileStore(folder: scratch.path("files"), limit: 1000)
    }

    static let pdf = Array("%PDF-1.7 x".utf8)

    @Test func whatIsKeptIsFoundByItsContent() throws {
        let attachment = try store.keep(Self.pdf, name: "C:\\资料\\申请表.PDF")
        #expect(attachment.name == "申请表.PDF")
        #expect(attachment.type == .pdf)
        #expect(attachment.size == 10)
        let path = store.path(of: attachment)
        #expect(path == "\(store.folder)/\(attachment.digest.prefix(2))/\(attachment.digest.dropFirst(2))")
        #expect(try store.read(attachment) == Self.pdf)
        #expect(try store.verify(attachment))
        // Twice the same content is one file, and nothing is left lying about.
        _ = try store.keep(Self.pdf, name: "另一份.pdf")
        let shelf = try FileManager.default.contentsOfDirectory(atPath: "\(store.folder)/\(attachment.digest.prefix(2))")
        #expect(shelf.count == 1)
    }

    @Test func theDigestIsSHA256() {
        #expect(
            SHA256Digest.of(Array("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest.of([]).description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func aDamagedFileIsNoticedAndHealedByKeepingItAgain() throws {
        let attachment = try store.keep(Self.pdf, name: "a.pdf")
        try Data("%PDF-1.7 y".utf8).write(to: URL(fileURLWithPath: store.path(of: attachment)))
        #expect(try !store.verify(attachment))
        #expect(throws: StoreError.self) { try store.read(attachment) }
        _ = try store.keep(Self.pdf, name: "a.pdf")
        #expect(try store.verify(attachment))
    }

    @Test func aDigestFromOutsideCannotLeaveTheFolder() {
        let evil = Attachment(digest: "../../../../etc/passwd", size: 1, name: "x", type: .txt)
        #expect(!store.path(of: evil).contains(".."))
        #expect(throws: StoreError.self) { try store.read(evil) }
    }

    static let zip: [UInt8] = [0x50, 0x4B, 3, 4, 20, 0] + Array("[Content_Types].xml".utf8)

    @Test(arguments: [
        ("a.pdf", FileStoreTests.pdf), ("a.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]),
        ("a.jpg", [0xFF, 0xD8, 0xFF, 0xE0]), ("a.JPEG", [0xFF, 0xD8, 0xFF, 0xE0]), ("a.zip", FileStoreTests.zip),
        ("a.docx", FileStoreTests.zip + Array("word/document.xml".utf8)), ("a.mp4", [0, 0, 0, 24] + Array("ftypisom".utf8)),
        ("a.xlsx", FileStoreTests.zip + Array("xl/workbook.xml".utf8)), ("a.txt", Array("甲\r\n\t乙".utf8)),
        ("a.csv", [0xB8, 0xF6, 0x2C, 0x0A]),
    ] as [(String, [UInt8])])
    func anAllowedTypeIsKept(_ name: String, _ content: [UInt8]) throws {
        #expect(try store.verify(try store.keep(content, name: name)))
    }

    @Test(arguments: [
        ("a.exe", Array("MZ".utf8)), ("a", Array("x".utf8)), ("", Array("x".utf8)), ("a.pdf", Array("<html>".utf8)),
        ("a.png", FileStoreTests.pdf), ("a.mp4", Array("ftypisom".utf8)), ("a.docx", FileStoreTests.zip), ("a.txt", [0x41, 0]), ("a.txt", []),
        ("a.html", Array("<p>".utf8)), ("a.svg", Array("<svg>".utf8)), ("a.txt", [UInt8](repeating: 65, count: 1001)),
    ] as [(String, [UInt8])])
    func whatIsNotAllowedIsRefusedWithANextStep(_ name: String, _ content: [UInt8]) throws {
        do {
            _ = try store.keep(content, name: name)
            Issue.record("kept \(name)")
        } catch let refusal as Refusal {
            #expect(refusal.code == "store.file-refused")
            #expect(refusal.status == 422)
            #expect(refusal.faults.allSatisfy { $0.message.contains("请") })
            #expect(name.count < 5 || !refusal.log.contains(name))
        }
        #expect(!exists(store.folder))
    }
}
