package import Messages
import Store
import Synchronization
import Vocabulary

/// What a plug-in's process does for the host as far as the bus is concerned: commands, queries, its log, parked messages, personal data.
///
/// `PluginKit` adds what is shown: pages, to-dos, search.
package final class PlugService: Sendable {
    package let plug: Plug
    private let line: PlugLine
    private let current: Mutex<SiteBus>
    private let calls = CallQueue(label: "shuniu.calls")
    /// What is under way in tasks, by the call's number, so that it can be cancelled.
    private let tasks = Mutex<[UInt64: Task<Void, Never>]>([:])
    private let commands: [WireName: any CommandHandling]
    private let queries: [WireName: any QueryHandling]
    /// Queries that take less on average are answered on the thread that reads the socket.
    private static let quick = 100
    /// The query that shows what a command changes.
    private let resources: [WireName: any ResourceDescribing]

    package init(plug: Plug, bus: SiteBus, line: PlugLine, resources: [WireName: any ResourceDescribing]) {
        self.plug = plug
        self.line = line
        self.resources = resources
        commands = Dictionary(plug.wiring.commands.map { ($0.name, $0) }) { first, _ in first }
        queries = Dictionary(plug.wiring.queries.map { ($0.name, $0) }) { first, _ in first }
        current = Mutex(bus)
    }

    package var bus: SiteBus { current.withLock { $0 } }

    /// The site's other plug-ins changed.
    package func replace(by bus: SiteBus) { current.withLock { $0 = bus } }

    /// Answers the call when it is one of the bus's.
    ///
    /// - Returns: `false`: another part of the program knows the verb.
    package func take(_ frame: Frame, _ answer: @escaping PlugLine.Answer) -> Bool {
        switch frame.head.verb {
        case "command": command(frame, answer)
        case "query": query(frame, answer)
        case "log": work(frame, answer, log)
        case "parked": work(frame, answer) { [plug] _ in Frame(.init(.reply), body: try JSON.encode(plug.file.read { try $0.parked(limit: .max) })) }
        case "taken": work(frame, answer, taken)
        case "standing":
            later(frame, answer) { [plug] frame in
                Frame(.init(.reply), body: try JSON.encode(try await plug.standing(among: MessageCoding.decode([TracedEntry].self, from: frame.body))))
            }
        case "go-on":
            later(frame, answer) { [plug] frame in
                let request = try MessageCoding.decode(GoOnRequest.self, from: frame.body)
                return Frame(.init(.reply), body: try JSON.encode(try await plug.goOn(after: request.after, beyond: request.beyond, known: request.known)))
            }
        case "jobs": work(frame, answer) { [plug] _ in Frame(.init(.reply), body: try JSON.encode(plug.jobStates())) }
        case "job-retry":
            later(frame, answer) { [plug] frame in
                try await plug.retryJob(frame.head.seq ?? 0)
                return Frame(.init(.reply))
            }
        case "parked-content":
            later(frame, answer) { [self] frame in
                Frame(.init(.reply), body: try JSON.encode(try await bus.content(plugin: plug.id, parked: frame.head.seq ?? 0)))
            }
        case "replay", "discard", "repair": later(frame, answer, resolve)
        case "export": work(frame, answer, export)
        case "erase": later(frame, answer, erase)
        case "backup": later(frame, answer, backup)
        case "ping": later(frame, answer, heartbeat)
        default: return false
        }
        return true
    }

    // MARK: - Where it runs

    /// Off the thread that reads the socket.
    package func work(_ frame: Frame, _ answer: @escaping PlugLine.Answer, _ body: @escaping @Sendable (Frame) throws -> Frame) {
        let activity = bus.work
        activity.begin()
        calls.add { [self] in
            // Where so many wait that callers gave up, the rest goes on with what is still wanted.
            answer(Result { try line.isWanted(frame.head.id) ? body(frame) : { throw Refusal.plugCancelled("host") }() }.mapError { refusal($0, frame.head) })
            activity.end()
        }
    }

    /// Nobody waits for the answer of that call any more.
    package func cancel(_ call: UInt64?) { if let call { tasks.withLock { $0[call] }?.cancel() } }

    package func later(_ frame: Frame, _ answer: @escaping PlugLine.Answer, _ body: @escaping @Sendable (Frame) async throws -> Frame) {
        let call = frame.head.id ?? 0
        // Inside the lock, so that the end of the task finds itself noted.
        tasks.withLock { tasks in
            tasks[call] = Task {
                do {
                    answer(.success(try await PlugCall.$current.withValue(frame.head.id) { try await body(frame) }))
                } catch {
                    answer(.failure(refusal(error, frame.head)))
                }
                self.tasks.withLock { $0[call] = nil }
            }
        }
    }

    package func refusal(_ error: any Error, _ head: FrameHead) -> Refusal {
        bus.boundary(error, plug: plug.id, verb: head.name?.description ?? head.verb ?? "-")
    }

    // MARK: - Messages

    private func command(_ frame: Frame, _ answer: @escaping PlugLine.Answer) {
        let head = frame.head
        guard let name = head.name, var envelope = head.envelope, envelope.type == name, let handler = commands[name]
        else { return answer(.failure(.unknownMessage(head.name?.description ?? "-"))) }
        // The clocks are the same machine's; what the caller no longer waits for is not begun.
        if envelope.deadline == nil, let within = head.within { envelope.deadline = plug.clock.now.advanced(by: .milliseconds(within)) }
        var terms = CallTerms(isKeyed: head.keyed ?? false)
        terms.form = head.form ?? .masked
        if head.judged ?? false, let id = head.id {
            guard let resource = resources[name] else { return answer(.failure(.unknownMessage(name.description))) }
            terms.precondition = CallTerms.Precondition(resource) { [line] state in
                var question = FrameHead.call("judge")
                question.during = id
                return try line.wait(question, body: state, within: .seconds(5)).head.keyed ?? false
            }
        }
        handler.start(json: frame.body, envelope: envelope, terms: terms, plug: plug) { [self] result in
            answer(result.map { Frame(.init(.reply), body: $0) }.mapError { refusal($0, head) })
        }
    }

    /// Up to where it needs nothing of a log any more: what it took in, but for what it has parked.
    private func taken(_ frame: Frame) throws -> Frame {
        let source = frame.head.plugin ?? ""
        let seq = try plug.file.read { snapshot in
            try min(snapshot.cursor(source), (snapshot.parked(source: source, limit: 1).first?.seq).map { $0 - 1 } ?? .max)
        }
        return Frame(.init(.reply), body: try JSON.encode(TakenUpTo(seq: seq)))
    }

    private func query(_ frame: Frame, _ answer: @escaping PlugLine.Answer) {
        guard let name = frame.head.name, let handler = queries[name] else {
            return answer(.failure(.unknownMessage(frame.head.name?.description ?? "-")))
        }
        if handler.isHeavy || handler.metrics.average > Self.quick {
            return work(frame, answer) { [self] in try query($0, handler) }
        }
        let activity = bus.work
        activity.begin()
        answer(Result { try query(frame, handler) }.mapError { refusal($0, frame.head) })
        activity.end()
    }

    private func query(_ frame: Frame, _ handler: any QueryHandling) throws -> Frame {
        let actor = frame.head.actor ?? .visitor
        let answer: QueryAnswer
        if frame.head.parameters ?? false {
            let pairs = try MessageCoding.decode([[String]].self, from: frame.body)
            answer = try handler.answer(
                parameters: pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, actor: actor, plug: plug)
        } else {
            answer = try handler.answer(json: frame.body, form: frame.head.form ?? .masked, actor: actor, plug: plug)
        }
        var reply = FrameHead(.reply)
        reply.next = answer.next.map { "\($0)" }
        return Frame(reply, body: answer.bytes)
    }

    private func log(_ frame: Frame) throws -> Frame {
        let request = try MessageCoding.decode(LogRequest.self, from: frame.body)
        let limit = min(max(1, frame.head.limit ?? 512), 512)
        let coding = MessageCoding(of: frame.body)
        let after = frame.head.seq ?? 0
        let piece = try request.beyond ?? false
            ? plug.leaving(after: after, limit: limit, as: coding) : plug.travelling(after: after, limit: limit, for: request, as: coding)
        return Frame(.init(.reply), body: try coding.encode(piece))
    }

    // MARK: - Care

    /// Through everything that handlers use: a task, the queue of queries, the writer.
    private func heartbeat(_ frame: Frame) async throws -> Frame {
        await withCheckedContinuation { continuation in calls.add { continuation.resume() } }
        try await plug.file.write { _ in }
        return Frame(.init(.reply))
    }

    /// A copy of the plug-in's file as it is now, beside it.
    private func backup(_ frame: Frame) async throws -> Frame {
        guard let path = frame.head.key else { throw Refusal.notFound }
        try plug.file.backup(to: path)
        return Frame(.init(.reply))
    }

    private func resolve(_ frame: Frame) async throws -> Frame {
        let id = frame.head.seq ?? 0, reason = frame.head.reason ?? "", actor = frame.head.actor ?? .system("host")
        switch frame.head.verb {
        case "replay": try await bus.replay(plugin: plug.id, parked: id)
        case "repair": try await bus.repair(plugin: plug.id, parked: id, payload: frame.body, reason: reason, by: actor)
        default: try await bus.discard(plugin: plug.id, parked: id, reason: reason, by: actor)
        }
        return Frame(.init(.reply))
    }

    private func person(_ frame: Frame) throws -> PersonID {
        guard let person = frame.head.key.flatMap({ PersonID($0) }) else { throw Refusal.notFound }
        return person
    }

    private func export(_ frame: Frame) throws -> Frame {
        Frame(.init(.reply), body: try JSON.encode(bus.exportHere(person: person(frame))))
    }

    private func erase(_ frame: Frame) async throws -> Frame {
        let reports = try await bus.eraseHere(person: person(frame), by: frame.head.actor ?? .system("privacy"))
        return Frame(.init(.reply), body: try JSON.encode(reports))
    }
}
