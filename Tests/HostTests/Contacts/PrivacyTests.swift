import Foundation
import PluginKit
import Store
import TestKit
import Testing

@Suite("个人信息的查阅与删除")
struct PrivacyTests {
    private let mobile = "13812345678"
    private let name = "欧阳某人"
    private let right = UnmaskingRight(purpose: "测试", holder: "test")

    private func site() async throws -> TestSite {
        try await TestSite([(InstalledPlugin(Contacts.self), .object([])), (InstalledPlugin(Mirror.self), .object([]))])
    }

    private func add(_ site: TestSite, note: String = "备注", id: MessageID? = nil) async throws -> ContactAdded {
        let added = try await site.tell(
            AddContact(name: Personal(name), mobile: Personal(try #require(Mobile(mobile))), note: note), as: .window("430181"), id: id)
        await site.settle()
        return added
    }

    /// Files of the site that hold one of the texts, byte by byte: databases, write-ahead logs, everything.
    private func holders(of texts: [String], in folder: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.sorted().filter { file in
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return false }
            return texts.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    @Test("Values reach whoever the plug-in hands them to, and lie sealed everywhere")
    func sealedAtRest() async throws {
        let site = try await site()
        let added = try await add(site)
        #expect(added.mobile.reveal(by: right)?.digits == mobile)
        #expect(try site.ask(GetContact(person: added.person), as: .window("430181")).mobile?.reveal(by: right)?.digits == mobile)
        #expect(try site.events(ContactAdded.self).first?.name.reveal(by: right) == name)
        // Heard by another plug-in, sealed again under the same person's key in its own file.
        #expect(try site.events(NameSeen.self).first?.name.reveal(by: right) == name)
        #expect(try site.events(NameSeen.self).first?.name.person == added.person)
        #expect(try holders(of: [mobile, name], in: site.folder) == [])
        // The notes are the plug-in's own open column, so the search does find what is there.
        #expect(try !holders(of: ["备注"], in: site.folder).isEmpty)
    }

    @Test("A repeated command gets its first reply, opened; a wire gets it masked")
    func repeatedReply() async throws {
        let site = try await site()
        let id = site.bus.ids.next()
        let first = try await add(site, id: id)
        #expect(try await add(site, id: id).mobile == first.mobile)
        #expect(try site.events(ContactAdded.self).count == 1)
        let body = Array(#"{"name":"欧阳某人","mobile":"13812345678","note":"备注"}"#.utf8)
        let text = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<String, any Error>) in
            site.bus.start(command: AddContact.name, json: body, as: .window("430181"), id: id) {
                continuation.resume(with: $0.map { String(decoding: $0, as: UTF8.self) })
            }
        }
        #expect(text.contains("138****5678") && text.contains("欧**") && !text.contains("sealed:") && !text.contains(mobile))
    }

    @Test("A person gets a copy of everything, and nothing about others")
    func export() async throws {
        let site = try await site()
        let added = try await add(site)
        _ = try await site.tell(
            AddContact(name: Personal("旁人甲"), mobile: Personal(try #require(Mobile("13900000000"))), note: "别人"), as: .window("430181"))
        await site.settle()
        let copy = try await site.bus.export(person: added.person)
        #expect(copy.parts.map(\.plugin) == ["contacts", "mirror"])
        #expect(copy.parts[0].records.first?.values.first?.value == mobile)
        #expect(copy.parts[0].events.first?.content["mobile"]?.string == mobile)
        #expect(copy.parts[1].events.first?.content["name"]?.string == name)
        let text = String(decoding: try JSON.encode(copy), as: UTF8.self)
        #expect(!text.contains("旁人甲") && !text.contains("13900000000"))
    }

    @Test("After an erasure no file holds a trace, every chain still verifies, and others are untouched")
    func erasure() async throws {
        let site = try await site()
        let added = try await add(site, note: "只此一人")
        let other = try await site.tell(
            AddContact(name: Personal("旁人甲"), mobile: Personal(try #require(Mobile("13900000000"))), note: "别人"), as: .window("430181"))
        await site.settle()
        let keys = try site.stores.map { store in try store.file.read { try $0.personKey(added.person) } }
        let reports = try await site.bus.erase(person: added.person, by: .system("test"))
        #expect(reports.map(\.outcome) == [.done, .done])
        #expect(try holders(of: [mobile, name, "只此一人"], in: site.folder) == [])
        // Not even the keys are left, so that nothing sealed can be opened again.
        for key in keys.compactMap({ $0 }) {
            let files = FileManager.default.enumerator(atPath: site.folder)?.compactMap { $0 as? String } ?? []
            for file in files {
                let bytes = FileManager.default.contents(atPath: "\(site.folder)/\(file)")
                #expect(bytes?.range(of: Data(key)) == nil, "key in \(file)")
            }
        }
        #expect(keys.compactMap { $0 }.count == 2)
        for (plugin, file) in site.stores {
            guard case .intact = try file.verifyLog() else {
                Issue.record("\(plugin): \(try file.verifyLog())")
                continue
            }
        }
        #expect(try site.events(ContactAdded.self).map { $0.name.isErased } == [true, false])
        #expect(try site.events(NameSeen.self).map { $0.name.isErased } == [true, false])
        #expect(try site.ask(GetContact(person: other.person), as: .window("430181")).mobile?.reveal(by: right) != nil)
        #expect(try await site.bus.export(person: added.person).parts.isEmpty)
        // Again: harmless.
        #expect(try await site.bus.erase(person: added.person, by: .system("test")).map(\.outcome) == [.done, .done])
    }

    @Test("A hold keeps the plug-in's data and says why; the others erase")
    func hold() async throws {
        let site = try await site()
        let added = try await add(site, note: "涉诉")
        let reports = try await site.bus.erase(person: added.person, by: .system("test"))
        #expect(reports.map(\.outcome) == [.held(reason: "该事项正在办理，办结后方可删除。"), .done])
        #expect(try site.events(ContactAdded.self).first?.name.reveal(by: right) == name)
        #expect(try site.events(NameSeen.self).first?.name.isErased == true)
    }

    @Test("A sealed value cannot be sent in, and moved to another person it does not open")
    func forged() async throws {
        let site = try await site()
        let first = try await add(site)
        let second = try await add(site)
        let file = try #require(site.stores.first { $0.plugin == "contacts" }?.file)
        let columns = try file.read { try $0.rows("SELECT mobile FROM contact ORDER BY person") { try $0.get(0, as: String.self) } }
        let moved = try #require(columns.first).replacingOccurrences(of: first.person.description, with: second.person.description)
        #expect(moved != columns.first)
        _ = try await file.write { try $0.run("UPDATE contact SET mobile = ? WHERE person = ?", binding: [moved, second.person.description]) }
        #expect(try site.ask(GetContact(person: second.person), as: .window("430181")).mobile?.isErased == true)
        let body = Array("{\"name\":\"\(columns[0])\",\"mobile\":\"13812345678\",\"note\":\"备注\"}".utf8)
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<[UInt8], Refusal>, Never>) in
            site.bus.start(command: AddContact.name, json: body, as: .window("430181")) { continuation.resume(returning: $0) }
        }
        guard case .failure(let refusal) = result else { return #expect(Bool(false), "a sealed value was taken from outside") }
        #expect(refusal.status == 422 || refusal.status == 400)
    }

    struct Silent: Plugin {
        static let manifest = Manifest(id: "silent", title: "无说明", version: "1.0.0")
        static func register(in plugin: inout Registration<NoSettings>) {}
    }

    struct Liar: Plugin {
        static let manifest = Manifest(id: "contacts", title: "谎报", version: "1.0.0")
        static func register(in plugin: inout Registration<NoSettings>) {
            plugin.holdsNoPersonalData()
            plugin.announces(ContactAdded.self, titled: "登记联系人")
        }
    }

    struct BareNumber: Event {
        static let name: WireName = "bare.number-seen.v1"
        var mobile: Mobile
        var subject: String { "bare" }
    }

    struct Bare: Plugin {
        static let manifest = Manifest(id: "bare", title: "裸号码", version: "1.0.0")
        static func register(in plugin: inout Registration<NoSettings>) {
            plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
            plugin.announces(BareNumber.self, titled: "号码")
        }
    }

    @Test("A plug-in that does not answer for its personal data is not enabled", arguments: [
        (InstalledPlugin(Silent.self), "holdsNoPersonalData"), (InstalledPlugin(Liar.self), "contacts.contact-added.v1"),
        (InstalledPlugin(Bare.self), "Personal<…>"),
    ])
    func refused(plugin: InstalledPlugin, word: String) async {
        do {
            _ = try await TestSite([(plugin, .object([]))])
            Issue.record("\(plugin.manifest.id) was enabled")
        } catch {
            let faults = (error as? Refusal)?.faults ?? []
            #expect(faults.contains { $0.message.contains(word) }, "\(faults)")
        }
    }
}
