import Foundation
import Gateway
import Host
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import shuniu

/// Every plug-in of the program at one site, filled by its demo: whoever is erased is gone from every file.
@Suite("个人信息的删除：全部插件")
struct WholeErasureTests {
    /// A value of a person's, as it was before it was sealed.
    private struct Planted: Hashable {
        var plugin: String
        var person: PersonID
        var text: String
    }

    private func site() async throws -> TestSite {
        let site = try await TestSite(installedPlugins.map { ($0, .object([])) })
        let reference = try ReferenceData.loadLocated()
        for plugin in installedPlugins {
            try await plugin.demonstrate(
                Demonstration(
                    site: site.site.card.id, region: site.site.card.region, bus: site.bus, files: site.files, reference: reference, now: site.clock.now))
            await site.settle()
        }
        // What the demos leave out: an agency's contact at the market, and a matter of the column that is over.
        func tell(_ method: String, _ path: String, _ body: JSONValue, as actor: Actor) async throws -> JSONValue {
            let answer = await site.call(method, "/api/test\(path)", String(decoding: body.serialized(), as: UTF8.self), ["If-Match": "*"], as: actor)
            try #require(answer.status == 200, "\(path): \(answer.text)")
            await site.settle()
            return try #require(answer.json)
        }
        let agency = Actor(
            kind: .person, id: "agency", name: "测试·机构人员", grants: [Grant(.agency, in: RegionCode("430200"))], organisation: CreditCode("91430200MA4LDEM60U"),
            organisationName: "测试·星火服务有限公司")
        _ = try await tell(
            "PUT", "/market/my-agency",
            [
                "title": "测试·星火服务有限公司", "region": "430200", "categories": ["digital"], "summary": "为中小制造企业提供数字化诊断和设备联网。", "submit": true,
                "contactName": "欧阳星火", "contactPhone": "13912340077",
            ], as: agency)
        let appeal = try await tell(
            "POST", "/appeals/cases",
            [
                "title": "建议简化备案材料", "content": "同一材料在两个窗口重复提交，建议共享。", "kind": "suggestion", "category": "05", "region": "430181", "signing": "signed",
                "submitter": "诸葛亮亮", "phone": "13912345678", "lookup": .string(String(repeating: "0a", count: 32)),
            ], as: .visitor)
        let number = try #require(appeal["number"]?.string)
        _ = try await tell("POST", "/appeals/cases/\(number)/steps", ["action": "refuse", "text": "不属于本平台受理范围，请向户籍所在地提出。"], as: .window("430181"))
        return site
    }

    /// The texts that stand sealed in a plug-in's tables and log, opened.
    private func planted(_ site: TestSite) throws -> Set<Planted> {
        var all: Set<Planted> = []
        for part in site.site.face.parts {
            guard let plug = part.plug else { continue }
            var found: [JSONValue] = []
            try plug.file.read { snapshot in
                let tables = try snapshot.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'") {
                    try $0.get(0, as: String.self)
                }
                for table in tables {
                    let columns = try snapshot.rows("SELECT name FROM pragma_table_info('\(table)') WHERE type IN ('TEXT', 'BLOB', 'ANY')") { try $0.get(0, as: String.self) }
                    for column in columns {
                        found += try snapshot.rows(
                            "SELECT CAST(\"\(column)\" AS TEXT) FROM \"\(table)\" WHERE instr(CAST(\"\(column)\" AS TEXT), 'sealed:') > 0"
                        ) { try $0.get(0, as: String.self) }.map { (try? JSONValue(parsing: $0)) ?? .string($0) }
                    }
                }
            }
            func walk(_ value: JSONValue) throws {
                switch value {
                case .string(let text):
                    guard let (person, opaque) = SealedText.parse(text), !opaque.isEmpty else { return }
                    let value = try plug.keys.inFull(.string(text), about: person)
                    for leaf in Self.texts(value) where leaf != PersonalData.erasedText { all.insert(Planted(plugin: part.id, person: person, text: leaf)) }
                case .array(let elements): for element in elements { try walk(element) }
                case .object(let members): for member in members { try walk(member.value) }
                default: return
                }
            }
            for value in found { try walk(value) }
        }
        return all
    }

    private static func texts(_ value: JSONValue) -> [String] {
        switch value {
        case .string(let text): text.utf8.count >= 6 ? [text] : []
        case .array(let elements): elements.flatMap { texts($0) }
        case .object(let members): members.flatMap { texts($0.value) }
        default: []
        }
    }

    /// Which texts stand in the clear in a file of the site, with the file.
    private func seen(_ texts: Set<String>, in folder: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.sorted().flatMap { file -> [String] in
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return [] }
            return texts.sorted().filter { data.range(of: Data($0.utf8)) != nil }.map { "\($0) in \(file)" }
        }
    }

    @Test("whoever the demos of all plug-ins enter is erased: no value of theirs is left in any file, every chain verifies, who is held back keeps all")
    func everybody() async throws {
        let site = try await site()
        let before = try planted(site)
        let keeping = Set(
            site.site.face.parts.filter { part in
                part.blueprint.contract.messages.contains { $0.kind != .query && String(decoding: $0.message.serialized(), as: UTF8.self).contains("x-personal") }
            }.map(\.id))
        #expect(Set(before.map(\.plugin)) == keeping, "every plug-in whose messages carry personal values has some")
        // Sealed already where nothing was erased yet.
        let numbers = Set(before.map(\.text).filter { $0.utf8.count == 11 && $0.allSatisfy(\.isNumber) })
        #expect(!numbers.isEmpty && seen(numbers, in: site.site.folder) == [])
        var held: [PersonID: Set<String>] = [:], done: [String: Int] = [:]
        for person in Set(before.map(\.person)) {
            for report in try await site.bus.erase(person: person, by: .system("test")) {
                switch report.outcome {
                case .held: held[person, default: []].insert(report.plugin)
                default: if before.contains(where: { $0.plugin == report.plugin && $0.person == person }) { done[report.plugin, default: 0] += 1 }
                }
            }
        }
        #expect(Set(done.keys) == keeping, "somebody is erased from each: \(done); held back: \(held.count)")
        await site.settle()
        let kept = Set(before.filter { held[$0.person] != nil }.map(\.text))
        let gone = Set(before.filter { held[$0.person] == nil }.map(\.text)).subtracting(kept)
        #expect(gone.count > 5)
        #expect(seen(gone, in: site.site.folder) == [])
        let after = try planted(site)
        #expect(after == before.filter { held[$0.person]?.contains($0.plugin) ?? false }, "what stays is what is held back, and all of that")
        for (plugin, file) in site.stores {
            guard case .intact = try file.verifyLog() else {
                Issue.record("\(plugin): \(try file.verifyLog())")
                continue
            }
        }
    }
}
