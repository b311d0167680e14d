/// An industry of GB/T 4754-2017.
public struct Industry: Hashable, Sendable {
    public let code: IndustryCode
    public let name: String
    /// The code one level above; `nil` for a section.
    public let parent: IndustryCode?
    public let sizeBasis: SizeBasis

    /// How 工信部联企业〔2011〕300号 sizes an industry.
    public enum SizeBasis: Hashable, Sendable {
        /// By the group with this id.
        case group(String)
        /// The levels below belong to different groups: ask for a longer code.
        case finer
        /// Outside the rule (its article 6: sized by reference to it), such as finance, education, health.
        case notCovered
    }

    public init(code: IndustryCode, name: String, parent: IndustryCode?, sizeBasis: SizeBasis) {
        self.code = code
        self.name = name
        self.parent = parent
        self.sizeBasis = sizeBasis
    }
}

/// All industries of GB/T 4754-2017: 20 sections, 97 divisions, 473 groups, 1381 classes.
public struct IndustryTable: Sendable {
    static let file = "industries.tsv"
    private let rows: [Industry]

    public init(_ industries: [Industry]) { rows = industries.sorted { $0.code < $1.code } }

    init(folder: String, problems: inout [ReferenceData.Problem]) {
        var table = ReferenceTable(
            folder: folder, file: Self.file, columns: ["code", "name", "parent", "level", "group"])
        var industries: [Industry] = []
        industries.reserveCapacity(table.count)
        for row in 0..<table.count {
            guard let code = table.value(row, 0, "an industry code", IndustryCode.init),
                let name = table.required(row, 1),
                let parent = table.optional(row, 2, "an industry code", IndustryCode.init)
            else { continue }
            if (parent == nil) != (code.level == .section) {
                table.complain(row, "every code but a section must have a parent")
            }
            if let parent, !code.lies(below: parent) {
                table.complain(row, "parent \(parent) must be the beginning of \(code)")
            }
            if table.text(row, 3) != "\(code.level)" { table.complain(row, "level of \(code) must be \(code.level)") }
            let group = table.text(row, 4)
            let basis: Industry.SizeBasis = group.isEmpty ? .notCovered : group == "mixed" ? .finer : .group(group)
            industries.append(Industry(code: code, name: name, parent: parent, sizeBasis: basis))
        }
        problems += table.problems
        self.init(industries)
        for industry in rows {
            if let parent = industry.parent, self[parent] == nil {
                problems.append(
                    .init(file: Self.file, line: 0, rule: "the parent \(parent) of \(industry.code) is missing"))
            }
        }
        for (left, right) in zip(rows, rows.dropFirst()) where left.code == right.code {
            problems.append(.init(file: Self.file, line: 0, rule: "\(left.code) stands twice"))
        }
    }

    public var count: Int { rows.count }
    /// Every row, sections first, then by digits.
    public var all: [Industry] { rows }

    /// The industry with a code; `nil` when the standard has none.
    public subscript(code: IndustryCode) -> Industry? {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].code < code { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low].code == code ? rows[low] : nil
    }

    /// The industry a person typed: with spaces, in full width, or with the section's letter before the digits (`C3511`),
    /// which must then be the right one.
    public func industry(typed text: String) -> Industry? {
        let folded = FoldedText(text, separators: .dropped)
        guard (1...5).contains(folded.count) else { return nil }
        let plain = folded.text()
        if let code = IndustryCode(plain) { return self[code] }
        guard let letter = IndustryCode(String(plain.prefix(1))), letter.level == .section,
            let code = IndustryCode(String(plain.dropFirst())), section(of: code)?.code == letter
        else { return nil }
        return self[code]
    }

    /// The sections, or the codes directly below one.
    public func children(of parent: IndustryCode?) -> [Industry] { rows.filter { $0.parent == parent } }

    /// The industries above a code, the nearest first.
    public func ancestors(of code: IndustryCode) -> [Industry] {
        var found: [Industry] = []
        var next = self[code]?.parent
        while let industry = next.flatMap({ self[$0] }), found.count < 4 {
            found.append(industry)
            next = industry.parent
        }
        return found
    }

    /// The section a code lies in; the code's own row for a section.
    public func section(of code: IndustryCode) -> Industry? {
        code.level == .section ? self[code] : ancestors(of: code).last
    }

    func unknownGroups(in rules: SizeRules) -> [(IndustryCode, String)] {
        let known = Set(rules.all.flatMap { $0.groups.map(\.id) })
        return rows.compactMap { industry in
            guard case .group(let id) = industry.sizeBasis, !known.contains(id) else { return nil }
            return (industry.code, id)
        }
    }
}
