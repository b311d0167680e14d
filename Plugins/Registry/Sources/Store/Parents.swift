import Messages
import PluginKit
import RegistryContracts
import Store
import Vocabulary

extension SQLReading {
    /// The parent a node gets when none is named: the hub, the city's window, or the county's window where there is one.
    func naturalParent(_ kind: NodeKind, at region: RegionCode) throws -> NodeID? {
        switch kind {
        case .hub:
            return nil
        case .city:
            return try theHub()
        case .county:
            return try nodesInService(.city, at: region.cityOrSelf).first?.id
        case .cluster:
            return try region.isProvince ? theHub() : nodesInService(.city, at: region.cityOrSelf).first?.id
        case .park, .base:
            return try nodesInService(.county, at: region).first?.id ?? nodesInService(.city, at: region.cityOrSelf).first?.id
        }
    }

    private func theHub() throws -> NodeID? {
        try first("SELECT id FROM node WHERE kind = 'hub'") { try $0.nodeID(0) }
    }

    /// The placement rules' view of a parent; a node that has left the network is none.
    func placementParent(_ id: NodeID) throws -> PlacementRules.Parent? {
        try first("SELECT kind, region FROM node WHERE id = ? AND stage <> 'exited'", id.description) {
            PlacementRules.Parent(kind: try $0.coded(0), region: try $0.get(1))
        }
    }

    /// Checks region, parent and the one-hub rule; gives the parent to use.
    func checkedParent(
        _ kind: NodeKind, at region: RegionCode, wanted: NodeID?, rulebook: Rulebook, on day: Day
    ) throws -> NodeID? {
        var faults = PlacementRules.regionFaults(
            kind: kind, region: region, tier: rulebook.gazetteer.tier(of: region, on: day))
        let parent = try wanted ?? naturalParent(kind, at: region)
        let found = try parent.flatMap { try placementParent($0) }
        if let wanted, found == nil {
            faults.append(
                Refusal.Fault(
                    field: "parent", value: wanted.description, message: "上级平台 \(wanted) 不存在或已退出。请在平台名录中另选。"))
        } else {
            faults += PlacementRules.parentFaults(kind: kind, region: region, parent: found)
        }
        if !faults.isEmpty { throw RegistryRefusal.placement(faults) }
        if kind == .hub, let hub = try theHub() {
            throw RegistryRefusal.make(
                "hub-exists", "网络中已有省枢纽平台（\(hub)），只能有一个。请核对平台类型。", log: "second hub refused, there is \(hub)")
        }
        return parent
    }

    /// One window a county: refuses unless free or allowed.
    func checkWindow(
        _ kind: NodeKind, at region: RegionCode, overrideReason: String?, actor: Actor, rulebook: Rulebook,
        except application: ApplicationID? = nil
    ) throws {
        guard CountyWindowRule.applies(to: kind) else { return }
        try CountyWindowRule.check(
            kind: kind, regionTitle: rulebook.gazetteer.title(of: region),
            existing: nodesInService(kind, at: region).first,
            underWay: applicationsUnderWay(kind, at: region).first { $0 != application }, overrideReason: overrideReason,
            actor: actor, allowedRoles: rulebook.settings.overrideRoles)
    }
}
