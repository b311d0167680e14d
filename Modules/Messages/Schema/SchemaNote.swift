/// What a type has asked its decoder for so far; one per value, shared by the containers opened for it.
final class SchemaNote {
    private enum Shape {
        case unknown, object, array
        case leaf(Schema)
    }

    private final class Entry {
        let name: String
        var isRequired: Bool
        let note: SchemaNote
        init(_ name: String, isRequired: Bool, note: SchemaNote) {
            self.name = name
            self.isRequired = isRequired
            self.note = note
        }
    }

    private var shape = Shape.unknown
    private var entries: [Entry] = []
    private var element: SchemaNote?
    private(set) var isNullable = false
    /// Keys that the type asked about with `contains`, so that it can do without them.
    private var doubted: Set<String> = []
    /// The cases of an enum with associated values, and the one to show to the type now.
    var variants: [String] = []
    var variant = 0
    /// The type asked for its object's keys: it is an enum with associated values, or a map of its own making.
    private var askedForKeys = false

    /// Another attempt begins; what was noted stays.
    func begin() { variant = 0 }

    func asksForKeys(_ names: [String]) {
        shape = .object
        askedForKeys = true
        variants = names
    }

    func beObject() { if case .object = shape {} else { shape = .object } }
    func beNullable() { isNullable = true }
    func doubt(_ key: String) { doubted.insert(key) }

    func beLeaf(_ schema: Schema) {
        // The first question counts: what comes after it are other ways of reading the same value.
        if case .unknown = shape { shape = .leaf(schema) }
    }

    func beArray() -> SchemaNote {
        shape = .array
        let note = element ?? SchemaNote()
        element = note
        return note
    }

    /// The note of a member.
    func member(_ key: String, isRequired: Bool) -> SchemaNote {
        shape = .object
        if let entry = entries.first(where: { $0.name == key }) {
            entry.isRequired = entry.isRequired || isRequired && !doubted.contains(key)
            return entry.note
        }
        let entry = Entry(key, isRequired: isRequired && !doubted.contains(key), note: SchemaNote())
        entries.append(entry)
        return entry.note
    }

    var schema: Schema {
        var schema: Schema
        switch shape {
        case .unknown: schema = Schema(.object([]))
        case .leaf(let leaf): schema = leaf
        case .array: schema = Schema(.array(element?.schema ?? Schema(.any)))
        case .object:
            let properties = entries.map { Schema.Property($0.name, $0.note.schema, isRequired: $0.isRequired) }
            if variants.count > 0 {
                // A case without values never opens a container of its own in some compilers' code.
                let cases = variants.map { name in
                    properties.first { $0.name == name } ?? Schema.Property(name, Schema(.object([])))
                }
                schema = Schema(.variants(cases))
            } else if askedForKeys, properties.isEmpty {
                schema = Schema(.map(Schema(.any)))
            } else {
                schema = Schema(.object(properties))
                schema.isOpen = askedForKeys
            }
        }
        if isNullable { schema.isNullable = true }
        return schema
    }
}
