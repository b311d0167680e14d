import Messages
import RegistryContracts
import Vocabulary

/// Where a node may hang in the tree.
///
/// Exactly one hub at the root; cities under the hub; a county under its own city; clusters under the hub or their city;
/// parks and bases under the county or city they stand in.
/// - Source: 湘经信中小服务〔2017〕711号 一 (以省平台为枢纽，市州、产业集群（产业链）平台为节点，县市区、创新创业基地等窗口平台为基础)
enum PlacementRules {
    /// What the rules ask of a parent.
    struct Parent: Sendable, Hashable {
        let kind: NodeKind
        let region: RegionCode
    }

    /// Everything wrong with the region for a node of this kind; empty when it fits.
    static func regionFaults(kind: NodeKind, region: RegionCode, tier: Region.Tier?) -> [Refusal.Fault] {
        guard let tier else {
            return [
                Refusal.Fault(
                    field: "region", value: region.description,
                    message: "行政区划代码 \(region) 不在代码表中（GB/T 2260）。请填写现行有效的六位代码。")
            ]
        }
        let allowed: [Region.Tier] =
            switch kind {
            case .hub: [.province]
            case .city: [.city]
            case .county: [.county]
            case .cluster: [.province, .city, .county]
            case .park, .base: [.city, .county]
            }
        guard !allowed.contains(tier) else { return [] }
        let wanted = allowed.map(\.title).joined(separator: "或")
        return [
            Refusal.Fault(
                field: "region", value: region.description,
                message: "\(kind.title)应设在\(wanted)，而 \(region) 是\(tier.title)区划。请改选区划或平台类型。")
        ]
    }

    /// Everything wrong with hanging a node under a parent; empty when it fits.
    static func parentFaults(kind: NodeKind, region: RegionCode, parent: Parent?) -> [Refusal.Fault] {
        guard let parent else {
            return kind == .hub
                ? []
                : [Refusal.Fault(field: "parent", message: "\(kind.title)须有上级平台。\(nextStep(for: kind))")]
        }
        let allowed = allowedParents(of: kind)
        guard allowed.contains(parent.kind) else {
            return [
                Refusal.Fault(
                    field: "parent", value: parent.kind.rawValue,
                    message: allowed.isEmpty
                        ? "省枢纽平台是网络的根，不能有上级平台。请去掉上级平台。"
                        : "\(kind.title)的上级只能是\(allowed.map(\.title).joined(separator: "或"))，不能是\(parent.kind.title)。请改选上级平台。")
            ]
        }
        guard parent.region.contains(region) else {
            return [
                Refusal.Fault(
                    field: "parent", value: parent.region.description,
                    message: "区划 \(region) 不属于上级平台所在区划 \(parent.region)。请选择所属市州（县市区）的平台。")
            ]
        }
        return []
    }

    static func allowedParents(of kind: NodeKind) -> [NodeKind] {
        switch kind {
        case .hub: []
        case .city: [.hub]
        case .county: [.city]
        case .cluster: [.hub, .city]
        case .park, .base: [.county, .city]
        }
    }

    private static func nextStep(for kind: NodeKind) -> String {
        let parents = allowedParents(of: kind).map(\.title).joined(separator: "或")
        return "请先建立\(parents)，或在申报中指明上级平台。"
    }
}
