public import Vocabulary

/// Names and values of one thing: the facts of a node, an order, a case.
public struct FactList: Component, Sendable {
    public var facts: [Fact]

    public init(_ facts: [Fact]) { self.facts = facts }

    public var html: HTML {
        dl(.class("facts")) {
            for fact in facts {
                div(.class("fact")) {
                    dt(fact.name)
                    dd { fact.value }
                }
            }
        }
    }
}

/// One name and its value; an empty value is written as a dash.
public struct Fact: Sendable {
    public var name: String
    public var value: HTML

    public init(_ name: String, _ text: String?) {
        self.name = name
        value = text.flatMap { $0.isEmpty ? nil : HTML(text: $0) } ?? .missing
    }

    public init(_ name: String, @HTMLBuilder value: () -> HTML) {
        self.name = name
        let value = value()
        self.value = value.isEmpty ? .missing : value
    }

    /// A civil date, `2026年3月1日`.
    public init(_ name: String, on day: Day?) {
        self.name = name
        value = day.map { time(Format.date($0), .datetime($0.description), .class("moment")) } ?? .missing
    }

    /// A moment, `2026年3月1日 14:05`; with `now` also how long ago or ahead.
    public init(_ name: String, at moment: Timestamp?, now: Timestamp? = nil) {
        self.name = name
        value = moment.map { Moment($0, now: now).html } ?? .missing
    }
}

extension HTML {
    /// Stands where there is no value.
    static let missing = span(.class("missing")) {
        span("—", .ariaHidden)
        span("未填", .class("hidden"))
    }
}

/// A moment in text, readable by machines too; relative only beside the absolute.
public struct Moment: Component, Sendable {
    public var moment: Timestamp
    public var now: Timestamp?
    public var showsTime: Bool

    public init(_ moment: Timestamp, now: Timestamp? = nil, showsTime: Bool = true) {
        self.moment = moment
        self.now = now
        self.showsTime = showsTime
    }

    public var html: HTML {
        HTML {
            time(
                showsTime ? Format.dateTime(moment) : Format.date(moment),
                .datetime(Format.machine(moment)), .class("moment"))
            if let now { small("（\(Format.relative(moment, now: now))）", .class("relative")) }
        }
    }
}

/// What stands under the title of a subject's page: its state, the next step, and what may be done now.
///
/// The shell writes the `h1` from the page's title; this goes into `Page.header`.
public struct PageHeader: Sendable {
    /// A line above the title: number of the case, kind of the thing.
    public var caption: String?
    public var state: StateBadge?
    /// One or two sentences below the title.
    public var lead: String?
    /// Who does what next, and until when.
    public var nextStep: HTML?
    public var actions: HTML?

    public init(
        caption: String? = nil, state: StateBadge? = nil, lead: String? = nil, nextStep: String? = nil,
        @HTMLBuilder actions: () -> HTML = { HTML() }
    ) {
        self.caption = caption
        self.state = state
        self.lead = lead
        self.nextStep = nextStep.map { HTML(text: $0) }
        let actions = actions()
        self.actions = actions.isEmpty ? nil : actions
    }
}
