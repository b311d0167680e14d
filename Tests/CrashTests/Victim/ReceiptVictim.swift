import Bus
import Crypto
import Exchange
import Foundation
import Messages
import Store
import Vocabulary

/// Answers invented partner calls as fast as it can and prints the number of each receipt when the answer may leave.
enum ReceiptVictim {
    static func run(_ folder: String, isCheck: Bool) async throws {
        let ids = IDSource.system(.system)
        let lanes = LanePool(threads: 1)
        let file = StoreFile(
            path: "\(folder)/\(PartnerExchange.fileName)", migrations: PartnerExchange.migrations, lanes: lanes, options: PartnerExchange.options, clock: .system)
        let exchange = try PartnerExchange.open(
            site: "crash", folder: folder, file: file, shelf: SecretShelf(key: [UInt8](repeating: 7, count: 32)), settings: .init(), clock: .system, ids: ids,
            log: .silent)
        if isCheck {
            await exchange.receipts.written()
            if case .intact(let receipts, let batches) = try exchange.audit() { print("receipts audit intact \(receipts) \(batches)") } else { print("receipts audit broken") }
            if case .intact(let count, _) = try file.verifyLog() { print("receipts log intact \(count)") } else { print("receipts log broken") }
            let calls = try exchange.latest(1_000_000)
            print("receipts numbers \(calls.map(\.id.description).joined(separator: ","))")
            print("receipts doubled \(calls.count - Set(calls.map(\.id)).count)")
            await exchange.close()
            file.close()
            return
        }
        guard let organisation = CreditCode("91350100M000100Y43") else { exit(2) }
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var number = worker
                    while true {
                        let call = PartnerCall(
                            id: ids.next(), time: TimeSource.system.now, site: "crash", client: "bank", organisation: organisation, contract: 1,
                            message: "notes.find-notes.v1", requestDigest: Digest.sha256.of(Array("\(number)".utf8)).hexadecimal,
                            answerDigest: Digest.sha256.of(Array("{}".utf8)).hexadecimal, status: 200)
                        let id = await withCheckedContinuation { continuation in exchange.receipts.record(call) { continuation.resume(returning: $0) } }
                        let line = Array("\(id)\n".utf8)
                        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
                        number += 8
                        // So that the rounds together stay within what a check reads at once.
                        usleep(200)
                    }
                }
            }
        }
    }
}
