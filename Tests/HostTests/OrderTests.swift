import FoundationEssentials
import Gateway
import Messages
import Network
import PluginKit
import Store
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import Host
@testable import shuniu

/// The program's own plug-ins and the small ones of these tests, in every order (`Show 4`).
@Suite("Plug-ins are enabled in any order")
struct OrderTests {
    private static let plugins = installedPlugins + [InstalledPlugin(Notes.self), InstalledPlugin(Memo.self)]
    private static let ids = plugins.map(\.manifest.id)
    /// Of more orders, as many, evenly spread.
    private static let most = 24

    private static func settings(_ id: String) -> JSONValue { id == "memo" ? ["mark": "·"] : .object([]) }

    private static func needs(_ id: String) -> [String] { plugins.first { $0.manifest.id == id }?.manifest.needs ?? [] }

    /// Orders in which every need comes before who needs it; each that may come first does so in turn, and then anything goes, the same
    /// at each run. Of any two that do not need each other, each comes before the other in some order.
    static func orders(of ids: [String], needs: (String) -> [String], most: Int) -> [[String]] {
        var chance = Seeded(0x5EED)
        var orders: [[String]] = []
        for number in 0..<most * 4 where orders.count < most {
            var order: [String] = []
            while order.count < ids.count {
                let ready = ids.filter { id in !order.contains(id) && needs(id).allSatisfy { order.contains($0) || !ids.contains($0) } }
                order.append(ready[order.isEmpty ? number % ready.count : Int.random(in: 0..<ready.count, using: &chance)])
            }
            if !orders.contains(order) { orders.append(order) }
        }
        return orders
    }

    /// Everything by which people, partners and neighbours could tell one site from another, its name left out.
    private func likeness(_ site: Site, _ running: RunningHost) async throws -> [String] {
        let id = site.card.id
        var lines = site.face.parts.map { "part \($0.id)" }
        for part in site.face.parts {
            lines.append("declaration \(String(decoding: try JSONValue(encoding: Declaration(part.blueprint, settings: Schema(.any))).canonical(), as: UTF8.self))")
            let tables = try part.plug?.file.read { try $0.rows("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name") { try $0.get(0, as: String.self) } }
            lines += (tables ?? []).map { "table \(part.id) \($0)" }
        }
        lines += site.bus.pumps.map { "flow \($0.source.id) → \($0.subscriber.id)" }.sorted()
        for path in ["/", "/login", "/search?q=x"] {
            let answer = try await running.get("/\(id)\(path)")
            let text = answer.text.replacing("/\(id)/", with: "/site/").replacing(/datetime="[^"]*"/, with: "").replacing(/name="(_csrf|_id)" value="[^"]*"/, with: "")
            lines.append("page \(path) \(answer.status) \(text)")
        }
        return lines
    }

    @Test("and the site is the same each time")
    func sameSite() async throws {
        let orders = Self.orders(of: Self.ids, needs: Self.needs, most: Self.most)
        try #require(orders.count == Self.most)
        let alone = Set(Self.ids.filter { Self.needs($0).isEmpty })
        #expect(Set(orders.compactMap(\.first)) == alone, "whatever may come first does once")
        for first in Self.ids {
            for second in Self.ids where first != second && !Self.needs(first).contains(second) {
                let isTried = orders.contains { order in (order.firstIndex(of: first) ?? 0) < (order.firstIndex(of: second) ?? 0) }
                #expect(isTried, "\(first) never comes before \(second)")
            }
        }
        let running = try await RunningHost(
            [RunningHost.site("once", "甲站", Dictionary(uniqueKeysWithValues: Self.ids.map { ($0, $0 == "memo" ? "{ \"mark\": \"·\" }" : "{}") }))]
                + orders.indices.map { try RunningHost.site("s\($0)", "甲站", [:]) }, plugins: Self.plugins)
        for turn in Self.ids.indices {
            try await running.reload { configuration in
                for (index, order) in orders.enumerated() { configuration.sites[index + 1].plugins[order[turn]] = Self.settings(order[turn]) }
            }
        }
        let wanted = try await likeness(running.site("once"), running)
        #expect(wanted.count > Self.ids.count * 2)
        for (index, order) in orders.enumerated() {
            let found = try await likeness(running.site("s\(index)"), running)
            let difference = zip(found, wanted).first { $0 != $1 }
            let place = difference.map { zip($0.0, $0.1).prefix { $0 == $1 }.count } ?? 0
            let (now, then) = (difference?.0.dropFirst(max(0, place - 60)).prefix(160) ?? "", difference?.1.dropFirst(max(0, place - 60)).prefix(160) ?? "")
            #expect(found.count == wanted.count && difference == nil, "\(order): \(now) instead of \(then)")
            // And what one says, the other hears, whichever came first.
            let bus = try running.site("s\(index)").bus
            _ = try await bus.tell(AddNote(text: "一"), as: .system("test"))
            await bus.settle()
            #expect(try bus.ask(FindMemos(), as: .visitor).texts == ["·一"], "\(order)")
        }
    }

