import Messages
import Testing
import Vocabulary

@Suite struct ContractTests {
    enum Tone: String, Codable { case formal, plain }

    struct Open: Command {
        static let name: WireName = "demo.open.v1"
        var title: String
        var tone: Tone?
        struct Reply: Codable, Sendable { var number: Int }
    }

    struct Opened: Event {
        static let name: WireName = "demo.opened.v1"
        static let reach = Reach.upward
        var subject: String { "ticket/1" }
        var day: Day
    }

    static let contract = Contract(plugin: "demo", version: "1.0.0", messages: [.event(Opened.self), .command(Open.self, access: .role(.agency))])

    @Test func theFileReadsBackAsTheContract() throws {
        let bytes = try Self.contract.json()
        #expect(try Contract(parsing: bytes) == Self.contract)
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("{\n  \"plugin\": \"demo\",\n  \"version\": \"1.0.0\",\n  \"messages\": [\n    {\n      \"name\": \"demo.open.v1\""))
        #expect(Self.contract.messages[0].access == "roles: agency")
        #expect(Self.contract.messages[1].reach == .upward)
    }

    @Test func theSameContractBreaksNothing() {
        #expect(Contract.breakingChanges(from: Self.contract, to: Self.contract).isEmpty)
    }

    enum Side: CaseIterable { case command, reply, event }

    /// Old and new schema, and on which sides the change breaks somebody.
    static let changes: [(title: String, old: JSONValue, new: JSONValue, breaks: [Side])] = [
        ("an optional field is added", object(["a"], required: []), object(["a", "b"], required: []), []),
        ("a required field is added", object(["a"], required: []), object(["a", "b"], required: ["b"]), [.command, .event]),
        ("a field is gone", object(["a", "b"], required: []), object(["a"], required: []), [.command, .reply, .event]),
        ("optional becomes required", object(["a"], required: []), object(["a"], required: ["a"]), [.command, .event]),
        ("required becomes optional", object(["a"], required: ["a"]), object(["a"], required: []), [.reply, .event]),
        ("the type changes", ["type": "string"], ["type": "integer"], [.command, .reply, .event]),
        ("an integer becomes a number", ["type": "integer"], ["type": "number"], [.reply, .event]),
        ("null is allowed", ["type": "string"], ["type": ["string", "null"]], [.reply, .event]),
        ("null is refused", ["type": ["string", "null"]], ["type": "string"], [.command, .event]),
        ("a choice is added", choice("a"), choice("a", "b"), [.reply, .event]),
        ("a choice is gone", choice("a", "b"), choice("a"), [.command, .event]),
        ("texts must be shorter", ["type": "string", "maxLength": 9], ["type": "string", "maxLength": 8], [.command, .event]),
        ("texts may be longer", ["type": "string", "maxLength": 8], ["type": "string", "maxLength": 9], []),
        ("numbers may be larger", ["type": "integer", "maximum": 8], ["type": "integer", "maximum": 9], [.reply, .event]),
        ("a format is asked for", ["type": "string"], ["type": "string", "format": "date"], [.command, .event]),
        ("a format is dropped", ["type": "string", "format": "date"], ["type": "string"], [.reply, .event]),
        ("elements change", ["type": "array", "items": ["type": "string"]], ["type": "array", "items": ["type": "boolean"]], [.command, .reply, .event]),
        ("a case is added", variants("a"), variants("a", "b"), [.reply, .event]),
        ("a case is gone", variants("a", "b"), variants("a"), [.command, .event]),
        ("a recursive type changes", recursive("string"), recursive("integer"), [.command, .reply, .event]),
        ("a title changes", ["type": "string", "title": "甲"], ["type": "string", "title": "乙"], []),
    ]

    @Test(arguments: 0..<changes.count)
    func directionDecidesWhatBreaks(_ row: Int) {
        let change = Self.changes[row]
        for side in Side.allCases {
            func contract(_ schema: JSONValue) -> Contract {
                var entry = side == .event ? ContractEntry.event(Opened.self) : .command(Open.self, access: .anyone)
                if side == .reply { entry.reply = schema } else { entry.message = schema }
                return Contract(plugin: "demo", version: "1.0.0", messages: [entry])
            }
            let found = Contract.breakingChanges(from: contract(change.old), to: contract(change.new))
            #expect(found.isEmpty == !change.breaks.contains(side), "\(change.title), \(side): \(found)")
        }
    }

    @Test func messagesMustStayWhatTheyAre() {
        let none = Contract(plugin: "demo", version: "1.1.0", messages: [])
        #expect(Contract.breakingChanges(from: Self.contract, to: none).count == 2)
        #expect(Contract.breakingChanges(from: none, to: Self.contract).isEmpty)
        var local = Self.contract
        local.messages[1].reach = .local
        #expect(Contract.breakingChanges(from: Self.contract, to: local) == ["demo.opened.v1: travelled upward, travels local"])
    }

    static func object(_ names: [String], required: [String]) -> JSONValue {
        [
            "type": "object", "properties": .object(names.map { .init($0, ["type": "string"]) }),
            "required": .array(required.map { .string($0) }), "additionalProperties": false,
        ]
    }

    static func choice(_ names: String...) -> JSONValue { ["type": "string", "enum": .array(names.map { .string($0) })] }

    static func variants(_ names: String...) -> JSONValue {
        ["type": "object", "properties": .object(names.map { .init($0, ["type": "object"]) }), "minProperties": 1, "maxProperties": 1]
    }

    static func recursive(_ type: String) -> JSONValue {
        [
            "$ref": "#/$defs/T",
            "$defs": ["T": ["type": "object", "properties": ["next": ["$ref": "#/$defs/T"], "value": ["type": .string(type)]]]],
        ]
    }
}
