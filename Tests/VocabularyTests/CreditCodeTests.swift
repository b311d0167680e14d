import Foundation
import Testing
import Vocabulary

@Suite("CreditCode")
struct CreditCodeTests {
    static let valid = Fixture.rows("credit-codes-valid")
    static let invalid = Fixture.rows("credit-codes-invalid")
    static let typed = Fixture.rows("credit-codes-normalise")

    @Test("all published cases are there") func countsCases() {
        #expect(Self.valid.count == 100)
        #expect(Self.invalid.count == 44)
        #expect(Self.typed.count == 6)
    }

    @Test("a right code is taken, printed as typed and not warned about", arguments: valid)
    func takes(row: Fixture.Row) throws {
        let code = try CreditCode.parse(row["code"])
        #expect(code.description == row["code"])
        #expect(code.warnings.isEmpty == (row["organisation-check"] == "right"))
        #expect(code.organisationCode == String(row["code"].dropFirst(8).prefix(9)))
        #expect(code.regionDigits == String(row["code"].dropFirst(2).prefix(6)))
        #expect(code.department != nil && code.typeName != nil)
    }

    @Test("a wrong code is refused by the rule it breaks", arguments: invalid)
    func refuses(row: Fixture.Row) throws {
        if row["rule"] == "warns" {
            let code = try CreditCode.parse(row["input"])
            guard case .organisationCheck = code.warnings.first else { throw Unexpected("no warning for \(code)") }
            return
        }
        #expect(CreditCode(row["input"]) == nil)
        do {
            _ = try CreditCode.parse(row["input"])
        } catch {
            #expect(error.rule == row["rule"])
            #expect(error.description.hasSuffix("。"))
        }
    }

    @Test("every way of typing a code gives the same code", arguments: typed)
    func normalises(row: Fixture.Row) throws {
        if row["verdict"] == "valid" {
            #expect(try CreditCode.parse(row["input"]).description == row["normalised"])
        } else {
            #expect(throws: CreditCode.Problem.checkCharacter(expected: "Y", found: "X")) {
                try CreditCode.parse(row["input"])
            }
        }
    }

    @Test("a refusal names the value, the place and the rule") func namesTheFault() throws {
        #expect(throws: CreditCode.Problem.character("I", position: 11)) { try CreditCode.parse("9144030071I26726XG") }
        #expect(throws: CreditCode.Problem.character("九", position: 1)) { try CreditCode.parse("九一四三〇〇〇〇七九六八五二八六五Y") }
        #expect(throws: CreditCode.Problem.character("A", position: 5)) { try CreditCode.parse("9143A000796852865Y") }
        #expect(throws: CreditCode.Problem.length(17)) { try CreditCode.parse("914300007968 2865Y") }
        #expect(throws: CreditCode.Problem.type("4", department: "市场监管（工商）")) {
            try CreditCode.parse("94430000796852865M")
        }
        #expect(CreditCode.Problem.checkCharacter(expected: "Y", found: "X").description.contains("“Y”"))
        #expect(CreditCode.Problem.character("A", position: 5).description.contains("第 5 位“A”"))
    }

    @Test(
        "published vectors of the standard",
        arguments: [
            ("91350100M000100Y43", true), ("91350100M000100Y4Z", false), ("11320000MB151840XJ", true),
            ("91310115MA1H8R7C6D", false),
        ])
    func vectors(text: String, isRight: Bool) {
        #expect((CreditCode(text) != nil) == isRight)
    }

    @Test("exactly one of the 31 check characters fits, and any single change is noticed") func singleErrors() throws {
        let code = "91430000796852865Y"
        for position in 0..<18 {
            for character in "0123456789ABCDEFGHJKLMNPQRTUWXY" {
                var changed = Array(code)
                if changed[position] == character { continue }
                changed[position] = character
                #expect(CreditCode(String(changed)) == nil, "\(String(changed))")
            }
        }
    }

    @Test("both check characters follow from the first sixteen") func completes() {
        #expect(CreditCode.completing("9143000079685286") == CreditCode("91430000796852865Y"))
        for text in Self.valid.compactMap({ CreditCode($0["code"]) }) where text.warnings.isEmpty {
            #expect(CreditCode.completing(String(text.description.prefix(16))) == text)
        }
        #expect(CreditCode.completing("9143000079685I86") == nil)
        #expect(CreditCode.completing("91430000796852865Y") == nil)
        #expect(CreditCode.completing("99430000 9685286") == nil)
        #expect(CreditCode.completing("91990000MA0D0001") == nil)
    }

    @Test("order and JSON are those of the text") func ordersAndCodes() throws {
        let codes = Self.valid.compactMap { CreditCode($0["code"]) }
        #expect(codes.sorted().map(\.description) == codes.map(\.description).sorted())
        let bytes = try JSONEncoder().encode(codes)
        #expect(try JSONDecoder().decode([CreditCode].self, from: bytes) == codes)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CreditCode].self, from: Data(#"["914300007968"]"#.utf8))
        }
    }

    @Test("names department and kind of body") func names() throws {
        let firm = try CreditCode.parse("91430000796852865Y")
        #expect(firm.department?.name == "市场监管（工商）" && firm.typeName == "企业" && firm.isEnterprise)
        #expect(firm.region == RegionCode("430000"))
        let office = try CreditCode.parse("11430000006123108E")
        #expect(office.department?.name == "机构编制" && office.typeName == "机关" && !office.isEnterprise)
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
