import Crypto
public import Vocabulary

/// What the site signs for a batch of receipts: one line of text, words separated by single spaces.
///
/// `shuniu-receipts-v1 <site> <number> <count> <root> <previous> <time> <key>`
public struct Checkpoint: Sendable, Hashable, LosslessStringConvertible {
    static let mark = "shuniu-receipts-v1"

    public var site: String
    /// Batches of the site, counted from 1 without gaps.
    public var number: Int64
    /// Receipts in the batch.
    public var count: Int
    /// Root of the batch's hash tree, 32 bytes.
    public var root: [UInt8]
    /// SHA-256 of the text of the checkpoint before it; zeros for the first.
    public var previous: [UInt8]
    public var time: Timestamp
    /// The signing key's identifier.
    public var key: String

    init(site: String, number: Int64, count: Int, root: [UInt8], previous: [UInt8], time: Timestamp, key: String) {
        self.site = site
        self.number = number
        self.count = count
        self.root = root
        self.previous = previous
        self.time = time
        self.key = key
    }

    public init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 8, words[0] == Self.mark, let number = Int64(words[2]), let count = Int(words[3]),
            let root = [UInt8](hexadecimal: words[4]), let previous = [UInt8](hexadecimal: words[5]), root.count == 32, previous.count == 32,
            let time = Timestamp(words[6])
        else { return nil }
        self.init(site: words[1], number: number, count: count, root: root, previous: previous, time: time, key: words[7])
        guard description == text else { return nil }
    }

    public var description: String {
        "\(Self.mark) \(site) \(number) \(count) \(root.hexadecimal) \(previous.hexadecimal) \(time) \(key)"
    }

    var bytes: [UInt8] { Array(description.utf8) }
    var digest: [UInt8] { Digest.sha256.of(bytes) }
}
