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
}

enum Samples {
    struct Line: Codable, Equatable {
        var title: String
        var count: Int
        var ratio: Double
        var on: Bool
        var note: String?
        var tags: [String]
        var inner: Inner
    }

    struct Inner: Codable, Equatable {
        var id: UInt64
    }
}
