import Bus
import FoundationEssentials
import Gateway
import Host
public import Messages
public import PluginKit
import Store
import Vocabulary

/// What every plug-in promises, checked in one line of its tests:
///
/// ```swift
/// #expect(try await Conformance(Registry.self, tests: #filePath, refusals: codes).problems() == [])
/// ```
///
/// - the committed `Contracts/contract.json` is kept and up to date
/// - every registered message has a golden file `Tests/Fixtures/Messages/<wire name>.json` (further ones `<wire name>.<case>.json`)
///   that is decoded for ever and loses nothing on the way
/// - every refusal code is the plug-in's own and stands once
/// - every page and endpoint is open only as far as its rule says; public pages answer at an empty site
/// - a sample command sent twice has one effect
///
/// With `SHUNIU_RECORD=1` the contract is written anew, and events without a golden file get one from the demo's log. Golden files
/// that exist are never touched.
public struct Conformance: Sendable {
    /// A command that is accepted at an empty site, for the check that a repetition changes nothing.
    public struct Sample: Sendable {
        let name: WireName
        let tell: @Sendable (TestSite, MessageID) async throws -> [UInt8]

        public init<C: Command>(_ command: C, as actor: Actor) {
            name = C.name
            tell = { site, id in try JSON.encode(try await site.tell(command, as: actor, id: id)) }
        }
    }

    private let plugin: InstalledPlugin
    private let settings: JSONValue
    private let folder: String
    private let refusals: [String]
    private let samples: [Sample]
    private let openCommands: Set<String>
    private let beside: [(plugin: InstalledPlugin, settings: JSONValue)]
    private let records: Bool

    /// - Parameters:
    ///   - file: the path of any file in the plug-in's `Tests`; pass `#filePath`.
    ///   - refusals: the plug-in's list of refusal codes, as it is printed.
    ///   - samples: commands for the check of repetition; where there are none, nothing is checked.
    ///   - beside: plug-ins that it needs at the same site.
    ///   - openCommands: wire names of commands that visitors without an account may send, and patterns of forms they may post.
    public init<P: Plugin>(
        _ plugin: P.Type, settings: JSONValue = .object([]), tests file: String, refusals: [String], samples: [Sample] = [],
        openCommands: Set<String> = [], beside: [(plugin: InstalledPlugin, settings: JSONValue)] = []
    ) {
        self.plugin = InstalledPlugin(plugin)
        self.settings = settings
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        let last = parts.lastIndex { $0 == "Tests" } ?? parts.endIndex
        folder = parts[..<last].joined(separator: "/")
        self.refusals = refusals
        self.samples = samples
        self.openCommands = openCommands
        self.beside = beside
        records = ProcessInfo.processInfo.environment["SHUNIU_RECORD"] == "1"
    }

    /// Everything that is not as promised, one sentence each; empty when all is well.
    public func problems() async throws -> [String] {
        let blueprint = try plugin.blueprint(settings: settings, reference: try TestSite.reference.get())
        if records { try await record(blueprint) }
        var problems = contract(blueprint) + goldenFiles(blueprint) + codes(blueprint) + rules(blueprint)
        problems += try await pages(blueprint)
        problems += try await repetition()
        return problems
    }

    // MARK: - Contract and golden files

    private var contractPath: String { "\(folder)/Contracts/contract.json" }
    private var goldenFolder: String { "\(folder)/Tests/Fixtures/Messages" }

    private func contract(_ blueprint: Blueprint) -> [String] {
        guard let data = FileManager.default.contents(atPath: contractPath), let committed = try? Contract(parsing: Array(data)) else {
            return ["\(contractPath) is missing or unreadable; run the tests with SHUNIU_RECORD=1"]
        }
        let breaking = Contract.breakingChanges(from: committed, to: blueprint.contract).map { "breaking change: \($0)" }
        if !breaking.isEmpty || committed == blueprint.contract { return breaking }
        return ["the committed contract is not up to date; run the tests with SHUNIU_RECORD=1 and review the difference"]
    }

