import Bus
import Gateway
import Messages
import PluginKit
import Vocabulary

extension PluginCheck {
    func envelope(_ name: WireName, _ id: MessageID, deadline: Timestamp? = nil) -> Envelope {
        var envelope = Envelope(id: id, source: "/check/gateway", type: name, time: TimeSource.system.now, site: "check", actor: Self.everyone)
        envelope.deadline = deadline
        return envelope
    }

    /// What is no message at all, with what is wrong.
    private static let nonsense: [(what: String, body: [UInt8])] = [
        ("not JSON", Array("{".utf8)), ("not UTF-8", [0x22, 0xFF, 0x22]), ("no body", []), ("a text", Array("\"x\"".utf8)),
        ("a deep nest", Array(String(repeating: "[", count: 5000).utf8)),
    ]
    /// How many good and how many broken ones are made of a type.
    private static let most = 60

    /// A query may bring a member that its asker knows and the plug-in does not; a command may not.
    private func variants(_ entry: ContractEntry, _ schema: Schema) -> MessageVariants {
        MessageVariants(
            schema, examples: declaration.endpoints.filter { $0.message == entry.name }.compactMap(\.example),
            unknown: entry.kind == .query ? .ignore : .refuse, most: Self.most)
    }

    // MARK: - Queries

    /// - Returns: how many it was asked.
    func ask(_ entry: ContractEntry) async -> Int {
        let schema = try? Schema(parsing: entry.message), reply = try? Schema(parsing: entry.reply ?? .object([]))
        guard let schema, let reply else {
            host.fault("Declaration", "the schemas of \(entry.name) cannot be read")
            return 0
        }
        var head = FrameHead.call("query")
        head.name = entry.name
        head.actor = Self.everyone
        let variants = variants(entry, schema)
        let before = await entries().count
        for variant in variants.good {
            for _ in 0..<2 {
                do {
                    let answer = try await host.line.call(head, body: variant.value.serialized(), within: .seconds(10))
                    let value = try JSONValue(parsing: answer.body)
                    for fault in reply.problems(in: value).prefix(3) { host.fault("query", "\(entry.name) reply \(fault.field): \(fault.message)") }
                } catch let refusal as Refusal { judge(refusal, "query", "\(entry.name) with \(variant.what)") } catch {
                    host.fault("query", "\(entry.name): the reply is no JSON")
                }
            }
        }
        // Where there is nothing to read, there is nothing to misread.
        var broken = variants.broken.map { ($0.what, $0.value.serialized()) } + Self.nonsense.map { ($0.what, $0.body) }
        if schema.sample(required: false).object?.isEmpty == false { broken.append(("an array", Array("[]".utf8))) }
        for (what, body) in broken {
            do {
                _ = try await host.line.call(head, body: body, within: .seconds(10))
                host.fault("query", "\(entry.name) with \(what) is answered")
            } catch { judge(error, "query", "\(entry.name) with \(what)") }
        }
        head.parameters = true
        do { _ = try await host.line.call(head, body: Array(#"[["zzz","1"]]"#.utf8), within: .seconds(10)) } catch {
            judge(error, "query", "\(entry.name) with an unknown parameter")
        }
        if await entries().count != before { host.fault("query", "\(entry.name) leaves entries in the log") }
        await alive("query", "\(entry.name)")
        return variants.good.count * 2 + broken.count + 1
    }

    // MARK: - Commands

    func commandHead(_ name: WireName, _ id: MessageID, keyed: Bool = true, judged: Bool = false, deadline: Timestamp? = nil) -> FrameHead {
        var head = FrameHead.call("command")
        head.name = name
        head.envelope = envelope(name, id, deadline: deadline)
        head.keyed = keyed ? true : nil
        head.judged = judged ? true : nil
        return head
    }

    func send(_ name: WireName, _ id: MessageID, _ body: [UInt8], keyed: Bool = true, judged: Bool = false, deadline: Timestamp? = nil) async throws(Refusal)
        -> [UInt8]
    {
        let head = commandHead(name, id, keyed: keyed, judged: judged, deadline: deadline)
        return try await host.line.call(head, body: body, within: .seconds(30)).body
    }

    /// - Returns: one that was accepted, where one was, and how many it was sent.
    func tell(_ entry: ContractEntry) async -> (accepted: [Accepted], sent: Int) {
        let schema = try? Schema(parsing: entry.message), reply = try? Schema(parsing: entry.reply ?? .object([]))
        guard let schema, let reply else {
            host.fault("Declaration", "the schemas of \(entry.name) cannot be read")
            return ([], 0)
        }
        let variants = variants(entry, schema)
        let isJudged = declaration.endpoints.contains { $0.message == entry.name && $0.changes != nil }
        var sent: [(id: MessageID, variant: MessageVariants.Variant, reply: JSONValue)] = []
        var refused: [(id: MessageID, what: String)] = []
        for variant in variants.good {
            let id = ids.next()
            do {
                let first = try JSONValue(parsing: await send(entry.name, id, variant.value.serialized()))
                for fault in reply.problems(in: first).prefix(3) { host.fault("command", "\(entry.name) reply \(fault.field): \(fault.message)") }
                sent.append((id, variant, first))
            } catch let refusal as Refusal {
                judge(refusal, "command", "\(entry.name) with \(variant.what)")
                refused.append((id, variant.what))
            } catch { host.fault("command", "\(entry.name): the reply is no JSON") }
        }
        let first = await effects()
        for (id, variant, reply) in sent {
            do {
                if try JSONValue(parsing: await send(entry.name, id, variant.value.serialized())) != reply {
                    host.fault("command", "\(entry.name) sent twice with the same id gets two replies")
                }
            } catch { host.fault("command", "\(entry.name) sent twice with the same id is refused the second time") }
        }
        let second = await effects()
        for (id, _, _) in sent where first[id.description] != second[id.description] {
            host.fault("command", "\(entry.name) sent twice with the same id has two effects")
        }
        for (id, what) in refused where second[id.description] != nil {
            host.fault("command", "\(entry.name) with \(what) was refused and left entries in the log")
        }
        let best = sent.max { (first[$0.id.description] ?? 0) < (first[$1.id.description] ?? 0) } ?? sent.first
        if let best {
            await otherContent(entry.name, best.id, best.variant.value)
            await tooLate(entry.name, best.variant.value)
            if isJudged { await judged(entry.name, best.variant.value) }
        }
        var broken = variants.broken.map { ($0.what, $0.value.serialized()) } + Self.nonsense.map { ($0.what, $0.body) }
        broken.append(("an array", Array("[]".utf8)))
        if let members = schema.sample(required: false).object {
            for (index, member) in members.enumerated() where member.value.string != nil {
                var changed = members
                changed[index].value = .string(String(repeating: "长", count: 100_000))
                broken.append(("100,000 characters in \(member.key)", JSONValue.object(changed).serialized()))
            }
        }
        let end = await entries().count
        for (what, body) in broken {
            let id = ids.next()
            for _ in 0..<2 {
                do {
                    _ = try await send(entry.name, id, body)
                    host.fault("command", "\(entry.name) with \(what) is accepted")
                } catch { judge(error, "command", "\(entry.name) with \(what)") }
            }
        }
        if await entries().count != end { host.fault("command", "\(entry.name): a broken one left entries in the log") }
        await alive("command", "\(entry.name)")
        let accepted = best.map { Accepted(name: entry.name, body: $0.variant.value, entries: first[$0.id.description] ?? 0, isJudged: isJudged) }
        return (accepted.map { [$0] } ?? [], (variants.good.count + broken.count) * 2)
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

    /// Nobody waits for it any more.
    private func tooLate(_ name: WireName, _ sample: JSONValue) async {
        let id = ids.next()
        do {
            _ = try await send(name, id, sample.serialized(), deadline: TimeSource.system.now.advanced(by: .seconds(-60)))
            host.fault("command", "\(name) is done after `envelope.deadline`")
        } catch { judge(error, "command", "\(name) after `envelope.deadline`", mayFail: error.status == 504) }
        if await effects()[id.description] != nil { host.fault("command", "\(name) came after `envelope.deadline` and left entries in the log") }
    }

    /// The host judges that what the command would change is not what its sender has seen.
    private func judged(_ name: WireName, _ sample: JSONValue) async {
        let id = ids.next()
        host.judge(false)
        defer { host.judge(true) }
        do {
            _ = try await send(name, id, sample.serialized(), judged: true)
            host.fault("command", "\(name) is done although `judge` said no")
        } catch {
            judge(error, "command", "\(name) where `judge` said no")
            if error.status != 412, host.called.contains("judge") { host.fault("command", "\(name): `judge` said no, and the refusal is \(error.status) instead of 412") }
        }
        if await effects()[id.description] != nil { host.fault("command", "\(name): `judge` said no, and it left entries in the log") }
    }
}
