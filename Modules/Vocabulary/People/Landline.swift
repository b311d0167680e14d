/// A Chinese fixed-line number with its area code and, in an office, an extension.
///
/// Inside Hunan the digits are checked per area (0731 has eight, the others seven; 0732 and 0733 ended in 2009); elsewhere
/// the shape only. Printing masks the number; `digits` gives it in full.
public struct Landline: Hashable, Sendable {
    /// With its leading 0, such as `0731`.
    public let area: String
    /// Seven or eight digits, the first of them 2…9.
    public let local: String
    /// One to six digits.
    public let `extension`: String?

    /// `0731-80000000`, with `-801` behind it for an extension.
    public var digits: String { area + "-" + local + (`extension`.map { "-" + $0 } ?? "") }

    /// Parses what people type: spaces, hyphens, brackets, full width, `+86` before the area without its 0, and an extension
    /// behind `-`, `转` or `x`; `nil` when it is no fixed-line number.
    public init?(_ text: String) {
        var text = text
        var dialled: String?
        if let mark = text.firstIndex(where: { $0 == "转" || $0 == "轉" || $0 == "x" || $0 == "X" || $0 == "#" }) {
            dialled = String(text[text.index(after: mark)...])
            text = String(text[..<mark])
        }
        guard var parts = PhoneParts(text), let area = parts.takeArea() else { return nil }
        let expected = Self.localDigits[area]
        if expected == 0 { return nil }
        guard let local = parts.takeLocal(digits: expected.map { $0...$0 } ?? 7...8) else { return nil }
        if let dialled {
            guard parts.isAtEnd, let folded = PhoneParts(dialled)?.onlyGroup else { return nil }
            `extension` = folded
        } else {
            guard let rest = parts.rest else { return nil }
            `extension` = rest.isEmpty ? nil : rest
        }
        if let `extension`, !(1...6).contains(`extension`.utf8.count) { return nil }
        self.area = area
        self.local = local
    }

    /// Digits of a local number per area of Hunan; 0 for an area that ended.
    private static let localDigits: [String: Int] = [
        "0730": 7, "0731": 8, "0732": 0, "0733": 0, "0734": 7, "0735": 7, "0736": 7, "0737": 7, "0738": 7, "0739": 7,
        "0743": 7, "0744": 7, "0745": 7, "0746": 7,
    ]
}

/// A telephone number as groups of digits, as typed; brackets, hyphens and spaces separate them.
struct PhoneParts {
    private var groups: [[UInt8]] = []
    private var group = 0
    private var offset = 0

    /// `nil` when something else than digits and separators stands in the text.
    init?(_ text: String) {
        let folded = FoldedText(text, separators: .kept)
        guard (1...32).contains(folded.count) else { return nil }
        var current: [UInt8] = []
        for index in 0..<folded.count {
            let byte = folded[index]
            switch byte {
            case 48...57: current.append(byte)
            case UInt8(ascii: "+") where index == 0: current.append(contentsOf: [48, 48])
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"):
                if !current.isEmpty { groups.append(current) }
                current = []
            default: return nil
            }
        }
        if !current.isEmpty { groups.append(current) }
        if groups.isEmpty { return nil }
    }

    /// All digits without their separators.
    var joined: [UInt8] { groups.flatMap { $0 } }

    var onlyGroup: String? { groups.count == 1 ? String(decoding: groups[0], as: UTF8.self) : nil }

    var isAtEnd: Bool { group >= groups.count || group == groups.count - 1 && offset == groups[group].count }

    /// The area code: `010`, `02x` or four digits; after `+86` or `0086` its leading 0 may be missing.
    mutating func takeArea() -> String? {
        var digits = joined
        var skipped = 0
        var isInternational = false
        if digits.starts(with: Array("0086".utf8)) {
            digits.removeFirst(4)
            skipped = 4
            isInternational = true
        }
        if isInternational, digits.first != 48 {
            digits.insert(48, at: 0)
            skipped -= 1
        }
        guard digits.count > 3, digits[0] == 48 else { return nil }
        let length: Int
        switch digits[1] {
        case UInt8(ascii: "1"):
            guard digits[2] == 48 else { return nil }
            length = 3
        case UInt8(ascii: "2"): length = 3
        case UInt8(ascii: "3")...UInt8(ascii: "9"): length = 4
        default: return nil
        }
        guard digits.count > length else { return nil }
        advance(skipped + length)
        return String(decoding: digits[..<length], as: UTF8.self)
    }

    /// The local number: whole groups up to the digits allowed, or a single group of them.
    mutating func takeLocal(digits allowed: ClosedRange<Int>) -> String? {
        var taken: [UInt8] = []
        while group < groups.count {
            let next = groups[group][offset...]
            // What follows a complete number is its extension.
            if allowed.contains(taken.count), taken.count + next.count > allowed.upperBound || next.count < 3 { break }
            taken += next
            group += 1
            offset = 0
            if taken.count >= allowed.upperBound { break }
        }
        guard allowed.contains(taken.count), let first = taken.first, first >= UInt8(ascii: "2") else { return nil }
        return String(decoding: taken, as: UTF8.self)
    }

    /// What is left, if it is at most one group.
    var rest: String? {
        if isAtEnd { return "" }
        guard group == groups.count - 1 else { return nil }
        return String(decoding: groups[group][offset...], as: UTF8.self)
    }

    private mutating func advance(_ digits: Int) {
        var left = digits
        while left > 0, group < groups.count {
            let here = groups[group].count - offset
            if left >= here {
                left -= here
                group += 1
                offset = 0
            } else {
                offset += left
                left = 0
            }
        }
    }
}
