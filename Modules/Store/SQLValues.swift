public import Messages
public import Vocabulary

// How values stand in a table: times as UTC milliseconds, identifiers as 16 bytes, codes as text.

extension SQLScalar: SQLValue {
    public var sql: SQLScalar { self }
    public init?(sql: SQLScalar) { self = sql }
}

extension Int64: SQLValue {
    public var sql: SQLScalar { .integer(self) }
    public init?(sql: SQLScalar) {
        guard case .integer(let value) = sql else { return nil }
        self = value
    }
}

extension Int: SQLValue {
    public var sql: SQLScalar { .integer(Int64(self)) }
    public init?(sql: SQLScalar) {
        guard case .integer(let value) = sql else { return nil }
        self.init(exactly: value)
    }
}

extension Bool: SQLValue {
    public var sql: SQLScalar { .integer(self ? 1 : 0) }
    /// 0 or 1, nothing else.
    public init?(sql: SQLScalar) {
        guard case .integer(let value) = sql, value == 0 || value == 1 else { return nil }
        self = value == 1
    }
}

extension Double: SQLValue {
    public var sql: SQLScalar { .real(self) }
    public init?(sql: SQLScalar) {
        switch sql {
        case .real(let value): self = value
        case .integer(let value): self = Double(value)
        default: return nil
        }
    }
}

extension String: SQLValue {
    public var sql: SQLScalar { .text(self) }
    public init?(sql: SQLScalar) {
        guard case .text(let value) = sql else { return nil }
        self = value
    }
}

extension Array: SQLValue where Element == UInt8 {
    public var sql: SQLScalar { .blob(self) }
    public init?(sql: SQLScalar) {
        guard case .blob(let value) = sql else { return nil }
        self = value
    }
}

/// Codes and numbers stand as the text that they are elsewhere; a type says so by `extension RegionCode: SQLValue {}`.
extension SQLValue where Self: TextCoded {
    public var sql: SQLScalar { .text(description) }
    public init?(sql: SQLScalar) {
        guard case .text(let text) = sql else { return nil }
        self.init(text)
    }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    public var sql: SQLScalar { self?.sql ?? .null }
    public init?(sql: SQLScalar) {
        if case .null = sql {
            self = .none
        } else if let value = Wrapped(sql: sql) {
            self = .some(value)
        } else {
            return nil
        }
    }
}

extension Timestamp: SQLValue {
    public var sql: SQLScalar { .integer(milliseconds) }
    public init?(sql: SQLScalar) {
        guard case .integer(let value) = sql else { return nil }
        self.init(milliseconds: value)
    }
}

extension Day: SQLValue {
    /// `2026-03-01`, so that a table sorts days by time.
    public var sql: SQLScalar { .text(description) }
    public init?(sql: SQLScalar) {
        guard case .text(let value) = sql else { return nil }
        self.init(value)
    }
}

extension Fen: SQLValue {
    public var sql: SQLScalar { .integer(fen) }
    public init?(sql: SQLScalar) {
        guard case .integer(let value) = sql else { return nil }
        self.init(value)
    }
}

extension RegionCode: SQLValue {}

extension CreditCode: SQLValue {
    public var sql: SQLScalar { .text(description) }
    public init?(sql: SQLScalar) {
        guard case .text(let value) = sql else { return nil }
        self.init(value)
    }
}

extension WireName: SQLValue {}

extension MessageID: SQLValue {
    public var sql: SQLScalar { .blob(bytes) }
    public init?(sql: SQLScalar) {
        guard case .blob(let value) = sql, value.count == 16 else { return nil }
        func word(_ range: Range<Int>) -> UInt64 { value[range].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: word(0..<8), low: word(8..<16))
    }

    /// Sixteen bytes, big-endian, so that a table sorts them by time.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index))
                buffer[8 + index] = UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index))
            }
            count = 16
        }
    }
}

/// Lets an enum or a wrapper with a raw value stand in a table: `extension Stage: SQLRawValue {}`.
public protocol SQLRawValue: SQLValue, RawRepresentable where RawValue: SQLValue {}

extension SQLRawValue {
    public var sql: SQLScalar { rawValue.sql }
    public init?(sql: SQLScalar) {
        guard let raw = RawValue(sql: sql) else { return nil }
        self.init(rawValue: raw)
    }
}

extension Reach: SQLRawValue {}
