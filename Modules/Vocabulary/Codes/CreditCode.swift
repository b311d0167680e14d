/// A unified social credit code (统一社会信用代码): 18 characters, upper case, without I O S V Z; its check character is right.
///
/// Characters: 1 registering department, 2 kind of body, 3–8 region of registration *at that time* (never derive the
/// responsible window from it), 9–17 organisation code, 18 check character. Kept in 16 bytes, without an allocation.
/// - Source: GB 32100-2015; organisation code GB 11714-1997
public struct CreditCode: Hashable, Sendable {
    // Nine characters each, five bits per character, the first one highest: the order of the numbers is that of the texts.
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Parses and normalises (spaces, hyphens, lower case, full-width); `nil` when structure or check character is wrong.
    public init?(_ text: String) {
        guard case .success(let code) = Self.examine(text) else { return nil }
        self = code
    }

    /// Parses as `init?` does, and says which rule the text breaks.
    public static func parse(_ text: String) throws(Problem) -> CreditCode {
        try examine(text).get()
    }

    private static func examine(_ text: String) -> Result<CreditCode, Problem> {
        let folded = FoldedText(text, separators: .dropped)
        if folded.count == 0 { return .failure(.empty) }
        if folded.count != 18 { return .failure(.length(folded.count)) }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var sum = 0
        for index in 0..<18 {
            let byte = folded[index]
            guard let value = alphabetValue(byte) else {
                let shown =
                    byte == 0xFF ? folded.stranger.map { String($0.scalar) } ?? "?" : String(Unicode.Scalar(byte))
                return .failure(.character(shown, position: index + 1))
            }
            if index < 9 { high = high << 5 | UInt64(value) } else { low = low << 5 | UInt64(value) }
            if index < 17 { sum += value * weights[index] }
        }
        let code = CreditCode(high: high, low: low)
        if let problem = code.structuralProblem() { return .failure(problem) }
        let expected = (31 - sum % 31) % 31
        if expected != code.value(at: 17) {
            return .failure(.checkCharacter(expected: alphabet[expected], found: alphabet[code.value(at: 17)]))
        }
        return .success(code)
    }

    private func structuralProblem() -> Problem? {
        for index in 2..<8 where value(at: index) > 9 {
            return .character(String(Self.alphabet[value(at: index)]), position: index + 1)
        }
        let province = UInt8(value(at: 2) * 10 + value(at: 3))
        let isNational = province == 10 && (4..<8).allSatisfy { value(at: $0) == 0 }
        guard isNational || RegionCode.provinces.contains(province) else { return .region(regionDigits) }
        guard let department else { return .department(Self.alphabet[value(at: 0)]) }
        if department.isClosed, !department.lists(type: value(at: 1)) {
            return .type(Self.alphabet[value(at: 1)], department: department.name)
        }
        return nil
    }

    /// Value of the character at an index from 0, 0…30.
    func value(at index: Int) -> Int {
        Int((index < 9 ? high >> UInt64((8 - index) * 5) : low >> UInt64((17 - index) * 5)) & 31)
    }

    /// Characters 3–8: the region of the registration authority when the code was given; may be abolished since.
    /// `100000` for a registration at national level.
    public var regionDigits: String {
        String(unsafeUninitializedCapacity: 6) { bytes in
            for index in 0..<6 { bytes[index] = 48 + UInt8(value(at: index + 2)) }
            return 6
        }
    }

    /// The region of registration; `nil` at national level.
    public var region: RegionCode? { RegionCode(regionDigits) }

    /// Characters 9–17, the organisation code with its own check character (GB 11714-1997).
    public var organisationCode: String { String(description.suffix(10).dropLast()) }

    static let alphabet: [Character] = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
    private static let alphabetBytes: [UInt8] = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

    /// 0…30 in the alphabet's order, by arithmetic: letters lose one step for each of I, O, S, V, Z before them.
    private static func alphabetValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...72: Int(byte) - 65 + 10  // A…H
        case 74...78: Int(byte) - 74 + 18  // J…N
        case 80...82: Int(byte) - 80 + 23  // P…R
        case 84...85: Int(byte) - 84 + 26  // T, U
        case 87...89: Int(byte) - 87 + 28  // W, X, Y
        default: nil
        }
    }
}

extension CreditCode: CustomStringConvertible, LosslessStringConvertible, Comparable {
    /// The 18 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 18) { bytes in
            write(text: bytes)
            return 18
        }
    }

    /// Writes the 18 characters.
    package func write(text: UnsafeMutableBufferPointer<UInt8>) {
        for index in 0..<18 { text[index] = Self.alphabetBytes[value(at: index)] }
    }

    public static func < (left: CreditCode, right: CreditCode) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension CreditCode: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            self = try CreditCode.parse(text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.description, underlyingError: error))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
