import Crypto
import Dispatch
import FoundationEssentials
import Messages
import Store
import Testing
import Vocabulary

@testable import Exchange

@Suite("回执：每次交换都留下可离线核对的证明")
struct ReceiptTests {
    @Test("A receipt is proved by its way to a signed root", arguments: [SignatureAlgorithm.es256, .sm2])
    func proof(algorithm: SignatureAlgorithm) async throws {
        var settings = PartnerExchange.Settings()
        settings.signature = algorithm
        let desk = try await ExchangeDesk(settings: settings)
        var ids: [MessageID] = []
        for _ in 0..<3 { ids.append(await desk.record(try desk.call())) }
        let key = try #require(try desk.exchange.published().first)
        let public_ = try VerifyingKey(pem: Array(key.pem.utf8), key.algorithm)
        for id in ids {
            let proof = try desk.exchange.proof(id, of: "bank")
            #expect(proof.call.id == id)
            #expect(proof.isValid(under: public_))
        }
        #expect(try desk.exchange.audit() == .intact(receipts: 3, batches: 3))
        #expect(try desk.file.verifyLog() != .broken(seq: 1, what: ""))
    }

    @Test("Calls that come while a batch is written share the next one; every way of every size leads to the root")
    func trees() throws {
        for count in 1...33 {
            let entries = (0..<count).map { Array("entry \($0)".utf8) }
            let tree = MerkleTree(entries)
            #expect(MerkleTree.root(of: entries) == tree.root)
            for index in entries.indices { #expect(MerkleTree.root(of: entries[index], tree.path(of: index)) == tree.root) }
            if count > 1 { #expect(MerkleTree.root(of: entries[0], tree.path(of: 1)) != tree.root) }
        }
    }

    @Test("RFC 9162: the tree of two leaves is the hash of 01 and both leaf hashes")
    func vector() {
        // SHA-256 of 0x00: the leaf of an empty entry, as in the test vectors of Certificate Transparency.
        #expect(MerkleTree.leaf([]).hexadecimal == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        // Root over the vectors' first two leaves, "" and 0x00.
        #expect(MerkleTree([[], [0]]).root.hexadecimal == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
    }

    @Test("The canonical text of a call is RFC 8785 of its JSON")
    func canonical() async throws {
        let desk = try await ExchangeDesk()
        var call = try desk.call("银行 \"1\"")
        call.id = desk.ids.next()
        #expect(try JSONValue(encoding: call).canonical() == call.canonical)
    }

    @Test("What came while a batch was written is signed in batches of their size and shares one commit")
    func sharedCommit() async throws {
        var settings = PartnerExchange.Settings()
        settings.receipts.batch = 2
        let desk = try await ExchangeDesk(settings: settings)
        _ = await desk.record(try desk.call())
        let before = desk.file.counts.commits
        // Somebody else's write keeps the file busy until all of them wait.
        let hold = DispatchSemaphore(value: 0)
        desk.file.enqueue { _ in hold.wait() } then: { _ in }
        let calls = try (0..<7).map { _ in try desk.call() }
        let ids = await withTaskGroup(of: MessageID.self) { group in
            for call in calls { group.addTask { await desk.record(call) } }
            while desk.exchange.receipts.reading.waiting < calls.count { await Task.yield() }
            hold.signal()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(ids).count == 7)
        // The other one's, that of whoever came first, that of the other six.
        #expect(desk.file.counts.commits - before <= 3)
        #expect(try desk.exchange.audit() == .intact(receipts: 8, batches: 5))
        #expect(desk.exchange.receipts.reading.batches == 5)
        for id in ids { #expect(try desk.exchange.proof(id, of: "bank").call.id == id) }
    }

    @Test("A thousand answers that leave ahead cost at most three commits and twenty-one statements")
    func crowd() async throws {
        let desk = try await ExchangeDesk(ahead: 2000)
        _ = await desk.record(try desk.call())
        await desk.exchange.settle()
        let before = desk.file.counts
        let hold = DispatchSemaphore(value: 0)
        desk.file.enqueue { _ in hold.wait() } then: { _ in }
        let call = try desk.call()
        for _ in 0..<1000 { _ = await desk.record(call) }
        #expect(desk.exchange.receipts.reading.waiting == 1000)
        hold.signal()
        await desk.exchange.settle()
        #expect(try desk.exchange.audit() == .intact(receipts: 1001, batches: 4))
        let counts = desk.file.counts
        // The holder's commit may be one of them.
        #expect(counts.commits - before.commits <= 3)
        #expect(counts.statements - before.statements <= 3 * 3 + 3 * 4, "\(counts.statements - before.statements)")
    }

    @Test("A receipt is shown only to its own client")
    func ownOnly() async throws {
        let desk = try await ExchangeDesk()
        let id = await desk.record(try desk.call("bank"))
        #expect(throws: Refusal.receiptPending) { try desk.exchange.proof(id, of: "tax") }
        #expect(throws: Refusal.receiptPending) { try desk.exchange.proof(desk.ids.next(), of: "bank") }
    }

    @Test("A full disk: calls go on for the grace, then are refused; when there is room again every receipt is there")
    func grace() async throws {
        var settings = PartnerExchange.Settings()
        settings.receipts.graceCount = 5
        let desk = try await ExchangeDesk(pages: 60, settings: settings)
        var written = 0
        while desk.exchange.receipts.reading.failingSince == nil, written < 2000 {
            _ = await desk.record(try desk.call())
            written += 1
        }
        #expect(desk.exchange.receipts.reading.failingSince != nil)
        #expect(desk.lines.contains("error receipts-failing"))
        try desk.exchange.receipts.admit()
        for _ in 0..<4 { _ = await desk.record(try desk.call()) }
        #expect(throws: Refusal.noReceipts) { try desk.exchange.receipts.admit() }
        #expect(desk.exchange.receipts.reading.waiting == 5)
        // Nothing was dropped from memory, and a restart of the store takes it up again.
        await desk.advance(.seconds(1))
        #expect(desk.exchange.receipts.reading.waiting == 5)
        #expect(desk.exchange.receipts.reading.written == written - 1)
    }

    @Test("A commit that was reported as failed and reached the disk all the same leaves every receipt there once")
    func reportedWrongly() async throws {
        let desk = try await ExchangeDesk()
        // A key that others may read signs nothing: so the first try fails.
        _ = try ReceiptKey.load(folder: desk.folder, .es256)
        let path = desk.folder + "/_exchange-es256.pem"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        var first = try desk.call()
        first.id = await desk.record(first)
        for _ in 0..<3 { _ = await desk.record(try desk.call()) }
        let book = desk.exchange.receipts
        #expect(book.reading.waiting == 4 && book.reading.failingSince != nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        // What that try would have left on disk.
        let twin = ReceiptBook(
            site: "test", folder: desk.folder, keys: book.keys, file: desk.file, rules: .init(), clock: book.clock, ids: book.ids, log: book.log, work: book.work)
        twin.takeUp([(first.id, first.canonical)], of: [])
        await desk.exchange.settle()
        #expect(try desk.exchange.audit() == .intact(receipts: 1, batches: 1))
        // The next try finds its batch, although more has come since, and writes the rest.
        await desk.advance(.seconds(2))
        await desk.exchange.settle()
        #expect(book.reading.waiting == 0)
        #expect(try desk.exchange.audit() == .intact(receipts: 4, batches: 2))
    }

    @Test("The grace also ends by time")
    func graceTime() async throws {
        let desk = try await ExchangeDesk()
        desk.file.close()
        let id = await desk.record(try desk.call())
        #expect(id != MessageID(high: 0, low: 0))
        try desk.exchange.receipts.admit()
        await desk.advance(.seconds(299))
        try desk.exchange.receipts.admit()
        await desk.advance(.seconds(1))
        #expect(throws: Refusal.noReceipts) { try desk.exchange.receipts.admit() }
        #expect(desk.exchange.receipts.reading.waiting == 1)
    }

    @Test("A store that hangs lets the answers go after its patience, and says so")
    func hanging() async throws {
        let desk = try await ExchangeDesk()
        let gate = Gate()
        let held = desk.file
        // Somebody holds the lane.
        held.enqueue({ _ in gate.wait() }, then: { _ in })
        async let id = desk.record(try desk.call())
        while desk.exchange.receipts.reading.waiting == 0 { await Task.yield() }
        desk.box.advance(.seconds(2))
        desk.exchange.tick()
        _ = try await id
        #expect(desk.lines.contains("error receipts-failing"))
        gate.open()
        await desk.exchange.settle()
        #expect(desk.lines.contains("info receipts-back"))
        #expect(desk.exchange.receipts.reading.failingSince == nil)
        #expect(try desk.exchange.audit() == .intact(receipts: 1, batches: 1))
    }

    @Test("Whatever is changed in the file is found and named", arguments: ["receipt", "cut", "key", "order"])
    func tampering(what: String) async throws {
        let desk = try await ExchangeDesk()
        for _ in 0..<4 { _ = await desk.record(try desk.call()) }
        desk.file.close()
        let path = desk.file.path
        let sql =
            switch what {
            case "receipt": "UPDATE _log SET payload = CAST(replace(CAST(payload AS TEXT), '\"status\":200', '\"status\":404') AS BLOB) WHERE seq = 3"
            case "cut": "DELETE FROM _log WHERE seq = 2"
            case "key": "UPDATE signing_key SET pem = replace(pem, 'A', 'B')"
            default: "UPDATE _log SET payload = (SELECT payload FROM _log WHERE seq = 2) WHERE seq = 3"
            }
        try SQLTool.run(sql, path)
        let verdict = try StoreView(path: path).read { try ReceiptAudit.verify($0) }
        switch what {
        case "receipt": #expect(verdict == .broken(seq: 3, what: "receipts of batch 3 differ from its root"))
        case "cut": #expect(verdict == .broken(seq: 3, what: "batch 2 is missing, found 3"))
        case "order": #expect(verdict == .broken(seq: 3, what: "batch 3 is missing, found 2"))
        default: if case .broken(0, _) = verdict {} else { Issue.record("\(verdict)") }
        }
    }

    @Test("The key file is private, kept over a restart, and refused when others may read it")
    func keyFile() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-key-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try ReceiptKey.load(folder: folder, .es256)
        #expect(try ReceiptKey.load(folder: folder, .es256).id == first.id)
        let path = folder + "/_exchange-es256.pem"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: Refusal.self) { try ReceiptKey.load(folder: folder, .es256) }
    }

    @Test("The key renews itself: the next one is published thirty days before it signs, also over a restart, and receipts of both stay verifiable")
    func renews() async throws {
        let day: Duration = .seconds(86_400)
        let desk = try await ExchangeDesk()
        let first = await desk.record(try desk.call())
        let old = try #require(desk.exchange.receipts.keyID)
        await desk.advance(day * 699)
        #expect(try desk.exchange.published().count == 1)
        // Something lies in the way of the next key: people are told, and it is tried again.
        let way = "\(desk.folder)/_exchange-es256.pem.next"
        try FileManager.default.createDirectory(atPath: way, withIntermediateDirectories: true)
        await desk.advance(day)
        #expect(desk.exchange.signingKeyEnds != nil && desk.lines.contains("error receipt-key"))
        try FileManager.default.removeItem(atPath: way)
        await desk.advance(day)
        let keys = try desk.exchange.published()
        let next = try #require(keys.last)
        #expect(keys.count == 2 && next.id != old && keys.allSatisfy { $0.until == nil })
        #expect(next.since.since(desk.clock.now) > day * 29, "receivers have a month to fetch it")
        #expect(desk.exchange.signingKeyEnds == nil)
        let between = await desk.record(try desk.call())
        #expect(desk.exchange.receipts.keyID == old)

        // A restart in between makes no third key.
        await desk.exchange.settle()
        let folder = desk.folder + "-after"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try desk.file.backup(to: "\(folder)/\(PartnerExchange.fileName)")
        for name in ["_exchange-es256.pem", "_exchange-es256.pem.next"] {
            try FileManager.default.copyItem(atPath: "\(desk.folder)/\(name)", toPath: "\(folder)/\(name)")
        }
        let later = try await ExchangeDesk(folder: folder)
        later.box.advance(day * 702)
        await later.advance(.seconds(1))
        #expect(try later.exchange.published().map(\.id) == [old, next.id])
        await later.advance(day * 31)
        let last = await later.record(try later.call())
        #expect(later.exchange.receipts.keyID == next.id)
        #expect(try later.exchange.published().map { $0.until == nil } == [false, true])
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/_exchange-es256.pem.next"))
        for (id, key) in [(first, old), (between, old), (last, next.id)] {
            let proof = try later.exchange.proof(id, of: "bank")
            let published = try #require(try later.exchange.published().first { $0.id == key })
            #expect(proof.isValid(under: try VerifyingKey(pem: Array(published.pem.utf8), .es256)))
        }
        #expect(try later.exchange.audit() == .intact(receipts: 3, batches: 3))
        #expect(later.exchange.signingKeyEnds == nil)
    }
}
