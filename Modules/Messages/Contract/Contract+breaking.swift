extension Contract {
    /// What others could no longer rely on; empty when the new contract may replace the old within the same versions.
    ///
    /// Direction decides. What comes to us (commands, queries) may become wider: fields may be added if optional, choices
    /// may be added. What goes from us (replies, events) may only gain fields. Events and commands also lie in logs and
    /// are read again by the new code, so an event must keep both promises. Anything else is a `v2` beside the `v1`.
    ///
    /// Not looked at: titles, descriptions, examples, and who may send a message.
    public static func breakingChanges(from old: Contract, to new: Contract) -> [String] {
        var changes: [String] = []
        for before in old.messages {
            guard let after = new.messages.first(where: { $0.name == before.name }) else {
                changes.append("\(before.name): the message is gone; keep it until nobody sends it, or disable the plug-in first")
                continue
            }
            guard before.kind == after.kind else {
                changes.append("\(before.name): was a \(before.kind.rawValue), is a \(after.kind.rawValue)")
                continue
            }
            if let was = before.reach, let isNow = after.reach, was != isNow {
                changes.append("\(before.name): travelled \(was.rawValue), travels \(isNow.rawValue)")
            }
            let directions: SchemaComparison.Directions = before.kind == .event ? [.toUs, .fromUs] : .toUs
            changes += SchemaComparison(before.message, after.message, directions).changes("\(before.name)")
            if let was = before.reply, let isNow = after.reply {
                changes += SchemaComparison(was, isNow, .fromUs).changes("\(before.name) reply")
            }
        }
        return changes
    }
}

/// Two JSON Schemas of the same message, walked together.
struct SchemaComparison {
    struct Directions: OptionSet {
        let rawValue: Int
        /// What was sent before must still be accepted.
        static let toUs = Directions(rawValue: 1)
        /// What is sent now must be understood by who knew the old shape.
        static let fromUs = Directions(rawValue: 2)
    }

    private let oldRoot: JSONValue
    private let newRoot: JSONValue
    private let directions: Directions

    init(_ old: JSONValue, _ new: JSONValue, _ directions: Directions) {
        oldRoot = old
        newRoot = new
        self.directions = directions
    }

    func changes(_ place: String) -> [String] {
        var found: [String] = []
        var seen: Set<[String]> = []
        compare(oldRoot, newRoot, place, &seen, &found)
        return found
    }

    private func compare(_ old: JSONValue, _ new: JSONValue, _ place: String, _ seen: inout Set<[String]>, _ found: inout [String]) {
        let (old, oldName, oldNull) = resolve(old, in: oldRoot)
        let (new, newName, newNull) = resolve(new, in: newRoot)
        if let oldName, let newName, !seen.insert([oldName, newName]).inserted { return }
        let was = types(old)
        let isNow = types(new)
        if was.subtracting(["null"]) != isNow.subtracting(["null"]) {
            // An integer is a number, so what comes to us may become one, and what goes out may become the narrower.
            let widened = was.contains("integer") && isNow.contains("number") && directions == .toUs
            let narrowed = was.contains("number") && isNow.contains("integer") && directions == .fromUs
            if !widened, !narrowed {
                found.append("\(place): was \(Self.list(was)), is \(Self.list(isNow))")
                return
            }
        }
        let couldBeNull = oldNull || was.contains("null")
        let canBeNull = newNull || isNow.contains("null")
        if couldBeNull, !canBeNull, directions.contains(.toUs) { found.append("\(place): null is no longer accepted") }
        if !couldBeNull, canBeNull, directions.contains(.fromUs) { found.append("\(place): may be null now") }
        compareChoices(old, new, place, &found)
        compareBounds(old, new, place, &found)
        if let one = old["items"], let other = new["items"] { compare(one, other, place + "/*", &seen, &found) }
        if let one = old["additionalProperties"], let other = new["additionalProperties"], one.object != nil, other.object != nil {
            compare(one, other, place + "/*", &seen, &found)
        }
        compareMembers(old, new, place, &seen, &found)
    }

