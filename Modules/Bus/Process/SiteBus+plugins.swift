import Messages
import Store
import Synchronization
import Vocabulary

extension RemotePlug {
    /// A command, with the caller's judgement of the resource where there is one: the plug-in asks for it inside its transaction.
    func tell(
        _ envelope: Envelope, json: [UInt8], form: FrameHead.Form, keyed: Bool, precondition: CallTerms.Precondition?,
        then: @escaping @Sendable (Result<[UInt8], Refusal>) -> Void
    ) {
        guard let precondition else { return tell(envelope, json: json, form: form, keyed: keyed, judged: false, then: then) }
        judgements.withLock { $0[envelope.id] = precondition }
        tell(envelope, json: json, form: form, keyed: keyed, judged: true) { [self] result in
            judgements.withLock { $0[envelope.id] = nil }
            then(result)
        }
    }
}

extension SiteBus {
    /// What the host does for a plug-in's process as far as the bus is concerned.
    ///
    /// The process acts as itself, or as the person for whom the host called it; nobody else. It tells and asks only what its
    /// registration declares.
    ///
    /// - Returns: `false`: another part of the host knows the verb.
    package func serve(_ frame: Frame, of remote: RemotePlug, _ answer: @escaping PlugLine.Answer) -> Bool {
        switch frame.head.verb {
        case "tell": tell(frame, remote, answer)
        case "ask": ask(frame, remote, answer)
        case "log": log(frame, remote, answer)
        case "judge":
            let judgement = frame.head.during.flatMap { remote.line.envelope(calling: $0) }.flatMap { envelope in
                remote.judgements.withLock { $0[envelope.id] }
            }
            work.run {
                var reply = FrameHead(.reply)
                reply.keyed = (try? judgement?.holds(frame.body)) ?? false
                answer(.success(Frame(reply)))
            }
        default: return false
        }
        return true
    }

    private func actor(_ frame: Frame, _ remote: RemotePlug) -> Actor {
        frame.head.during.flatMap { remote.line.actor(calling: $0) } ?? .system(remote.id)
    }

    private func tell(_ frame: Frame, _ remote: RemotePlug, _ answer: @escaping PlugLine.Answer) {
        guard let name = frame.head.name, remote.wiring.sent.contains(name) else {
            return answer(.failure(.undeclared(frame.head.name, remote.id)))
        }
        var terms = CallTerms(isKeyed: false)
        terms.form = .open
        start(command: name, json: frame.body, as: actor(frame, remote), id: frame.head.envelope?.id, terms: terms) { result in
            answer(result.map { Frame(.init(.reply), body: $0) })
        }
    }

    private func ask(_ frame: Frame, _ remote: RemotePlug, _ answer: @escaping PlugLine.Answer) {
        guard let name = frame.head.name, remote.wiring.asked.contains(name) else {
            return answer(.failure(.undeclared(frame.head.name, remote.id)))
        }
        let actor = actor(frame, remote)
        if let (other, handler) = remoteQueries[name] {
            do { try authorise(handler.access, actor, name) } catch { return answer(.failure(boundary(error, plug: other.id, name: name))) }
            other.ask(name, body: frame.body, parameters: false, form: .open, as: actor) { result in
                answer(result.map { Frame(.init(.reply), body: $0.bytes) })
            }
            return
        }
        work.run { [self] in
            answer(
                Result { () throws -> Frame in
                    guard remote.line.isWanted(frame.head.id) else { throw Refusal.plugCancelled(remote.id) }
                    guard let (plug, handler) = here(query: name) else { throw Refusal.unknownMessage(name.description) }
                    try authorise(handler.access, actor, name)
                    return Frame(.init(.reply), body: try handler.answer(json: frame.body, form: .open, actor: actor, plug: plug).bytes)
                }.mapError { boundary($0, plug: remote.id, name: name) })
        }
    }

    /// Another plug-in's log, or that of another process, as far as this one hears it.
    private func log(_ frame: Frame, _ remote: RemotePlug, _ answer: @escaping PlugLine.Answer) {
        guard let source = frame.head.plugin, let asked = try? MessageCoding.decode(LogRequest.self, from: frame.body) else {
            return answer(.failure(.notFound))
        }
        if source.contains("/") { return logOfOtherSite(source, frame, remote, answer) }
        let hears = Set(remote.wiring.reactions.filter(\.origin.hearsHere).map(\.name))
        let request = LogRequest(subscriber: remote.id, hearing: asked.hearing.filter { hears.contains($0) })
        let after = frame.head.seq ?? 0
        let coding = MessageCoding(of: frame.body)
        let limit = min(max(1, frame.head.limit ?? 512), 512)
        if let plug = plugs.first(where: { $0.id == source }) {
            return work.run {
                answer(
                    Result { Frame(.init(.reply), body: try coding.encode(plug.travelling(after: after, limit: limit, for: request, as: coding))) }
                        .mapError { self.boundary($0, plug: source, verb: "log") })
            }
        }
        guard let other = remotes.first(where: { $0.id == source && $0 !== remote }), let body = try? coding.encode(request) else {
            return answer(.failure(.notFound))
        }
        var head = FrameHead.call("log")
        head.seq = after
        head.limit = limit
        other.line.call(head, body: body, within: RemotePlug.logPatience) { result in answer(result.map { Frame(.init(.reply), body: $0.body) }) }
    }

    /// A log of another site, as far as its entries go to this plug-in; who acted there is not told.
    private func logOfOtherSite(_ id: String, _ frame: Frame, _ remote: RemotePlug, _ answer: @escaping PlugLine.Answer) {
        guard let network, let source = network.source(id, for: site), remote.hearing.mayFollow(source) else { return answer(.failure(.notFound)) }
        let after = frame.head.seq ?? 0
        let limit = min(max(1, frame.head.limit ?? 512), 512)
        let coding = MessageCoding(of: frame.body)
        work.run(waitingFor: id) { [self] in
            answer(
                Result {
                    var piece = TravellingEntries(entries: [], last: after)
                    var size = 0
                    for carried in try source.carried(after: after, limit: limit) {
                        piece.last = carried.head.seq
                        let entry = carried.entry(of: id)
                        guard network.lets(entry, from: source.site, to: remote.hearing) else { continue }
                        piece.entries.append(try .init(entry, keys: nil, coding: coding))
                        size += entry.payload.count
                        if size > TravellingEntries.most { break }
                    }
                    return Frame(.init(.reply), body: try coding.encode(piece))
                }.mapError { boundary($0, plug: id, verb: "log") })
        }
    }
}

extension Refusal {
    static func undeclared(_ name: WireName?, _ plugin: String) -> Refusal {
        Refusal(
            "bus.not-declared", status: 403, message: "插件“\(plugin)”未声明使用消息“\(name?.description ?? "-")”，已拒绝。请在插件登记中声明，并由运维人员重新安装。",
            log: "plug-in \(plugin) used \(name?.description ?? "a message without a name") without declaring it")
    }
}
