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
                steps.map { StageClock.Tick(to: $0.to, at: $0.happenedAt) }, now: snapshot.now),
            next: next.map {
                NextStep(
                    action: $0.action, to: $0.to, needsOpinion: $0.needs.contains(.opinion),
                    needsDocument: $0.needs.contains(.document), needsDocumentNumber: $0.needs.contains(.documentNumber),
                    needsDue: $0.needs.contains(.due))
            })
    }

    func findApplications(_ query: FindApplications, _ snapshot: Snapshot) throws -> ApplicationPage {
        var input = InputRules()
        let (page, size) = input.page(query.page, query.size)
        try input.refuseIfFaulty()
        let actor = snapshot.actor
        let rows = try snapshot.applications(
            stage: query.stage, kind: query.kind, region: query.region, submitter: query.mine == true ? actor.id : nil
        ).filter { row in
            guard Rights.maySee(actor, region: row.card.region) || row.submitter == actor.id else { return false }
            return query.waiting != true || isWaiting(row, for: actor)
        }
        let first = min((page - 1) * size, rows.count)
        return ApplicationPage(
            applications: rows[first..<min(first + size, rows.count)].map(\.card), total: rows.count, page: page, size: size)
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
