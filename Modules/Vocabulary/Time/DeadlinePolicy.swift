/// Limits as data: which step of which matter may take how long. A rule that leaves out category, urgency or node holds for all of them.
///
/// Of the rules that fit, the one that names most wins; among equals the longer category, then the later one. The hub's policy is the
/// ceiling: a node's own rules may only shorten (`problems(under:)`), and what a node leaves out follows the hub.
/// - Source: 国办发〔2020〕53号 (受理、即时转办、限时办理 to be defined by each place); GB/T 33358-2016. No national time table exists,
///   so every default is a proposal.
public struct DeadlinePolicy: Hashable, Sendable, Codable {
    public struct Rule: Hashable, Sendable, Codable {
        /// What is being done: `accept`, `handle`, `answer`; permanent names of the plug-in.
        public var step: String
        /// A category code and everything below it, `02` also `0203`.
        public var category: String?
        public var urgency: String?
        /// A node by its region code or identifier.
        public var node: String?
        public var limit: TimeLimit
        public var extending: ExtensionRule?
        /// How often it may be paused; absent: twice.
        public var pauses: Int?
        public var reminders: ReminderRule?

        public init(
            step: String, category: String? = nil, urgency: String? = nil, node: String? = nil, limit: TimeLimit,
            extending: ExtensionRule? = nil, pauses: Int? = nil, reminders: ReminderRule? = nil
        ) {
            self.step = step
            self.category = category
            self.urgency = urgency
            self.node = node
            self.limit = limit
            self.extending = extending
            self.pauses = pauses
            self.reminders = reminders
        }

        fileprivate func fits(_ matter: Matter) -> Bool {
            step == matter.step && (category.map { matter.category.hasPrefix($0) } ?? true) && (urgency.map { $0 == matter.urgency } ?? true)
                && (node.map { $0 == matter.node } ?? true)
        }

        /// Greater is more particular.
        fileprivate var weight: (Int, Int) {
            ([category, urgency, node].count { $0 != nil }, category?.utf8.count ?? 0)
        }
    }

    /// What a limit is looked up for.
    public struct Matter: Hashable, Sendable {
        public var step: String
        public var category: String
        public var urgency: String
        public var node: String

        public init(step: String, category: String = "", urgency: String = "", node: String = "") {
            self.step = step
            self.category = category
            self.urgency = urgency
            self.node = node
        }
    }

    public var rules: [Rule]

    public init(_ rules: [Rule]) { self.rules = rules }

    public init(from decoder: any Decoder) throws { rules = try decoder.singleValueContainer().decode([Rule].self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rules)
    }

    /// The rule for a matter; `nil` when the policy says nothing of its step.
    public func rule(for matter: Matter) -> Rule? {
        var best: Rule?
        for rule in rules where rule.fits(matter) {
            if let known = best, rule.weight < known.weight { continue }
            best = rule
        }
        return best
    }

    /// The rule for a matter under a ceiling: the own one where it is no longer, otherwise the ceiling's.
    public func rule(for matter: Matter, under ceiling: DeadlinePolicy) -> Rule? {
        guard let highest = ceiling.rule(for: matter) else { return rule(for: matter) }
        guard var own = rule(for: matter), own.limit.endsNoLater(than: highest.limit) else { return highest }
        own.reminders = own.reminders ?? highest.reminders
        own.pauses = min(own.pauses ?? highest.pauses ?? 2, highest.pauses ?? 2)
        let most = highest.extending ?? .none
        if let extending = own.extending, extending.times <= most.times, extending.longest.endsNoLater(than: most.longest) { return own }
        own.extending = most
        return own
    }

    /// A rule of this policy that is longer than its ceiling.
    public struct Excess: Hashable, Sendable {
        /// Counts from zero.
        public let rule: Int
        public let own: TimeLimit
        public let ceiling: TimeLimit

        public init(rule: Int, own: TimeLimit, ceiling: TimeLimit) {
            self.rule = rule
            self.own = own
            self.ceiling = ceiling
        }
    }

    /// Every rule that is longer than the most particular rule of the ceiling that covers all of its matters. Where the ceiling is more
    /// particular than the rule, `rule(for:under:)` puts the ceiling in its place.
    public func problems(under ceiling: DeadlinePolicy) -> [Excess] {
        rules.enumerated().compactMap { index, rule in
            guard let highest = ceiling.rules.filter({ $0.covers(rule) }).max(by: { $0.weight < $1.weight }),
                !rule.limit.endsNoLater(than: highest.limit)
            else { return nil }
            return Excess(rule: index, own: rule.limit, ceiling: highest.limit)
        }
    }
}

extension DeadlinePolicy.Rule {
    /// Whether every matter of the other rule is one of this one.
    fileprivate func covers(_ other: Self) -> Bool {
        step == other.step && (urgency == nil || urgency == other.urgency) && (node == nil || node == other.node)
            && (category == nil || other.category.map { own in category.map { own.hasPrefix($0) } ?? true } ?? false)
    }
}
