import Bus
import Gateway
import Messages
import PluginKit
import Vocabulary

extension PluginCheck {
    /// Every event that it hears from a log: good ones and broken ones, each announced twice. None may stop those behind it.
    ///
    /// - Returns: how many.
    func hear(_ source: String) async -> Int {
        let begun = host.end(of: source)
        /// Entries that differ from an example in a member that nobody knows yet, by number, and the example.
        var newer: [Int64: Int64] = [:]
        var good: [Int64: FakeHost.Heard] = [:]
        for heard in host.heard where heard.source == source {
            let variants = MessageVariants(heard.schema, unknown: .ignore, most: 24)
            let person = ids.next().description
            var payloads = variants.good.map { ($0.what, heard.schema.sealing($0.value, for: person)) }
            payloads.append(("erased persons", heard.schema.sealing(heard.schema.sample(required: false), for: person, isErased: true)))
            let count = payloads.count
            payloads += variants.broken.map { ($0.what, heard.schema.sealing($0.value, for: person)) }
            var first: Int64?
            for (place, (what, payload)) in payloads.enumerated() {
                for _ in 0..<2 {
                    // Each of a subject of its own, so that none waits behind another one.
                    host.announce([host.told(heard.name, payload, subject: "check/\(ids.next())")], in: source)
                    let seq = host.end(of: source)
                    if place < count { good[seq] = heard }
                    // The second one: a handler may refuse what it has had already.
                    if place == 0 { first = seq }
                    if what == "an unknown member at /" { newer[seq] = first }
                }
            }
        }
        await readOn(source)
        let parked = await parked().filter { $0.source == source }
        for message in parked {
            let told = host.entry(source, message.seq)
            if told?.name.description != message.type { host.fault("parked", "\(message.type) of \(source) is said to be number \(message.seq), which is another one") }
        }
        let numbers = Set(parked.map(\.seq))
        for (seq, example) in newer.sorted(by: { $0.key < $1.key }) where numbers.contains(seq) && !numbers.contains(example) {
            host.fault("Hearing others", "\(good[seq]?.name.description ?? source) with an additional member is parked; within a version members may be added")
        }
        await resolve(parked, source, good)
        return Int(host.end(of: source) - begun)
    }

    /// Waits until everything is taken in; what ends the process, or keeps it from going on, is named and withdrawn.
    private func readOn(_ source: String) async {
        /// How it ended at several entries at once, and whether one of them is named for it.
        var several: ChildProcess.Exit?
        var isNamed = false
        defer { host.readCarefully(false) }
        for attempt in 0..<8 {
            if await host.isTaken(source) { break }
            let place = (host.cursor(source) ?? 0) &+ 1, exit = host.exit
            if attempt == 0 {
                several = exit
            } else {
                isNamed = true
                let name = host.entry(source, place)?.name.description ?? "-"
                let payload = host.entry(source, place).map { String(decoding: $0.payload.serialized().prefix(300), as: UTF8.self) } ?? "-"
                let what = exit.map { "the process ended (\($0.description)) at" } ?? "it does not go on behind"
                host.fault("Hearing others", "\(what) entry \(place) of the log of \(source), \(name): \(payload)")
                // What does not end it is not tried for long.
                if exit == nil { return }
                host.withdraw(source, place)
            }
            host.readCarefully(true)
            await host.kill()
            _ = await host.start()
        }
        if let several, !isNamed {
            host.fault("Hearing others", "the process ended (\(several.description)) at several entries at once of the log of \(source), though not one by one")
        }
        await alive("Hearing others", "events of \(source)")
    }

    /// What the plug-in says of something that it could not handle.
    struct ParkedLine {
        var id: Int64
        var source: String
        var seq: Int64
        var type: String
    }

