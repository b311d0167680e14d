import TestKit
import Testing
import Vocabulary

@Suite("Telephone and identity numbers")
struct PhoneTests {
    static let mobiles = Fixture.rows("mobiles")
    static let landlines = Fixture.rows("landlines")
    static let services = Fixture.rows("service-numbers")
    static let residents = Fixture.rows("resident-ids")

    @Test("all published cases are there") func countsCases() {
        #expect(Self.mobiles.count == 60)
        #expect(Self.landlines.count == 30)
        #expect(Self.services.count == 10)
        #expect(Self.residents.count == 62)
    }

    // Prefix 154 is open in the source: the shape decides here, so it is taken.
    @Test("mobile numbers", arguments: mobiles)
    func mobile(row: Fixture.Row) {
        #expect(Mobile(row["input"])?.digits == (row["verdict"] == "invalid" ? nil : row["normalised"]))
    }

    @Test("fixed lines", arguments: landlines)
    func landline(row: Fixture.Row) {
        let number = Landline(row["input"])
        #expect((number != nil) == (row["verdict"] == "valid"))
        if let number {
            #expect(number.area == row["area"] && number.local == row["number"])
            #expect((number.extension ?? "") == row["extension"])
            #expect(Landline(number.digits) == number)
        }
    }

    @Test("service numbers", arguments: services)
    func service(row: Fixture.Row) {
        let number = ServiceNumber(row["input"])
        #expect(number?.kind.rawValue == (row["verdict"] == "valid" ? row["kind"] : nil))
        if let number { #expect(ServiceNumber(number.digits) == number) }
    }

    @Test("resident identity numbers", arguments: residents)
    func resident(row: Fixture.Row) throws {
        let number = ResidentID(row["input"], on: try #require(Day("2026-11-23")))
        #expect((number != nil) == (row["verdict"] == "valid"))
        guard let number, !row["region"].isEmpty else { return }
        #expect(number.region == RegionCode(row["region"]))
        #expect(number.birth == Day(row["birth"]))
        #expect(number.sex.rawValue == row["sex"])
    }

    @Test("a contact is any of them, except an emergency call") func contacts() {
        #expect(ContactNumber("138-0013-8000")?.digits == "13800138000")
        #expect(ContactNumber("（0731）80000000转801")?.digits == "0731-80000000-801")
        #expect(ContactNumber("96871")?.digits == "96871")
        #expect(ContactNumber("4000000000")?.digits == "400-000-0000")
        #expect(ContactNumber("110") == nil)
        #expect(ContactNumber("电话") == nil)
    }
}

@Suite("No text crashes a parser")
struct FuzzTests {
    @Test("codes and numbers survive random and mutated texts") func survives() {
        var generator = Seeded(2015)
        let seeds = [
            "91430000796852865Y", "2026-03-01T06:05:00.000Z", "2026-03-01", "430102", "C3511", "1,234.50",
            "+86 138 0013 8000",
            "（0731）8000 0000转801", "400-000-0000", "11010519491231002X", "0086-731-80000000-1", "12.5万元", "",
        ]
        let pool = Array("0123456789ABCXYZxyz-+:.,()（）０９Ａ　 \t\n\u{200B}\u{FEFF}é零转￥万元\u{0}🀄️").map(String.init)
        for _ in 0..<20_000 {
            var characters = (seeds.randomElement(using: &generator) ?? "").map(String.init)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let piece = pool.randomElement(using: &generator) ?? "0"
                let place = Int.random(in: 0...characters.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0 where place < characters.count: characters[place] = piece
                case 1 where place < characters.count: characters.remove(at: place)
                case 2: characters += Array(repeating: piece, count: Int.random(in: 0...40, using: &generator))
                default: characters.insert(piece, at: place)
                }
            }
            check(characters.joined())
        }
    }

    /// What is taken must print as something that is taken again and means the same.
    private func check(_ text: String) {
        if let code = CreditCode(text) { #expect(CreditCode(code.description) == code && code.warnings.count <= 2) }
        if let moment = Timestamp(text) {
            #expect(Timestamp(moment.description) == moment || moment.description.hasPrefix("0001"))
        }
        if let day = Day(text) { #expect(day.description == text) }
        if let code = RegionCode(text) { #expect(code.description == text) }
        if let code = IndustryCode(text) { #expect(IndustryCode(code.description) == code) }
        if let amount = Fen(yuan: text) { #expect(Fen(yuan: amount.description) == amount) }
        if let number = Mobile(text) { #expect(Mobile(number.digits) == number) }
        if let number = Landline(text) { #expect(Landline(number.digits) == number) }
        if let number = ServiceNumber(text) { #expect(ServiceNumber(number.digits) == number) }
        if let number = ResidentID(text) { #expect(ResidentID(number.digits) == number) }
    }
}
