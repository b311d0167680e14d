import Messages
import SchoolContracts
import Vocabulary

/// Who may do what, by role and region.
enum Rights {
    static let staff: [Role] = [.windowStaff, .cityStaff, .provinceStaff]

    static func isStaff(_ actor: Actor) -> Bool {
        actor.kind == .system || actor.holds(.windowStaff, .cityStaff, .provinceStaff)
    }

    /// Works on courses and classes of this division.
    static func manages(_ actor: Actor, _ region: RegionCode) -> Bool {
        actor.kind == .system || staff.contains { actor.holds($0, in: region) }
    }

    /// Says what roles of the network's staff need.
    static func setsTrainingRules(_ actor: Actor) -> Bool {
        actor.kind == .system || actor.holds(.cityStaff, .provinceStaff)
    }

    /// Acts for this enterprise.
    static func acts(_ actor: Actor, for code: CreditCode) -> Bool {
        actor.organisation == code && actor.holds(.enterprise, .agency)
    }

    /// Where the organisation of somebody who acts for one is, by the roles given there: an enterprise's before an agency's.
    static func regions(of actor: Actor) -> [RegionCode] {
        guard actor.organisation != nil else { return [] }
        return [Role.enterprise, Role.agency].flatMap { role in actor.grants.filter { $0.role == role }.compactMap(\.region) }
    }

    /// The first county among them; a role may be given for a city or a province.
    static func county(of actor: Actor) -> RegionCode? { regions(of: actor).first { isCounty($0) } }

    static func isCounty(_ region: RegionCode) -> Bool { region.number % 100 != 0 }

    /// Who may decide on a registration.
    static func authorities(_ actor: Actor, over row: RegistrationRow, in region: RegionCode) -> Set<
        Enrolment.Authority
    > {
        if manages(actor, region) { return [.staff, .enterprise] }
        let isOwn = acts(actor, for: row.enterprise.creditCode) || (actor.kind == .person && actor.id == row.enteredBy)
        return isOwn ? [.enterprise] : []
    }
}
