import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

/// What a step writes besides the stage.
struct StepDraft {
    var action: StageAction?
    var from: Stage?
    var to: Stage
    var opinion: String?
    var documentNumber: String?
    var documents: [DocumentReference] = []
    var happenedAt: Timestamp
    /// The last day for the next step.
    var due: Day?
    var dueIsProvisional = false
}

extension Transaction {
    /// The next free number of a year and region.
    func nextApplicationID(year: Int, region: RegionCode) throws -> ApplicationID {
        let prefix = "\(year)-\(region)-"
        let used: Int? = try value(
            "SELECT max(CAST(substr(id, 13) AS INTEGER)) FROM application WHERE id BETWEEN ? AND ?", prefix, prefix + ":")
        return ApplicationID(year: year, region: region.description, serial: (used ?? 0) + 1)
    }

    func insert(_ row: ApplicationDraft) throws {
        try run(
            """
            INSERT INTO application (id, kind, region, title, stage, parent, builder_code, builder_name, operator_code,
              operator_name, mode, carrier_park, chain, unit, summary, override_reason, submitter, submitted_on, stage_since,
              entered_at) VALUES (?, ?, ?, ?, 'submitted', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, row.id.description, row.kind.rawValue, row.region, row.title, row.parent?.description,
            row.builder.creditCode, row.builder.name, row.operatingUnit.creditCode, row.operatingUnit.name,
            row.mode.rawValue, row.carrierPark, row.chain, row.unit, row.summary, row.overrideReason, actor.id,
            row.submittedOn.description, now, now)
    }

    /// Appends the step and puts the application into its new stage.
    func record(_ step: StepDraft, of application: ApplicationID, node: NodeID? = nil) throws {
        let number: Int =
            (try value("SELECT max(number) FROM step WHERE application = ?", application.description) ?? 0) + 1
        try run(
            """
            INSERT INTO step (application, number, action, from_stage, to_stage, actor_id, actor_name, opinion,
              document_number, happened_at, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, application.description, number, step.action?.rawValue, step.from?.rawValue, step.to.rawValue, actor.id,
            actor.name, step.opinion, step.documentNumber, step.happenedAt, now)
        for (position, document) in step.documents.enumerated() {
            try run(
                """
                INSERT INTO step_document (application, step, position, digest, name, type, length)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, application.description, number, position, document.digest, document.name, document.type,
                document.length)
        }
        try run(
            """
            UPDATE application SET stage = ?, stage_since = ?, due_day = ?, due_is_provisional = ?, node = coalesce(?, node)
            WHERE id = ?
            """, step.to.rawValue, step.happenedAt, step.due?.description, step.dueIsProvisional, node?.description,
            application.description)
    }
}

/// What a new application is made of.
struct ApplicationDraft {
    var id: ApplicationID
    var kind: NodeKind
    var region: RegionCode
    var title: String
    var parent: NodeID?
    var builder: Organisation
    var operatingUnit: Organisation
    var mode: OperatingMode
    var carrierPark: String?
    var chain: String?
    var unit: String?
    var summary: String
    var overrideReason: String?
    var submittedOn: Day
}
