/// Text cut into what search compares: runs of Han characters, and words of letters and digits; width and case folded.
struct SearchText {
    struct Piece {
        let isHan: Bool
        /// Folded, one for each character position in `places`.
        var scalars: [UInt32] = []
        /// Where each scalar stands in the text, and the place after the last.
        var places: [String.Index] = []
        var end: String.Index

        var text: String { SearchText.string(scalars[...]) }
    }

    let pieces: [Piece]

    init(_ text: String) {
        var pieces: [Piece] = []
        var isOpen = false
        let scalars = text.unicodeScalars
        var place = scalars.startIndex
        while place < scalars.endIndex {
            let after = scalars.index(after: place)
            let folded = Self.fold(scalars[place])
            switch Self.kind(folded) {
            case .other: isOpen = false
            case .mark: break
            case .han, .word:
                let isHan = Self.kind(folded) == .han
                if !isOpen || pieces.last?.isHan != isHan { pieces.append(Piece(isHan: isHan, end: after)) }
                isOpen = true
                pieces[pieces.count - 1].scalars.append(folded)
                pieces[pieces.count - 1].places.append(place)
                pieces[pieces.count - 1].end = after
            }
            place = after
        }
        self.pieces = pieces
    }

    /// What the index holds: 中小企业 → `中小 小企 企业 业`, words as they are. The last character stands alone too, so
    /// that a search for one character is a search by prefix.
    var indexed: String {
        var tokens: [String] = []
        for piece in pieces {
            if !piece.isHan {
                tokens.append(piece.text)
                continue
            }
            for first in 0..<piece.scalars.count {
                tokens.append(Self.string(piece.scalars[first..<min(first + 2, piece.scalars.count)]))
            }
        }
        return tokens.joined(separator: " ")
    }

    /// The FTS5 expression that finds every piece: Han runs as phrases, words by their beginning; `nil` without pieces.
    var expression: String? {
        guard !pieces.isEmpty else { return nil }
        return pieces.prefix(Self.mostPieces).map { piece in
            let scalars = piece.scalars.prefix(Self.longestPiece)
            if !piece.isHan || scalars.count == 1 { return "\"\(Self.string(scalars))\"*" }
            let pairs = (0..<(scalars.count - 1)).map { Self.string(scalars[$0...($0 + 1)]) }
            return "\"\(pairs.joined(separator: " "))\""
        }.joined(separator: " AND ")
    }

    /// Where in this text the query's pieces stand, in order, without overlaps.
    func marks(of query: SearchText) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        for piece in pieces {
            for wanted in query.pieces.prefix(Self.mostPieces) where wanted.isHan == piece.isHan {
                let pattern = wanted.scalars.prefix(Self.longestPiece)
                guard piece.scalars.count >= pattern.count else { continue }
                let last = piece.isHan ? piece.scalars.count - pattern.count : 0
                for start in 0...last where piece.scalars[start..<(start + pattern.count)] == pattern {
                    let end = start + pattern.count
                    found.append(piece.places[start]..<(end < piece.places.count ? piece.places[end] : piece.end))
                }
            }
        }
        found.sort { $0.lowerBound < $1.lowerBound }
        var merged: [Range<String.Index>] = []
        for range in found {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    // MARK: - Characters

    private static let mostPieces = 16
    private static let longestPiece = 64

    private enum Kind { case han, word, mark, other }

    /// Full-width forms to ASCII, capitals to small letters.
    private static func fold(_ scalar: Unicode.Scalar) -> UInt32 {
        var value = scalar.value
        if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
        if value == 0x3000 { value = 32 }
        if value < 0x80 { return (65...90).contains(value) ? value + 32 : value }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        if let first = lower.first, lower.count == 1, scalar.value == value { return first.value }
        return value
    }

    private static func kind(_ value: UInt32) -> Kind {
        switch value {
        case 48...57, 97...122: return .word
        case 0..<0x80: return .other
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x3FFFF, 0x3005, 0x3007: return .han
        case 0x3040...0x30FF, 0xAC00...0xD7AF: return .han
        default:
            guard let scalar = Unicode.Scalar(value) else { return .other }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .format: return .mark
            case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
                return .word
            default: return .other
            }
        }
    }

    static func string(_ scalars: ArraySlice<UInt32>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars.compactMap(Unicode.Scalar.init))
        return String(text)
    }
}
