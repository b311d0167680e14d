import Crypto
import Messages
import Testing
import Vocabulary

@testable import Exchange

@Suite("回执页：逐条成文，整批签署")
struct ReceiptSheetTests {
    private func organisation() throws -> CreditCode { try #require(CreditCode("91350100M000100Y43")) }

    @Test("A receipt written into its form is RFC 8785 of its JSON, whatever the names, and one after the other at any moment")
    func forms() throws {
        var moment = ReceiptForm.Moment()
        let moments: [Int64] = [
            0, 999, 1_000, 1_999, 2_001, 1_774_000_000_123, 1_774_000_000_999, 1_774_000_001_000, 1_774_000_001_007, -1, -1_001, .min, .max, 253_402_300_799_999,
            253_402_300_800_000, 1_774_000_001_008,
        ]
        for (index, name) in ["bank", "银行 \"1\"\\", "", String(repeating: "x", count: 300)].enumerated() {
            let form = ReceiptForm(
                site: "hunan" + name, client: name, organisation: try organisation(), contract: [0, 7, 123_456, -1][index], message: "notes.find-notes.v1")
            for (number, milliseconds) in moments.enumerated() {
                let id = MessageID(high: 0x0190_B6F2_1234_7ABC &+ UInt64(number), low: 0x8DEF_0123_4567_89AB)
                let (asked, answered) = (SHA256Sum(of: [UInt8(number)]), SHA256Sum(of: [1, UInt8(number)]))
                let time = Timestamp(milliseconds: milliseconds)
                let status = [100, 200, 404, 503, 999][number % 5]
                moment.set(time)
                let text = [UInt8](unsafeUninitializedCapacity: form.count) { memory, count in
                    form.write(
                        to: UnsafeMutableRawBufferPointer(memory), id, status: status, moment: moment, request: asked, answer: answered)
                    count = form.count
                }
                let call = PartnerCall(
                    id: id, time: time, site: form.site, client: name, organisation: form.organisation, contract: form.contract, message: form.message,
                    requestDigest: asked.hexadecimal, answerDigest: answered.hexadecimal, status: status)
                #expect(text == call.canonical)
                if milliseconds == 1_774_000_000_123 { #expect(try JSONValue(encoding: call).canonical() == text) }
            }
        }
    }

    @Test("A sheet's root and entry are those of its lines, whatever their number and length, also when it is used again")
    func sheets() throws {
        let sheet = ReceiptSheet()
        for count in [1, 2, 3, 64, 200, 5] {
            let lines = (0..<count).map { [UInt8](repeating: UInt8(97 + $0 % 26), count: 1 + $0 * 37 % 500) }
            for (index, line) in lines.enumerated() {
                let place = sheet.add(MessageID(high: 1, low: UInt64(index)), line.count, at: Timestamp(milliseconds: Int64(count + index)))
                place.copyBytes(from: line)
            }
            #expect(sheet.count == count && sheet.first.low == 0 && sheet.last.low == UInt64(count - 1))
            #expect(sheet.since == Timestamp(milliseconds: Int64(count)))
            #expect(sheet.root == MerkleTree.root(of: lines))
            let checkpoint = Checkpoint(
                site: "test", number: 1, count: count, root: sheet.root, previous: [UInt8](repeating: 0, count: 32), time: Timestamp(milliseconds: 0), key: "k")
            let batch = try #require(ReceiptBatch(payload: ReceiptBatch.payload(checkpoint, signature: [1, 2, 3], sheet)))
            #expect(batch.lines == lines && batch.fault == nil && batch.signature == [1, 2, 3] && batch.checkpoint == checkpoint)
            sheet.clear()
            #expect(sheet.isEmpty)
        }
    }

    @Test("An answer whose status has not three digits has its receipt too, and it proves that status")
    func oddStatus() async throws {
        let desk = try await ExchangeDesk(ahead: 10)
        let form = ReceiptForm(site: "test", client: "bank", organisation: try organisation(), contract: 3, message: "notes.find-notes.v1")
        for status in [99, 1000, 200] {
            let passage = PartnerPassage(
                form, time: desk.clock.now, method: "GET", path: "/api/test/notes", query: "a=1", request: [], answer: [123, 125], status: status)
            let proof = try #require(desk.exchange.witness(passage) { { _ in Issue.record("was to leave at once") } })
            await desk.exchange.receipts.written()
            let call = try desk.exchange.proof(proof.receipt, of: "bank").call
            #expect(call.status == status && call.answerDigest == SHA256Sum(of: [123, 125]).hexadecimal)
            #expect(call.requestDigest == PartnerCall.requestDigest(method: "GET", target: "/api/test/notes?a=1", body: []))
        }
    }

    @Test("Where the clock goes back, another batch begins; every receipt is found")
    func backwards() async throws {
        let desk = try await ExchangeDesk()
        let lines = try [5, 6, 2, 3, 1].map { number -> (id: MessageID, line: [UInt8]) in
            var call = try desk.call()
            call.id = MessageID(high: 0x0190_B6F2_1234_7ABC, low: 0x8DEF_0123_4567_8900 + UInt64(number))
            return (call.id, call.canonical)
        }
        desk.exchange.receipts.takeUp(lines, of: [])
        await desk.exchange.receipts.written()
        #expect(try desk.exchange.audit() == .intact(receipts: 5, batches: 3))
        for (id, _) in lines { #expect(try desk.exchange.proof(id, of: "bank").call.id == id) }
    }
}
