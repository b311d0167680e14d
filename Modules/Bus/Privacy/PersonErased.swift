package import Messages
package import Store
import Synchronization
package import Vocabulary

/// Says to other sites that a person was erased whose values had travelled there. It stands in the log from which they came, after them,
/// so that it comes after them everywhere; whoever took them in erases too, and links destroy the key under which they keep them.
/// - Source: 个人信息保护法 art. 47 (erasure), 23 (whoever was given the data)
package struct PersonErased: Codable, Sendable {
    package static let name: WireName = "bus.person-erased.v1"

    package var person: PersonID
}

/// What an erasure that came from another site did to one file, once it is on disk.
///
/// `keptFor` says on whose word the values stay where the asking site may not decide alone; empty: they are gone.
package struct TravelledErasure: Sendable, Hashable {
    package var site: String
    package var plugin: String
    package var person: PersonID
    /// The log that told of it, `site/plugin`.
    package var source: String
    package var keptFor: [String]

    package init(site: String, plugin: String, person: PersonID, source: String, keptFor: [String] = []) {
        self.keptFor = keptFor
        self.site = site
        self.plugin = plugin
        self.person = person
        self.source = source
    }
}

extension Plug {
    /// Erases a person from this plug-in's file, its own tables and the key, and tells the sites to which values travelled. Doing it again
    /// changes nothing.
    ///
    /// - Returns: the outcome, and whether there was a key.
    func erase(_ person: PersonID, tx: Transaction) throws -> (outcome: Erasure, had: Bool) {
        let outcome = try wiring.privacy?.erase(person, tx) ?? .done
        guard case .done = outcome else { return (outcome, false) }
        let reaches = try Set(tx.store.log(person: person, limit: .max).map(\.reach))
        let had = try tx.store.removePersonKey(person)
        if had, let reach: Reach = reaches.contains(.network) ? .network : reaches.contains(.upward) ? .upward : nil {
            try tx.store.append(
                LogDraft(
                    id: ids.next(), type: PersonErased.name, subject: nil, time: clock.now, actor: .system(id), correlation: tx.envelope.correlation,
                    causation: tx.envelope.id, target: nil, reach: reach, payload: try JSON.encode(PersonErased(person: person))))
        }
        return (outcome, had)
    }

    /// Another site has erased a person: the same is done here, as far as that site may decide it (`PersonErasure`).
    ///
    /// - Throws: a `Refusal` where a law or an open matter holds the data here, so that it waits where people see it, and can be done later.
    func follow(_ entry: LogEntry, from source: any LogSource, tx: Transaction) throws {
        let person = try JSON.decode(PersonErased.self, from: entry.payload).person
        let claims = try PersonErasure(of: person, askedBy: source.site, at: site, in: tx.store, network?.map)
        guard claims.isKnown else { return }
        var done = TravelledErasure(site: site, plugin: id, person: person, source: source.id)
        guard claims.keepers.isEmpty else {
            for other in claims.withdrawn { try tx.store.forget(person, broughtBy: other) }
            done.keptFor = claims.keepers
            return erasures.withLock { [done] in $0[entry.id] = (done, []) }
        }
        let (outcome, had) = try erase(person, tx: tx)
        switch outcome {
        case .held(let reason): throw Refusal.erasureHeld(reason, site: site, plugin: id)
        case .done(let attachments):
            guard had else { return }
            erasures.withLock { [done] in $0[entry.id] = (done, attachments) }
        }
    }

    /// What `follow` did is on disk: nothing of the person is left in the file, and those who account for it hear of it.
    func settleErasures() {
        let done = erasures.withLock { erasures in
            defer { if !erasures.isEmpty { erasures = [:] } }
            return erasures
        }
        guard !done.isEmpty else { return }
        keys.forget()
        for (erasure, attachments) in done.values {
            for digest in attachments {
                do { try files?.remove(digest) } catch { log(.error, "erasure-failed", Parking.describe(error), ("site", site), ("plugin", id)) }
            }
            network?.tell(erasure)
        }
        scrub()
    }

    private func scrub() {
        Task {
            do { try await file.scrub() } catch { log(.error, "erasure-failed", Parking.describe(error), ("site", site), ("plugin", id)) }
        }
    }

    /// Destroys the key under which a link's file keeps a person's values, where the asking site may; the entry itself goes on to others.
    ///
    /// - Parameter source: the log that asks, `site/plugin`.
    /// - Returns: what was done, where anything was known; then `settle` must follow the commit.
    package func shred(_ payload: [UInt8], askedBy source: String, in writer: StoreWriter) throws -> TravelledErasure? {
        let person = try JSON.decode(PersonErased.self, from: payload).person
        let claims = try PersonErasure(of: person, askedBy: String(source.prefix { $0 != "/" }), at: site, in: writer, network?.map)
        guard claims.isKnown else { return nil }
        if claims.keepers.isEmpty {
            guard try writer.removePersonKey(person) else { return nil }
        } else {
            for other in claims.withdrawn { try writer.forget(person, broughtBy: other) }
        }
        return TravelledErasure(site: site, plugin: id, person: person, source: source, keptFor: claims.keepers)
    }

    package func settle(_ shredded: [TravelledErasure]) {
        guard !shredded.isEmpty else { return }
        keys.forget()
        for erasure in shredded { network?.tell(erasure) }
        if shredded.contains(where: { $0.keptFor.isEmpty }) { scrub() }
    }
}

extension Refusal {
    static func erasureHeld(_ reason: String, site: String, plugin: String) -> Refusal {
        Refusal(
            "bus.erasure-held", status: 409, message: "来源站点已删除该人信息，本站点依法留存：\(reason) 理由消失后请在此重试。",
            log: "an erasure of another site is held at \(site)/\(plugin)")
    }
}
