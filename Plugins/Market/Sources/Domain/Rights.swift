import Messages
import Vocabulary

/// Who may do what. Staff by region; people of agencies and enterprises by the organisation for which they act.
enum Rights {
    static func isAgency(_ actor: Actor, _ code: CreditCode) -> Bool { actor.holds(.agency) && actor.organisation == code }

    static func isEnterprise(_ actor: Actor, _ code: CreditCode) -> Bool { actor.holds(.enterprise) && actor.organisation == code }

    /// Window, city or province staff whose region reaches this one.
    static func isStaff(_ actor: Actor, in region: RegionCode) -> Bool {
        actor.kind == .system || actor.holds(.windowStaff, in: region) || actor.holds(.cityStaff, in: region)
            || actor.holds(.provinceStaff, in: region)
    }

    static func isProvince(_ actor: Actor, in region: RegionCode) -> Bool { actor.kind == .system || actor.holds(.provinceStaff, in: region) }
}
