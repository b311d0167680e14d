/// An amount of money in whole fen (分, a hundredth of a yuan); never a floating number.
///
/// What is parsed or decoded stays within ±`limit` (ten thousand billion yuan), so that `+` over thousands of such amounts
/// cannot overflow. Sums of unbounded length use `sum(_:)`, which says so when they leave the range.
/// JSON and store carry the integer.
public struct Fen: Hashable, Sendable {
    public let fen: Int64

    public init(_ fen: Int64) { self.fen = fen }

    /// Whole yuan; `nil` beyond the limit.
    public init?(yuan: Int64) {
        guard yuan.magnitude <= Self.limit / 100 else { return nil }
        fen = yuan * 100
    }

    /// The largest magnitude a text or a message may carry, in fen.
    public static let limit: UInt64 = 1_000_000_000_000_000
    public static let zero = Fen(0)

    /// Whole yuan, cut towards zero, and the fen behind them, 0…99.
    public var parts: (yuan: Int64, fen: Int64) { (fen / 100, Int64((fen % 100).magnitude)) }

    public static func + (left: Fen, right: Fen) -> Fen { Fen(left.fen + right.fen) }
    public static func - (left: Fen, right: Fen) -> Fen { Fen(left.fen - right.fen) }
    public static prefix func - (amount: Fen) -> Fen { Fen(-amount.fen) }
    public static func += (left: inout Fen, right: Fen) { left = left + right }
    public static func -= (left: inout Fen, right: Fen) { left = left - right }

    /// The exact sum; `nil` when it has no place in 64 bits.
    public static func sum(_ amounts: some Sequence<Fen>) -> Fen? {
        var total: Int64 = 0
        for amount in amounts {
            let (next, overflow) = total.addingReportingOverflow(amount.fen)
            if overflow { return nil }
            total = next
        }
        return Fen(total)
    }

    /// The amount times a fraction, such as 30 over 100, rounded half away from zero (四舍五入); `nil` for a denominator that
    /// is not positive or a result out of range.
    public func times(_ numerator: Int64, over denominator: Int64) -> Fen? {
        guard denominator > 0 else { return nil }
        let product = fen.magnitude.multipliedFullWidth(by: numerator.magnitude)
        guard product.high < UInt64(denominator) else { return nil }
        let (quotient, remainder) = UInt64(denominator).dividingFullWidth(product)
        let rounded = quotient + (remainder >= UInt64(denominator) - remainder ? 1 : 0)
        guard rounded <= UInt64(Int64.max) else { return nil }
        return Fen((fen < 0) != (numerator < 0) ? -Int64(rounded) : Int64(rounded))
    }

    /// Equal parts that add up to the amount exactly; the first ones are larger by one fen where it does not divide.
    /// Empty for a count below 1.
    public func instalments(_ count: Int) -> [Fen] {
        guard count > 0 else { return [] }
        let (share, rest) = fen.quotientAndRemainder(dividingBy: Int64(count))
        return (0..<count).map { Fen(share + (Int64($0) < Int64(rest.magnitude) ? rest.signum() : 0)) }
    }

    /// Parts in proportion to whole-number weights that add up to the amount exactly; fen left over go to the largest
    /// remainders, the earlier part first. Empty when a weight is negative or all are 0.
    public func split(by weights: [Int64]) -> [Fen] {
        guard weights.allSatisfy({ (0...1_000_000_000_000).contains($0) }), weights.count <= 1_000_000 else {
            return []
        }
        let total = UInt64(weights.reduce(0, +))
        guard total > 0 else { return [] }
        let shares = weights.map { weight in
            total.dividingFullWidth(fen.magnitude.multipliedFullWidth(by: UInt64(weight)))
        }
        var parts = shares.map(\.quotient)
        let left = fen.magnitude - parts.reduce(0, +)
        let order = shares.indices.sorted { (shares[$1].remainder, $0) < (shares[$0].remainder, $1) }
        for index in order.prefix(Int(left)) { parts[index] += 1 }
        // The magnitude of the smallest amount has no positive twin, so the sign goes on in bits.
        return parts.map { Fen(fen < 0 ? 0 &- Int64(bitPattern: $0) : Int64(bitPattern: $0)) }
    }
}

extension Fen: Comparable {
    public static func < (left: Fen, right: Fen) -> Bool { left.fen < right.fen }
}

extension Fen: CustomStringConvertible {
    /// Yuan with two decimals and no grouping: `-1234.50`.
    public var description: String {
        let (yuan, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(fen < 0 ? "-" : "")\(yuan).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension Fen: Codable {
    public init(from decoder: any Decoder) throws {
        let fen = try decoder.singleValueContainer().decode(Int64.self)
        guard fen.magnitude <= Self.limit else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath, debugDescription: "\(fen) fen is beyond the limit of ±\(Self.limit)"
                ))
        }
        self.fen = fen
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(fen)
    }
}
