/// A division's code by GB/T 2260: six digits, 2 + 2 + 2 (province, city, county).
///
/// A code that exists has the right shape and a province's first digits. Whether it is (or was) assigned, `RegionTable` knows.
public struct RegionCode: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    /// The six digits as a number, 110000…829999.
    public let number: Int32

    /// Parses six ASCII digits; `nil` when the text has another shape or no province begins so.
    public init?(_ text: String) {
        var number: Int32 = 0
        var count = 0
        for byte in text.utf8 {
            guard count < 6, let digit = byte.asDigit else { return nil }
            number = number * 10 + Int32(digit)
            count += 1
        }
        guard count == 6, Self.provinces.contains(UInt8(number / 10_000)) else { return nil }
        self.number = number
    }

    init(checked number: Int32) { self.number = number }

    public var description: String { String(number) }

    public static func < (left: RegionCode, right: RegionCode) -> Bool { left.number < right.number }

    /// Whether the other region is this one or lies below it, by the code's own structure; abolished codes count too.
    public func contains(_ other: RegionCode) -> Bool {
        if number % 10_000 == 0 { return number / 10_000 == other.number / 10_000 }
        if number % 100 == 0 { return number / 100 == other.number / 100 }
        return number == other.number
    }

    /// First and last code at or below this one, as text, for SQL's `BETWEEN`.
    public var codesBelow: ClosedRange<String> {
        let below: Int32 = number % 10_000 == 0 ? 9_999 : number % 100 == 0 ? 99 : 0
        return description...String(number + below)
    }

    /// The province the code lies in, or the code itself.
    public var province: RegionCode { RegionCode(checked: number / 10_000 * 10_000) }

    /// First two digits in use.
    static let provinces = ProvinceSet([
        11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
        50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
    ])

    /// A set of numbers below 128, asked for every code that is parsed.
    struct ProvinceSet: Sendable {
        private var bits: (UInt64, UInt64) = (0, 0)

        init(_ numbers: [UInt8]) {
            for number in numbers {
                if number < 64 { bits.0 |= 1 << UInt64(number) } else { bits.1 |= 1 << UInt64(number - 64) }
            }
        }

        func contains(_ number: UInt8) -> Bool {
            (number < 64 ? bits.0 >> UInt64(number) : bits.1 >> UInt64(number - 64)) & 1 == 1
        }
    }
}

extension RegionCode: TextCoded {
    public static var textForm: String { "a six-digit region code (GB/T 2260)" }
}
