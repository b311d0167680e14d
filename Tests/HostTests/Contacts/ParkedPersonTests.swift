import Foundation
import PluginKit
import Store
import TestKit
import Testing

/// Hears of contacts, and takes only those whose number it knows.
private struct Choosy: Plugin {
    static let manifest = Manifest(id: "choosy", title: "挑选", version: "1.0.0", needs: ["contacts"])
    static let known = PersonID("0195507a-0b1c-7def-8123-456789abcdef")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.announces(Chosen.self, titled: "选定联系人")
        plugin.react(to: ContactAdded.self) { event, tx in
            guard event.person == known else { throw Refusal.notFound }
            try tx.announce(Chosen(name: event.name, mobile: event.mobile))
        }
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
    }
}

private struct Chosen: Event {
    static let name: WireName = "choosy.contact-chosen.v1"
    var name: Personal<String>
    var mobile: Personal<Mobile>
    var subject: String { "chosen" }
}

/// Announces two persons at once.
private struct Pairs: Plugin {
    static let manifest = Manifest(id: "pairs", title: "结对", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.announces(PairMade.self, titled: "结成对子")
        plugin.handle(MakePair.self, access: .role(.windowStaff)) { message, tx in
            guard let one = PersonID(tx.newID().description), let other = PersonID(tx.newID().description) else { throw Refusal.notFound }
            let mobile = message.mobile.of(one)
            let made = PairMade(person: one, mobile: mobile, otherMobile: message.otherMobile.of(other), numbers: ["办公/住宅": mobile])
            try tx.announce(made)
            return made
        }
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
    }
}

/// Takes no pair.
private struct Loner: Plugin {
    static let manifest = Manifest(id: "loner", title: "独行", version: "1.0.0", needs: ["pairs"])

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.react(to: PairMade.self) { _, _ in throw Refusal.notFound }
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
    }
}

private struct MakePair: Command {
    static let name: WireName = "pairs.make-pair.v1"
    typealias Reply = PairMade
    var mobile: Personal<Mobile>
    var otherMobile: Personal<Mobile>
}

private struct PairMade: Event {
    static let name: WireName = "pairs.pair-made.v1"
    var person: PersonID
    var mobile: Personal<Mobile>
    var otherMobile: Personal<Mobile>
    var numbers: [String: Personal<Mobile>]
    var subject: String { "pair" }
}

@Suite("搁置消息中的个人信息")
struct ParkedPersonTests {
    private let right = UnmaskingRight(purpose: "测试", holder: "test")
    private let clerk = Actor.person("clerk", .systemAdministrator)

