import Bus
import CLinux
import Dispatch
import Glibc
import Messages
import PluginKit
import Store
import Synchronization
import Vocabulary

/// What the host does for a plug-in's process.
extension PluginSupervisor {
    private static let queue = DispatchQueue(label: "shuniu.plugin-service", attributes: .concurrent)

    func take(_ frame: Frame, _ answer: @escaping PlugLine.Answer) {
        switch frame.head.verb {
        case "hello":
            let result = Result { try hello(frame) }.asRefusal
            answer(result.map(\.reply))
            // The welcome itself is JSON: only then do both ends know.
            if case .success((_, let coding?)) = result { remote.line.speak(coding) }
            return
        case "ready":
            let result = Result { try ready(frame) }.asRefusal
            answer(result)
            // What waited comes after the reply: until then the process expects nothing else.
            guard case .success = result else { return }
            let isOnProbation = state.withLock { state in
                state.isGreeted = true
                return state.isOnProbation
            }
            if !isOnProbation { admit() }
            return
        default: break
        }
        guard let surroundings = state.withLock({ $0.phase == .running ? $0.surroundings : nil }) else {
            return answer(.failure(.notShaken))
        }
        if surroundings.bus.serve(frame, of: remote, answer) { return }
        let files = surroundings.files
        switch frame.head.verb {
        case "name":
            Self.queue.async {
                var head = FrameHead(.reply)
                head.key = frame.head.key.flatMap { surroundings.names($0) }
                answer(.success(Frame(head)))
            }
        case "file-keep": Self.queue.async { answer(Result { try Self.keep(frame, files) }.asRefusal) }
        case "file-open":
            Self.queue.async {
                answer(Result { Frame(FrameHead(.reply), descriptors: [try files.open(digest: frame.head.key ?? "")]) }.asRefusal)
            }
        case "file-remove":
            Self.queue.async {
                answer(
                    Result {
                        try surroundings.forget(frame.head.key ?? "")
                        return Frame(FrameHead(.reply))
                    }.asRefusal)
            }
        case "erased":
            guard let person = frame.head.key.flatMap({ PersonID($0) }), let source = frame.head.plugin,
                let kept = try? JSON.decode([String].self, from: frame.body), let network = surroundings.bus.network,
                network.tell(TravelledErasure(site: remote.site, plugin: remote.id, person: person, source: source, keptFor: kept), followedBy: remote)
            else { return answer(.failure(.notFound)) }
            answer(.success(Frame(FrameHead(.reply))))
        case "file-size":
            var head = FrameHead(.reply)
            head.seq = files.claim(frame.head.key ?? "").map { Int64($0) }
            answer(.success(Frame(head)))
        default: answer(.failure(.hostVerb(frame.head.verb ?? "-")))
        }
    }

    /// Calls that waited for it go to it, and deliveries begin.
    func admit() {
        state.withLock { $0.isOnProbation = false }
        remote.line.resend()
        remote.advanced()
        state.withLock { $0.surroundings?.bus.network }?.greet(remote)
    }

    func heed(_ frame: Frame) {
        switch frame.head.verb {
        case "advanced": remote.advanced()
        // The line does not answer it any more; what was begun goes on to its end.
        case "cancel": break
        case "log":
            guard let line = try? JSON.decode(LoggedLine.self, from: frame.body) else { return }
            let facts = line.facts.prefix(12).filter { $0.count == 2 }.map { ($0[0], String($0[1].prefix(500))) }
            log(
                BusLog.Level(rawValue: line.level) ?? .info, String(line.code.prefix(60)), String(line.message.prefix(1000)),
                facts.filter { $0.0 != "site" && $0.0 != "plugin" } + self.facts())
        default: break
        }
    }

    // MARK: - The handshake

    private func hello(_ frame: Frame) throws -> (reply: Frame, coding: MessageCoding?) {
        let hello = try JSON.decode(Hello.self, from: frame.body)
        let (secret, phase) = state.withLock { ($0.secret, $0.phase) }
        guard phase == .starting, hello.secret == secret else { throw Refusal.handshake("the secret is not the one it was given") }
        guard hello.protocols.contains(plugProtocol) else {
            throw Refusal.handshake("it speaks protocol \(hello.protocols), the host speaks \(plugProtocol)")
        }
        guard hello.plugin == remote.id else { throw Refusal.handshake("it is plug-in \(hello.plugin.prefix(40)), not \(remote.id)") }
        var welcome = welcome
        welcome.coding = welcome.coding.flatMap { hello.codings?.contains($0.rawValue) ?? false ? $0 : nil }
        return (Frame(FrameHead(.reply), body: try JSON.encode(welcome)), welcome.coding)
    }

    /// It must be what was installed: neither more nor less than its declaration.
    private func ready(_ frame: Frame) throws -> Frame {
        let declared = try JSON.decode(Declaration.self, from: frame.body)
        guard declared == declaration else { throw Refusal.handshake("it registers something else than what was installed: \(declared.difference(to: declaration))") }
        state.withLock { state in
            guard state.phase == .starting else { return }
            state.phase = .running
            state.since = clock.now
        }
        log(.info, "plugin-ready", "it answers", facts())
        for lack in notices { log(.warning, "plugin-confinement", lack.english, facts()) }
        return Frame(FrameHead(.reply))
    }

    // MARK: - Files

    private static func keep(_ frame: Frame, _ files: FileStore) throws -> Frame {
        guard let descriptor = frame.descriptors.first else { throw Refusal.notFound }
        for other in frame.descriptors.dropFirst() { close(other) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size <= files.limit else {
            close(descriptor)
            throw FileStore.refusal(tooLarge: Int(status.st_size), limit: files.limit)
        }
        let content = try FileStore.content(of: descriptor, "upload", most: Int(files.limit))
        let kept = try files.keep(content, name: frame.head.key ?? "", type: frame.head.reason.flatMap { FileKind(rawValue: $0) })
        return Frame(FrameHead(.reply), body: try JSON.encode(kept))
    }
}

extension Declaration {
    /// The first members in which two declarations differ; English, for the log.
    func difference(to other: Declaration) -> String {
        guard let mine = try? JSONValue(encoding: self).object, let theirs = try? JSONValue(encoding: other) else { return "unreadable" }
        let names = mine.filter { theirs[$0.key] != $0.value }.map(\.key)
        return names.isEmpty ? "members are missing" : names.prefix(5).joined(separator: ", ")
    }
}

extension Result where Failure == any Error {
    /// Refusals as they are; of anything else only that it failed.
    fileprivate var asRefusal: Result<Success, Refusal> {
        mapError { error in
            (error as? Refusal) ?? (error as? StoreError)?.refusal ?? (error as? JSONError).map { .malformed($0) } ?? .internalError(incident: "-")
        }
    }
}

extension Refusal {
    static func handshake(_ log: String) -> Refusal {
        Refusal(
            "host.plugin-handshake", status: 403, message: "插件进程未通过核对，未启动。请重新安装该插件，或联系其提供方。", log: "handshake refused: \(log)")
    }

    static let notShaken = Refusal(
        "host.plugin-not-ready", status: 409, message: "插件尚未就绪。请先完成握手。", log: "a call before the handshake was over", retryAfter: .seconds(1))

    static func hostVerb(_ verb: String) -> Refusal {
        Refusal("host.unknown-verb", status: 501, message: "主机不支持此操作。请升级主机。", log: "unknown verb \(verb.prefix(40))")
    }
}
