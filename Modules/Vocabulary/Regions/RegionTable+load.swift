extension RegionTable {
    static let nationalFile = "regions-china.tsv"
    static let provincialFile = "regions-hunan.tsv"

    init(folder: String, problems: inout [ReferenceData.Problem]) {
        var regions: [Region] = []
        regions.reserveCapacity(3400)
        Self.readNational(folder, into: &regions, problems: &problems)
        Self.readProvincial(folder, into: &regions, problems: &problems)
        self.init(regions)
        check(problems: &problems)
    }

    private static func readNational(
        _ folder: String, into regions: inout [Region], problems: inout [ReferenceData.Problem]
    ) {
        var table = ReferenceTable(folder: folder, file: nationalFile, columns: ["code", "name", "parent", "tier"])
        for row in 0..<table.count {
            guard let code = table.value(row, 0, "a region code", RegionCode.init), let name = table.required(row, 1),
                let parent = table.optional(row, 2, "a region code", RegionCode.init),
                let tier = table.value(row, 3, "province, city or county", Region.Tier.init(rawValue:))
            else { continue }
            regions.append(Region(code: code, name: name, tier: tier, parent: parent))
        }
        problems += table.problems
    }

    private static func readProvincial(
        _ folder: String, into regions: inout [Region], problems: inout [ReferenceData.Problem]
    ) {
        var table = ReferenceTable(
            folder: folder, file: provincialFile,
            columns: [
                "code", "name", "short", "parent", "tier", "kind", "pinyin", "initials", "longitude", "latitude",
                "area",
                "digits", "from", "until", "exact", "successors",
            ])
        for row in 0..<table.count {
            guard let code = table.value(row, 0, "a region code", RegionCode.init), let name = table.required(row, 1),
                let short = table.required(row, 2),
                let parent = table.optional(row, 3, "a region code", RegionCode.init),
                let tier = table.value(row, 4, "province, city or county", Region.Tier.init(rawValue:)),
                let longitude = table.optional(row, 8, "a number of degrees", { Double($0) }),
                let latitude = table.optional(row, 9, "a number of degrees", { Double($0) }),
                let digits = table.optional(row, 11, "a number", { Int($0) }),
                let from = table.optional(row, 12, "a date", Day.init),
                let until = table.optional(row, 13, "a date", Day.init),
                let isExact = table.optional(row, 14, "yes or no", Bool.init(yesOrNo:))
            else { continue }
            let successors = table.text(row, 15).split(separator: " ").compactMap { RegionCode(String($0)) }
            if until != nil, successors.isEmpty { table.complain(row, "a code with 'until' must name its successors") }
            regions.append(
                Region(
                    code: code, name: name, shortName: short, tier: tier, kind: table.text(row, 5), parent: parent,
                    pinyin: table.text(row, 6), initials: table.text(row, 7), longitude: longitude, latitude: latitude,
                    areaCode: table.isEmpty(row, 10) ? nil : table.text(row, 10), localDigits: digits, from: from,
                    until: until, hasExactDays: isExact ?? true, successors: successors))
        }
        problems += table.problems
    }

    /// What no single line can tell: parents and successors exist, no code is valid twice on one day.
    private func check(problems: inout [ReferenceData.Problem]) {
        func complain(_ region: Region, _ rule: String) {
            let file = region.kind == nil ? Self.nationalFile : Self.provincialFile
            problems.append(.init(file: file, line: 0, rule: "\(region.code) \(region.name): \(rule)"))
        }
        var previous: Region?
        for region in all {
            if let parent = region.parent {
                if !knows(parent) { complain(region, "its parent \(parent) is missing") }
            } else if region.tier != .province {
                complain(region, "only a province has no parent")
            }
            for successor in region.successors where !knows(successor) {
                complain(region, "its successor \(successor) is missing")
            }
            if let previous, previous.code == region.code, previous.until.map({ $0 >= region.from ?? .first }) ?? true {
                complain(region, "is valid twice on one day")
            }
            previous = region
        }
    }
}
