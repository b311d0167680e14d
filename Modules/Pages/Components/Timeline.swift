public import Vocabulary

/// What happened to a subject, from its event log: who, when, what, and how long it took since the step before.
public struct Timeline: Component, Sendable {
    public struct Entry: Sendable {
        public var at: Timestamp
        public var actor: String
        /// What happened: 提交申请.
        public var title: String
        /// The opinion or remark, in the actor's words.
        public var note: String?
        public var tone: Tone
        /// Documents and links of this step.
        public var details: HTML

        public init(
            at: Timestamp, actor: String, title: String, note: String? = nil, tone: Tone = .neutral,
            details: HTML = HTML()
        ) {
            self.at = at
            self.actor = actor
            self.title = title
            self.note = note
            self.tone = tone
            self.details = details
        }
    }

    /// Oldest first, as they stand in the log.
    public var entries: [Entry]
    /// For the relative time beside the last entry.
    public var now: Timestamp?
    public var title: String

    public init(_ entries: [Entry], now: Timestamp? = nil, title: String = "办理过程") {
        self.entries = entries
        self.now = now
        self.title = title
    }

    public var html: HTML {
        section(.class("timeline-section")) {
            h2(title)
            if entries.isEmpty {
                p("尚无记录。", .class("muted"))
            } else {
                ol(.class("timeline")) {
                    for (index, entry) in entries.enumerated() {
                        item(entry, after: index > 0 ? entries[index - 1].at : nil)
                    }
                }
            }
        }
    }

    private func item(_ entry: Entry, after previous: Timestamp?) -> HTML {
        li(.class("timeline-item timeline-\(entry.tone.rawValue)")) {
            div(.class("timeline-head")) {
                strong(entry.title)
                span(entry.actor, .class("timeline-actor"))
            }
            p(.class("timeline-when")) {
                Moment(entry.at)
                if let previous {
                    span("距上一步 \(Format.duration(from: previous, to: entry.at))", .class("timeline-took"))
                }
            }
            if let note = entry.note, !note.isEmpty { blockquote(.class("timeline-note")) { note } }
            entry.details
        }
    }
}
