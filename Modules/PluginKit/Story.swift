package import Bus
public import Messages
import Store
public import Vocabulary

/// How one kind of a plug-in's subjects stands in the story of a correlation, which goes over plug-ins.
///
/// A story shows of each plug-in only the subjects that it lets the person see who asks; where nothing was registered, nothing is shown.
public struct StoryRule: Sendable {
    /// The subject before its slash: `order` of `order/0190…`.
    public let kind: String
    /// The page of such a subject, `/orders/{id}`.
    public let pattern: String
    let body: @Sendable (_ id: String, Snapshot) throws -> StorySubject?
}

/// A subject of a story for somebody who may see it.
public struct StorySubject: Sendable {
    /// What it is called, `订单 DD2026-0001`.
    public let title: String
    let words: @Sendable (Happening) -> String?

    /// - Parameter words: what an event says in a few words; `nil`: the title under which it was announced.
    public init(_ title: String, words: @escaping @Sendable (Happening) -> String? = { _ in nil }) {
        self.title = title
        self.words = words
    }
}

/// An event of a story as one person may see it.
public struct StoryStep: Codable, Sendable, Hashable {
    /// The event's own identifier.
    public var id: MessageID
    /// The message that caused it; not every cause may be seen.
    public var causation: MessageID?
    public var plugin: String
    public var type: WireName
    /// What happened, in Chinese.
    public var title: String
    /// `order/0190…`
    public var subject: String
    public var subjectTitle: String
    /// Of the subject's page, with site and plug-in.
    public var path: String
    public var at: Timestamp
    public var actor: String
}

/// What one plug-in's log holds of a correlation: everything for the order, and of each entry what may be seen.
package struct StoryEntry: Sendable {
    package var id: MessageID
    package var causation: MessageID?
    package var at: Timestamp
    /// `nil`: not for whoever asks.
    package var step: StoryStep?
}

/// The order of a story: by time, and a cause before its effects where the clock does not tell them apart.
package enum Story {
    /// Of one plug-in; more is cut off at the end.
    package static let most = 500

    /// - Parameter logs: each in its own order, which is kept.
    package static func ordered(_ logs: [[StoryEntry]]) -> [StoryStep] {
        var open = Set(logs.joined().map(\.id))
        var places = logs.map { _ in 0 }
        var steps: [StoryStep] = []
        var last = 0
        while true {
            let heads = logs.indices.filter { places[$0] < logs[$0].count }
            // A cause that was cut off, or stands at another site, holds nothing up.
            let ready = heads.filter { logs[$0][places[$0]].causation.map { !open.contains($0) } ?? true }
            let first = (ready.isEmpty ? heads : ready).min { logs[$0][places[$0]].at < logs[$1][places[$1]].at }
            guard let first else { return steps }
            // What one transaction wrote stays together.
            let next = ready.contains(last) && logs[last][places[last]].at == logs[first][places[first]].at ? last : first
            last = next
            let entry = logs[next][places[next]]
            places[next] += 1
            open.remove(entry.id)
            if let step = entry.step { steps.append(step) }
        }
    }
}

extension Blueprint {
    /// What the plug-in's log holds of a correlation, and what of it this person may see.
    ///
    /// - Parameter base: of the plug-in's pages, `/hunan/market`.
    package func story(
        of correlation: MessageID, in plug: Plug, base: String, for actor: Actor, now: Timestamp, names: (String) -> String?
    ) throws -> [StoryEntry] {
        try plug.file.read { store in
            let snapshot = Snapshot(store: store, actor: actor, now: now, plug: plug)
            var subjects: [String: StorySubject?] = [:]
            return try store.log(correlation: correlation, limit: Story.most).map { entry in
                var shown = StoryEntry(id: entry.id, causation: entry.causation, at: entry.time)
                // What is sent to others is no event; what came of it is told by its receiver.
                guard entry.target == nil, let name = entry.subject, let slash = name.firstIndex(of: "/"),
                    let rule = stories.first(where: { $0.kind == name[..<slash] })
                else { return shown }
                let id = String(name[name.index(after: slash)...])
                let known = try subjects[name] ?? Self.seen { try rule.body(id, snapshot) }
                subjects[name] = .some(known)
                guard let subject = known else { return shown }
                let who = entry.actor.kind == .person && entry.actor.name.isEmpty ? names(entry.actor.id) ?? "已注销人员" : entry.actor.name
                let happening = Happening(
                    title: eventTitles[entry.type] ?? entry.type.description, time: entry.time, actor: who, correlation: entry.correlation,
                    payload: entry.payload, type: entry.type, plug: plug)
                shown.step = StoryStep(
                    id: entry.id, causation: entry.causation, plugin: manifest.id, type: entry.type, title: subject.words(happening) ?? happening.title,
                    subject: name, subjectTitle: subject.title, path: base + rule.pattern.replacing("{id}", with: id), at: entry.time, actor: who)
                return shown
            }
        }
    }

    /// A refusal to show means that it is not shown.
    private static func seen(_ body: () throws -> StorySubject?) throws -> StorySubject? {
        do { return try body() } catch let refusal as Refusal where [401, 403, 404].contains(refusal.status) { return nil }
    }
}