    func parked() async -> [ParkedLine] {
        do {
            let list = try JSONValue(parsing: await host.line.call(.call("parked"), within: .seconds(60)).body).array
            guard let list else {
                host.fault("parked", "the reply is no list")
                return []
            }
            return list.compactMap { line in
                guard let id = line["id"]?.integer, let source = line["source"]?.string, let seq = line["seq"]?.integer, let type = line["type"]?.string,
                    line["cause"]?.string?.isEmpty == false, line["attempts"]?.integer != nil, line["parkedAt"]?.string.flatMap({ Timestamp($0) }) != nil
                else {
                    host.fault("parked", "an entry lacks `id`, `source`, `seq`, `type`, `cause`, `attempts` or `parkedAt`")
                    return nil
                }
                return ParkedLine(id: id, source: source, seq: seq, type: type)
            }
        } catch {
            host.fault("parked", "\((error as? Refusal)?.code ?? "\(error)")")
            return []
        }
    }

    /// Looked at, tried again, repaired and given up, each as somebody at the console would.
    private func resolve(_ parked: [ParkedLine], _ source: String, _ good: [Int64: FakeHost.Heard]) async {
        func call(_ verb: String, _ id: Int64, _ body: [UInt8] = []) async -> Result<Frame, Refusal> {
            var head = FrameHead.call(verb)
            head.seq = id
            head.reason = "核验：不再需要"
            head.actor = Self.everyone
            do { return .success(try await host.line.call(head, body: body, within: .seconds(60))) } catch { return .failure(error) }
        }
        func isThere(_ id: Int64) async -> Bool { await self.parked().contains { $0.id == id } }
        guard let broken = parked.first(where: { good[$0.seq] == nil }) else { return }
        switch await call("parked-content", broken.id) {
        case .failure(let refusal): judge(refusal, "parked-content", "\(broken.type)", mayFail: refusal.status == 501)
        case .success(let frame):
            let content = try? JSONValue(parsing: frame.body)
            if content?["payload"] == nil || content?["schema"] == nil { host.fault("parked-content", "the reply has no `payload` and `schema`") }
        }
        if case .failure(let refusal) = await call("replay", broken.id) { judge(refusal, "replay", "\(broken.type)") }
        // One that a handler takes, in place of the broken one.
        let taken = Set(parked.map(\.seq))
        // One whose repeat was taken too: what refuses a content that it has had is right to refuse it here.
        func isTakenTwice(_ seq: Int64, _ heard: FakeHost.Heard) -> Bool {
            guard heard.name.description == broken.type, good[seq - 1]?.name == heard.name, !taken.contains(seq), !taken.contains(seq - 1),
                let told = host.entry(source, seq), let earlier = host.entry(source, seq - 1)
            else { return false }
            return !told.isSilent && !earlier.isSilent && told.payload == earlier.payload
        }
        let example = good.filter { isTakenTwice($0.key, $0.value) }.keys.min().flatMap { host.entry(source, $0) }
        if let example, await isThere(broken.id) {
            switch await call("repair", broken.id, example.payload.serialized()) {
            case .failure(let refusal): judge(refusal, "repair", "\(broken.type)", mayFail: refusal.status == 501)
            case .success:
                // It is delivered in its own time.
                for _ in 0..<3000 {
                    guard await isThere(broken.id) else { break }
                    await FakeHost.pause(.milliseconds(20))
                }
                if await isThere(broken.id) { host.fault("repair", "\(broken.type) is still parked with a payload that was taken before") }
            }
        }
        guard let last = parked.last(where: { $0.id != broken.id }) else { return }
        if case .failure(let refusal) = await call("discard", last.id) { return judge(refusal, "discard", "\(last.type)") }
        if await isThere(last.id) { host.fault("discard", "\(last.type) is still there") }
        switch await call("discard", last.id) {
        case .failure(let refusal): judge(refusal, "discard", "\(last.type) a second time")
        case .success: host.fault("discard", "what was given up is given up again")
        }
        await alive("parked", "messages that could not be handled")
    }
}
