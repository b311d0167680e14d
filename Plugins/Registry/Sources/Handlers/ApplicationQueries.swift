import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    func getApplication(_ query: GetApplication, _ snapshot: Snapshot) throws -> ApplicationDetail {
        let row = try snapshot.requireApplication(query.id)
        // The same answer as for a number that does not exist: numbers can be guessed.
        guard Rights.maySee(snapshot.actor, region: row.card.region) || row.submitter == snapshot.actor.id else {
            throw RegistryRefusal.unknown(query.id)
        }
        let steps = try snapshot.steps(of: query.id)
        let next = nextSteps(
            kind: row.card.kind, region: row.card.region, stage: row.card.stage, submitter: row.submitter,
            actor: snapshot.actor)
        return ApplicationDetail(
            card: row.card, builder: row.builder, operatingUnit: row.operatingUnit, mode: row.mode, parent: row.parent,
            carrierPark: row.carrierPark, chain: row.chain, unit: row.unit, summary: row.summary,
            overrideReason: row.overrideReason, steps: steps,
            stages: StageClock.periods(
                steps.map { StageClock.Tick(to: $0.to, at: $0.happenedAt) }),
            next: next.map {
                NextStep(
                    action: $0.action, to: $0.to, needsOpinion: $0.needs.contains(.opinion),
                    needsDocument: $0.needs.contains(.document), needsDocumentNumber: $0.needs.contains(.documentNumber),
                    needsDue: $0.needs.contains(.due))
            })
    }

    func findApplications(_ query: FindApplications, _ snapshot: Snapshot) throws -> Listing<ApplicationCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(ApplicationPlace.self)
        let actor = snapshot.actor
        let cards = try snapshot.applications(
            stage: query.stage, kind: query.kind, region: query.region, submitter: query.mine == true ? actor.id : nil
        ).filter { row in
            guard Rights.maySee(actor, region: row.card.region) || row.submitter == actor.id else { return false }
            return query.waiting != true || isWaiting(row, for: actor)
        }.map(\.card)
        let rest = place.map { place in cards.drop { ApplicationPlace($0) <= place } } ?? cards[...]
        return try Listing(probing: Array(rest.prefix(limit + 1)), limit: limit, total: cards.count) { ApplicationPlace($0) }
    }

    /// Whether the application waits for this person: something other than merely taking it back or ordering a change can be done.
    func isWaiting(_ row: ApplicationRow, for actor: Actor) -> Bool {
        row.card.stage != .recognised
            && nextSteps(
                kind: row.card.kind, region: row.card.region, stage: row.card.stage, submitter: row.submitter, actor: actor
            ).contains { $0.action != .withdraw }
    }

    func stageTimes(_ query: GetStageTimes, _ snapshot: Snapshot) throws -> StageTimes {
        let stories = try snapshot.stories().filter { story in
            Rights.maySee(snapshot.actor, region: story.region) && (query.region?.contains(story.region) ?? true)
        }
        return StageTimes(
            rows: StageClock.summary(stories.map(\.ticks), from: query.from?.start, until: query.until?.start),
            rule: StageClock.rule)
    }
}

/// Where an application stands in the order of lists: the nearest due day first, those without one last, then the latest stage.
struct ApplicationPlace: Codable, Sendable, Comparable {
    var due: Day?
    var since: Timestamp
    var id: ApplicationID

    init(_ card: ApplicationCard) {
        due = card.due
        since = card.stageSince
        id = card.id
    }

    static func < (left: Self, right: Self) -> Bool {
        let (one, other) = (left.due ?? .last, right.due ?? .last)
        if one != other { return one < other }
        return left.since != right.since ? left.since > right.since : left.id < right.id
    }
}