    /// One contact, parked at the plug-in that does not take it.
    private func parked() async throws -> (site: TestSite, added: ContactAdded, id: Int64) {
        let site = try await TestSite([(InstalledPlugin(Contacts.self), .object([])), (InstalledPlugin(Choosy.self), .object([]))])
        let added = try await site.tell(
            AddContact(name: Personal("欧阳某人"), mobile: Personal(try #require(Mobile("13812345678"))), note: "备注"), as: .window("430181"))
        await site.settle()
        return (site, added, try #require(try await site.bus.parked().first).message.id)
    }

    private func repair(_ site: TestSite, _ id: Int64, _ payload: JSONValue, plugin: String = "choosy") async throws {
        try await site.bus.repair(plugin: plugin, parked: id, payload: payload.serialized(), reason: "联系人编号有误，经核对更正", by: clerk)
        await site.settle()
    }

    private func content(_ name: JSONValue, _ mobile: JSONValue) throws -> JSONValue {
        ["person": .string(try #require(Choosy.known).description), "name": name, "mobile": mobile]
    }

    /// Files of the site that hold one of the texts.
    private func holders(of texts: [String], in folder: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { file in
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return false }
            return texts.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    @Test("who repairs a message sees places instead of persons; it is delivered with the values, which lie sealed and can be erased")
    func repaired() async throws {
        let (site, added, id) = try await parked()
        let shown = try await site.bus.content(plugin: "choosy", parked: id).payload
        #expect(shown["name"]?.string == "‹个人信息 1›" && shown["mobile"]?.string == "‹个人信息 2›", "\(shown)")
        #expect(shown["person"]?.string == added.person.description)
        try await repair(site, id, content("‹个人信息 1›", "‹个人信息 2›"))
        #expect(try await site.bus.parked().isEmpty)
        let chosen = try #require(try site.events(Chosen.self).first)
        #expect(chosen.name.reveal(by: right) == "欧阳某人" && chosen.mobile.reveal(by: right)?.digits == "13812345678")
        #expect(holders(of: ["欧阳某人", "13812345678"], in: site.folder) == [])
        _ = try await site.bus.erase(person: added.person, by: .system("test"))
        #expect(try site.events(Chosen.self).map(\.name.isErased) == [true])
        #expect(holders(of: ["欧阳某人", "13812345678"], in: site.folder) == [])
        for (plugin, file) in site.stores {
            let verdict = try file.verifyLog()
            if case .intact = verdict { continue }
            Issue.record("\(plugin): \(verdict)")
        }
    }

    @Test("a place that is not there, one of another kind, a sealed text and a person's data in the clear are refused; nothing is noted")
    func refused() async throws {
        let (site, added, id) = try await parked()
        for (name, mobile, field) in [
            ("‹个人信息 3›", "‹个人信息 2›", "/name"), ("‹个人信息 1›", "‹个人信息 1›", "/mobile"), ("欧阳", "‹个人信息 2›", "/name"),
            ("‹个人信息 1›", "13900000000", "/mobile"), ("sealed:\(added.person):AAAA", "‹个人信息 2›", "/name"),
        ] {
            let refusal = await #expect(throws: Refusal.self) { try await repair(site, id, content(.string(name), .string(mobile))) }
            #expect(refusal?.status == 422 && refusal?.faults.contains { $0.field.hasSuffix(field) || $0.field.isEmpty } == true, "\(name) \(mobile): \(String(describing: refusal))")
        }
        #expect(try await site.bus.parked().count == 1)
        let kept = try site.stores.first { $0.plugin == "choosy" }?.file.read { try $0.rows("SELECT count(*) FROM _repair") { try $0.get(0, as: Int.self) } }
        #expect(kept == [0])
    }

    @Test("once the person is erased at the source, the parked message is repaired with its places as they are and brings nothing of them back")
    func erased() async throws {
        let (site, added, id) = try await parked()
        _ = try await site.bus.erase(person: added.person, by: .system("test"))
        // An empty place is no number, yet nobody may write one in its stead.
        let refusal = await #expect(throws: Refusal.self) { try await repair(site, id, content("‹个人信息 1›", "13900000000")) }
        #expect(refusal?.faults.map(\.field) == ["/mobile"])
        // Nor is it good in a field that holds nothing of a person.
        let moved: JSONValue = ["person": "‹个人信息 2›", "name": "‹个人信息 1›", "mobile": "‹个人信息 2›"]
        await #expect(throws: Refusal.self) { try await repair(site, id, moved) }
        try await repair(site, id, content("‹个人信息 1›", "‹个人信息 2›"))
        #expect(try await site.bus.parked().isEmpty)
        let chosen = try #require(try site.events(Chosen.self).first)
        #expect(chosen.name.isErased && chosen.mobile.isErased)
        #expect(holders(of: ["欧阳某人", "13812345678"], in: site.folder) == [])
    }

    @Test("an erased person's place stays where it was: in another's field it is refused, in its own accepted, whatever the field is called")
    func movedPlace() async throws {
        let site = try await TestSite([(InstalledPlugin(Pairs.self), .object([])), (InstalledPlugin(Loner.self), .object([]))])
        let made = try await site.tell(
            MakePair(mobile: Personal(try #require(Mobile("13812345678"))), otherMobile: Personal(try #require(Mobile("13912345678")))),
            as: .window("430181"))
        await site.settle()
        let id = try #require(try await site.bus.parked().first).message.id
        _ = try await site.bus.erase(person: made.person, by: .system("test"))
        func pair(_ mobile: JSONValue, _ other: JSONValue) -> JSONValue {
            [
                "person": .string(made.person.description), "mobile": mobile, "otherMobile": other,
                "numbers": ["办公/住宅": "‹个人信息 3›"],
            ]
        }
        for wrong in [pair("‹个人信息 1›", "‹个人信息 1›"), pair("‹个人信息 2›", "‹个人信息 1›")] {
            let refusal = await #expect(throws: Refusal.self) { try await repair(site, id, wrong, plugin: "loner") }
            #expect(refusal?.status == 422 && refusal?.faults.map(\.field) == ["/otherMobile"], "\(String(describing: refusal?.faults))")
        }
        try await repair(site, id, pair("‹个人信息 1›", "‹个人信息 2›"), plugin: "loner")
        #expect(try await site.bus.content(plugin: "loner", parked: id).repaired != nil)
    }

    @Test("whatever is written into a parked message, what is kept has places only, each in a field of a person; erased ones where they were", arguments: [false, true])
    func seeded(isErased: Bool) async throws {
        let site = try await TestSite([(InstalledPlugin(Pairs.self), .object([])), (InstalledPlugin(Loner.self), .object([]))])
        let made = try await site.tell(
            MakePair(mobile: Personal(try #require(Mobile("13812345678"))), otherMobile: Personal(try #require(Mobile("13912345678")))), as: .window("430181"))
        await site.settle()
        let id = try #require(try await site.bus.parked().first).message.id
        if isErased { _ = try await site.bus.erase(person: made.person, by: .system("test")) }
        let places = ["‹个人信息 1›", "‹个人信息 2›", "‹个人信息 3›"]
        let person = made.person.description
        let words = places + places + ["‹个人信息 4›", "‹个人信息 0›", "13812345678", "sealed:\(person):AAAA", "", person]
        var random = Seeded(isErased ? 7 : 11)
        var taken = 0
        for round in 0..<250 {
            func word() -> JSONValue { .string(words.randomElement(using: &random) ?? "") }
            let (mobile, other, number) = (word(), word(), word())
            // An identifier may be any short text of letters and digits, so none of those is tried in its place.
            let strange = word()
            let who: JSONValue = Int.random(in: 0..<4, using: &random) == 0 && PersonID(strange.string ?? "") == nil ? strange : .string(person)
            let written: JSONValue = ["person": who, "mobile": mobile, "otherMobile": other, "numbers": ["办公/住宅": number]]
            let isTaken = (try? await repair(site, id, written, plugin: "loner")) != nil
            let isRight = who.string == person && [mobile, other, number].allSatisfy { places.contains($0.string ?? "") }
            // Places 1 and 3 are of the person who was erased; the other one's number may stand anywhere.
            let stays = !isErased || (mobile.string != places[2] && ![places[0], places[2]].contains(other.string ?? "") && number.string != places[0])
            #expect(isTaken == (isRight && stays), "round \(round): \(written)")
            guard isTaken else { continue }
            taken += 1
            #expect(try await site.bus.content(plugin: "loner", parked: id).payload == written, "round \(round)")
        }
        #expect(taken > 1, "\(taken)")
        #expect(holders(of: ["13812345678", "sealed:\(person):AAAA"], in: site.folder) == [])
    }

    @Test("once the person is erased at the source, the parked message can be discarded with a reason")
    func discarded() async throws {
        let (site, added, id) = try await parked()
        _ = try await site.bus.erase(person: added.person, by: .system("test"))
        try await site.bus.discard(plugin: "choosy", parked: id, reason: "本人已要求删除个人信息", by: clerk)
        await site.settle()
        #expect(try await site.bus.parked().isEmpty)
        #expect(try site.events(Chosen.self).isEmpty)
        #expect(holders(of: ["欧阳某人", "13812345678"], in: site.folder) == [])
    }
}
