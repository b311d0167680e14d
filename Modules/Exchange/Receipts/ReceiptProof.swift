public import Crypto
public import Messages
import Store
import Vocabulary

/// A receipt with everything that proves it offline: the way to its batch's root, the signed checkpoint, the key's name.
public struct ReceiptProof: Sendable {
    public let call: PartnerCall
    let line: [UInt8]
    let path: [MerkleTree.Step]
    let checkpoint: Checkpoint
    let signature: [UInt8]

    /// The proof as text, one fact a line; what the script in `PROTOCOL.md` reads.
    public var text: String {
        var lines = ["receipt " + String(decoding: line, as: UTF8.self)]
        lines += path.map { ($0.isLeft ? "left " : "right ") + $0.sibling.hexadecimal }
        lines += ["checkpoint \(checkpoint)", "signature " + Base64.encodePadded(signature)]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same as JSON.
    public var json: JSONValue {
        [
            "receipt": .string(String(decoding: line, as: UTF8.self)),
            "path": .array(path.map { ["side": .string($0.isLeft ? "left" : "right"), "hash": .string($0.sibling.hexadecimal)] }),
            "checkpoint": .string(checkpoint.description), "signature": .string(Base64.encodePadded(signature)),
            "key": .string(checkpoint.key),
        ]
    }

    /// Whether receipt, way and signature agree under the key.
    public func isValid(under key: VerifyingKey) -> Bool {
        MerkleTree.root(of: line, path) == checkpoint.root && key.isValid(signature, of: checkpoint.bytes)
    }

    /// The proof of a receipt; `nil` when there is none of that number.
    static func find(_ id: MessageID, in snapshot: some SQLReading) throws -> ReceiptProof? {
        for seq in try batches(around: id, in: snapshot) {
            if let proof = try find(id, in: batch(seq, in: snapshot)) { return proof }
        }
        return nil
    }

    /// Batches that may hold the number: one, but for those of a time when the clock went back.
    static func batches(around id: MessageID, in snapshot: some SQLReading) throws -> [Int64] {
        try snapshot.rows("SELECT seq FROM receipt_batch WHERE last >= ? AND first <= ? ORDER BY last", id, id) { try $0.get(0, as: Int64.self) }
    }

    private static func find(_ id: MessageID, in batch: ReceiptBatch?) throws -> ReceiptProof? {
        guard let batch else { return nil }
        let mark = Array("\"id\":\"\(id)\"".utf8)
        guard
            let index = batch.lines.firstIndex(where: { line in
                line.indices.contains { line[$0...].starts(with: mark) }
            })
        else { return nil }
        let line = batch.lines[index]
        let call = try JSON.decode(PartnerCall.self, from: line)
        guard call.id == id else { return nil }
        return ReceiptProof(
            call: call, line: line, path: MerkleTree(batch.lines).path(of: index), checkpoint: batch.checkpoint, signature: batch.signature)
    }

    static func batch(_ seq: Int64, in snapshot: some SQLReading) throws -> ReceiptBatch? {
        try snapshot.log(after: seq - 1, limit: 1).first.flatMap { ReceiptBatch(payload: $0.payload) }
    }
}
