/// Where a subject stands on its way: the states behind it, the one it is in, those ahead.
public struct Steps: Component, Sendable {
    public struct Step: Sendable {
        public enum State: String, Sendable { case done, current, ahead, failed }

        public var title: String
        public var state: State
        /// A date or a name.
        public var note: String?

        public init(_ title: String, _ state: State, note: String? = nil) {
            self.title = title
            self.state = state
            self.note = note
        }
    }

    public var steps: [Step]

    public init(_ steps: [Step]) { self.steps = steps }

    /// From the titles of all states in order and the index of the current one; beyond the last, all are done.
    public init(_ titles: [String], current: Int) {
        steps = titles.enumerated().map { index, title in
            Step(title, index < current ? .done : index == current ? .current : .ahead)
        }
    }

    public var html: HTML {
        ol(.class("steps"), .ariaLabel("办理进度")) {
            for (index, step) in steps.enumerated() {
                li(
                    .class("step step-\(step.state.rawValue)"),
                    step.state == .current ? Attribute("aria-current", "step") : .none
                ) {
                    span(mark(step, index + 1), .class("step-mark"), .ariaHidden)
                    span(.class("step-title")) {
                        step.title
                        span(word(step), .class("hidden"))
                    }
                    if let note = step.note { span(note, .class("step-note")) }
                }
            }
        }
    }

    private func mark(_ step: Step, _ number: Int) -> String {
        switch step.state {
        case .done: "✓"
        case .failed: "✕"
        case .current, .ahead: String(number)
        }
    }

    private func word(_ step: Step) -> String {
        switch step.state {
        case .done: "（已完成）"
        case .current: "（进行中）"
        case .ahead: "（未开始）"
        case .failed: "（未通过）"
        }
    }
}

/// Pages of one subject beside each other; links, so that they work without scripts and have addresses.
public struct Subnav: Component, Sendable {
    public var items: [NavigationItem]
    public var path: String
    public var title: String

    /// - Parameter path: the page's own path, which marks the current item.
    public init(_ items: [NavigationItem], path: String, title: String = "本页目录") {
        self.items = items
        self.path = path
        self.title = title
    }

    public var html: HTML {
        nav(.class("subnav"), .ariaLabel(title)) {
            ul { for item in items { li { a(item.title, href: item.path, item.path == path ? .currentPage : .none) } } }
        }
    }
}

/// Something longer, closed until asked for.
public struct Disclosure: Component, Sendable {
    public var title: String
    public var isOpen: Bool
    public var content: HTML

    public init(_ title: String, isOpen: Bool = false, @HTMLBuilder content: () -> HTML) {
        self.title = title
        self.isOpen = isOpen
        self.content = content()
    }

    public var html: HTML {
        details(.class("disclosure"), Attribute("open", when: isOpen)) {
            summary(title)
            div(.class("disclosure-body")) { content }
        }
    }
}

/// A piece of a page on its own ground.
public struct Panel: Component, Sendable {
    public var title: String?
    public var content: HTML

    public init(_ title: String? = nil, @HTMLBuilder content: () -> HTML) {
        self.title = title
        self.content = content()
    }

    public var html: HTML {
        section(.class("panel")) {
            if let title { h2(title) }
            content
        }
    }
}

/// Two columns where there is room: the main matter, and what accompanies it.
public struct Columns: Component, Sendable {
    public var main: HTML
    public var side: HTML

    public init(@HTMLBuilder main: () -> HTML, @HTMLBuilder side: () -> HTML) {
        self.main = main()
        self.side = side()
    }

    public var html: HTML {
        div(.class("columns")) {
            div(.class("column-main")) { main }
            div(.class("column-side")) { side }
        }
    }
}

/// How far a long piece of work has come.
public struct Progress: Component, Sendable {
    public var title: String
    public var done: Int
    public var total: Int

    public init(_ title: String, done: Int, of total: Int) {
        self.title = title
        self.done = done
        self.total = total
    }

    public var html: HTML {
        div(.class("progress")) {
            p {
                title
                span(" \(Format.share(done, of: total))", .class("muted"))
            }
            Meter(share: total > 0 ? Double(done) / Double(total) : 0)
        }
    }
}
