public import Messages
import Store
public import Vocabulary

extension SiteBus {
    /// Everything that the site's plug-ins keep about a person, in full. Who calls this has checked the right and writes the audit line.
    ///
    /// - Parameter here: what `exportHere` found, where that was done elsewhere than on this thread.
    public func export(person: PersonID, here: [PersonExport.Part]? = nil) async throws -> PersonExport {
        var parts = try here ?? exportHere(person: person)
        for remote in remotes {
            parts += try await remote.line.call(Self.about(person, "export"), within: RemotePlug.patience).read([PersonExport.Part].self, of: "export")
        }
        return PersonExport(person: person, site: site, time: clock.now, parts: parts.filter { !$0.records.isEmpty || !$0.events.isEmpty })
    }

    private static func about(_ person: PersonID, _ verb: String) -> FrameHead {
        var head = FrameHead.call(verb)
        head.key = "\(person)"
        return head
    }

    /// What the plug-ins of this process keep.
    public func exportHere(person: PersonID) throws -> [PersonExport.Part] {
        try plugs.map { plug -> PersonExport.Part in
            let actor = Actor.system("privacy")
            let (records, entries) = try plug.file.read { snapshot in
                let records = try plug.wiring.privacy?.export(
                    person, Snapshot(store: snapshot, actor: actor, now: clock.now, plug: plug)) ?? []
                return (records, try snapshot.log(person: person, limit: .max))
            }
            let events = try entries.map { entry in
                PersonExport.Entry(
                    time: entry.time, type: entry.type, subject: entry.subject,
                    content: try plug.keys.inFull(JSONValue(parsing: entry.payload), about: person))
            }
            return PersonExport.Part(plugin: plug.id, records: records, events: events)
        }
    }

    /// Erases a person from every plug-in that no law or open matter holds back: its own tables and, with the key, every sealed value.
    /// Each plug-in is one transaction; running it again is harmless and finishes what an interruption left.
    ///
    /// Nothing of the person is left in the files afterwards, the write-ahead logs included. Backups made earlier still hold it.
    /// Sites to which values travelled hear of it (`PersonErased`) and do the same.
    public func erase(person: PersonID, by actor: Actor) async throws -> [ErasureReport] {
        var reports = try await eraseHere(person: person, by: actor)
        for remote in remotes {
            var head = Self.about(person, "erase")
            head.actor = actor
            reports += try await remote.line.call(head, within: .seconds(60)).read([ErasureReport].self, of: "erase")
        }
        return reports
    }

    /// In the plug-ins of this process.
    func eraseHere(person: PersonID, by actor: Actor) async throws -> [ErasureReport] {
        var reports: [ErasureReport] = []
        for plug in plugs {
            let envelope = Envelope(
                id: ids.next(), source: "/\(site)/privacy", type: "privacy.erase-subject.v1", time: clock.now, site: site, actor: actor)
            let (outcome, changed) = try await plug.file.write { writer -> (Erasure, Bool) in
                let tx = Transaction(store: writer, envelope: envelope, now: plug.clock.now, plug: plug, effects: Transaction.Effects())
                let (outcome, had) = try plug.erase(person, tx: tx)
                guard case .done = outcome else { return (outcome, false) }
                return (outcome, had || plug.wiring.privacy != nil)
            }
            plug.keys.forget()
            if changed { try await plug.file.scrub() }
            reports.append(ErasureReport(plugin: plug.id, outcome: outcome))
        }
        return reports
    }
}

extension PersonKeys {
    /// A stored payload with the person's values opened and everybody else's sealed ones blanked.
    func inFull(_ value: JSONValue, about person: PersonID) throws -> JSONValue {
        switch value {
        case .string(let text):
            guard let (owner, opaque) = SealedText.parse(text) else { return value }
            guard owner == person else { return .string("（他人信息）") }
            return try opener.open(JSONValue.self, opaque, of: person) ?? .string(PersonalData.erasedText)
        case .array(let elements): return .array(try elements.map { try inFull($0, about: person) })
        case .object(let members): return .object(try members.map { .init($0.key, try inFull($0.value, about: person)) })
        default: return value
        }
    }
}