    @Test("and one that needs others is refused with every need that is not met, of every plug-in together")
    func needs() throws {
        let reference = try ReferenceData.loadLocated()
        let card = RunningHost.card("aa", "甲站")
        let needing = Self.plugins.filter { !$0.manifest.needs.isEmpty }
        var cases = needing.map { [$0] }
        if needing.count > 1 { cases.append(needing) }
        for enabled in cases {
            let ids = Set(enabled.map(\.manifest.id))
            let unmet = enabled.flatMap { plugin in plugin.manifest.needs.filter { !ids.contains($0) }.map { "plugins/\(plugin.manifest.id) \($0)" } }
            let attempt = Result { try Site.blueprints(card: card, settings: Dictionary(uniqueKeysWithValues: ids.map { ($0, Self.settings($0)) }), installed: Self.plugins, reference: reference) }
            guard case .failure(let error) = attempt, let refusal = error as? Refusal else {
                #expect(unmet.isEmpty, "\(ids) needs \(unmet)")
                continue
            }
            let named = refusal.faults.filter { fault in Self.ids.contains(fault.value ?? "") }.map { "\($0.field) \($0.value ?? "")" }
            #expect(Set(named) == Set(unmet) && named.count == unmet.count)
        }
        // One with several needs is told all of them at once, and so is whoever looks before enabling it.
        let several = Self.plugins + [InstalledPlugin(Needy.self)]
        let attempt = Result { try Site.blueprints(card: card, settings: ["needy": .object([])], installed: several, reference: reference) }
        guard case .failure(let error) = attempt, let refusal = error as? Refusal else { return #expect(Bool(false), "it needs others") }
        #expect(refusal.faults.map(\.value) == ["memo", "notes", "registry"])
        // The rule on its own.
        #expect(Set(Self.orders(of: ["a", "b", "c"], needs: { $0 == "a" ? ["b", "c"] : [] }, most: 5)) == [["b", "c", "a"], ["c", "b", "a"]])
    }

    private struct Needy: Plugin {
        static let manifest = Manifest(id: "needy", title: "依赖", version: "1.0.0", needs: ["memo", "notes", "registry"])
        static func register(in plugin: inout Registration<NoSettings>) { plugin.holdsNoPersonalData() }
    }

    @Test("and while one goes off and on again at one site, no request to any other fails")
    func underLoad() async throws {
        let running = try await RunningHost(
            [RunningHost.site("aa", "甲站", ["notes": "{}", "memo": "{ \"mark\": \"·\" }"]), RunningHost.site("bb", "乙站", ["notes": "{}", "memo": "{ \"mark\": \"·\" }"])])
        let tally = Tally()
        let paths = ["/aa/", "/aa/notes/list", "/bb/", "/bb/memo/list", "/bb/notes/list", "/aa/login"]
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<3 {
                group.addTask {
                    var number = worker
                    while !tally.isOver.withLock({ $0 }) {
                        let path = paths[number % paths.count]
                        number += 1
                        let status = (try? await running.get(path))?.status
                        tally.asked.withLock { $0 += 1 }
                        if status != 200 { tally.failed.withLock { $0.append("\(path) \(status ?? 0)") } }
                    }
                }
            }
            for _ in 0..<6 {
                for isOn in [false, true] {
                    let before = tally.asked.withLock { $0 }
                    _ = try? await running.reload { $0.sites[0].plugins["memo"] = isOn ? Self.settings("memo") : nil }
                    _ = await until { tally.asked.withLock { $0 } >= before + 4 }
                }
            }
            tally.isOver.withLock { $0 = true }
        }
        #expect(tally.failed.withLock { $0 } == [])
        #expect(tally.asked.withLock { $0 } > 40)
        #expect(try await running.get("/aa/memo/list").status == 200)
    }

    private final class Tally: Sendable {
        let isOver = Mutex(false)
        let asked = Mutex(0)
        let failed = Mutex<[String]>([])
    }
}
