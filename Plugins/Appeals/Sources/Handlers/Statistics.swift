import AppealsContracts
import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    /// Below so many, a figure by group could point at a person (D57): the public sees “<5”.
    static let smallest = 5
    /// Days; a shorter public period would show single matters.
    static let shortestPublic = 28

    /// Counts the period's matters; a common problem is none of its own but in its own figure.
    func statistics(_ query: GetColumnStatistics, _ snapshot: Snapshot) throws -> ColumnStatistics {
        let until = query.until ?? snapshot.now.day
        let from = query.from ?? until - 89
        guard from <= until else {
            throw AppealsRefusal.invalid([
                .init(field: "from", value: from.description, message: "开始日期晚于结束日期 \(until)。请调换。")
            ])
        }
        let isPublic = snapshot.actor.kind != .system && !Appeals.desk.allows(snapshot.actor)
        if isPublic, until - from < Self.shortestPublic - 1 {
            throw AppealsRefusal.invalid([
                .init(
                    field: "from", value: from.description,
                    message:
                        "公开统计的时间段至少 \(Self.shortestPublic) 天，以免显出个别提交人。请把开始日期改为 \(until - (Self.shortestPublic - 1)) 或更早。"
                )
            ])
        }
        func shown(_ counts: [ColumnStatistics.Count]) -> [ColumnStatistics.Count] {
            isPublic ? Self.suppressed(counts) : counts
        }
        var states: [CaseState: Int] = [:]
        var kinds: [CaseKind: Int] = [:]
        var categories: [String: Int] = [:]
        var places: [RegionCode: Int] = [:]
        try snapshot.each(
            """
            SELECT state, kind, substr(category, 1, 2), region, count(*) FROM appeal WHERE is_common = 0 AND submitted_on BETWEEN ? AND ?
            GROUP BY 1, 2, 3, 4
            """, binding: [from, until]
        ) { row in
            let count: Int = try row.get(4)
            states[try row.get(0), default: 0] += count
            kinds[try row.get(1), default: 0] += count
            categories[try row.get(2), default: 0] += count
            places[try row.get(3), default: 0] += count
            return true
        }
        let submitted = states.values.reduce(0, +)
        let common: (Int, Int) =
            try snapshot.first(
                """
                SELECT count(*), coalesce(sum((SELECT count(*) FROM appeal m WHERE m.merged_into = o.id)), 0) FROM appeal o
                WHERE is_common = 1 AND submitted_on BETWEEN ? AND ?
                """, from, until
            ) { (try $0.get(0), try $0.get(1)) } ?? (0, 0)
        let told: Int =
            try snapshot.value(
                "SELECT count(*) FROM appeal o WHERE is_common = 0 AND submitted_on BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM notice n WHERE n.appeal = o.id)",
                from,
                until) ?? 0
        let rated: (Int, Int) =
            try snapshot.first(
                "SELECT total(satisfied), count(satisfied) FROM appeal WHERE is_common = 0 AND submitted_on BETWEEN ? AND ?",
                from, until
            ) { (Int(try $0.get(0, as: Double.self)), try $0.get(1)) } ?? (0, 0)
        let parts = try Self.clocks.punctuality(of: "handle", from: from.start, until: until.end, in: snapshot)
        return ColumnStatistics(
            from: from, until: until, submitted: submitted, commonProblems: common.0, supporters: common.1,
            shares: [
                .init("告知率", told, of: submitted, rule: "分子：期内提交、已向提交人告知答复或进展的；分母：期内提交的。"),
                .init("部门按期答复率", parts.inTime, of: parts.all, rule: "分子：期内结束办理且不晚于期限的部门件；分母：期内结束办理的部门件（含转交）。"),
                .init("满意率", rated.0, of: rated.1, rule: "分子：期内提交、评为满意的；分母：期内提交、有评价的。未评价的不计入。"),
            ],
            byState: shown(
                CaseState.allCases.compactMap { state in
                    states[state].map { .init(code: state.rawValue, title: state.title, count: $0) }
                }),
            byKind: shown(
                CaseKind.allCases.compactMap { kind in
                    kinds[kind].map { .init(code: kind.rawValue, title: kind.title, count: $0) }
                }),
            byCategory: shown(
                categories.map { .init(code: $0.key, title: categoryTitle($0.key), count: $0.value) }.sorted {
                    ($1.count, $0.code) < ($0.count, $1.code)
                }),
            byRegion: shown(
                places.sorted { $0.key < $1.key }.map {
                    .init(code: $0.key.description, title: title(of: $0.key), count: $0.value)
                }))
    }

    /// The figures without the small ones. One alone could be worked out from the total: then the next one is told by a bound too.
    static func suppressed(_ counts: [ColumnStatistics.Count]) -> [ColumnStatistics.Count] {
        var found = counts.map { one in
            one.count < smallest
                ? ColumnStatistics.Count(code: one.code, title: one.title, count: 0, fewerThan: smallest) : one
        }
        let open = found.indices.filter { found[$0].fewerThan == nil }
        if found.count - open.count == 1, let next = open.min(by: { found[$0].count < found[$1].count }) {
            found[next].fewerThan = (found[next].count / 10 + 1) * 10
            found[next].count = 0
        }
        return found
    }
}
