import MatchingContracts
import Messages
import PluginKit
import Vocabulary

/// Plans the talks of a 对接会. Once it is planned, every later revision has a job of its own; until then this one plans what stands now.
struct PlanTalks: Job {
    static let name = "plan-talks"

    var matchmaking: MessageID
    var revision: Int

    /// Off the loop and off the lane: reads one snapshot, reckons, and commits the plan in one transaction.
    @Sendable static func perform(_ job: PlanTalks, _ context: JobContext) async throws {
        let input = try context.ask(GetPlanInput(matchmaking: job.matchmaking))
        guard input.revision == job.revision || !input.isPlanned else { return }
        _ = try await context.tell(RecordPlan(matchmaking: job.matchmaking, revision: input.revision, result: input.solve()))
    }
}

/// What a planning starts from; for the job only.
struct GetPlanInput: Query {
    typealias Reply = PlanInput

    static let name: WireName = "matching.get-plan-input.v1"

    var matchmaking: MessageID
}

/// Commits what the planner found; for the job only.
struct RecordPlan: Command {
    typealias Reply = Done

    static let name: WireName = "matching.record-plan.v1"

    var matchmaking: MessageID
    var revision: Int
    var result: PlanInput.Result
}
