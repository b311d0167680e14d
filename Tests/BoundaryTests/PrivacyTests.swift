import Foundation
import Testing

@Suite("Personal data in what leaves a site")
struct PrivacyTests {
    /// Every plug-in's contract that stands beside its sources.
    private static var contracts: [URL] {
        let plugins = BoundaryTests.root.appendingPathComponent("Plugins")
        let folders = (try? FileManager.default.contentsOfDirectory(at: plugins, includingPropertiesForKeys: nil)) ?? []
        return folders.map { $0.appendingPathComponent("Contracts/contract.json") }.filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    @Test("In no contract a personal value leaves the site, in a message or in the reply that goes back, but where field and purpose are named")
    func contractsNameWhatLeaves() throws {
        var far = 0
        for contract in Self.contracts {
            let messages = try Self.messages(Data(contentsOf: contract))
            far += messages.count { Self.leaves($0) }
            for message in messages { #expect(Self.undisclosed(in: message) == [], "\(contract.path) \(message["name"] ?? "")") }
        }
        // Otherwise it looked at nothing.
        #expect(Self.contracts.count >= 8 && far >= 50)
    }

    @Test("A contract that lets a personal value go is caught, also behind a reference, in a list, in a reply; naming another field or no purpose does not help")
    func caught() throws {
        let personal = #"{"type":"string","x-personal":true}"#
        func found(_ reach: String, _ schema: String, reply: String = #"{"type":"object"}"#, discloses: String? = nil) throws -> [String] {
            let more = discloses.map { #","discloses":\#($0)"# } ?? ""
            let text = #"{"messages":[{"name":"a.b.v1","kind":"command","reach":"\#(reach)","message":\#(schema),"reply":\#(reply)\#(more)}]}"#
            return try Self.messages(Data(text.utf8)).flatMap(Self.undisclosed)
        }
        let plain = #"{"type":"object","properties":{"contact":{"type":"object","properties":{"mobile":\#(personal)}}}}"#
        let list = ##"{"type":"object","properties":{"people":{"type":"array","items":{"$ref":"#/$defs/person"}}},"$defs":{"person":\##(personal)}}"##
        #expect(try found("network", plain) == ["/contact/mobile"] && found("upward", list) == ["/people/*"])
        #expect(try found("local", plain) == [])
        #expect(try found("network", #"{"type":"object"}"#, reply: plain) == ["reply/contact/mobile"])
        #expect(try found("network", plain, discloses: #"{"purpose":"回访","fields":["/contact/mobile"]}"#) == [])
        #expect(try found("network", plain, discloses: #"{"purpose":"","fields":["/contact/mobile"]}"#) == ["/contact/mobile"])
        #expect(try found("network", plain, discloses: #"{"purpose":"回访","fields":["/contact/name"]}"#) == ["/contact/mobile"])
    }

    // MARK: -

    private static func messages(_ data: Data) throws -> [[String: Any]] {
        try #require((JSONSerialization.jsonObject(with: data) as? [String: Any])?["messages"] as? [[String: Any]])
    }

    /// A contract leaves the reach of a command out where that is local.
    private static func leaves(_ message: [String: Any]) -> Bool { message["reach"] as? String ?? "local" != "local" }

    /// Pointers of personal values that would leave the site without field and purpose.
    private static func undisclosed(in message: [String: Any]) -> [String] {
        guard leaves(message) else { return [] }
        let disclosure = message["discloses"] as? [String: Any]
        let purpose = disclosure?["purpose"] as? String ?? ""
        let named = purpose.isEmpty ? [] : Set(disclosure?["fields"] as? [String] ?? [])
        let schema = message["message"] as? [String: Any] ?? [:], reply = message["reply"] as? [String: Any] ?? [:]
        let found = personal(in: schema, of: schema, at: "", behind: []) + personal(in: reply, of: reply, at: "reply", behind: [])
        return found.filter { !named.contains($0) }.sorted()
    }

    private static func personal(in schema: [String: Any], of root: [String: Any], at path: String, behind seen: Set<String>) -> [String] {
        if let reference = schema["$ref"] as? String {
            guard !seen.contains(reference) else { return [] }
            let target = reference.split(separator: "/").dropFirst().reduce(root as Any?) { ($0 as? [String: Any])?[String($1)] }
            return personal(in: target as? [String: Any] ?? [:], of: root, at: path, behind: seen.union([reference]))
        }
        if schema["x-personal"] as? Bool == true || schema["format"] as? String == "personal" { return [path] }
        var found: [String] = []
        for (name, member) in schema["properties"] as? [String: [String: Any]] ?? [:] { found += personal(in: member, of: root, at: "\(path)/\(name)", behind: seen) }
        for key in ["items", "additionalProperties"] {
            if let inner = schema[key] as? [String: Any] { found += personal(in: inner, of: root, at: "\(path)/*", behind: seen) }
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for inner in schema[key] as? [[String: Any]] ?? [] { found += personal(in: inner, of: root, at: path, behind: seen) }
        }
        return found
    }
}
