/// The divisions of the country by GB/T 2260, with the days their codes are valid.
///
/// Data keep the code valid on their own date, so every question takes a day; without one it means the divisions of today's
/// table. Finding a region costs a binary search, its children another one.
///
/// Members: `region(_:)`, `region(_:on:)`, `children`, `descendants`, `ancestors`, `path`, `successors`, `regions(named:)`.
public struct RegionTable: Sendable {
    /// By code, then by `from`.
    private let rows: [Region]
    /// The rows' codes side by side, for searches that touch no row.
    private let numbers: [Int32]
    /// Indexes into `rows`, by parent; the rows of one parent stand by code.
    private let byParent: [Int32]

    public init(_ regions: [Region]) {
        let isSorted = zip(regions, regions.dropFirst()).allSatisfy { Self.precedes($0, $1) }
        rows = isSorted ? regions : regions.sorted(by: Self.precedes)
        numbers = rows.map(\.code.number)
        let parents = rows.map { $0.parent?.number ?? 0 }
        byParent = rows.indices.map { Int32($0) }.sorted { (parents[Int($0)], $0) < (parents[Int($1)], $1) }
    }

    private static func precedes(_ left: Region, _ right: Region) -> Bool {
        (left.code.number, left.from?.number ?? .min) < (right.code.number, right.from?.number ?? .min)
    }

    public var count: Int { rows.count }

    /// The region a code names, in its latest form: abolished codes are found too.
    public func region(_ code: RegionCode) -> Region? {
        lastIndex(of: code).map { rows[$0] }
    }

    /// The region a code names on a day; `nil` when the code was not valid then.
    public func region(_ code: RegionCode, on day: Day) -> Region? {
        var index = firstIndex { $0 >= code.number }
        while index < rows.count, numbers[index] == code.number {
            if rows[index].isValid(on: day) { return rows[index] }
            index += 1
        }
        return nil
    }

    /// The regions directly below a code on a day, by code.
    public func children(of code: RegionCode, on day: Day = .last) -> [Region] { below(code.number, on: day) }

    /// The provinces, by code.
    public func provinces(on day: Day = .last) -> [Region] { below(0, on: day) }

    /// All regions below a code on a day, each before its own children; only those of one tier when one is named.
    public func descendants(of code: RegionCode, on day: Day = .last, tier: Region.Tier? = nil) -> [Region] {
        var found: [Region] = []
        for child in children(of: code, on: day) {
            if tier == nil || child.tier == tier { found.append(child) }
            if child.tier < (tier ?? .county) || tier == nil {
                found += descendants(of: child.code, on: day, tier: tier)
            }
        }
        return found
    }

    /// The regions above a code, the nearest first; found for abolished codes too.
    public func ancestors(of code: RegionCode) -> [Region] {
        var found: [Region] = []
        var next = region(code)?.parent
        while let parent = next.flatMap({ region($0) }), found.count < 4 {
            found.append(parent)
            next = parent.parent
        }
        return found
    }

    /// Names from the province down: `湖南省长沙市岳麓区`; the digits for a code the table does not know.
    public func path(of code: RegionCode) -> String {
        guard let region = region(code) else { return code.description }
        return ancestors(of: code).reversed().map(\.name).joined() + region.name
    }

    /// Whether a region is another one or lies below it, by the table's parents (and the code's structure if it is unknown).
    public func isRegion(_ inner: RegionCode, within outer: RegionCode) -> Bool {
        inner == outer || region(inner) == nil && outer.contains(inner)
            || ancestors(of: inner).contains { $0.code == outer }
    }

    /// The codes valid on a day for what a code once named: the code itself, or its successors, theirs, and so on.
    /// Empty when it has none that day.
    public func successors(of code: RegionCode, on day: Day = .last) -> [RegionCode] {
        var open = [code]
        var seen: Set<RegionCode> = []
        var found: Set<RegionCode> = []
        while let next = open.popLast() {
            if !seen.insert(next).inserted { continue }
            if region(next, on: day) != nil { found.insert(next) } else { open += region(next)?.successors ?? [] }
        }
        return found.sorted()
    }

    /// Regions with this full or short name on a day, below one region if one is given; for the import of lists.
    public func regions(named name: String, within outer: RegionCode? = nil, on day: Day = .last) -> [Region] {
        let candidates = outer.map { descendants(of: $0, on: day) } ?? rows.filter { $0.isValid(on: day) }
        let exact = candidates.filter { $0.name == name }
        return exact.isEmpty ? candidates.filter { $0.shortName == name } : exact
    }

    /// Every row of the table, by code, abolished ones included.
    public var all: [Region] { rows }

    private func below(_ parent: Int32, on day: Day) -> [Region] {
        var low = 0
        var high = byParent.count
        while low < high {
            let middle = (low + high) / 2
            if (rows[Int(byParent[middle])].parent?.number ?? 0) < parent { low = middle + 1 } else { high = middle }
        }
        var found: [Region] = []
        while low < byParent.count, (rows[Int(byParent[low])].parent?.number ?? 0) == parent {
            let row = rows[Int(byParent[low])]
            if row.isValid(on: day) { found.append(row) }
            low += 1
        }
        return found
    }

    /// Whether the table has a code, abolished ones included.
    public func knows(_ code: RegionCode) -> Bool { lastIndex(of: code) != nil }

    private func lastIndex(of code: RegionCode) -> Int? {
        let index = firstIndex { $0 > code.number } - 1
        return index >= 0 && numbers[index] == code.number ? index : nil
    }

    private func firstIndex(where isBehind: (Int32) -> Bool) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(numbers[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
