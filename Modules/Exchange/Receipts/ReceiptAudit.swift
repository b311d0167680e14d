public import Crypto
import Messages
public import Store
public import Vocabulary

/// A public key with which a site signs or signed its receipts.
public struct PublishedKey: Sendable, Hashable {
    public let id: String
    public let algorithm: SignatureAlgorithm
    public let pem: String
    public let since: Timestamp
    /// When another key took over; `nil`: in use.
    public let until: Timestamp?

    static func all(in snapshot: some SQLReading) throws -> [PublishedKey] {
        try snapshot.rows("SELECT id, algorithm, pem, since, until FROM signing_key ORDER BY since, id") { row in
            guard let algorithm = SignatureAlgorithm(rawValue: try row.get(1)) else {
                throw StoreError.column(name: "algorithm", expected: "ES256 or SM2", found: "another word")
            }
            return PublishedKey(id: try row.get(0), algorithm: algorithm, pem: try row.get(2), since: try row.get(3), until: try row.get(4))
        }
    }
}

/// The check of a whole file of receipts, beside the hash chain of its log: roots, order and signatures.
public enum ReceiptAudit {
    public enum Verdict: Sendable, Hashable {
        case intact(receipts: Int, batches: Int)
        /// The log's entry and what does not hold in it, English.
        case broken(seq: Int64, what: String)
    }

    /// Checks every batch on one snapshot. Cost: the whole file.
    public static func verify(_ snapshot: some SQLReading) throws -> Verdict {
        var keys: [String: VerifyingKey] = [:]
        for key in try PublishedKey.all(in: snapshot) {
            guard ReceiptKey.id(ofPEM: key.pem) == key.id, let made = try? VerifyingKey(pem: Array(key.pem.utf8), key.algorithm) else {
                return .broken(seq: 0, what: "signing key \(key.id) differs from its identifier")
            }
            keys[key.id] = made
        }
        var previous = [UInt8](repeating: 0, count: 32)
        var number: Int64 = 0
        var receipts = 0
        var after: Int64 = 0
        while true {
            let entries = try snapshot.log(after: after, limit: 64)
            guard let last = entries.last else { break }
            for entry in entries where entry.type == ReceiptBatch.type {
                guard let batch = ReceiptBatch(payload: entry.payload) else { return .broken(seq: entry.seq, what: "batch cannot be read") }
                number += 1
                guard batch.checkpoint.number == number else {
                    return .broken(seq: entry.seq, what: "batch \(number) is missing, found \(batch.checkpoint.number)")
                }
                guard batch.checkpoint.previous == previous else {
                    return .broken(seq: entry.seq, what: "batch \(number) does not follow the one before it")
                }
                if let fault = batch.fault { return .broken(seq: entry.seq, what: fault) }
                guard let key = keys[batch.checkpoint.key], key.isValid(batch.signature, of: batch.checkpoint.bytes) else {
                    return .broken(seq: entry.seq, what: "signature of batch \(number) is not valid")
                }
                previous = batch.checkpoint.digest
                receipts += batch.lines.count
            }
            after = last.seq
        }
        return .intact(receipts: receipts, batches: Int(number))
    }

    /// The newest calls, newest first, of one client or of all, out of the newest 200 batches.
    public static func latest(_ limit: Int, of client: String? = nil, since: Timestamp? = nil, in snapshot: some SQLReading) throws -> [PartnerCall] {
        let seqs = try snapshot.rows("SELECT seq FROM receipt_batch ORDER BY number DESC LIMIT 200") { try $0.get(0, as: Int64.self) }
        // In the canonical text the client stands right behind the 64 digits of the answer's digest.
        let mark = client.map { Array("\"client\":\"\($0)\"".utf8) }
        var calls: [PartnerCall] = []
        for seq in seqs {
            guard let batch = try ReceiptProof.batch(seq, in: snapshot) else { continue }
            for line in batch.lines.reversed() {
                if let mark, !line.dropFirst(83).starts(with: mark) { continue }
                let call = try JSON.decode(PartnerCall.self, from: line)
                if let since, call.time < since { return calls }
                if client == nil || call.client == client { calls.append(call) }
                if calls.count == limit { return calls }
            }
        }
        return calls
    }
}
