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
        let seq: Int64? = try snapshot.value("SELECT seq FROM receipt_batch WHERE last >= ? AND first <= ? ORDER BY last LIMIT 1", id, id)
        guard let seq, let batch = try batch(seq, in: snapshot) else { return nil }
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
