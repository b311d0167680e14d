import Bus
import Crypto
import FoundationEssentials
import Gateway
import Messages
import Pages
import PluginKit
import Vocabulary

/// Whether a plug-in's process keeps `Modules/Bus/PROTOCOL.md`: messages made from its schemas, good and broken ones, everything twice,
/// and its end by kill -9 in between.
struct PluginCheck {
    let host: FakeHost
    private var declaration: Declaration { host.declaration }
    /// Whoever may do anything.
    private static let everyone = Actor(
        kind: .person, id: "check-person", name: "测试·全部角色", grants: Role.wellKnown.map { Grant($0.role) })
    private let ids = IDSource.system(.system)

    /// An accepted command, and how many entries it left.
    private struct Accepted {
        var name: WireName
        var body: JSONValue
        var reply: JSONValue
        var entries: Int
    }

    init(_ host: FakeHost) { self.host = host }

    /// Runs everything.
    ///
    /// - Returns: what was done, Chinese, one line each; what went wrong stands in `host.faults`.
    func run() async -> [String] {
        guard await host.start() else { return ["握手：未完成"] }
        var done = ["握手与登记表"]
        await heartbeat()
        await strangers()
        done.append("心跳、未知消息与未知指令")
        let queries = declaration.messages.filter { $0.kind == .query }
        for query in queries { await ask(query) }
        done.append("查询 \(queries.count) 种，含错误内容")
        let commands = declaration.messages.filter { $0.kind == .command }
        var accepted: [Accepted] = []
        for command in commands { accepted += await tell(command) }
        done.append("命令 \(commands.count) 种，含错误内容，每条发送两次；受理 \(accepted.count) 种")
        await faces()
        done.append("页面 \(declaration.pages.count) 个、待办、搜索、滞留消息\(declaration.keepsPersonalData ? "、个人信息" : "")")
        _ = await entries()
        let rounds = await kills(accepted)
        done.append("kill -9 \(rounds) 次，事件日志连续、无重复")
        await host.stop()
        done.append("停止")
        return done
    }

    private func alive(_ chapter: String, _ what: String) async {
        guard let exit = host.exit else { return }
        host.fault(chapter, "\(what): the process ended, \(exit.description)")
        await host.kill()
        _ = await host.start()
    }

    private func heartbeat() async {
        do { _ = try await host.line.call(.call("ping"), within: .seconds(5)) } catch { host.fault("ping", "\(error.code)") }
    }

    /// A refusal must be a problem object, and must not say that something broke.
    private func judge(_ refusal: Refusal, _ chapter: String, _ what: String, mayFail: Bool = false) {
        if refusal.code == "messages.remote" { return host.fault("Refusals", "\(what): no problem object with `code`") }
        if refusal.message.isEmpty { host.fault("Refusals", "\(what): no `detail`") }
        if refusal.status >= 500, !mayFail { host.fault(chapter, "\(what): \(refusal.status) \(refusal.code)") }
    }

    private func strangers() async {
        for verb in ["no-such-verb", "command", "query"] {
            var head = FrameHead.call(verb)
            if verb != "no-such-verb" {
                let name: WireName = "check.no-such-message.v1"
                head.name = name
                head.actor = Self.everyone
                head.envelope = verb == "command" ? envelope(name, ids.next()) : nil
            }
            do {
                _ = try await host.line.call(head, body: [123, 125], within: .seconds(5))
                host.fault("Verbs", "`\(verb)` of something unknown is answered instead of refused")
            } catch { judge(error, "Verbs", "`\(verb)` of something unknown", mayFail: error.status == 501) }
        }
        host.line.note(.note("no-such-note"))
        // Of a call that never was, and of one that is under way: neither may end it, nor keep the next one waiting.
        var cancel = FrameHead.note("cancel")
        cancel.id = 1 << 40
        host.line.note(cancel)
        if let id = host.line.call(.call("ping"), within: .seconds(5), then: { _ in }) { host.line.cancel(id) }
        await heartbeat()
        await alive("Verbs", "unknown verbs")
    }

    // MARK: - Messages

    private func envelope(_ name: WireName, _ id: MessageID) -> Envelope {
        Envelope(id: id, source: "/check/gateway", type: name, time: TimeSource.system.now, site: "check", actor: Self.everyone)
    }

