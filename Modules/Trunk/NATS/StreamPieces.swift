import Bus
import Messages

/// An entry that is larger than the broker's `max_payload` travels as several messages, one behind the other: each a parcel without
/// entries whose `piece` says which part of the parcel with the entry follows it.
///
/// All but the last say that their log is where it was before, so that a writer that ended in between begins the entry again.
struct StreamPiece: Codable, Sendable {
    /// 1…`count`.
    var number: Int
    var count: Int
    /// Of the entry.
    var entry: Int64

    /// Most parts of one entry: at a `max_payload` of 64 KiB about 64 MiB.
    static let most = 1024
}

/// The parts of one entry that have come.
struct StreamParts: Sendable {
    var source: String
    var piece: StreamPiece
    var bytes: [UInt8]
}

/// What one message of a stream holds.
enum StreamContent {
    case entries(Parcel.Batch, [CarriedEntry])
    case piece(StreamPiece, Parcel.Batch, [UInt8])

    /// Its last entry; `nil` of a part, where only the whole would say.
    var newest: EntryMark? {
        guard case .entries(_, let entries) = self else { return nil }
        return entries.last.map { EntryMark(seq: $0.head.seq, id: $0.head.id) }
    }

    /// How far its log is after it.
    var last: Int64 {
        switch self {
        case .entries(let batch, _), .piece(_, let batch, _): batch.last
        }
    }
}

extension NetworkKeys {
    /// One entry, already closed for the stream, as several messages of at most `size` bytes.
    ///
    /// - Throws: `NATSError` `nats.too-large` beyond `StreamPiece.most` parts.
    func pieces(_ entry: CarriedEntry, of source: String, for subject: String, size: Int) throws -> [[UInt8]] {
        let seq = entry.head.seq
        let whole = try TrunkBody.encode(Parcel(session: "", batches: [.init(source: source, after: seq - 1, last: seq, count: 1)]), [entry])
        // Head, seal and headers of each.
        let part = size - 2048
        let count = part > 0 ? (whole.count + part - 1) / part : .max
        guard count <= StreamPiece.most else {
            throw NATSError(
                "too-large", "日志 \(source) 第 \(seq) 条有 \(whole.count) 字节，NATS 服务器的 max_payload 只有 \(size)，分段后仍放不下。请调大服务器的 max_payload。")
        }
        return try (1...count).map { number in
            let batch = Parcel.Batch(source: source, after: seq - 1, last: number == count ? seq : seq - 1, count: 0)
            let head = try TrunkBody.encode(Parcel(session: "", batches: [batch], piece: StreamPiece(number: number, count: count, entry: seq)), [])
            return try seal(head + whole[(number - 1) * part..<min(number * part, whole.count)], for: subject)
        }
    }

    /// - Throws: `NATSError` `nats.sealed`; `Refusal` `trunk.malformed` where it is not what it says, or of another log than its subject.
    func content(_ sealed: [UInt8], of subject: String) throws -> StreamContent {
        let bytes = try open(sealed, of: subject)
        let words = subject.split(separator: ".")
        func check(_ batches: [Parcel.Batch]) throws -> Parcel.Batch {
            guard let batch = batches.first, batches.count == 1, words.count > 4, batch.source == "\(words[2])/\(words[3])" else { throw Refusal.malformedParcel }
            return batch
        }
        let (parcel, end) = try TrunkBody.head(of: bytes)
        guard let piece = parcel.piece else {
            let (parcel, entries) = try TrunkBody.decode(bytes)
            return .entries(try check(parcel.batches), entries[0])
        }
        let batch = try check(parcel.batches)
        guard (1...StreamPiece.most).contains(piece.count), (1...piece.count).contains(piece.number) else { throw Refusal.malformedParcel }
        return .piece(piece, batch, Array(bytes[end...]))
    }
}

extension StreamParts {
    /// The parts with the next one; `nil`: it does not follow on them.
    static func joined(_ parts: StreamParts?, _ source: String, _ piece: StreamPiece, _ bytes: [UInt8]) -> StreamParts? {
        if piece.number == 1 { return StreamParts(source: source, piece: piece, bytes: bytes) }
        guard var parts, parts.source == source, parts.piece.entry == piece.entry, parts.piece.count == piece.count, parts.piece.number + 1 == piece.number else { return nil }
        parts.piece = piece
        parts.bytes += bytes
        return parts
    }

    /// The entry, once all parts are there.
    ///
    /// - Throws: `Refusal` `trunk.malformed`.
    func whole() throws -> (batch: Parcel.Batch, entries: [CarriedEntry])? {
        guard piece.number == piece.count else { return nil }
        let (parcel, entries) = try TrunkBody.decode(bytes)
        guard let batch = parcel.batches.first, parcel.batches.count == 1, batch.source == source, batch.last == piece.entry else { throw Refusal.malformedParcel }
        return (batch, entries[0])
    }
}
