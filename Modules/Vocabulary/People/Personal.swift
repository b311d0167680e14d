/// A value about a person (个人信息) that stays masked when printed, logged, mirrored, dumped or encoded.
///
/// Three ways lead to the value, each easy to search for:
/// - `reveal(by:)` hands it to code that holds an `UnmaskingRight`, which names the purpose for the audit log;
/// - `PersonalData.revealing(by:)` encodes it in full while its closure runs, for a page or reply to somebody entitled;
/// - `PersonalData.storing` does the same for the store, whose files are not shown to anybody.
///
/// Decoding takes the full value and refuses a masked one, so that a masked copy can never overwrite the original.
/// - Source: 个人信息保护法 art. 6, 51; GB/T 35273-2020 (display masking)
public struct Personal<Value: Maskable & Sendable>: Sendable {
    private let value: Value

    public init(_ value: Value) { self.value = value }

    /// The form fit for every eye.
    public var masked: String { value.masked }

    /// The value in full. Whoever makes the right has checked the reader's grants and writes the audit event.
    public func reveal(by right: UnmaskingRight) -> Value { value }
}

/// Somebody's right to see personal data in full, for one purpose; made where the grants have been checked.
public struct UnmaskingRight: Hashable, Sendable {
    /// Why, in Chinese, for the audit log: 办理工单回访.
    public let purpose: String
    /// Who sees it: the actor's id.
    public let holder: String

    public init(purpose: String, holder: String) {
        self.purpose = purpose
        self.holder = holder
    }

    static let storage = UnmaskingRight(purpose: "存储", holder: "store")
}

/// Encoding of personal data in full, while a closure runs.
public enum PersonalData {
    @TaskLocal static var right: UnmaskingRight?

    /// Whether `Personal` values are being encoded in full right now.
    public static var isRevealing: Bool { right != nil }

    /// Encodes `Personal` values in full while the closure runs. Synchronous on purpose: no other work can slip in.
    /// Printing and logging stay masked inside too.
    public static func revealing<Result>(by right: UnmaskingRight, _ body: () throws -> Result) rethrows -> Result {
        try $right.withValue(right, operation: body)
    }

    /// As `revealing`, for bytes that go into the store or to another plug-in of the same host, and nowhere else.
    public static func storing<Result>(_ body: () throws -> Result) rethrows -> Result {
        try $right.withValue(.storage, operation: body)
    }
}

extension Personal: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { masked }
    public var debugDescription: String { masked }
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }
}

extension Personal: Equatable where Value: Equatable {}
extension Personal: Hashable where Value: Hashable {}

extension Personal: Encodable where Value: Encodable {
    public func encode(to encoder: any Encoder) throws {
        if PersonalData.isRevealing { return try value.encode(to: encoder) }
        var container = encoder.singleValueContainer()
        try container.encode(masked)
    }
}

extension Personal: Decodable where Value: Decodable {
    public init(from decoder: any Decoder) throws {
        let value = try Value(from: decoder)
        // Numbers refuse stars by their own rule; a name has no other.
        if let text = value as? String, text.utf8.contains(UInt8(ascii: "*")) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "the value is masked (*); send it in full or leave it out"))
        }
        self.value = value
    }
}
