import Bus
import Gateway
import Messages
import Pages
import PluginKit
import Synchronization
import Vocabulary

extension PluginCheck {
    /// - Returns: how often it was ended.
    func kills(_ accepted: [Accepted]) async -> Int {
        var kills = await underLoad(accepted)
        kills += await whileStarting()
        kills += await atVerbs(accepted)
        for source in host.sources { kills += await whileHearing(source) }
        kills += await inTheMidst(accepted)
        return kills
    }

    /// At rest, with commands under way, and just after a reply; what was acknowledged is there once.
    private func underLoad(_ accepted: [Accepted]) async -> Int {
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
                await FakeHost.pause(.milliseconds([0, 0, 3, 10][round]))
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
        await count(sent)
        return 4
    }

    /// What was acknowledged is there, and not more often than without being ended.
    private func count(_ sent: [(id: MessageID, command: Accepted)]) async {
        let effects = await effects()
        for (id, command) in sent {
            let count = effects[id.description] ?? 0
            if count == 0, command.entries > 0 { host.fault("The log", "\(command.name) was acknowledged and is not in the log after kill -9") }
            if count > command.entries { host.fault("The log", "\(command.name) is in the log \(count) times instead of \(command.entries)") }
        }
    }

    private func again(_ what: String) async {
        await host.kill()
        if !(await host.start()) { host.fault("Lifecycle", "it does not start again after kill -9 \(what)") }
    }

    /// Ended when it says who it is, and when it says that it is ready; before the answer and after.
    private func whileStarting() async -> Int {
        var kills = 0
        for verb in ["hello", "ready"] {
            for afterAnswer in [false, true] {
                host.arm(verb, afterAnswer: afterAnswer)
                await host.kill()
                _ = await host.start()
                _ = host.disarm()
                await again("at `\(verb)`")
                kills += 2
            }
        }
        return kills
    }

    /// Ended just when something is asked of it; whoever asked is answered by its successor.
    private func atVerbs(_ accepted: [Accepted]) async -> Int {
        var calls: [(what: String, head: FrameHead, body: [UInt8])] = []
        func add(_ verb: String, _ what: String? = nil, _ body: [UInt8] = [], _ change: (inout FrameHead) -> Void = { _ in }) {
            var head = FrameHead.call(verb)
            head.actor = Self.everyone
            change(&head)
            calls.append((what ?? "`\(verb)`", head, body))
        }
        if let query = declaration.messages.first(where: { $0.kind == .query }), let schema = try? Schema(parsing: query.message) {
            add("query", "\(query.name)", MessageVariants(schema, most: 1).good.first?.value.serialized() ?? []) { $0.name = query.name }
        }
        for verb in ["ping", "todos", "home", "search", "parked", "export", "erase", "backup"] {
            add(verb) { head in
                switch verb {
                case "home": head.key = "/check/\(declaration.manifest.id)"
                case "search": head.key = "演示"
                case "export", "erase": head.key = ids.next().description
                case "backup": head.key = "\(host.folder)/own/second.sqlite"
                default: break
                }
            }
        }
        let log = JSONValue.object([.init("hearing", .array(declaration.messages.filter { $0.kind == .event }.map { .string("\($0.name)") }))])
        add("log", nil, log.serialized()) { head in
            head.plugin = declaration.manifest.id
            head.seq = 0
            head.limit = 10
        }
        for (what, head, body) in calls {
            let answer = begin(head, body)
            await again("during \(what)")
            // What is about this very process is not asked of the next one; a heartbeat is not even sent to it.
            if case .failure(let refusal) = await answer.value {
                let isOver = refusal.code == "bus.plugin-ended" || head.verb == "ping" && refusal.code == "bus.timed-out"
                judge(refusal, head.verb ?? "-", "\(what) around kill -9", mayFail: isOver)
            }
        }
        var sent: [(id: MessageID, command: Accepted)] = []
        for command in accepted {
            let id = ids.next()
            let answer = begin(commandHead(command.name, id), command.body.serialized())
            await again("during \(command.name)")
            switch await answer.value {
            case .success: sent.append((id, command))
            case .failure(let refusal): judge(refusal, "command", "\(command.name) around kill -9")
            }
        }
        await count(sent)
        return calls.count + accepted.count
    }

    /// A call under way, and its answer once it is there.
    private final class Begun: Sendable {
        private let result = Mutex<Result<Frame, Refusal>?>(nil)

        var isAnswered: Bool { result.withLock { $0 != nil } }

