public import Vocabulary

/// What waits for a person: sorted by deadline, overdue in front, without a deadline last.
public struct TodoList: Component, Sendable {
    public struct Item: Sendable {
        public var title: String
        public var address: String
        /// What kind of work: 窗口申请·市级初审.
        public var kind: String
        public var deadline: Timestamp?
        public var note: String?

        public init(
            _ title: String, href address: String, kind: String, deadline: Timestamp? = nil, note: String? = nil
        ) {
            self.title = title
            self.address = address
            self.kind = kind
            self.deadline = deadline
            self.note = note
        }
    }

    public var items: [Item]
    public var now: Timestamp
    public var empty: EmptyState

    public init(
        _ items: [Item], now: Timestamp, empty: EmptyState = EmptyState("没有待办事项", hint: "需要您处理的事项会按期限先后列在这里。")
    ) {
        // Sorting by position too keeps equal deadlines in the order given.
        self.items = items.enumerated().sorted { left, right in
            let first = left.element.deadline?.milliseconds ?? .max
            let second = right.element.deadline?.milliseconds ?? .max
            return (first, left.offset) < (second, right.offset)
        }.map(\.element)
        self.now = now
        self.empty = empty
    }

    public var html: HTML {
        HTML {
            if items.isEmpty {
                empty
            } else {
                ol(.class("todos"), .role("list")) {
                    for item in items {
                        li(.class(isOverdue(item) ? "todo todo-overdue" : "todo")) {
                            div(.class("todo-main")) {
                                p(item.kind, .class("todo-kind"))
                                p(.class("todo-title")) { a(item.title, href: item.address) }
                                if let note = item.note { p(note, .class("muted")) }
                            }
                            div(.class("todo-due")) { due(item) }
                        }
                    }
                }
            }
        }
    }

    private func isOverdue(_ item: Item) -> Bool { item.deadline.map { $0 < now } ?? false }

    private func due(_ item: Item) -> HTML {
        guard let deadline = item.deadline else { return span("无期限", .class("muted")) }
        return HTML {
            Deadline(deadline, now: now)
            p(.class("muted")) {
                "期限 "
                Moment(deadline)
            }
        }
    }
}

/// How a deadline stands: 已逾期, 24 小时内到期, or the time that is left.
public struct Deadline: Component, Sendable {
    public var deadline: Timestamp
    public var now: Timestamp

    public init(_ deadline: Timestamp, now: Timestamp) {
        self.deadline = deadline
        self.now = now
    }

    public var html: HTML {
        let left = deadline.milliseconds &- now.milliseconds
        let length = Format.duration(milliseconds: left)
        if left < 0 { return StateBadge("已逾期 \(length)", .danger).html }
        return StateBadge("还剩 \(length)", left < 86_400_000 ? .warning : .info).html
    }
}
