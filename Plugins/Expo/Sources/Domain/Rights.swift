import Messages
import Vocabulary

/// Who may do what, by role, region and organisation.
enum Rights {
    static let staff: [Role] = [.windowStaff, .cityStaff, .provinceStaff]

    static func isStaff(_ actor: Actor) -> Bool { actor.kind == .system || actor.holds(.windowStaff, .cityStaff, .provinceStaff) }

    /// Works on exhibitions of this division.
    static func manages(_ actor: Actor, _ region: RegionCode) -> Bool {
        actor.kind == .system || staff.contains { actor.holds($0, in: region) }
    }

    /// Acts for this exhibitor.
    static func acts(_ actor: Actor, for code: CreditCode) -> Bool { actor.organisation == code && actor.holds(.enterprise, .agency) }
}
