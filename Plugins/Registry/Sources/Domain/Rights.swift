import Messages
import RegistryContracts
import Vocabulary

/// Who may do what for which region. Roles come with a region and reach everything below it.
enum Rights {
    /// Files and mends applications for a region: its window staff, its city's staff, province staff.
    static func maySubmit(_ actor: Actor, for region: RegionCode) -> Bool {
        actor.kind == .system || actor.holds(.windowStaff, in: region) || actor.holds(.cityStaff, in: region)
            || actor.holds(.provinceStaff, in: region)
    }

    /// Sees applications of a region.
    static func maySee(_ actor: Actor, region: RegionCode) -> Bool { maySubmit(actor, for: region) }

    /// Decides in the name of the province.
    static func actsForProvince(_ actor: Actor, region: RegionCode) -> Bool {
        actor.kind == .system || actor.holds(.provinceStaff, in: region)
    }

    /// Decides in the name of the region's city.
    static func actsForCity(_ actor: Actor, region: RegionCode) -> Bool {
        actor.kind == .system || actor.holds(.cityStaff, in: region)
    }

    static func allows(_ authority: Lifecycle.Authority, _ actor: Actor, region: RegionCode) -> Bool {
        switch authority {
        case .applicant: maySubmit(actor, for: region)
        case .city: actsForCity(actor, region: region)
        case .province: actsForProvince(actor, region: region)
        }
    }

    /// 撤回 belongs to those who apply: the submitter, the region's window staff, and for a city's own platform its staff. Whoever
    /// reviews an application sends it back or refuses it, and does not take it back in the applicant's name.
    static func mayWithdraw(_ actor: Actor, submitter: String, region: RegionCode, route: Lifecycle.Route) -> Bool {
        actor.kind == .system || actor.id == submitter || actor.holds(.windowStaff, in: region)
            || (route == .straightToProvince && actor.holds(.cityStaff, in: region))
    }

    /// 回避: whoever handed an application in does not decide on it; what becomes of the node later is another matter.
    static func mustStandBack(
        _ actor: Actor, submitter: String, stage: Stage, authority: Lifecycle.Authority
    ) -> Bool {
        actor.kind != .system && stage.isUnderWay && authority != .applicant && actor.id == submitter
    }
}