    /// A message with what it takes to read it.
    private struct Form {
        var name: WireName
        var schema: Schema?
        var rewrite: ([UInt8]) throws -> (json: [UInt8], subject: String?)
    }

    private func forms(_ blueprint: Blueprint) -> [Form] {
        let wiring = blueprint.wiring
        return wiring.commands.map { handler in
            Form(name: handler.name, schema: handler.schema) { (try handler.rewrite(json: $0), nil) }
        } + wiring.queries.map { handler in
            Form(name: handler.name, schema: nil) { (try handler.rewrite(json: $0), nil) }
        } + blueprint.eventForms.sorted { $0.key.description < $1.key.description }.map { name, form in
            Form(name: name, schema: nil) { json in
                let (rewritten, subject) = try form(json)
                return (rewritten, subject)
            }
        }
    }

    private func goldenFiles(_ blueprint: Blueprint) -> [String] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: goldenFolder)) ?? []).filter { $0.hasSuffix(".json") }.sorted()
        let forms = forms(blueprint)
        var problems: [String] = []
        var seen: Set<WireName> = []
        for file in names {
            let stem = file.dropLast(5)
            guard let form = forms.first(where: { stem == $0.name.description || stem.hasPrefix($0.name.description + ".") }) else {
                problems.append("golden file \(file) belongs to no message; a released message never goes away without its own decision")
                continue
            }
            seen.insert(form.name)
            problems += golden(file, form).map { "golden file \(file): \($0)" }
        }
        for form in forms where !seen.contains(form.name) {
            problems.append("\(form.name) has no golden file \(goldenFolder)/\(form.name).json")
        }
        return problems
    }

    private func golden(_ file: String, _ form: Form) -> [String] {
        guard let data = FileManager.default.contents(atPath: "\(goldenFolder)/\(file)") else { return ["cannot be read"] }
        do {
            let value = try JSONValue(parsing: Array(data))
            let (json, subject) = try form.rewrite(value.serialized())
            var problems = Self.lost(value, in: try JSONValue(parsing: json), at: "")
            problems += form.schema?.problems(in: value).map { "\($0.field): \($0.message)" } ?? []
            if let subject, !(1...200).contains(subject.count) { problems.append("its subject has \(subject.count) characters, not 1…200") }
            return problems
        } catch {
            return ["is not decoded any more: \(error)"]
        }
    }

    /// What the first value holds and the second does not: a member that was renamed is lost without an error.
    private static func lost(_ old: JSONValue, in new: JSONValue?, at path: String) -> [String] {
        if old.isNull, new == nil { return [] }
        guard let new else { return ["\(path) is lost"] }
        if let members = old.object {
            return members.flatMap { lost($0.value, in: new[$0.key], at: "\(path)/\($0.key)") }
        }
        if let elements = old.array, let others = new.array, elements.count == others.count {
            return zip(elements, others).enumerated().flatMap { lost($1.0, in: $1.1, at: "\(path)/\($0)") }
        }
        return old == new ? [] : ["\(path) was \(shown(old)), is \(shown(new))"]
    }

    private static func shown(_ value: JSONValue) -> String { String(String(decoding: value.serialized(), as: UTF8.self).prefix(60)) }

    // MARK: - Rules

    private func codes(_ blueprint: Blueprint) -> [String] {
        let id = blueprint.manifest.id
        var seen: Set<String> = []
        var problems: [String] = []
        for code in refusals {
            if !seen.insert(code).inserted { problems.append("refusal code \(code) stands twice in the list") }
            if !code.hasPrefix(id + ".") { problems.append("refusal code \(code) does not begin with \(id).") }
        }
        return problems
    }

    private func rules(_ blueprint: Blueprint) -> [String] {
        var problems: [String] = []
        for handler in blueprint.wiring.commands where handler.access == .anyone && !openCommands.contains(handler.name.description) {
            problems.append("\(handler.name) changes something and is open to anyone; close it or name it in openCommands")
        }
        for page in blueprint.pages where page.route.method != "GET" && page.access == .anyone {
            guard !openCommands.contains(page.route.pattern) else { continue }
            problems.append("the form at \(page.route.pattern) is open to anyone; close it or name it in openCommands")
        }
        for name in blueprint.wiring.announced where blueprint.eventTitles[name]?.isEmpty ?? true {
            problems.append("\(name) has no Chinese title")
        }
        for entry in blueprint.navigation {
            let target = blueprint.pages.first { $0.route.method == "GET" && $0.route.pattern == entry.path }
            if target == nil { problems.append("navigation “\(entry.title)” leads to \(entry.path), where no page is") }
            if let target, entry.access == .anyone, target.access != .anyone {
                problems.append("navigation “\(entry.title)” is shown to visitors, who may not see \(entry.path)")
            }
        }
        return problems
    }

    /// Pages without parameters, asked by a visitor at an empty site.
    private func pages(_ blueprint: Blueprint) async throws -> [String] {
        let site = try await TestSite([(plugin, settings)] + beside)
        var problems: [String] = []
        for page in blueprint.pages where page.route.method == "GET" && !page.route.pattern.contains("{") {
            let path = "/\(blueprint.manifest.id)\(page.route.pattern)"
            do {
                let reply = try await site.get(path)
                if !page.access.allows(.visitor) { problems.append("\(path) answers a visitor in spite of its rule") }
                if case .page(let page) = reply, page.status >= 500 { problems.append("\(path) answers \(page.status)") }
            } catch let refusal as Refusal {
                if page.access.allows(.visitor) { problems.append("\(path) is public and refuses: \(refusal.code)") }
            } catch {
                problems.append("\(path) fails: \(error)")
            }
        }
        return problems
    }

    private func repetition() async throws -> [String] {
        var problems: [String] = []
        for sample in samples {
            let site = try await TestSite([(plugin, settings)] + beside)
            guard let file = site.site.face.parts.first?.plug?.file else { continue }
            let id = site.site.bus.ids.next()
            do {
                let first = try await sample.tell(site, id)
                let length = try file.read { try $0.lastLogSeq() }
                let second = try await sample.tell(site, id)
                if first != second { problems.append("\(sample.name) sent twice gets two replies") }
                if try file.read({ try $0.lastLogSeq() }) != length { problems.append("\(sample.name) sent twice has two effects") }
            } catch {
                problems.append("sample of \(sample.name) is refused: \(error)")
            }
        }
        return problems
    }

    // MARK: - Recording

    private func record(_ blueprint: Blueprint) async throws {
        try Data(blueprint.contract.json()).write(to: URL(filePath: contractPath))
        try FileManager.default.createDirectory(atPath: goldenFolder, withIntermediateDirectories: true)
        let site = try await TestSite([(plugin, settings)] + beside)
        try await plugin.demonstrate(
            Demonstration(
                site: site.site.card.id, region: site.site.card.region, bus: site.bus, files: site.files,
                reference: try TestSite.reference.get(), now: site.clock.now))
        for name in blueprint.eventForms.keys {
            let path = "\(goldenFolder)/\(name).json"
            guard !FileManager.default.fileExists(atPath: path), let file = site.site.face.parts.first?.plug?.file,
                let entry = try file.read({ try $0.log(after: 0, limit: 100_000) }).first(where: { $0.type == name }),
                // A payload with sealed personal values is no golden file; that one is written by hand.
                (try? blueprint.eventForms[name]?(entry.payload)) != nil
            else { continue }
            try Data((try JSONValue(parsing: entry.payload).indented() + "\n").utf8).write(to: URL(filePath: path))
        }
    }
}
