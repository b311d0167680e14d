import Messages
import TestKit
import Testing

@testable import Identity

@Suite("which members of a text may pass")
struct FieldFilterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let paths: [String]
        let text: String
        let kept: String
        let removed: [String]
        var testDescription: String { "\(paths) of \(text)" }

        init(_ paths: [String], _ text: String, _ kept: String, _ removed: [String] = []) {
            self.paths = paths
            self.text = text
            self.kept = kept
            self.removed = removed
        }
    }

    static let cases: [Case] = [
        Case([], #"{"a":1,"b":[true]}"#, #"{"a":1,"b":[true]}"#),
        Case(["a"], #"{"a":1,"b":2}"#, #"{"a":1}"#, ["b"]),
        Case(["/a"], #"{"b":2,"a":1}"#, #"{"a":1}"#, ["b"]),
        Case(["a", "c"], #"{"a":1,"b":2,"c":{"x":[]}}"#, #"{"a":1,"c":{"x":[]}}"#, ["b"]),
        Case(["nodes/*/name"], #"{"nodes":[{"id":1,"name":"甲"},{"name":"乙","id":2}],"next":"n"}"#, #"{"nodes":[{"name":"甲"},{"name":"乙"}]}"#, ["nodes/*/id", "next"]),
        Case(["nodes/*/at/region", "nodes/*/id"], #"{"nodes":[{"id":1,"at":{"region":"43","street":"x"}}]}"#, #"{"nodes":[{"id":1,"at":{"region":"43"}}]}"#, ["nodes/*/at/street"]),
        Case(["*/a"], #"[{"a":1,"b":2},3]"#, #"[{"a":1}]"#, ["*/b", "*"]),
        Case(["a/b"], #"{"a":5}"#, "{}", ["a"]),
        Case(["a/b"], #"{"a":null}"#, "{}", ["a"]),
        Case(["a/b"], #"{"a":[{"b":1}]}"#, "{}", ["a"]),
        Case(["a/*"], #"{"a":{"x":1,"y":2},"z":3}"#, #"{"a":{"x":1,"y":2}}"#, ["z"]),
        Case(["a/*/k"], #"{"a":{"x":{"k":1,"l":2}}}"#, #"{"a":{"x":{"k":1}}}"#, ["a/*/l"]),
        Case(["a~1b", "c~0d"], #"{"a/b":1,"c~d":2,"a":3}"#, #"{"a/b":1,"c~d":2}"#, ["a"]),
        Case(["名"], #"{"\u540d":1,"x":2}"#, #"{"\u540d":1}"#, ["x"]),
        Case(["a"], #" { "a" : "},{\"" , "b" : [1,{"c":"]"}] } "#, #" { "a" : "},{\""} "#, ["b"]),
        Case(["b", "d"], #"{"a":1,"b":2,"c":3,"d":4,"e":5}"#, #"{"b":2,"d":4}"#, ["a", "c", "e"]),
        Case(["b/x", "c"], #"{"a":1,"b":{"y":[1],"x":2},"c":"long enough \" to be skipped \\"}"#, #"{"b":{"x":2},"c":"long enough \" to be skipped \\"}"#, ["a", "b/y"]),
        Case(["a"], #"{"13800138000":1,"姓名":2,"x y":3,"a":4}"#, #"{"a":4}"#, ["*"]),
        Case(["a"], "{}", "{}"), Case(["a"], "[]", "null", ["*"]), Case(["a"], "7", "null", ["*"]), Case(["*"], "[1,2]", "[1,2]"),
    ]

    @Test("the table of paths", arguments: cases)
    func table(one: Case) throws {
        let (bytes, removed) = try FieldFilter(one.paths).apply(to: Array(one.text.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == one.kept)
        #expect(Set(removed.names) == Set(one.removed))
        #expect((removed.count == 0) == one.removed.isEmpty)
    }

    @Test("a text of which nothing is taken out is the very same memory")
    func untouched() throws {
        let text = Array(#"{"a":1,"b":{"c":"x"}}"#.utf8)
        func place(_ bytes: [UInt8]) -> UnsafeRawPointer? { bytes.withUnsafeBytes(\.baseAddress) }
        #expect(place(try FieldFilter(["a", "b/c"]).apply(to: text).bytes) == place(text))
        #expect(place(try FieldFilter(["a"]).apply(to: text).bytes) != place(text))
    }

    @Test("what is no JSON is not let through", arguments: ["", "{", #"{"a""#, #"{"a":1"#, #"{"a":1}}"#, #"{"a":1} x"#, #"{a:1}"#, #"["a"#])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try FieldFilter(["a"]).apply(to: Array(text.utf8)) }
    }

    @Test("parameters are judged by the same paths")
    func parameters() {
        let filter = FieldFilter(["city", "area/level", "tags/*"])
        for good in ["city", "city/deep", "area/level", "tags/0"] { #expect(filter.admits(good.split(separator: "/")), "\(good)") }
        for bad in ["area", "town", "area/size", "tags"] { #expect(!filter.admits(bad.split(separator: "/")), "\(bad)") }
        #expect(FieldFilter().admits(["x"]))
    }

    @Test("a path that cannot be one is refused", arguments: ["", "/", "a//b", "a/", String(repeating: "a/", count: 20) + "a"])
    func badPaths(path: String) { #expect(FieldFilter.problem(inPath: path) != nil) }

    /// Invented texts of every shape; the seed makes a failure repeatable.
    private static func tree(_ random: inout Seeded, depth: Int) -> JSONValue {
        switch random.next() % (depth > 0 ? 7 : 4) {
        case 0: return .integer(Int64(random.next() % 100))
        case 1: return .string(text(&random))
        case 2: return .null
        case 3: return .bool(true)
        case 4: return .array((0..<(random.next() % 4)).map { _ in tree(&random, depth: depth - 1) })
        default:
            let names = ["a", "b", "c", "名", "x/y", "a longer name", "\"}"].filter { _ in random.next() % 2 == 0 }
            return .object(names.map { .init($0, tree(&random, depth: depth - 1)) })
        }
    }

    /// Texts of up to forty characters: their end and their escapes at every place of a word of eight bytes.
    private static func text(_ random: inout Seeded) -> String {
        (0..<(random.next() % 40)).map { _ in ["a", "b", "甲", "\"", "\\", "]", "}", "\n"][Int(random.next() % 16 < 12 ? random.next() % 3 : random.next() % 8)] }.joined()
    }

    /// The same as the filter does, on the value: `nil` where nothing may pass.
    private static func kept(_ value: JSONValue, along paths: [[String]]) -> JSONValue? {
        if paths.isEmpty { return nil }
        if paths.contains([]) { return value }
        func below(_ segment: String) -> [[String]] {
            // A name of its own goes before the star.
            let named = paths.filter { $0.first == segment }
            return (named.isEmpty ? paths.filter { $0.first == "*" } : named).map { Array($0.dropFirst()) }
        }
        switch value {
        case .object(let members): return .object(members.compactMap { member in kept(member.value, along: below(member.key)).map { .init(member.key, $0) } })
        case .array(let elements):
            let inner = below("*")
            return inner.isEmpty ? nil : .array(elements.compactMap { kept($0, along: inner) })
        default: return nil
        }
    }

    /// Every leaf with its path, elements of arrays as `*`.
    private static func leaves(_ value: JSONValue, _ path: String = "") -> [String] {
        switch value {
        case .array(let elements) where !elements.isEmpty: elements.flatMap { leaves($0, path + "/*") }
        case .object(let members) where !members.isEmpty: members.flatMap { leaves($0.value, path + "/" + $0.key.replacing("/", with: "~1")) }
        case .array, .object: []
        default: [path + "=" + String(decoding: value.serialized(), as: UTF8.self)]
        }
    }

    @Test("for any text and any paths, what is kept is JSON and part of what was there, and only along the paths")
    func subset() throws {
        var random = Seeded(20_260_302)
        for round in 0..<4000 {
            let value = Self.tree(&random, depth: 4)
            let paths = (0...(random.next() % 3)).map { _ in
                (0...(random.next() % 3)).map { _ in ["a", "b", "*", "名", "x~1y", "a longer name"][Int(random.next() % 6)] }.joined(separator: "/")
            }
            let filter = FieldFilter(paths)
            let (bytes, removed) = try filter.apply(to: round % 2 == 0 ? value.serialized() : Array(value.indented().utf8))
            let kept = try JSONValue(parsing: bytes)
            let segments = paths.map(FieldFilter.segments)
            #expect(kept == Self.kept(value, along: segments) ?? .null, "round \(round): \(paths) of \(value)")
            var all = Self.leaves(value)
            for leaf in Self.leaves(kept) where leaf != "=null" {
                let place = all.firstIndex(of: leaf)
                #expect(place != nil, "round \(round): \(leaf) of \(paths)")
                if let place { all.remove(at: place) }
                let path = leaf.prefix { $0 != "=" }.dropFirst().split(separator: "/").map { $0.replacing("~1", with: "/") }
                #expect(filter.admits(path), "round \(round): \(leaf) is outside \(paths)")
            }
            if removed.count == 0 { #expect(kept == value, "round \(round)") }
            #expect(try filter.apply(to: bytes).bytes == bytes || kept == .null, "filtering twice is filtering once; round \(round)")
        }
    }
}
