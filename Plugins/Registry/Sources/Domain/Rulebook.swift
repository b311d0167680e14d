import Messages
import RegistryContracts
import Vocabulary

/// What every handler decides by: the site's settings and the reference data, both fixed while the site runs.
struct Rulebook: Sendable {
    let settings: RegistrySettings
    let gazetteer: Gazetteer

    func route(_ kind: NodeKind, _ region: RegionCode) -> Lifecycle.Route {
        Lifecycle.route(kind: kind, isProvinceRegion: region.isProvince)
    }

    /// When something happened: now, or the beginning of an earlier day for a record made afterwards, but never before `earliest`.
    func moment(of day: Day?, now: Timestamp, notBefore earliest: Timestamp? = nil) -> Timestamp {
        guard let day, day != now.day else { return now }
        return max(day.start, earliest ?? day.start)
    }

    /// The last day for the next step of a stage entered on a day.
    func due(in stage: Stage, enteredOn day: Day) -> (day: Day, isProvisional: Bool)? {
        settings.reviewWorkingDays.workingDays(in: stage).map { gazetteer.deadline(after: $0, from: day) }
    }

    /// What an actor may do with an application now, and what each step needs.
    func nextSteps(kind: NodeKind, region: RegionCode, stage: Stage, submitter: String, actor: Actor) -> [Lifecycle.Step] {
        let route = route(kind, region)
        return Lifecycle.steps(of: route).filter { step in
            step.from == stage && Rights.allows(step.authority, actor, region: region)
                && (step.action != .withdraw || Rights.mayWithdraw(actor, submitter: submitter, region: region, route: route))
                && !Rights.mustStandBack(actor, submitter: submitter, stage: stage, authority: step.authority)
        }
    }
}