    private func samples(_ entry: ContractEntry, _ schema: Schema) -> [JSONValue] {
        let example = declaration.endpoints.first { $0.message == entry.name }?.example
        var all = [schema.sample(required: true), schema.sample(required: false)]
        if let example { all.insert(example, at: 0) }
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Broken ones, each with what is wrong.
    private func mutants(_ good: JSONValue) -> [(String, [UInt8])] {
        var all: [(String, [UInt8])] = [("not JSON", Array("{".utf8)), ("an array", Array("[]".utf8)), ("not UTF-8", [0x22, 0xFF, 0x22]), ("no body", [])]
        guard let members = good.object else { return all }
        for (index, member) in members.enumerated() {
            var changed = members
            changed[index].value = member.value.object == nil ? ["a": 1] : "x"
            all.append(("wrong type of \(member.key)", JSONValue.object(changed).serialized()))
        }
        return all
    }

    private func ask(_ entry: ContractEntry) async {
        let schema = try? Schema(parsing: entry.message), reply = try? Schema(parsing: entry.reply ?? .object([]))
        guard let schema, let reply else { return host.fault("Declaration", "the schemas of \(entry.name) cannot be read") }
        var head = FrameHead.call("query")
        head.name = entry.name
        head.actor = Self.everyone
        for sample in samples(entry, schema) {
            do {
                let answer = try await host.line.call(head, body: sample.serialized(), within: .seconds(10))
                let value = try JSONValue(parsing: answer.body)
                for fault in reply.problems(in: value).prefix(3) { host.fault("query", "\(entry.name) reply \(fault.field): \(fault.message)") }
            } catch let refusal as Refusal { judge(refusal, "query", "\(entry.name)") } catch { host.fault("query", "\(entry.name): the reply is no JSON") }
        }
        let full = schema.sample(required: false)
        // Where there is nothing to read, there is nothing to misread.
        for (what, body) in mutants(full) where !(what == "an array" && (full.object ?? []).isEmpty) {
            do {
                _ = try await host.line.call(head, body: body, within: .seconds(10))
                host.fault("query", "\(entry.name) with \(what) is answered")
            } catch { judge(error, "query", "\(entry.name) with \(what)") }
        }
        head.parameters = true
        do { _ = try await host.line.call(head, body: Array(#"[["zzz","1"]]"#.utf8), within: .seconds(10)) } catch {
            judge(error, "query", "\(entry.name) with an unknown parameter")
        }
        await alive("query", "\(entry.name)")
    }

    private func send(_ name: WireName, _ id: MessageID, _ body: [UInt8], keyed: Bool = true) async throws(Refusal) -> [UInt8] {
        var head = FrameHead.call("command")
        head.name = name
        head.envelope = envelope(name, id)
        head.keyed = keyed ? true : nil
        return try await host.line.call(head, body: body, within: .seconds(30)).body
    }

    private func tell(_ entry: ContractEntry) async -> [Accepted] {
        let schema = try? Schema(parsing: entry.message), reply = try? Schema(parsing: entry.reply ?? .object([]))
        guard let schema, let reply else {
            host.fault("Declaration", "the schemas of \(entry.name) cannot be read")
            return []
        }
        var accepted: [Accepted] = []
        for sample in samples(entry, schema) where accepted.isEmpty {
            let id = ids.next()
            do {
                let first = try JSONValue(parsing: await send(entry.name, id, sample.serialized()))
                for fault in reply.problems(in: first).prefix(3) { host.fault("command", "\(entry.name) reply \(fault.field): \(fault.message)") }
                let left = await caused(by: id)
                let second = try JSONValue(parsing: await send(entry.name, id, sample.serialized()))
                if first != second { host.fault("command", "\(entry.name) sent twice with the same id gets two replies") }
                if await caused(by: id) != left { host.fault("command", "\(entry.name) sent twice with the same id has two effects") }
                accepted.append(Accepted(name: entry.name, body: sample, reply: first, entries: left))
                await otherContent(entry.name, id, sample)
            } catch let refusal as Refusal {
                judge(refusal, "command", "\(entry.name)")
                if await caused(by: id) != 0 { host.fault("command", "\(entry.name) was refused and left entries in the log") }
            } catch { host.fault("command", "\(entry.name): the reply is no JSON") }
        }
        let sample = schema.sample(required: false)
        var broken = mutants(sample)
        if let members = sample.object {
            broken.append(("an unknown member", JSONValue.object(members + [.init("zzz", 1)]).serialized()))
            for (index, member) in members.enumerated() where member.value.string != nil {
                var changed = members
                changed[index].value = .string(String(repeating: "长", count: 100_000))
                broken.append(("100,000 characters in \(member.key)", JSONValue.object(changed).serialized()))
            }
        }
        for (what, body) in broken {
            do {
                _ = try await send(entry.name, ids.next(), body)
                host.fault("command", "\(entry.name) with \(what) is accepted")
            } catch { judge(error, "command", "\(entry.name) with \(what)") }
        }
        await alive("command", "\(entry.name)")
        return accepted
    }

    /// The caller's id with other content.
    private func otherContent(_ name: WireName, _ id: MessageID, _ sample: JSONValue) async {
        guard var members = sample.object, let index = members.firstIndex(where: { ($0.value.string?.count ?? 0) > 1 }) else { return }
        members[index].value = .string(String((members[index].value.string ?? "").reversed()))
        guard JSONValue.object(members) != sample else { return }
        do {
            _ = try await send(name, id, JSONValue.object(members).serialized())
            host.fault("command", "\(name) with a used id and other content is accepted")
        } catch { judge(error, "command", "\(name) with a used id and other content") }
    }

    // MARK: - The log

    /// Every entry, in order.
    @discardableResult
    private func entries() async -> [JSONValue] {
        let announced = declaration.messages.filter { $0.kind == .event }
        let schemas = Dictionary(announced.map { ($0.name.description, try? Schema(parsing: $0.message)) }) { first, _ in first }
        let request = JSONValue.object([.init("hearing", .array((announced.map(\.name) + declaration.sends).map { .string($0.description) }))])
        var all: [JSONValue] = []
        var after: Int64 = 0
        while true {
            var head = FrameHead.call("log")
            head.plugin = declaration.manifest.id
            head.seq = after
            head.limit = 100
            do {
                let page = try JSONValue(parsing: await host.line.call(head, body: request.serialized(), within: .seconds(10)).body)
                guard let found = page["entries"]?.array, let last = page["last"]?.integer else {
                    host.fault("log", "the reply has no `entries` and `last`")
                    return all
                }
                if found.count > 100 { host.fault("log", "more entries than `limit`") }
                all += found
                guard last > after else { break }
                after = last
            } catch {
                host.fault("log", "\(error)")
                return all
            }
        }
        for (index, entry) in all.enumerated() {
            if entry["seq"]?.integer != Int64(index + 1) { host.fault("log", "`seq` is not 1, 2, 3 … without gaps at place \(index + 1)") }
            let type = entry["type"]?.string ?? "-"
            if let schema = schemas[type] {
                for fault in schema?.problems(in: Self.revealed(entry["payload"] ?? .null)).prefix(2) ?? [] {
                    host.fault("log", "payload of \(type), \(fault.field): \(fault.message)")
                }
            } else if !declaration.sends.contains(where: { $0.description == type }) {
                host.fault("log", "\(type) is not declared")
            }
        }
        return all
    }

    /// Personal values as they are, chapter "Personal values".
    private static func revealed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "sealed" else { return value }
            return Base64.decodeURL(parts[2]).flatMap { try? JSONValue(parsing: $0) } ?? value
        case .array(let elements): return .array(elements.map(revealed))
        case .object(let members): return .object(members.map { .init($0.key, revealed($0.value)) })
        default: return value
        }
    }

    private func caused(by id: MessageID) async -> Int { await entries().filter { $0["causation"]?.string == id.description }.count }

    // MARK: - kill -9

    /// At rest, with commands under way, and just after a reply; what was acknowledged is there once.
    private func kills(_ accepted: [Accepted]) async -> Int {
        var sent: [(id: MessageID, command: Accepted)] = []
        for round in 0..<4 {
            let replies = await withTaskGroup(of: (MessageID, Accepted, Result<[UInt8], Refusal>).self) { group in
                for command in accepted {
                    for _ in 0..<(round == 0 ? 0 : 4) {
                        let id = ids.next()
                        group.addTask {
                            do { return (id, command, .success(try await send(command.name, id, command.body.serialized()))) } catch let refusal as Refusal {
                                return (id, command, .failure(refusal))
                            } catch { return (id, command, .failure(.busy)) }
                        }
                    }
                }
                // In the midst of what is under way; what waits is sent again to its successor, as a host does.
                try? await Task.sleep(for: .milliseconds([0, 0, 3, 10][round]))
                await host.kill()
                if !(await host.start()) { host.fault("Lifecycle", "it does not start again after kill -9") }
                var replies: [(MessageID, Accepted, Result<[UInt8], Refusal>)] = []
                for await reply in group { replies.append(reply) }
                return replies
            }
            for (id, command, result) in replies {
                switch result {
                case .failure(let refusal): judge(refusal, "command", "\(command.name) around kill -9")
                case .success(let first):
                    sent.append((id, command))
                    do {
                        let second = try await send(command.name, id, command.body.serialized())
                        if try JSONValue(parsing: first) != JSONValue(parsing: second) {
                            host.fault("command", "\(command.name): after kill -9 the same id gets another reply")
                        }
                    } catch { host.fault("command", "\(command.name): acknowledged, and refused after kill -9") }
                }
            }
        }
        let all = await entries()
        for (id, command) in sent {
            let count = all.filter { $0["causation"]?.string == id.description }.count
            if count == 0, command.entries > 0 { host.fault("The log", "\(command.name) was acknowledged and is not in the log after kill -9") }
            if count > command.entries { host.fault("The log", "\(command.name) is in the log \(count) times instead of \(command.entries)") }
        }
        for source in host.sources {
            if let cursor = host.cursor(source), cursor == 0, !host.isDeaf(to: source) {
                host.fault("Hearing others", "after a restart it does not go on reading the log of \(source) where it was")
            }
        }
        return 4
    }

    // MARK: - What is shown

    private func faces() async {
        let face = LineFace(line: host.line, files: host.files)
        let hostile = "<script>alert(1)</script>\"'"
        let site = SiteCard(id: "check", title: "核验平台", region: RegionCode("430000"))
        let base = "/check/\(declaration.manifest.id)"
        func show(_ page: Declaration.PageLine, _ fields: [(String, String)], as actor: Actor) async -> Page? {
            let request = PageRequest(
                site: site, base: base, path: base + page.pattern, fields: FormFields(fields), actor: actor, id: ids.next(), now: TimeSource.system.now,
                csrfToken: "token")
            do {
                guard case .page(let shown) = try await face.page(page.method == "GET" ? .get(page.pattern) : .post(page.pattern), request) else { return nil }
                if shown.status >= 500 { host.fault("page", "\(page.method) \(page.pattern) answers \(shown.status)") }
                if shown.content.description.contains("<script>alert(1)") { host.fault("page", "\(page.method) \(page.pattern) shows text without escaping it") }
                return shown
            } catch let refusal as Refusal { judge(refusal, "page", "\(page.method) \(page.pattern)") } catch {
                host.fault("page", "\(page.method) \(page.pattern): \(error)")
            }
            return nil
        }
        for page in declaration.pages where page.method == "GET" && !page.pattern.contains("{") {
            _ = await show(page, [("q", hostile)], as: page.access == "anyone" ? .visitor : Self.everyone)
            let shown = await show(page, [], as: Self.everyone)
            let names = Set((shown?.content.description ?? "").matches(of: /name="([A-Za-z][^"]*)"/).map { String($0.1) })
            for form in declaration.pages where form.method == "POST" && !form.pattern.contains("{") {
                _ = await show(form, names.sorted().map { ($0, hostile) }, as: Self.everyone)
                _ = await show(form, [], as: Self.everyone)
            }
            _ = await show(page, [], as: Self.everyone)
        }
        do {
            let todos = try await face.todos(Self.everyone)
            for todo in todos where !todo.path.hasPrefix("/") { host.fault("todos", "the path `\(todo.path)` does not begin with /") }
        } catch { host.fault("todos", "\(error)") }
        do {
            for text in ["演示", hostile, "%", ""] { _ = try await face.search(text, .visitor) }
        } catch { host.fault("search", "\(error)") }
        do { _ = try await face.homeBlocks(base) } catch { host.fault("home", "\(error)") }
        if declaration.uploads != nil {
            do { _ = try face.attachment(String(repeating: "0", count: 64), Self.everyone) } catch let refusal as Refusal { judge(refusal, "attachment", "an unknown digest") } catch {
                host.fault("attachment", "\(error)")
            }
            do {
                if try face.keeps(String(repeating: "0", count: 64)) { host.fault("keeps", "it says that it keeps an upload that it has never seen") }
            } catch { host.fault("keeps", "\((error as? Refusal)?.code ?? "\(error)")") }
        }
        await care()
        await alive("page", "pages")
    }

    private func care() async {
        do {
            let parked = try await host.line.call(.call("parked"), within: .seconds(5)).body
            guard try JSONValue(parsing: parked).array != nil else { return host.fault("parked", "the reply is no list") }
        } catch { host.fault("parked", "\(error)") }
        var backup = FrameHead.call("backup")
        backup.key = "\(host.folder)/own/copy.sqlite"
        do {
            _ = try await host.line.call(backup, within: .seconds(30))
            if !FileManager.default.fileExists(atPath: "\(host.folder)/own/copy.sqlite") { host.fault("backup", "no file at `key`") }
        } catch { host.fault("backup", "\(error.code)") }
        for (verb, member) in [("export", "records"), ("erase", "outcome")] {
            var head = FrameHead.call(verb)
            head.key = "check-nobody"
            head.actor = .system("privacy")
            do {
                let list = try JSONValue(parsing: await host.line.call(head, within: .seconds(30)).body).array ?? []
                if list.isEmpty || list.contains(where: { $0[member] == nil || $0["plugin"]?.string != declaration.manifest.id }) {
                    host.fault(verb, "the reply is no list with `plugin` and `\(member)`")
                }
            } catch { host.fault(verb, "\(error)") }
        }
    }
}

extension FakeHost {
    /// Nothing was there to hear.
    func isDeaf(to plugin: String) -> Bool { examples(of: plugin) == 0 }
}
