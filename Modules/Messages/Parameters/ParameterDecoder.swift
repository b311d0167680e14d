import Synchronization

/// Reads a value from path, query or form parameters.
///
/// Forms are read leniently (`.form`), programs strictly (`.program`): `true` and `false` only, numbers in their one spelling, an
/// empty text is an empty text, and the bounds of the schema hold.
///
/// `owner.name=甲` is the member `name` of the member `owner`; an array is a name given several times, or
/// `lines.0.title=…`, `lines.1.title=…` for an array of objects. Texts become numbers and truth values where the type
/// asks for them (`true`, `1`, `on`; `false`, `0`, `off`). An empty text counts as absent where the member may be absent.
public enum ParameterDecoder {
    public typealias Parameter = (name: String, value: String)

    /// Who wrote the parameters.
    public enum Style: Sendable, Hashable { case form, program }

    /// Reads a value.
    ///
    /// - Parameters:
    ///   - unknown: whether names that the type does not know are refused.
    ///   - bounds: the type's schema, where values that can be decoded may still break it (see `Schema.hasBounds`).
    /// - Throws: a `Refusal` with every fault at once: `messages.unknown-parameter` (400) where a name is unknown, otherwise
    ///   `messages.invalid` (422).
    public static func decode<T: Decodable>(
        _ type: T.Type, from parameters: [Parameter], unknown: Schema.UnknownMembers = .refuse, style: Style = .form, bounds: Schema? = nil
    ) throws -> T {
        // The way without faults takes no schema, and makes no optional of the type: finding out what that is costs more than decoding.
        if bounds == nil {
            do {
                if parameters.isEmpty { return try T(from: style == .program ? ParameterDecoding.noneOfProgram : ParameterDecoding.noneOfForm) }
                let bag = ParameterBag(parameters, style: style)
                let value = try T(from: ParameterRoot(bag: bag))
                if unknown == .ignore || bag.isUsedUp { return value }
            } catch {}
        }
        return try decodeBySchema(type, from: parameters, unknown: unknown, style: style, bounds: bounds)
    }

    /// The same where nothing was given, for a type without bounds of its own: a third of the cost.
    package static func decodeNothing<T: Decodable>(_ type: T.Type) throws -> T {
        do {
            return try T(from: ParameterDecoding.noneOfProgram)
        } catch {
            return try decodeBySchema(type, from: [], unknown: .refuse, style: .program, bounds: nil)
        }
    }

    /// Finds every fault.
    private static func decodeBySchema<T: Decodable>(
        _ type: T.Type, from parameters: [Parameter], unknown: Schema.UnknownMembers, style: Style, bounds: Schema?
    ) throws -> T {
        let bag = ParameterBag(parameters, style: style)
        let value = try? T(from: ParameterRoot(bag: bag))
        let schema = bounds ?? schema(of: type)
        var builder = ParameterTree(parameters, definitions: schema.definitions, style: style)
        let tree = builder.value(schema, at: "") ?? .object([])
        var faults = schema.problems(in: tree, unknown: .ignore)
        let strangers = unknown == .refuse ? builder.unknownNames(schema) : []
        faults += strangers
        if !strangers.isEmpty { throw Refusal.unknownParameters(faults) }
        if faults.isEmpty {
            if let value { return value }
            do {
                return try tree.decode(type)
            } catch let error as JSONError {
                faults = [Refusal.Fault(field: error.pointer, message: error.message)]
            }
        }
        throw Refusal.invalid(faults)
    }

    private static let schemas = Mutex<[ObjectIdentifier: Schema]>([:])

    private static func schema<T: Decodable>(of type: T.Type) -> Schema {
        if let known = schemas.withLock({ $0[ObjectIdentifier(type)] }) { return known }
        let schema = Schema.of(type)
        schemas.withLock { $0[ObjectIdentifier(type)] = schema }
        return schema
    }
}

/// The parameters and which of them have been read.
final class ParameterBag {
    let parameters: [ParameterDecoder.Parameter]
    let style: ParameterDecoder.Style
    /// A bit for each of the first 64; of more, the rest.
    private var used: UInt64 = 0
    private var usedBeyond: Set<Int> = []

    init(_ parameters: [ParameterDecoder.Parameter], style: ParameterDecoder.Style) {
        self.parameters = parameters
        self.style = style
    }

    var isUsedUp: Bool { used.nonzeroBitCount + usedBeyond.count == parameters.count }

    private func use(_ index: Int) {
        if index < 64 { used |= 1 << UInt64(index) } else { usedBeyond.insert(index) }
    }

    /// The value given under a name, where it is exactly one.
    func value(_ name: String) -> String? {
        var found: Int?
        for index in parameters.indices where parameters[index].name == name {
            use(index)
            if found != nil { return nil }
            found = index
        }
        return found.map { parameters[$0].value }
    }

    /// The values given under a name.
    func values(_ name: String) -> [String] {
        var values: [String] = []
        for (index, parameter) in parameters.enumerated() where parameter.name == name {
            use(index)
            values.append(parameter.value)
        }
        return values
    }

    /// Whether something stands under the name or below it; in a form, empty texts do not count.
    func holds(_ name: String) -> Bool {
        var found = false
        for (index, parameter) in parameters.enumerated() {
            if parameter.name == name {
                if parameter.value.isEmpty, style == .form { use(index) } else { found = true }
            } else if ParameterTree.isBelow(parameter.name, name) {
                found = true
            }
        }
        return found
    }

    /// How many `name.0…`, `name.1…` there are in a row.
    func count(below name: String) -> Int {
        var count = 0
        while parameters.contains(where: { $0.name == "\(name).\(count)" || ParameterTree.isBelow($0.name, "\(name).\(count)") }) {
            count += 1
        }
        return count
    }
}
