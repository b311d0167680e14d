import Crypto
import Messages

/// A signed batch as it stands in the log, one entry: checkpoint, signature, then one canonical receipt a line.
struct ReceiptBatch: Sendable {
    static let type: WireName = "exchange.receipts.v1"

    var checkpoint: Checkpoint
    /// DER.
    var signature: [UInt8]
    var lines: [[UInt8]]

    private init(checkpoint: Checkpoint, signature: [UInt8], lines: [[UInt8]]) {
        self.checkpoint = checkpoint
        self.signature = signature
        self.lines = lines
    }

    /// The entry of a batch whose receipts stand on the sheet.
    static func payload(_ checkpoint: Checkpoint, signature: [UInt8], _ sheet: ReceiptSheet) -> [UInt8] {
        let head = checkpoint.bytes + [10] + Array(Base64.encodePadded(signature).utf8)
        return [UInt8](unsafeUninitializedCapacity: head.count + sheet.length) { memory, count in
            let raw = UnsafeMutableRawBufferPointer(memory)
            raw.copyBytes(from: head)
            sheet.write(to: UnsafeMutableRawBufferPointer(rebasing: raw[head.count...]))
            count = head.count + sheet.length
        }
    }

    init?(payload: [UInt8]) {
        let parts = payload.split(separator: 10, omittingEmptySubsequences: false)
        guard parts.count > 2, let checkpoint = Checkpoint(String(decoding: parts[0], as: UTF8.self)),
            let signature = Base64.decodePadded(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        self.init(checkpoint: checkpoint, signature: signature, lines: parts.dropFirst(2).map(Array.init))
    }

    /// What does not hold inside the batch; `nil` when all does. The signature is checked apart, since it needs the key.
    var fault: String? {
        if checkpoint.count != lines.count { return "batch \(checkpoint.number) has \(lines.count) receipts, not \(checkpoint.count)" }
        if MerkleTree.root(of: lines) != checkpoint.root { return "receipts of batch \(checkpoint.number) differ from its root" }
        return nil
    }
}
