import Foundation
import Testing
import Vocabulary

@Suite("RegionCode")
struct RegionCodeTests {
    @Test(
        "takes six digits of a known province", arguments: ["430000", "430102", "110101", "429004", "820000", "430221"])
    func takes(text: String) throws {
        #expect(try #require(RegionCode(text)).description == text)
    }

    @Test(
        "refuses other texts",
        arguments: [
            "", "43", "43010", "4301022", "43010a", "４30102", "000000", "100000", "990000", "160000", "-43010",
            "+43010", " 430102",
        ])
    func refuses(text: String) {
        #expect(RegionCode(text) == nil)
    }

    @Test("contains what lies below it by structure") func contains() throws {
        let rows = [
            ("430000", "430102", true), ("430100", "430102", true), ("430102", "430102", true),
            ("430200", "430102", false),
            ("430102", "430100", false), ("420000", "429004", true), ("430200", "430221", true),
            ("430000", "420000", false),
        ]
        for (outer, inner, isInside) in rows {
            #expect(
                try #require(RegionCode(outer)).contains(try #require(RegionCode(inner))) == isInside,
                "\(outer) \(inner)")
        }
        #expect(RegionCode("429004")?.province == RegionCode("420000"))
    }

    @Test("is text in JSON") func codes() throws {
        let code = try #require(RegionCode("430102"))
        #expect(String(decoding: try JSONEncoder().encode([code]), as: UTF8.self) == #"["430102"]"#)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([RegionCode].self, from: Data(#"["999999"]"#.utf8))
        }
    }
}
