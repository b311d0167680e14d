/// Takes a chunked body apart (RFC 9112 §7.1), one byte at a time where the grammar is and in bulk where data is.
///
/// Chunk extensions are read over, up to `extensionLimit` bytes in all; trailer fields are checked and dropped.
struct ChunkDecoder {
    enum Outcome: Equatable {
        case more
        case complete
        case fault(ProtocolFault)
    }

    private enum State {
        case size, extensions, sizeEnd, data, dataCR, dataLF, trailer, trailerEnd, done
    }

    static let extensionLimit = 2048

    private let limit: Int
    private let trailerBytes: Int
    private let trailerFields: Int
    private var state = State.size
    private var digits = 0
    private var remaining = 0
    private var total = 0
    private var extensionBytes = 0
    private var trailer: [UInt8] = []
    private var trailerSize = 0
    private var trailerCount = 0

    /// - Parameter limit: the most bytes of data that the body may have.
    init(limit: Int, trailerBytes: Int, trailerFields: Int) {
        self.limit = limit
        self.trailerBytes = trailerBytes
        self.trailerFields = trailerFields
    }

    /// Reads from `bytes`, appends data to `body`; says how many bytes were used. After `complete` the rest belongs to
    /// the next request.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, into body: inout [UInt8]) -> (used: Int, outcome: Outcome) {
        var place = 0
        while place < bytes.count {
            if state == .data {
                let take = min(remaining, bytes.count - place)
                body.append(contentsOf: bytes[place..<place + take])
                place += take
                remaining -= take
                if remaining == 0 { state = .dataCR }
                continue
            }
            let byte = bytes[place]
            place += 1
            if let fault = step(byte) { return (place, .fault(fault)) }
            if state == .done { return (place, .complete) }
        }
        return (place, .more)
    }

    private mutating func step(_ byte: UInt8) -> ProtocolFault? {
        switch state {
        case .size: return stepSize(byte)
        case .extensions:
            if byte == Byte.carriageReturn {
                state = .sizeEnd
                return nil
            }
            extensionBytes += 1
            guard ByteClass.table[Int(byte)] & ByteClass.value != 0, extensionBytes <= ChunkDecoder.extensionLimit else {
                return .chunk
            }
        case .sizeEnd:
            guard byte == Byte.lineFeed else { return .chunk }
            digits = 0
            guard remaining > 0 else {
                state = .trailer
                return nil
            }
            total += remaining
            guard total <= limit else { return .largeBody }
            state = .data
        case .dataCR:
            guard byte == Byte.carriageReturn else { return .chunk }
            state = .dataLF
        case .dataLF:
            guard byte == Byte.lineFeed else { return .chunk }
            state = .size
        case .trailer: return stepTrailer(byte)
        case .trailerEnd:
            guard byte == Byte.lineFeed else { return .trailer }
            return endTrailerLine()
        case .data, .done: break
        }
        return nil
    }

    private mutating func stepSize(_ byte: UInt8) -> ProtocolFault? {
        let value = Byte.hexValue(byte)
        if value < 16 {
            // Eight digits are four gigabytes; more are only there to overflow somebody.
            guard digits < 8 else { return .chunk }
            remaining = remaining * 16 + Int(value)
            digits += 1
            return nil
        }
        guard digits > 0 else { return .chunk }
        switch byte {
        case Byte.carriageReturn: state = .sizeEnd
        case Byte.semicolon: state = .extensions
        default: return .chunk
        }
        return nil
    }

    private mutating func stepTrailer(_ byte: UInt8) -> ProtocolFault? {
        if byte == Byte.carriageReturn {
            state = .trailerEnd
            return nil
        }
        trailerSize += 1
        guard byte != Byte.lineFeed, trailerSize <= trailerBytes else { return .trailer }
        trailer.append(byte)
        return nil
    }

    private mutating func endTrailerLine() -> ProtocolFault? {
        if trailer.isEmpty {
            state = .done
            return nil
        }
        trailerCount += 1
        let valid = trailer.withUnsafeBufferPointer { line in
            guard let mark = FieldLine.parse(line, 0, line.count, ByteClass.table) else { return false }
            let name = line.part(0, mark.nameEnd)
            return !name.isText("content-length") && !name.isText("transfer-encoding") && !name.isText("host")
        }
        trailer.removeAll(keepingCapacity: true)
        guard valid, trailerCount <= trailerFields else { return .trailer }
        state = .trailer
        return nil
    }
}
