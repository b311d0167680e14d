import Crypto
import FoundationEssentials
import Messages
import Store
import Testing
import Vocabulary

@testable import Exchange

@Suite("回执流水：答复先行，回执不丢")
struct JournalTests {
    private func journal(_ size: Int = 4096) -> (ReceiptJournal?, String) {
        let path = FileManager.default.temporaryDirectory.path + "/shuniu-journal-" + UUID().uuidString
        return (ReceiptJournal(path: path, size: size), path)
    }

    private func line(_ number: Int) -> [UInt8] { Array("receipt \(number) ".utf8) + [UInt8](repeating: 120, count: number * 37 % 300) }

    @Test("Lines go round and round; what was not let go is found, whole and in order")
    func ring() throws {
        let (journal, path) = journal()
        let book = try #require(journal)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var waiting: [(line: [UInt8], end: Int)] = []
        for number in 0..<2000 {
            var end = line(number).withUnsafeBytes { book.append($0) }
            while end == nil {
                let count = min(1 + number % 3, waiting.count)
                book.drop(count, to: try #require(waiting.prefix(count).last).end)
                waiting.removeFirst(count)
                end = line(number).withUnsafeBytes { book.append($0) }
            }
            waiting.append((line(number), try #require(end)))
            if number % 97 == 0 { #expect(ReceiptJournal.read(path).lines == waiting.map(\.line)) }
            #expect(book.count == waiting.count)
        }
        #expect(ReceiptJournal.read(path).lines == waiting.map(\.line))
        #expect(!ReceiptJournal.read(path).mayHaveLost)
        book.drop(waiting.count, to: try #require(waiting.last).end)
        #expect(ReceiptJournal.read(path).lines.isEmpty)
    }

    @Test("A torn line and what stands behind it do not count; a line longer than the journal is not taken")
    func torn() throws {
        let (journal, path) = journal()
        let book = try #require(journal)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for number in 0..<3 { #expect(line(number).withUnsafeBytes { book.append($0) } != nil) }
        #expect([UInt8](repeating: 1, count: 5000).withUnsafeBytes { book.append($0) } == nil)
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        // A byte inside the second line.
        let second = 4096 + 16 + (line(0).count + 7) & ~7
        bytes[second + 20] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        #expect(ReceiptJournal.read(path).lines == [line(0)])
    }

    @Test("A journal that a host of before left is read by its own check, and a torn line of it as well does not count")
    func firstVersion() throws {
        let (journal, path) = journal()
        var book = journal
        defer { try? FileManager.default.removeItem(atPath: path) }
        for number in 0..<3 { #expect(line(number).withUnsafeBytes { book?.append($0) } != nil) }
        book = nil
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        bytes[0] = 0x31
        try Data(bytes).write(to: URL(filePath: path))
        #expect(ReceiptJournal.read(path).lines.isEmpty, "the marks say how lines are checked")
        var place = 4096
        for number in 0..<3 {
            let line = line(number)
            for byte in 0..<8 { bytes[place + 8 + byte] = UInt8(truncatingIfNeeded: Self.firstCheck(line) >> (8 * UInt64(byte))) }
            place += 16 + (line.count + 7) & ~7
        }
        try Data(bytes).write(to: URL(filePath: path))
        #expect(ReceiptJournal.read(path).lines == (0..<3).map(line))
        bytes[4096 + 20] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        #expect(ReceiptJournal.read(path).lines.isEmpty)
        #expect(!ReceiptJournal.read(path).mayHaveLost)
        bytes[0] = 0x33
        try Data(bytes).write(to: URL(filePath: path))
        #expect(ReceiptJournal.read(path).mayHaveLost, "of a version to come nobody knows what it holds")
    }

    private static func firstCheck(_ line: [UInt8]) -> UInt64 {
        var sum = UInt64(line.count) &* 0x9E37_79B9_7F4A_7C15
        var rest = line[...]
        while rest.count >= 8 {
            sum = (sum ^ rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }) &* 0xFF51_AFD7_ED55_8CCD
            sum ^= sum >> 32
            rest = rest.dropFirst(8)
        }
        return rest.reduce(sum) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    @Test("A journal of another run of the machine says that lines may be missing; one closed clean says nothing")
    func otherBoot() throws {
        let (journal, path) = journal()
        var book = journal
        defer { try? FileManager.default.removeItem(atPath: path) }
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        bytes[10] ^= 1
        try Data(bytes).write(to: URL(filePath: path + ".other"))
        defer { try? FileManager.default.removeItem(atPath: path + ".other") }
        #expect(ReceiptJournal.read(path + ".other").mayHaveLost)
        book?.closeClean()
        book = nil
        #expect(!ReceiptJournal.read(path).mayHaveLost)
        #expect(!ReceiptJournal.read(path + ".none").mayHaveLost)
    }

    @Test("An answer leaves while its batch cannot be written; a run that takes over after a kill signs its receipt, once")
    func takenUp() async throws {
        let desk = try await ExchangeDesk(ahead: 3)
        let first = await desk.record(try desk.call())
        await desk.exchange.receipts.written()
        let gate = Gate()
        // Somebody holds the lane, as a slow disk would.
        desk.file.enqueue({ _ in gate.wait() }, then: { _ in })
        var ids: [MessageID] = []
        for _ in 0..<3 { ids.append(await desk.record(try desk.call())) }
        #expect(desk.exchange.receipts.reading.waiting == 3)

        // What a killed process leaves: the database as it was, the journal, the key.
        let after = desk.folder + "-after"
        try FileManager.default.createDirectory(atPath: after, withIntermediateDirectories: true)
        for name in [ReceiptJournal.fileName, "_exchange-es256.pem"] {
            try FileManager.default.copyItem(atPath: "\(desk.folder)/\(name)", toPath: "\(after)/\(name)")
        }
        let later = try await ExchangeDesk(ahead: 3, folder: after)
        await later.exchange.receipts.written()
        await later.exchange.settle()
        #expect(later.lines.contains("warning receipts-recovered"))
        #expect(try later.exchange.audit() == .intact(receipts: 3, batches: 1))
        for id in ids { #expect(try later.exchange.proof(id, of: "bank").call.id == id) }
        #expect(throws: Refusal.receiptPending) { try later.exchange.proof(first, of: "bank") }
        #expect(!FileManager.default.fileExists(atPath: "\(after)/\(ReceiptJournal.fileName).1"))
        gate.open()
        await desk.exchange.settle()
        #expect(try desk.exchange.audit() == .intact(receipts: 4, batches: 3))
    }

    @Test("Receipts of a run whose clock went back are signed too, although later numbers stand in batches; those that are written are not written again")
    func clockWentBack() async throws {
        let desk = try await ExchangeDesk(ahead: 3)
        let first = await desk.record(try desk.call())
        let second = await desk.record(try desk.call())
        await desk.exchange.settle()
        // A run of a year before, killed before its first batch, had noted these; one of the others is in the journal still.
        let early = Timestamp(milliseconds: desk.clock.now.milliseconds - 365 * 86_400_000)
        let ids = IDSource.system(TimeSource { early })
        var lines: [[UInt8]] = []
        var lost: [MessageID] = []
        for _ in 0..<2 {
            var call = try desk.call()
            call.id = ids.next()
            lost.append(call.id)
            lines.append(call.canonical)
        }
        lines.append(try #require(try desk.file.read { try ReceiptProof.find(second, in: $0) }?.call).canonical)
        let after = desk.folder + "-after"
        try FileManager.default.createDirectory(atPath: after, withIntermediateDirectories: true)
        try desk.file.backup(to: "\(after)/\(PartnerExchange.fileName)")
        try FileManager.default.copyItem(atPath: "\(desk.folder)/_exchange-es256.pem", toPath: "\(after)/_exchange-es256.pem")
        let journal = try #require(ReceiptJournal(path: "\(after)/\(ReceiptJournal.fileName)", size: 4096))
        for line in lines { #expect(line.withUnsafeBytes { journal.append($0) } != nil) }

        let later = try await ExchangeDesk(ahead: 3, folder: after)
        let fresh = await later.record(try later.call())
        await later.exchange.receipts.written()
        await later.exchange.settle()
        #expect(try later.exchange.audit() == .intact(receipts: 5, batches: 4))
        for id in lost + [first, second, fresh] { #expect(try later.exchange.proof(id, of: "bank").call.id == id) }
    }

    @Test("No more answers run ahead than the rule says; the next waits for the disk")
    func bound() async throws {
        let desk = try await ExchangeDesk(ahead: 2)
        let gate = Gate()
        desk.file.enqueue({ _ in gate.wait() }, then: { _ in })
        for _ in 0..<2 { _ = await desk.record(try desk.call()) }
        let left = ExchangeDesk.Flag()
        desk.exchange.receipts.record(try desk.call()) { _ in left.value = true }
        #expect(!left.value)
        gate.open()
        await desk.exchange.settle()
        #expect(left.value)
        #expect(try desk.exchange.audit() == .intact(receipts: 3, batches: 2))
    }

    @Test("After the machine itself stopped the gap is on record in the chain, said once")
    func gap() async throws {
        let desk = try await ExchangeDesk(ahead: 3)
        _ = await desk.record(try desk.call())
        await desk.exchange.settle()
        let after = desk.folder + "-after"
        try FileManager.default.createDirectory(atPath: after, withIntermediateDirectories: true)
        var bytes = Array(try Data(contentsOf: URL(filePath: "\(desk.folder)/\(ReceiptJournal.fileName)")))
        bytes[10] ^= 1
        try Data(bytes).write(to: URL(filePath: "\(after)/\(ReceiptJournal.fileName)"))
        let later = try await ExchangeDesk(ahead: 3, folder: after)
        await later.exchange.settle()
        #expect(later.lines.contains("warning receipts-unsure"))
        #expect(try later.file.read { try $0.log(after: 0, limit: 9).map(\.type) } == [ReceiptGap.type])
        #expect(try later.exchange.audit() == .intact(receipts: 0, batches: 0))
        #expect(!FileManager.default.fileExists(atPath: "\(after)/\(ReceiptJournal.fileName)"))
    }
}
