/// What a sign means. Colour supports it; the words and a mark carry it.
public enum Tone: String, Sendable, CaseIterable {
    /// Nothing to say: drafts, closed things.
    case neutral
    /// In progress, for information.
    case info
    /// Reached, done, in order.
    case success
    /// Needs a look: near a deadline, returned.
    case warning
    /// Refused, overdue, broken.
    case danger

    /// The mark that says the same without colour.
    var mark: StaticString {
        switch self {
        case .neutral: "○"
        case .info: "●"
        case .success: "✓"
        case .warning: "!"
        case .danger: "✕"
        }
    }
}

/// A state in two or three words, for instance 待审核.
public struct StateBadge: Component, Sendable {
    public var text: String
    public var tone: Tone

    public init(_ text: String, _ tone: Tone = .neutral) {
        self.text = text
        self.tone = tone
    }

    public var html: HTML {
        span(.class("badge badge-\(tone.rawValue)")) {
            span(tone.mark.description, .class("badge-mark"), .ariaHidden)
            text
        }
    }
}

/// A message that stands on the page: information, success, warning or error.
public struct Notice: Component, Sendable {
    public var title: String?
    public var body: HTML
    public var tone: Tone

    public init(_ text: String, tone: Tone = .info, title: String? = nil) {
        self.title = title
        self.tone = tone
        body = p(text)
    }

    public init(title: String? = nil, tone: Tone = .info, @HTMLBuilder content: () -> HTML) {
        self.title = title
        self.tone = tone
        body = content()
    }

    public var html: HTML {
        div(
            .class("notice notice-\(tone.rawValue)"),
            .role(tone == .danger || tone == .warning ? "alert" : "status")
        ) {
            span(tone == .info || tone == .neutral ? "i" : tone.mark.description, .class("notice-mark"), .ariaHidden)
            div(.class("notice-body")) {
                if let title { p(title, .class("notice-title")) }
                body
            }
        }
    }
}

/// A link that looks like a button: for going somewhere. What changes something is a `Form`'s submit.
public struct ButtonLink: Component, Sendable {
    public enum Weight: String, Sendable { case primary, secondary, quiet, danger }

    public var title: String
    public var address: String
    public var weight: Weight

    /// Enter opens it at once; for one link of a page.
    public var takesFocus: Bool

    public init(_ title: String, href address: String, _ weight: Weight = .primary, takesFocus: Bool = false) {
        self.title = title
        self.address = address
        self.weight = weight
        self.takesFocus = takesFocus
    }

    public var html: HTML {
        a(
            title, href: address, .class("button button-\(weight.rawValue)"),
            takesFocus ? Attribute("autofocus", when: true) : .none)
    }
}

/// Buttons and links beside each other, the first the most important.
public struct Actions: Component, Sendable {
    public var content: HTML

    public init(@HTMLBuilder content: () -> HTML) { self.content = content() }

    public var html: HTML { div(.class("actions")) { content } }
}
