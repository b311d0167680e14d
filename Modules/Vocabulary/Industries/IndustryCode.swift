/// An industry's code by GB/T 4754-2017: a section's letter (`C`), or two, three or four digits (division, group, class).
///
/// A code that exists has the right shape; whether the standard has it, `IndustryTable` knows.
public struct IndustryCode: Hashable, Sendable, Comparable {
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        case section = 1, division, group, `class`

        /// 门类、大类、中类、小类
        public var title: String {
            switch self {
            case .section: "门类"
            case .division: "大类"
            case .group: "中类"
            case .class: "小类"
            }
        }

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    public let level: Level
    /// The letter's place from A = 1, or the digits as a number.
    private let number: UInt16

    /// Parses `A`…`T`, `01`…`97`, three or four digits; a lower-case letter is taken too, everything else is `nil`.
    public init?(_ text: String) {
        var number: UInt16 = 0
        var count = 0
        for byte in text.utf8 {
            if count == 0, byte | 0x20 >= 97, byte | 0x20 <= 116, text.utf8.count == 1 {
                level = .section
                self.number = UInt16((byte | 0x20) - 96)
                return
            }
            guard count < 4, let digit = byte.asDigit else { return nil }
            number = number * 10 + UInt16(digit)
            count += 1
        }
        guard let level = Level(rawValue: count), level != .section else { return nil }
        self.level = level
        self.number = number
    }

    /// Whether the digits begin with those of the other, which is one level above; any division may lie in a section.
    func lies(below parent: IndustryCode) -> Bool {
        guard parent.level.rawValue == level.rawValue - 1 else { return false }
        return parent.level == .section || number / 10 == parent.number
    }

    /// Sections first, then by digits, each code directly before the codes below it.
    public static func < (left: IndustryCode, right: IndustryCode) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch level {
        case .section: Int(number)
        case .division: Int(number) * 1000 + 101
        case .group: Int(number) * 100 + 102
        case .class: Int(number) * 10 + 103
        }
    }
}

extension IndustryCode: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        if level == .section { return String(Unicode.Scalar(UInt8(number) + 64)) }
        let digits = String(number)
        return String(repeating: "0", count: level.rawValue - digits.utf8.count) + digits
    }
}

extension IndustryCode: TextCoded {
    public static var textForm: String { "an industry code (GB/T 4754-2017: a letter A-T or 2 to 4 digits)" }
}
