/// An identity number of a resident (公民身份号码): 17 digits and a check character. Printing masks it; `digits` gives it in full.
///
/// The text is taken exactly, apart from a small `x`: who types an identity number with spaces may have typed it wrong.
/// - Source: GB 11643-1999; 15-digit numbers ended on 2013-01-01
public struct ResidentID: Hashable, Sendable {
    public enum Sex: String, Codable, Sendable { case male, female }

    /// The 18 characters; personal data, see `Personal`.
    public let digits: String
    public let birth: Day

    /// Parses an identity number; `nil` when shape, province, date of birth or check character is wrong.
    /// - Parameter today: births after this day are refused.
    public init?(_ text: String, on today: Day = .last) {
        let bytes = Array(text.utf8)
        guard bytes.count == 18 else { return nil }
        var sum = 0
        for (byte, weight) in zip(bytes, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) {
            guard let digit = byte.asDigit else { return nil }
            sum += digit * weight
        }
        let last = bytes[17] == UInt8(ascii: "x") ? UInt8(ascii: "X") : bytes[17]
        guard last == Array("10X98765432".utf8)[sum % 11] else { return nil }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 } }
        guard RegionCode.provinces.contains(UInt8(number(0..<2))),
            let birth = Day(year: number(6..<10), month: number(10..<12), day: number(12..<14)),
            birth <= today, birth.year >= 1800
        else { return nil }
        self.birth = birth
        digits = String(decoding: bytes[..<17] + [last], as: UTF8.self)
    }

    /// The region of the first registration, often an abolished code; never the person's residence today.
    public var region: RegionCode? { RegionCode(String(digits.prefix(6))) }

    public var sex: Sex { (Int(digits.dropFirst(16).prefix(1)) ?? 0) % 2 == 1 ? .male : .female }
}