        func set(_ answer: Result<Frame, Refusal>) { result.withLock { $0 = answer } }

        /// A refusal at the latest when the call's time is over.
        var value: Result<Frame, Refusal> {
            get async {
                while true {
                    if let answer = result.withLock({ $0 }) { return answer }
                    await FakeHost.pause(.milliseconds(5))
                }
            }
        }
    }

    /// Sends on this thread: what ends the process next finds the call under way. An `async let` would only be queued.
    private func begin(_ head: FrameHead, _ body: [UInt8]) -> Begun {
        let begun = Begun()
        host.line.call(head, body: body, within: .seconds(30)) { begun.set($0) }
        return begun
    }

    /// Ended when it reads on, before it has the entries and just when it has them: each takes effect once, and what it has taken in at rest
    /// it does not take again.
    private func whileHearing(_ source: String) async -> Int {
        let before = await effects()
        var most: [WireName: Int] = [:]
        for seq in 1...max(1, host.end(of: source)) {
            if let told = host.entry(source, seq), !told.isSilent { most[told.name] = max(most[told.name] ?? 0, before["\(told.id)"] ?? 0) }
        }
        let begun = host.end(of: source)
        for afterAnswer in [false, true, true] {
            host.arm("log", afterAnswer: afterAnswer)
            for heard in host.heard where heard.source == source {
                let payload = heard.schema.sealing(heard.schema.sample(required: false), for: ids.next().description)
                host.announce([host.told(heard.name, payload, subject: "check/\(ids.next())")], in: source)
            }
            for _ in 0..<6000 {
                if host.hasSprung || host.exit != nil { break }
                await FakeHost.pause(.milliseconds(10))
            }
            if !host.disarm() { host.fault("Hearing others", "it does not read the log of \(source) when told that it has grown") }
            await again("while it read the log of \(source)")
        }
        guard await host.isTaken(source) else {
            host.fault("Hearing others", "after kill -9 it does not go on reading the log of \(source)")
            return 3
        }
        // One that reads ahead asks for what follows before it has done what it got: it is given ever more time until it rests.
        for seconds in [0, 1, 5, 20] {
            await FakeHost.pause(.seconds(seconds))
            // Through everything that its handlers use.
            _ = try? await host.line.call(.call("ping"), within: .seconds(15))
            let taken = host.cursor(source) ?? 0
            await again("at rest")
            // It has to read on, and so says from where.
            host.silence(in: source)
            _ = await host.isTaken(source)
            // Entries in which nothing is for it, it may pass over without noting where it is.
            guard let begun = host.begun(source), begun < taken, (begun + 1...taken).contains(where: { host.entry(source, $0)?.isSilent == false }) else { break }
            if seconds == 20 {
                host.fault("Hearing others", "after a restart it reads the log of \(source) from \(begun) on, though it had taken it in up to \(taken)")
            }
        }
        let after = await effects()
        for seq in begun + 1...max(begun + 1, host.end(of: source)) {
            guard let told = host.entry(source, seq), !told.isSilent else { continue }
            let count = after["\(told.id)"] ?? 0, usual = most[told.name] ?? 0
            if count > usual { host.fault("Hearing others", "\(told.name) has \(count) effects in the log around kill -9 instead of \(usual)") }
        }
        return 4
    }

    /// Ended in the midst of its work, when it asks the host for something: `judge`, `tell`, `ask`, `name`, files.
    private func inTheMidst(_ accepted: [Accepted]) async -> Int {
        var kills = 0
        var sent: [(id: MessageID, command: Accepted)] = []
        for verb in host.called.subtracting(["hello", "ready", "log", "cancel", "advanced", ""]).sorted() {
            for command in accepted {
                let id = ids.next()
                host.arm(verb)
                let answer = begin(commandHead(command.name, id, judged: command.isJudged), command.body.serialized())
                // What it calls behind its answer comes soon after it.
                var behind = 0
                for _ in 0..<200 {
                    if host.hasSprung || behind == 30 { break }
                    if answer.isAnswered { behind += 1 }
                    await FakeHost.pause(.milliseconds(10))
                }
                let hasSprung = host.disarm()
                if hasSprung {
                    await again("when it called `\(verb)`")
                    kills += 1
                }
                switch await answer.value {
                case .success: sent.append((id, command))
                case .failure(let refusal): judge(refusal, "command", "\(command.name) around kill -9 at `\(verb)`")
                }
                if hasSprung { break }
            }
        }
        await count(sent)
        return kills
    }
}
