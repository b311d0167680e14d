import Messages
import TestKit
import Testing

@Suite("The packed notation")
struct PackedTests {
    @Test("says what JSON says, in fewer bytes, for every kind of member")
    func sameValues() throws {
        var random = Seeded(20_261_125)
        var sizes = (json: 0, packed: 0)
        for _ in 0..<300 {
            let value = Samples.Everything.random(using: &random)
            let json = try JSON.encode(value)
            let packed = try Packed.encode(value)
            #expect(try Packed.decode(Samples.Everything.self, from: packed) == value)
            #expect(try Packed.decode(JSONValue.self, from: packed) == JSONValue(parsing: json))
            #expect(try Packed.decode(Samples.Everything.self, from: Packed.encode(JSONValue(parsing: json))) == value)
            sizes.json += json.count
            sizes.packed += packed.count
        }
        #expect(sizes.packed * 10 < sizes.json * 9)
    }

    @Test("reads every valid JSON text of the corpus back as the same tree")
    func corpus() throws {
        for line in try Corpus.lines("json-valid.txt") {
            guard let tree = try? JSONValue(parsing: Corpus.bytes(line)) else { continue }
            #expect(try Packed.decode(JSONValue.self, from: Packed.encode(tree)) == tree, "\(line)")
        }
    }

    @Test(
        "keeps whole numbers exactly",
        arguments: [0, 1, 31, 32, 127, 128, -1, -128, Int64.max, .min, 1 << 53, -(1 << 53) - 1] as [Int64])
    func wholes(_ number: Int64) throws {
        #expect(try Packed.decode(Int64.self, from: Packed.encode(number)) == number)
        #expect(try Packed.decode(Double.self, from: Packed.encode(number)) == JSON.decode(Double.self, from: JSON.encode(number)))
        #expect(throws: JSONError.self) { try Packed.decode(UInt8.self, from: Packed.encode(Int64(256))) }
        #expect(try Packed.decode(UInt64.self, from: Packed.encode(UInt64.max)) == .max)
    }

    @Test("keeps doubles to the last bit, and takes whole ones for integers as JSON does")
    func doubles() throws {
        var random = Seeded(8)
        for _ in 0..<5000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(try Packed.decode(Double.self, from: Packed.encode(value)) == value)
        }
        #expect(try Packed.decode(Int.self, from: Packed.encode(12.0)) == 12)
        #expect(throws: JSONError.self) { try Packed.decode(Int.self, from: Packed.encode(1.5)) }
        #expect(throws: JSONError.self) { try Packed.encode(Double.nan) }
        #expect(try Packed.decode(JSONValue.self, from: Packed.encode(Float(0.1))) == .number(0.1))
    }

    @Test("is told from JSON by its first byte")
    func mark() throws {
        for coding in MessageCoding.allCases {
            let bytes = try coding.encode(["a": 1])
            #expect(MessageCoding(of: bytes) == coding)
            #expect(try MessageCoding.decode([String: Int].self, from: bytes) == ["a": 1])
        }
        #expect(throws: JSONError.self) { try JSON.decode([String: Int].self, from: Packed.encode(["a": 1])) }
    }

    @Test(
        "refuses what is not packed, with a place",
        arguments: [
            [], [1], [2, 0], [1, 0, 0], [1, 0x5B], [1, 0x7B, 0], [1, 0x7B, 0x81, 0x61], [1, 0x7B, 0x81, 0x61, 0x7D], [1, 0x7D],
            [1, 0x5B, 0x7D], [1, 0x22], [1, 0x22, 0x80], [1, 0x22, 1, 0x61], [1, 0x83, 0x61], [1, 0x81, 0xFF], [1, 0x22, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [1, 0x2B], [1, 0x2B, 0x80, 0], [1, 0x2B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], [1, 0x23, 0, 0],
            [1, 0x2D, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], [1, 0x23, 0x7F, 0xF0, 0, 0, 0, 0, 0, 0], [1, 0x7B, 0x81, 0x61, 0, 0x81, 0x61, 0, 0x7D],
        ] as [[UInt8]])
    func garbage(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try Packed.decode(JSONValue.self, from: bytes) }
        #expect(throws: JSONError.self) { try Packed.decode(Samples.Line.self, from: bytes) }
    }

    @Test("has the form that PROTOCOL.md shows")
    func example() throws {
        let value = try JSONValue(parsing: #"{"a":[1,-1,"x"]}"#)
        #expect(try Packed.encode(value) == [1, 0x7B, 0x81, 0x61, 0x5B, 1, 0x2D, 0, 0x81, 0x78, 0x5D, 0x7D])
        #expect(MessageCoding.isObject(try Packed.encode(value)) && MessageCoding.isObject(Array(" {}".utf8)))
        #expect(!MessageCoding.isObject(try Packed.encode([1])) && !MessageCoding.isObject(Array("[]".utf8)) && !MessageCoding.isObject([]))
    }

    @Test("is bounded in depth and size")
    func bounds() {
        #expect(throws: JSONError.self) { try Packed.decode(JSONValue.self, from: [1] + [UInt8](repeating: 0x5B, count: 1_000_000)) }
        #expect(throws: JSONError.self) { try Packed.decode(JSONValue.self, from: [1, 0x81, 0x61], limits: .init(bytes: 2)) }
    }

    @Test("never crashes on mutated texts, and what it accepts it writes again alike")
    func mutations() throws {
        var random = Seeded(44)
        var seeds: [[UInt8]] = []
        for _ in 0..<40 { seeds.append(try Packed.encode(Samples.Everything.random(using: &random))) }
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = Samples.mutate(seeds, using: &random)
            _ = try? Packed.decode(Samples.Everything.self, from: bytes)
            guard let value = try? Packed.decode(JSONValue.self, from: bytes) else { continue }
            accepted += 1
            #expect(try Packed.decode(JSONValue.self, from: Packed.encode(value)) == value)
            #expect(try JSONValue(parsing: value.serialized()) == value)
        }
        #expect(accepted > 500)
    }
}