    private func compareMembers(_ old: JSONValue, _ new: JSONValue, _ place: String, _ seen: inout Set<[String]>, _ found: inout [String]) {
        let before = old["properties"]?.object ?? []
        let after = new["properties"]?.object ?? []
        let needed = Set((old["required"]?.array ?? []).compactMap(\.string))
        let needs = Set((new["required"]?.array ?? []).compactMap(\.string))
        // An enum with associated values: its members are cases, of which there is always exactly one.
        let isVariants = old["maxProperties"] == 1 && old["minProperties"] == 1
        for member in before {
            let here = place + "/" + member.key
            guard let other = after.first(where: { $0.key == member.key }) else {
                if isVariants, directions == .fromUs { continue }
                found.append("\(here): is gone")
                continue
            }
            if !needed.contains(member.key), needs.contains(member.key), directions.contains(.toUs) { found.append("\(here): was optional, is required") }
            if needed.contains(member.key), !needs.contains(member.key), directions.contains(.fromUs) { found.append("\(here): was always there, is optional") }
            compare(member.value, other.value, here, &seen, &found)
        }
        for member in after where !before.contains(where: { $0.key == member.key }) {
            let here = place + "/" + member.key
            if isVariants {
                if directions.contains(.fromUs) { found.append("\(here): a new case, which who knows the old ones cannot read") }
            } else if needs.contains(member.key), directions.contains(.toUs) {
                found.append("\(here): a new field must be optional")
            }
        }
    }

    private func compareChoices(_ old: JSONValue, _ new: JSONValue, _ place: String, _ found: inout [String]) {
        let was = old["enum"]?.array.map(Set.init)
        let isNow = new["enum"]?.array.map(Set.init)
        switch (was, isNow) {
        case (nil, nil): return
        case (nil, _?): if directions.contains(.toUs) { found.append("\(place): only certain values are accepted now") }
        case (_?, nil): if directions.contains(.fromUs) { found.append("\(place): any value may come now") }
        case (let was?, let isNow?):
            let gone = was.subtracting(isNow).subtracting([.null])
            let added = isNow.subtracting(was).subtracting([.null])
            if !gone.isEmpty, directions.contains(.toUs) { found.append("\(place): no longer accepts \(Self.list(gone))") }
            if !added.isEmpty, directions.contains(.fromUs) { found.append("\(place): may now be \(Self.list(added)), which who knows the old ones cannot read") }
        }
    }

    private func compareBounds(_ old: JSONValue, _ new: JSONValue, _ place: String, _ found: inout [String]) {
        for key in ["minimum", "minLength", "minItems"] {
            bound(key, old[key]?.number ?? -.infinity, new[key]?.number ?? -.infinity, place, &found) { $0 < $1 }
        }
        for key in ["maximum", "maxLength", "maxItems"] {
            bound(key, old[key]?.number ?? .infinity, new[key]?.number ?? .infinity, place, &found) { $0 > $1 }
        }
        if old["format"] != new["format"] || old["pattern"] != new["pattern"] {
            let toUs = new["format"] != nil || new["pattern"] != nil
            let fromUs = old["format"] != nil || old["pattern"] != nil
            if toUs && directions.contains(.toUs) || fromUs && directions.contains(.fromUs) { found.append("\(place): the format changed") }
        }
    }

    /// - Parameter isWider: whether the first bound lets more through than the second.
    private func bound(
        _ key: String, _ old: Double, _ new: Double, _ place: String, _ found: inout [String], _ isWider: (Double, Double) -> Bool
    ) {
        if isWider(old, new), directions.contains(.toUs) { found.append("\(place): \(key) became narrower") }
        // Longer texts and larger numbers break no reader whose decoder has the same type, except where the type is narrower.
        if isWider(new, old), directions.contains(.fromUs), key == "minimum" || key == "maximum" {
            found.append("\(place): \(key) became wider")
        }
    }

    private func resolve(_ schema: JSONValue, in root: JSONValue) -> (JSONValue, name: String?, isNullable: Bool) {
        var isNullable = false
        var reference = schema["$ref"]?.string
        if reference == nil, let first = schema["anyOf"]?[0]?["$ref"]?.string {
            reference = first
            isNullable = true
        }
        guard let reference, let name = reference.split(separator: "/").last.map(String.init), let target = root["$defs"]?[name] else {
            return (schema, nil, isNullable)
        }
        return (target, name, isNullable)
    }

    private func types(_ schema: JSONValue) -> Set<String> {
        if let one = schema["type"]?.string { return [one] }
        return Set((schema["type"]?.array ?? []).compactMap(\.string))
    }

    private static func list(_ texts: Set<String>) -> String { texts.isEmpty ? "anything" : texts.sorted().joined(separator: " or ") }
    private static func list(_ values: Set<JSONValue>) -> String { values.map { String(decoding: $0.serialized(), as: UTF8.self) }.sorted().joined(separator: ", ") }
}
