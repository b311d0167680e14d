/// The lower bounds of the size classes for one group of industries (行业) in a rule.
public struct SizeGroup: Hashable, Sendable {
    /// The group of industries not listed (其他未列明行业), by which those outside the rule are sized for reference.
    public static let otherID = "other"

    /// Stable identifier, such as `industry`.
    public let id: String
    public let order: Int
    public let name: String
    /// Which codes of GB/T 4754 belong to it, in words.
    public let scope: String
    /// Inclusive lower bounds per indicator; persons and yuan.
    public let bounds: [Bounds]

    public struct Bounds: Hashable, Sendable {
        public let indicator: SizeIndicator
        public let small: Int64
        public let medium: Int64
        public let large: Int64

        /// The class this indicator alone would give.
        func size(of value: Int64) -> EnterpriseSize {
            value >= large ? .large : value >= medium ? .medium : value >= small ? .small : .micro
        }
    }

    /// The class of an enterprise of this group: the lowest of its indicators' own classes.
    ///
    /// The rule says "须同时满足所列指标的下限，否则下划一档", class by class; the minimum is the same thing said once.
    /// - Source: 工信部联企业〔2011〕300号, article 4 and 7
    public func verdict(for figures: EnterpriseFigures) -> SizeVerdict {
        var lowest = EnterpriseSize.large
        var missing: [SizeIndicator] = []
        for bound in bounds {
            if let value = figures[bound.indicator] {
                lowest = min(lowest, bound.size(of: value))
            } else {
                missing.append(bound.indicator)
            }
        }
        return missing.isEmpty ? .determined(lowest) : .undetermined(missing: missing, atMost: lowest)
    }
}

/// A published rule that sorts enterprises by size, and the days it is in force.
public struct SizeStandard: Sendable, Identifiable {
    public let id: String
    /// Such as 工信部联企业〔2011〕300号.
    public let document: String
    public let issuers: String
    public let from: Day
    public let until: Day?
    public let groups: [SizeGroup]

    public subscript(group id: String) -> SizeGroup? { groups.first { $0.id == id } }
}

/// All rules known, for the class of an enterprise on any day.
public struct SizeRules: Sendable {
    public let all: [SizeStandard]

    public init(_ standards: [SizeStandard]) { all = standards.sorted { $0.from < $1.from } }

    /// The rule in force on a day.
    public func standard(on day: Day) -> SizeStandard? {
        all.last { $0.from <= day && ($0.until.map { day <= $0 } ?? true) }
    }

    /// The class of an enterprise by its industry and figures, under the rule in force on a day.
    public func verdict(
        for code: IndustryCode, _ figures: EnterpriseFigures, in industries: IndustryTable, on day: Day = .last
    ) -> SizeVerdict {
        guard let standard = standard(on: day) else { return .noRule }
        guard let industry = industries[code] else { return .unknownIndustry(code) }
        switch industry.sizeBasis {
        case .finer: return .needsFinerIndustry(code)
        case .notCovered: return .notCovered(code)
        case .group(let id):
            guard let group = standard[group: id] else { return .notCovered(code) }
            return group.verdict(for: figures)
        }
    }
}

extension SizeRules {
    init(folder: String, problems: inout [ReferenceData.Problem]) {
        var groups = ReferenceTable(
            folder: folder, file: "size-groups.tsv",
            columns: ["standard", "group", "order", "name", "scope"]
                + SizeIndicator.allCases.flatMap { ["\($0)-small", "\($0)-medium", "\($0)-large"] })
        var byStandard: [String: [SizeGroup]] = [:]
        for row in 0..<groups.count {
            guard let standard = groups.required(row, 0), let id = groups.required(row, 1),
                let order = groups.value(row, 2, "a number", { Int($0) }), let name = groups.required(row, 3)
            else { continue }
            let bounds = Self.bounds(row, &groups)
            if bounds.isEmpty { groups.complain(row, "group \(id) has no indicator") }
            byStandard[standard, default: []].append(
                SizeGroup(id: id, order: order, name: name, scope: groups.text(row, 4), bounds: bounds))
        }
        problems += groups.problems

        var table = ReferenceTable(
            folder: folder, file: "size-standards.tsv", columns: ["standard", "document", "issuers", "from", "until"])
        var standards: [SizeStandard] = []
        for row in 0..<table.count {
            guard let id = table.required(row, 0), let document = table.required(row, 1),
                let from = table.value(row, 3, "a date", Day.init),
                let until = table.optional(row, 4, "a date", Day.init)
            else { continue }
            guard let own = byStandard.removeValue(forKey: id) else {
                table.complain(row, "size-groups.tsv has no group of '\(id)'")
                continue
            }
            standards.append(
                SizeStandard(
                    id: id, document: document, issuers: table.text(row, 2), from: from, until: until, groups: own))
        }
        problems += table.problems
        for id in byStandard.keys.sorted() {
            problems.append(.init(file: "size-groups.tsv", line: 0, rule: "size-standards.tsv does not name '\(id)'"))
        }
        self.init(standards)
    }

    private static func bounds(_ row: Int, _ table: inout ReferenceTable) -> [SizeGroup.Bounds] {
        var bounds: [SizeGroup.Bounds] = []
        for (index, indicator) in SizeIndicator.allCases.enumerated() {
            let column = 5 + index * 3
            if (column..<column + 3).allSatisfy({ table.isEmpty(row, $0) }) { continue }
            guard let small = table.value(row, column, "a whole number", { Int64($0) }),
                let medium = table.value(row, column + 1, "a whole number", { Int64($0) }),
                let large = table.value(row, column + 2, "a whole number", { Int64($0) })
            else { continue }
            if !(small < medium && medium < large) { table.complain(row, "bounds of \(indicator) must rise") }
            bounds.append(.init(indicator: indicator, small: small, medium: medium, large: large))
        }
        return bounds
    }
}
