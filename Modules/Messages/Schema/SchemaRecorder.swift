/// Derives schemas by letting types decode themselves from nothing and noting what they ask for.
///
/// A type sees only its decoder, so it needs values to go on: invented ones, tried in turn, until it accepts them.
final class SchemaRecorder {
    /// Texts that the types of this house accept one or other of; the empty one first.
    static let texts = [
        "", "2026-03-01", "2026-03-01T00:00:00.000Z", "430000", "430100", "00000000-0000-7000-8000-000000000001", "a.b.v1",
        "91430100MA4L0EXYX2", "13800000000", "0731-80000000", "A", "C3411", "0", "1", "1.00", "text", "a@example.org",
        "https://example.org/",
    ]
    static let integers: [Int] = [0, 1, 2, 12, 100, 2026, 430_000]

    /// Types being described now, outermost first.
    private var underWay: [ObjectIdentifier] = []
    private var recursive: [ObjectIdentifier: String] = [:]
    private var done: [ObjectIdentifier: Schema] = [:]
    /// A value of each type that could be made.
    private var samples: [ObjectIdentifier: Any] = [:]
    private var definitions: [Schema.Definition] = []

    static func root<T: Decodable>(_ type: T.Type) -> Schema {
        let recorder = SchemaRecorder()
        var schema = recorder.schema(of: type)
        schema.definitions = recorder.definitions
        return schema
    }

    func sample<T>(of type: T.Type) -> T? { samples[ObjectIdentifier(type)] as? T }

    func schema<T: Decodable>(of type: T.Type) -> Schema {
        let id = ObjectIdentifier(type)
        if let schema = done[id] { return schema }
        if underWay.contains(id) {
            let name = recursive[id] ?? Self.name(of: type)
            recursive[id] = name
            return Schema(.reference(name))
        }
        underWay.append(id)
        var schema = describe(type)
        underWay.removeLast()
        if let speaking = type as? any SchemaSpeaking.Type, let refining = speaking as? any SchemaRefining.Type { refining.refine(&schema) }
        if let name = recursive[id] {
            definitions.append(.init(name: name, schema: schema))
            schema = Schema(.reference(name))
        }
        // What mentions a type still under way is complete only by reference, which stays valid.
        done[id] = schema
        return schema
    }

    private func describe<T: Decodable>(_ type: T.Type) -> Schema {
        let id = ObjectIdentifier(type)
        if type == JSONValue.self {
            samples[id] = JSONValue.null
            return Schema(.any)
        }
        // To learn that a type does not conform costs the runtime a look at every conformance of the program, so it is asked once.
        if let type = type as? any SchemaSpeaking.Type {
            if let type = type as? any SchemaDescribing.Type {
                let schema = type.schema
                let example = schema.example
                if let value = example.flatMap({ try? $0.decode(T.self) }) {
                    samples[id] = value
                } else {
                    _ = record(T.self)
                }
                return schema
            }
            if let type = type as? any SchemaContainer.Type {
                samples[id] = type.empty
                return type.schema(by: self)
            }
        }
        if let cases = EnumCases.all(of: type), type is any RawRepresentable.Type, let first = cases.first {
            samples[id] = first
            let values = cases.compactMap { ($0 as? any RawRepresentable).flatMap { Self.rawValue($0) } }
            if values.count == cases.count { return Schema(.choice(values)) }
        }
        return record(type)
    }

    private static func rawValue(_ value: some RawRepresentable) -> JSONValue? {
        if let text = value.rawValue as? String { return .string(text) }
        if let number = value.rawValue as? any BinaryInteger { return Int64(exactly: number).map { .integer($0) } }
        return nil
    }

    private func record<T: Decodable>(_ type: T.Type) -> Schema {
        let id = ObjectIdentifier(type)
        let note = SchemaNote()
        var isComplete = false
        attempts: for attempt in 0..<max(Self.texts.count, Self.integers.count) {
            note.begin()
            var failed = false
            var variant = 0
            repeat {
                note.variant = variant
                do {
                    let value = try T(from: SchemaRecording(recorder: self, note: note, attempt: attempt))
                    if samples[id] == nil { samples[id] = value }
                } catch {
                    failed = true
                }
                variant += 1
            } while variant < note.variants.count
            if !failed {
                isComplete = true
                break attempts
            }
        }
        // A type without members that refuses everything is read as what it asked for first.
        var schema = note.schema
        if !isComplete, samples[id] == nil, case .object = schema.kind { schema.isOpen = true }
        return schema
    }

    private static func name(of type: any Decodable.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".").filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")
        }
    }
}

extension Schema {
    /// The schema of what the type decodes from. Members read with `decodeIfPresent`, as optionals are, need not be there;
    /// a `null` stands for absent. Costs some hundred microseconds; keep it.
    public static func of<T: Decodable>(_ type: T.Type) -> Schema { SchemaRecorder.root(type) }
}

// MARK: - Swift's own containers

protocol SchemaContainer: SchemaSpeaking {
    static var empty: Any { get }
    static func schema(by recorder: SchemaRecorder) -> Schema
}

extension Optional: SchemaContainer, SchemaSpeaking where Wrapped: Decodable {
    static var empty: Any { Self.none as Any }
    static func schema(by recorder: SchemaRecorder) -> Schema {
        var schema = recorder.schema(of: Wrapped.self)
        schema.isNullable = true
        return schema
    }
}

extension Array: SchemaContainer, SchemaSpeaking where Element: Decodable {
    static var empty: Any { [Element]() }
    static func schema(by recorder: SchemaRecorder) -> Schema { Schema(.array(recorder.schema(of: Element.self))) }
}

extension Set: SchemaContainer, SchemaSpeaking where Element: Decodable {
    static var empty: Any { Set<Element>() }
    static func schema(by recorder: SchemaRecorder) -> Schema { Schema(.array(recorder.schema(of: Element.self))) }
}

extension Dictionary: SchemaContainer, SchemaSpeaking where Key: Decodable, Value: Decodable {
    static var empty: Any { [Key: Value]() }
    static func schema(by recorder: SchemaRecorder) -> Schema {
        let value = recorder.schema(of: Value.self)
        if Key.self == String.self || Key.self == Int.self || Key.self is any CodingKeyRepresentable.Type {
            var schema = Schema(.map(value))
            schema.rule = keyRule(recorder.schema(of: Key.self))
            return schema
        }
        // Swift writes other keys as an array: key, value, key, value.
        return Schema(.array(Schema(.any)))
    }

    /// What the keys must be, where not every text will do.
    private static func keyRule(_ key: Schema) -> Schema.TextRule? {
        switch key.kind {
        case .integer:
            return Schema.TextRule("integer", pattern: "^-?(0|[1-9][0-9]*)$", sentence: "字段名应为整数。") { text in
                Int(text).map { String($0) == text } ?? false
            }
        case .choice(let values):
            let names = values.compactMap { $0.string ?? $0.integer.map(String.init) }
            return Schema.TextRule(
                "choice", pattern: "^(\(names.joined(separator: "|")))$", sentence: "字段名应为下列之一：\(names.joined(separator: "、"))。"
            ) { names.contains($0) }
        default: return key.rule
        }
    }
}
