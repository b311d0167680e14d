import Foundation
import Messages
import Testing

@Suite struct JSONCoderTests {
    @Test func textsComeBackAsTheyWere() throws {
        let line = Samples.Line(title: "综合窗口\n\"A\"\\/\u{1}😀é", count: -7, ratio: 0.25, on: true, note: nil, tags: ["甲", ""], inner: .init(id: .max))
        let bytes = try JSON.encode(line)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"title":"综合窗口\n\"A\"\\/\u0001😀é","count":-7,"ratio":0.25,"on":true,"tags":["甲",""],"inner":{"id":18446744073709551615}}"#)
        #expect(try JSON.decode(Samples.Line.self, from: bytes) == line)
        #expect(try JSONDecoder().decode(Samples.Line.self, from: Data(bytes)) == line)
    }

    @Test(arguments: [
        (#"{"id":1.5}"#, JSONError.Kind.range, "/id", 6), (#"{"id":-1}"#, .range, "/id", 6), (#"{"id":18446744073709551616}"#, .range, "/id", 6),
        (#"{"id":"1"}"#, .mismatch, "/id", 6), (#"{"id":null}"#, .mismatch, "/id", 6), (#"{"id":1e400}"#, .range, "/id", 6), ("{}", .missing, "/id", 0),
        ("[]", .mismatch, "", 0),
    ])
    func mistakesAreFoundWithPathAndOffset(_ text: String, _ kind: JSONError.Kind, _ pointer: String, _ offset: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSON.decode(Samples.Inner.self, from: Array(text.utf8)) }
        #expect(error.kind == kind)
        #expect(error.pointer == pointer)
        #expect(error.offset == offset)
    }

    @Test func wholeNumbersMayBeDressedUp() throws {
        #expect(try JSON.decode([Int].self, from: Array("[1.0,1e3,-12.50e1,0e9,100e-2]".utf8)) == [1, 1000, -125, 0, 1])
        #expect(try JSON.decode(UInt64.self, from: Array("18446744073709551615".utf8)) == .max)
        #expect(try JSON.decode(Int64.self, from: Array("-9223372036854775808".utf8)) == .min)
        #expect(throws: JSONError.self) { try JSON.decode(Int8.self, from: Array("128".utf8)) }
        #expect(throws: JSONError.self) { try JSON.decode(Int64.self, from: Array("9223372036854775808".utf8)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "9007199254740993000") == .null || JSONValue(parsing: "90071992547409930001") == .null }
    }

    @Test func depthAndSizeAreBounded() throws {
        let deep = Array((String(repeating: "[", count: 65) + String(repeating: "]", count: 65)).utf8)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
        #expect(throws: Never.self) { try JSONValue(parsing: Array(deep.dropFirst().dropLast())) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[1,2,3]", limits: .init(bytes: 6)) }
        #expect(error?.kind == .tooLarge)
        let open = Array(repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: open) }
    }

    @Test func keysAreFoundInAnyOrderAndBehindEscapes() throws {
        let text = #"{"extra":[{"inner":0}],"inner":{"\u0069d":7},"tags":[],"on":false,"ratio":1,"count":2,"title":"t"}"#
        let line = try JSON.decode(Samples.Line.self, from: Array(text.utf8))
        #expect(line == Samples.Line(title: "t", count: 2, ratio: 1, on: false, note: nil, tags: [], inner: .init(id: 7)))
    }

    @Test func aKeptDecoderOutlivesItsBytes() throws {
        final class Keeper: Decodable {
            let decoder: any Decoder
            init(from decoder: any Decoder) throws { self.decoder = decoder }
        }
        var bytes = Array(#"{"id":77}"#.utf8)
        let keeper = try bytes.withUnsafeBufferPointer { try JSON.decode(Keeper.self, from: $0) }
        bytes = []
        #expect(try Samples.Inner(from: keeper.decoder).id == 77)
    }

    @Test("an encoder that a type keeps outlives the text, and writes nothing any more")
    func keptEncoder() throws {
        final class Keeper: Encodable {
            nonisolated(unsafe) var encoder: (any Encoder)?
            nonisolated(unsafe) var container: (any UnkeyedEncodingContainer)?
            let nested: [String]
            init(_ nested: [String]) { self.nested = nested }

            func encode(to encoder: any Encoder) throws {
                self.encoder = encoder
                var elements = encoder.unkeyedContainer()
                for text in nested { try elements.encode(text) }
                container = elements
            }
        }
        for count in [1, 40, 400] {
            let keeper = Keeper((0..<count).map { "text \($0)" })
            let bytes = try JSON.encode([keeper])
            #expect(try JSON.decode([[String]].self, from: bytes) == [keeper.nested])
            var container = try #require(keeper.container)
            #expect(throws: JSONError.self) { try container.encode("later") }
            var single = try #require(keeper.encoder?.singleValueContainer())
            #expect(throws: JSONError.self) { try single.encode("later") }
        }
    }

    @Test func flattenedAndNestedContainersAreWrittenAsFoundationWritesThem() throws {
        struct Flat: Encodable {
            enum Keys: String, CodingKey { case id, own, list, deep, x }
            func encode(to encoder: any Encoder) throws {
                try Samples.Inner(id: 1).encode(to: encoder)
                var container = encoder.container(keyedBy: Keys.self)
                var list = container.nestedUnkeyedContainer(forKey: .list)
                try list.encode(1)
                var deep = list.nestedContainer(keyedBy: Keys.self)
                try deep.encodeNil(forKey: .x)
                try list.encode("two")
                try container.encode(true, forKey: .own)
                _ = container.nestedContainer(keyedBy: Keys.self, forKey: .deep)
            }
        }
        #expect(String(decoding: try JSON.encode(Flat()), as: UTF8.self) == #"{"id":1,"list":[1,{"x":null},"two"],"own":true,"deep":{}}"#)
    }

    @Test func writingOutOfOrderIsRefusedNotGarbled() {
        struct Late: Encodable {
            enum Keys: String, CodingKey { case a, b, c }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Keys.self)
                var inner = container.nestedContainer(keyedBy: Keys.self, forKey: .a)
                try container.encode(1, forKey: .b)
                try? inner.encode(1, forKey: .c)
            }
        }
        #expect(throws: JSONError.self) { try JSON.encode(Late()) }
        #expect(throws: JSONError.self) { try JSON.encode([Double.nan]) }
        #expect(throws: JSONError.self) { try JSON.encode(["x": Double.infinity]) }
    }

    @Test func nothingToSayIsAnEmptyObject() throws {
        #expect(String(decoding: try JSON.encode([Done()]), as: UTF8.self) == "[{}]")
        #expect(String(decoding: try JSON.encode([Int?.none, 3]), as: UTF8.self) == "[null,3]")
    }

    @Test(arguments: [
        (#"{"b":1,"a":[1.0,1e21,1e-7,0.000001,1.2345678901234568e20,-0.0,5e-324,0.1]}"#, #"{"a":[1,1e+21,1e-7,0.000001,123456789012345680000,0,5e-324,0.1],"b":1}"#),
        (#"{"\u20ac":1,"\r":2,"1":3,"😀":4,"ö":5,"\ufb33":6}"#, "{\"\\r\":2,\"1\":3,\"ö\":5,\"€\":1,\"😀\":4,\"\u{fb33}\":6}"),
    ])
    func theCanonicalFormIsRFC8785(_ text: String, _ canonical: String) throws {
        #expect(String(decoding: try JSONValue(parsing: text).canonical(), as: UTF8.self) == canonical)
    }
}
