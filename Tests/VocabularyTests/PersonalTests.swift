import Foundation
import Testing
import Vocabulary

@Suite("Personal")
struct PersonalTests {
    struct Contact: Codable, Hashable, Sendable {
        var name: Personal<String>
        var mobile: Personal<Mobile>
        var line: Personal<ContactNumber>?
    }

    private static let secrets = ["张三丰", "13800138000", "80000000"]

    private func contact() throws -> Contact {
        Contact(
            name: Personal("张三丰"), mobile: Personal(try #require(Mobile("13800138000"))),
            line: Personal(try #require(ContactNumber("0731-80000000"))))
    }

    private func json(_ contact: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(contact), as: UTF8.self)
    }

    @Test("no way of printing shows the value") func printsMasked() throws {
        let contact = try contact()
        var dumped = ""
        dump(contact, to: &dumped)
        var texts = [
            "\(contact)", String(describing: contact), String(reflecting: contact), dumped, "\([contact.name])",
            "\(contact.mobile)", String(reflecting: contact.mobile),
            "\(Mirror(reflecting: contact.mobile).children.map(\.value))",
            "\(Optional(contact.mobile) as Any)", try json(contact),
        ]
        // Inside the closure that encodes in full, printing stays masked.
        texts.append(PersonalData.revealing(by: UnmaskingRight(purpose: "测试", holder: "t")) { "\(contact) \(String(reflecting: contact))" })
        for text in texts {
            for secret in Self.secrets { #expect(!text.contains(secret), "\(text)") }
        }
        #expect("\(contact.mobile)" == "138****8000" && "\(contact.name)" == "张**")
    }

    @Test("bare numbers print masked too") func bareNumbers() throws {
        let mobile = try #require(Mobile("13800138000"))
        let resident = try #require(ResidentID("430102188001010012"))
        let line = try #require(Landline("0731-80000000-801"))
        #expect("\(mobile)" == "138****8000")
        #expect("\(resident)" == "43**************12")
        #expect("\(line)" == "0731-8000****")
        var dumped = ""
        dump([mobile as Any, resident, line], to: &dumped)
        for secret in ["13800138000", "430102188001010012", "80000000", "1880"] { #expect(!dumped.contains(secret)) }
    }

    @Test("encodes masked, and in full by right") func encodes() throws {
        let contact = try contact()
        #expect(try json(contact).contains("138****8000"))
        let right = UnmaskingRight(purpose: "办理工单回访", holder: "a-1")
        let text = try PersonalData.revealing(by: right) { try json(contact) }
        for secret in ["张三丰", "13800138000", "0731-80000000"] { #expect(text.contains(secret)) }
        #expect(try JSONDecoder().decode(Contact.self, from: Data(text.utf8)) == contact)
        #expect(!PersonalData.isRevealing)
        #expect(contact.mobile.reveal(by: right)?.digits == "13800138000")
    }

    @Test("the right ends with its closure, also when that throws") func ends() throws {
        let right = UnmaskingRight(purpose: "测试", holder: "t")
        #expect(throws: Unexpected.self) { try PersonalData.revealing(by: right) { throw Unexpected("on purpose") } }
        #expect(!PersonalData.isRevealing)
    }

    /// Keeps values by number; an emptied drawer is a destroyed key.
    private final class Drawer: PersonalSealing, PersonalOpening, @unchecked Sendable {
        var kept: [Data] = []

        func seal(_ value: some Encodable, of person: PersonID) throws -> String {
            kept.append(try JSONEncoder().encode([value]))
            return String(kept.count - 1)
        }

        func open<Value: Decodable>(_ type: Value.Type, _ sealed: Substring, of person: PersonID) throws -> Value? {
            guard let number = Int(sealed), kept.indices.contains(number) else { return nil }
            return try JSONDecoder().decode([Value].self, from: kept[number]).first
        }
    }

    @Test("is stored sealed under the person it is about, and gone with the key") func seals() throws {
        let drawer = Drawer()
        let person = try #require(PersonID("p-1"))
        let name = Personal("张三丰")
        #expect(throws: EncodingError.self) { try PersonalData.sealing(with: drawer) { try json([name]) } }
        let text = try PersonalData.sealing(with: drawer) { try json([name.of(person)]) }
        #expect(!text.contains("张三丰") && text.contains("sealed:p-1:0"))
        func opened() throws -> Personal<String>? {
            try PersonalData.opening(with: drawer) { try JSONDecoder().decode([Personal<String>].self, from: Data(text.utf8)) }.first
        }
        let right = UnmaskingRight(purpose: "测试", holder: "t")
        #expect(try opened()?.reveal(by: right) == "张三丰")
        #expect(try opened()?.person == person)
        // From outside nobody may send a sealed value.
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Personal<String>].self, from: Data(text.utf8)) }
        drawer.kept = []
        let gone = try #require(try opened())
        #expect(gone.isErased && gone.masked == "（已删除）" && gone.reveal(by: right) == nil)
        // An erased value can be stored again and stays erased.
        let again = try PersonalData.sealing(with: drawer) { try json([gone]) }
        #expect(try PersonalData.opening(with: drawer) {
            try JSONDecoder().decode([Personal<String>].self, from: Data(again.utf8))
        }.first?.isErased == true)
    }

    @Test("a masked value is never read back as the value") func refusesMasked() throws {
        let masked = try json(try contact())
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Contact.self, from: Data(masked.utf8)) }
        for text in [#"["张**"]"#, #"["*"]"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([Personal<String>].self, from: Data(text.utf8))
            }
        }
    }

    @Test("a number that is refused does not stand in the error") func errorsAreSilent() {
        do {
            _ = try JSONDecoder().decode([Personal<Mobile>].self, from: Data(#"["1380013800"]"#.utf8))
            Issue.record("a short number was taken")
        } catch {
            #expect(!"\(error)".contains("1380013800"))
        }
    }
}
