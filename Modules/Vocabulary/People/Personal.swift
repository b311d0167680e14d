/// A value about a person (个人信息) that stays masked when printed, logged, mirrored, dumped or encoded.
///
/// It may know whom it is about (`person`); without that it cannot be stored in a message. Two ways lead to the value, each easy
/// to search for:
/// - `reveal(by:)` hands it to code that holds an `UnmaskingRight`, which names the purpose for the audit log;
/// - `PersonalData.revealing(by:)` encodes it in full while its closure runs, for a page or reply to somebody entitled.
///
/// In logs, jobs and recorded replies it lies sealed under the person's own key (`PersonalData.sealing`). Once that key is
/// destroyed the value is gone: it `isErased`, shows `（已删除）`, and reveals nothing.
///
/// Decoding takes the full value and refuses a masked one, so that a masked copy can never overwrite the original.
/// - Source: 个人信息保护法 art. 6, 47, 51; GB/T 35273-2020 (display masking)
public struct Personal<Value: Maskable & Sendable>: Sendable {
    /// `nil`: erased.
    private let value: Value?
    /// Whom the value is about, within this site.
    public let person: PersonID?

    public init(_ value: Value, of person: PersonID? = nil) {
        self.value = value
        self.person = person
    }

    private init(erased person: PersonID) {
        value = nil
        self.person = person
    }

    /// The same value, said to be about this person.
    public func of(_ person: PersonID) -> Personal { value.map { Personal($0, of: person) } ?? Personal(erased: person) }

    /// Whether the person's key is gone, and with it the value.
    public var isErased: Bool { value == nil }

    /// The form fit for every eye.
    public var masked: String { value?.masked ?? PersonalData.erasedText }

    /// The value in full, `nil` when it was erased. Whoever makes the right has checked the reader's grants and writes the audit event.
    public func reveal(by right: UnmaskingRight) -> Value? { value }
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
}

/// Puts values under their person's key; the bus has the only one.
public protocol PersonalSealing: Sendable {
    /// Opaque text for the value: letters, digits, `-`, `_`.
    func seal(_ value: some Encodable, of person: PersonID) throws -> String
}

/// Opens what a `PersonalSealing` sealed.
public protocol PersonalOpening: Sendable {
    /// `nil` when the person's key is gone.
    func open<Value: Decodable>(_ type: Value.Type, _ sealed: Substring, of person: PersonID) throws -> Value?
}

/// How `Personal` values are written and read while a closure runs. Synchronous on purpose: no other work can slip in.
public enum PersonalData {
    @TaskLocal static var right: UnmaskingRight?
    @TaskLocal static var sealer: (any PersonalSealing)?
    @TaskLocal static var opener: (any PersonalOpening)?

    /// What stands where a value was erased.
    public static let erasedText = "（已删除）"

    /// Whether `Personal` values are being encoded in full right now.
    public static var isRevealing: Bool { right != nil }

    /// Encodes `Personal` values in full while the closure runs. Printing and logging stay masked inside too.
    public static func revealing<Result>(by right: UnmaskingRight, _ body: () throws -> Result) rethrows -> Result {
        try $right.withValue(right, operation: body)
    }

    /// Encodes `Personal` values sealed, for bytes that are stored. A value that does not say whom it is about is refused.
    public static func sealing<Result>(with sealer: any PersonalSealing, _ body: () throws -> Result) rethrows -> Result {
        try $sealer.withValue(sealer, operation: body)
    }

    /// Decodes sealed `Personal` values, from bytes that were stored. Elsewhere a sealed value is refused.
    public static func opening<Result>(with opener: any PersonalOpening, _ body: () throws -> Result) rethrows -> Result {
        try $opener.withValue(opener, operation: body)
    }
}

/// The text of a sealed value: `sealed:<person>:<opaque>`; opaque is empty for one that was erased before it was stored again.
public enum SealedText {
    static let prefix = "sealed:"

    static func make(_ person: PersonID, _ opaque: String) -> String { "\(prefix)\(person):\(opaque)" }

    /// Person and opaque part; `nil` when the text is something else.
    public static func parse(_ text: String) -> (person: PersonID, opaque: Substring)? {
        guard text.hasPrefix(prefix) else { return nil }
        let rest = text.dropFirst(prefix.count)
        guard let colon = rest.firstIndex(of: ":"), let person = PersonID(String(rest[..<colon])) else { return nil }
        return (person, rest[rest.index(after: colon)...])
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
        var container = encoder.singleValueContainer()
        if let sealer = PersonalData.sealer {
            guard let person else {
                throw EncodingError.invalidValue(
                    self,
                    .init(
                        codingPath: encoder.codingPath,
                        debugDescription: "a personal value must say whom it is about before it is stored: .of(person)"))
            }
            try container.encode(SealedText.make(person, value.map { try sealer.seal($0, of: person) } ?? ""))
        } else if PersonalData.isRevealing, let value {
            try value.encode(to: encoder)
        } else {
            try container.encode(masked)
        }
    }
}

extension Personal: Decodable where Value: Decodable {
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self), text.hasPrefix(SealedText.prefix) {
            guard let opener = PersonalData.opener, let (person, opaque) = SealedText.parse(text) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "a sealed value cannot be sent"))
            }
            let value = opaque.isEmpty ? nil : try opener.open(Value.self, opaque, of: person)
            self = value.map { Personal($0, of: person) } ?? Personal(erased: person)
            return
        }
        let value = try Value(from: decoder)
        // Numbers refuse stars by their own rule; a name has no other.
        if let text = value as? String, text.utf8.contains(UInt8(ascii: "*")) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "the value is masked (*); send it in full or leave it out"))
        }
        self.init(value)
    }
}
