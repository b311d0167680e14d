import MarketContracts
import Messages
import Pages
import Vocabulary

/// How the market's values stand on a page.
extension AgencyState {
    var badge: StateBadge {
        let tone: Tone =
            switch self {
            case .approved: .success
            case .submitted: .info
            case .returned, .suspended: .warning
            case .draft, .exited: .neutral
            }
        return StateBadge(title, tone)
    }
}

extension ListingState {
    var badge: StateBadge {
        let tone: Tone =
            switch self {
            case .listed: .success
            case .submitted: .info
            case .returned, .suspended: .warning
            case .draft, .withdrawn: .neutral
            }
        return StateBadge(title, tone)
    }
}

extension Price {
    /// `¥1,200.00/次`, `¥500.00起`, 免费, 面议
    var shown: String {
        let per = unit.map { "/\($0)" } ?? ""
        return switch kind {
        case .free: "免费"
        case .fixed: (amount.map(Format.money) ?? "") + per
        case .from: (amount.map(Format.money) ?? "") + per + "起"
        case .byQuote: "面议"
        }
    }
}

extension Satisfaction {
    /// `98.0%（49/50），未评价 3 单`
    var shown: String {
        guard rated > 0 else { return "暂无评价" + (unrated > 0 ? "（未评价 \(unrated) 单）" : "") }
        return "\(Format.share(satisfied, of: rated))，未评价 \(Format.count(unrated)) 单"
    }
}

extension Effects {
    var facts: [Fact] {
        [
            Fact("带动融资", financing.map(Format.money)), Fact("节约成本", saving.map(Format.money)),
            Fact("新增就业", jobs.map { "\(Format.count($0)) 人" }),
        ]
    }
}

extension PageRequest {
    func coded<T: RawRepresentable>(_ name: String) -> T? where T.RawValue == String { fields[name].flatMap { T(rawValue: $0) } }

    func path(_ code: CreditCode) -> String { "\(base)/agencies/\(code)" }
    func path(service id: MessageID) -> String { "\(base)/services/\(id)" }
}

extension Rulebook {
    var categoryChoices: [Choice] { categories.map { Choice($0.id, $0.name) } }

    /// The province, its cities and their counties, a city before its counties.
    func regionChoices(below region: RegionCode?, on day: Day) -> [Choice] {
        let root = region.map { $0.province } ?? RegionCode("430000")
        guard let root, let own = regions.region(root) else { return [] }
        return ([own] + regions.descendants(of: root, on: day)).map { one in
            Choice(one.code.description, one.tier == .province ? "\(one.name)（全省）" : title(of: one.code))
        }
    }

    /// The cities of the province, for filters.
    func cityChoices(below region: RegionCode?, on day: Day) -> [Choice] {
        guard let root = region.map({ $0.province }) ?? RegionCode("430000") else { return [] }
        return regions.descendants(of: root, on: day, tier: .city).map { Choice($0.code.description, $0.name) }
    }

    func regionTitles(_ codes: [RegionCode]) -> String {
        let shown = codes.prefix(4).map(title(of:)).joined(separator: "、")
        return codes.count > 4 ? "\(shown)等 \(codes.count) 地" : shown
    }
}
