/// The network's reference data: divisions, industries, size rules, holidays, chains and categories, read once at start.
///
/// One value is shared by all sites and plug-ins of a host; it is immutable. The source is `Configs/reference/*.tsv`.
public struct ReferenceData: Sendable {
    /// Divisions by GB/T 2260, with the changes in Hunan since 2017.
    public let regions: RegionTable
    /// Industries by GB/T 4754-2017.
    public let industries: IndustryTable
    /// Rules that sort enterprises by size, each with the days it holds.
    public let sizes: SizeRules
    /// The State Council's yearly notices.
    public let holidays: HolidayTable
    /// The 20 industrial chains (产业链) of 2016; each says whether it is confirmed.
    public let chains: [IndustrialChain]
    /// Categories of services (服务类别), in the order shown to people.
    public let serviceCategories: [ServiceCategory]

    public init(
        regions: RegionTable, industries: IndustryTable, sizes: SizeRules, holidays: HolidayTable,
        chains: [IndustrialChain], serviceCategories: [ServiceCategory]
    ) {
        self.regions = regions
        self.industries = industries
        self.sizes = sizes
        self.holidays = holidays
        self.chains = chains
        self.serviceCategories = serviceCategories
    }

    /// Tables without a row, for tests of what needs no reference data.
    public static let empty = ReferenceData(
        regions: RegionTable([]), industries: IndustryTable([]), sizes: SizeRules([]), holidays: HolidayTable(),
        chains: [], serviceCategories: [])

    /// The calendar of public offices: make-up weekends are working days.
    public var stateCalendar: WorkCalendar { WorkCalendar(holidays: holidays) }

    /// The calendar of banks: days off are the same, make-up weekends stay free.
    public var bankCalendar: WorkCalendar { WorkCalendar(name: "银行", holidays: holidays, worksMakeUpDays: false) }

    /// Reads all tables of a folder; lists every fault of every file when there is one.
    /// - Parameter folder: the folder `reference` itself.
    public static func load(from folder: String) throws(LoadingFailure) -> ReferenceData {
        var problems: [Problem] = []
        let data = ReferenceData(
            regions: RegionTable(folder: folder, problems: &problems),
            industries: IndustryTable(folder: folder, problems: &problems),
            sizes: SizeRules(folder: folder, problems: &problems),
            holidays: HolidayTable(folder: folder, problems: &problems),
            chains: IndustrialChain.load(folder: folder, problems: &problems),
            serviceCategories: ServiceCategory.load(folder: folder, problems: &problems))
        for (code, group) in data.industries.unknownGroups(in: data.sizes) {
            problems.append(
                .init(
                    file: IndustryTable.file, line: 0, rule: "industry \(code) names the unknown size group '\(group)'")
            )
        }
        if !problems.isEmpty { throw LoadingFailure(folder: folder, problems: problems) }
        return data
    }

    /// A fault of a file: which line, and the rule it breaks. Line 0 stands for the whole file.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public let file: String
        public let line: Int
        public let rule: String

        public var description: String { line == 0 ? "\(file): \(rule)" : "\(file):\(line): \(rule)" }
    }

    /// All faults found in a folder of reference data.
    public struct LoadingFailure: Error, Sendable, CustomStringConvertible {
        public let folder: String
        public let problems: [Problem]

        public var description: String {
            let shown = problems.prefix(20).map { "  \($0)" }.joined(separator: "\n")
            let rest = problems.count > 20 ? "\n  … and \(problems.count - 20) more" : ""
            return "Reference data in \(folder) cannot be used:\n\(shown)\(rest)\n"
                + "Restore the files from the release, or point SHUNIU_CONFIGS at the folder Configs."
        }
    }
}

/// One of the province's industrial chains (产业链).
public struct IndustrialChain: Hashable, Sendable {
    /// 1…20, the published order.
    public let order: Int
    public let name: String
    /// Whether the name was compared with a published list; show the unconfirmed ones as examples.
    public let isConfirmed: Bool

    static func load(folder: String, problems: inout [ReferenceData.Problem]) -> [IndustrialChain] {
        var table = ReferenceTable(
            folder: folder, file: "industrial-chains.tsv", columns: ["order", "name", "confirmed"])
        defer { problems += table.problems }
        return (0..<table.count).compactMap { row in
            guard let order = table.value(row, 0, "a number", { Int($0) }), let name = table.required(row, 1),
                let isConfirmed = table.value(row, 2, "yes or no", Bool.init(yesOrNo:))
            else { return nil }
            return IndustrialChain(order: order, name: name, isConfirmed: isConfirmed)
        }
    }
}

/// A category of services (服务类别) under which agencies publish and enterprises ask.
public struct ServiceCategory: Hashable, Sendable {
    /// Stable lower-case identifier, such as `finance`.
    public let id: String
    /// The Chinese name shown to people.
    public let name: String

    static func load(folder: String, problems: inout [ReferenceData.Problem]) -> [ServiceCategory] {
        var table = ReferenceTable(folder: folder, file: "service-categories.tsv", columns: ["id", "name"])
        defer { problems += table.problems }
        return (0..<table.count).compactMap { row in
            guard let id = table.required(row, 0), let name = table.required(row, 1) else { return nil }
            return ServiceCategory(id: id, name: name)
        }
    }
}

extension Bool {
    init?(yesOrNo text: String) {
        switch text {
        case "yes": self = true
        case "no": self = false
        default: return nil
        }
    }
}
