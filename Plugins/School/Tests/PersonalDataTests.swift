import Foundation
import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("个人信息")
struct SchoolPersonalDataTests {
    @Test("Names and numbers lie sealed in every file of the site")
    func sealed() async throws {
        let lessons = try await Lessons()
        try await lessons.register(1)
        _ = try await lessons.site.tell(RevealContacts(schoolClass: lessons.schoolClass, purpose: "通知改期"), as: Lessons.staff)
        for file in FileManager.default.subpaths(atPath: lessons.site.folder) ?? [] {
            guard let bytes = FileManager.default.contents(atPath: "\(lessons.site.folder)/\(file)") else { continue }
            for text in ["测试人员1", "19900001001"] { #expect(bytes.firstRange(of: Data(text.utf8)) == nil, "\(text) in \(file)") }
        }
    }

    @Test("Staff see names in full only after saying what for, and that is kept")
    func revealed() async throws {
        let lessons = try await Lessons()
        try await lessons.register(1)
        let right = UnmaskingRight(purpose: "测试", holder: "test")
        let sheet = try await lessons.site.tell(RevealContacts(schoolClass: lessons.schoolClass, purpose: "通知改期"), as: Lessons.staff)
        #expect(sheet.people.first?.mobile.reveal(by: right)?.digits == "19900001001")
        let kept = try lessons.site.events(ContactsRevealed.self)
        #expect(kept.map(\.purpose) == ["通知改期"])
        #expect(kept.map(\.count) == [1])
        #expect(
            await refusal { _ = try await lessons.site.tell(RevealContacts(schoolClass: lessons.schoolClass, purpose: "看看"), as: Lessons.other) }?.code
                == "school.region-not-yours")
    }

    @Test("A person is not erased while a place in a class to come is held, and is afterwards")
    func erasure() async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        let person = try lessons.detail(id).card.person
        #expect(try lessons.site.bus.exportHere(person: person).flatMap(\.records).first?.values.contains { $0.value == "测试人员1" } == true)
        let held = try await lessons.site.bus.erase(person: person, by: .system("test"))
        guard case .held = held.first?.outcome else {
            Issue.record("erased: \(held)")
            return
        }
        try await lessons.step(id, .cancel)
        _ = try await lessons.site.bus.erase(person: person, by: .system("test"))
        #expect(try lessons.detail(id).card.name.isErased)
    }
}
