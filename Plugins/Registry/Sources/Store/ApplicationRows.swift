import Messages
import PluginKit
import RegistryContracts
import Store
import Vocabulary

/// An application as its table holds it.
struct ApplicationRow {
    var card: ApplicationCard
    var parent: NodeID?
    var builder: Organisation
    var operatingUnit: Organisation
    var mode: OperatingMode
    var carrierPark: String?
    var chain: String?
    var unit: String?
    var summary: String
    var overrideReason: String?
    /// The account that submitted it.
    var submitter: String

    fileprivate static let columns = """
        id, kind, region, title, stage, node, submitted_on, stage_since, due_day, due_is_provisional, parent, builder_code,
        builder_name, operator_code, operator_name, mode, carrier_park, chain, unit, summary, override_reason, submitter
        """

    fileprivate init(row: Row) throws {
        card = ApplicationCard(
            id: try row.applicationID(0), kind: try row.coded(1), region: try row.get(2), name: try row.get(3),
            stage: try row.coded(4), node: try row.optionalNodeID(5), submittedOn: try row.day(6),
            stageSince: try row.get(7), due: try row.optionalDay(8), dueIsProvisional: try row.get(9))
        parent = try row.optionalNodeID(10)
        builder = Organisation(creditCode: try row.get(11), name: try row.get(12))
        operatingUnit = Organisation(creditCode: try row.get(13), name: try row.get(14))
        mode = try row.coded(15)
        carrierPark = try row.get(16)
        chain = try row.get(17)
        unit = try row.get(18)
        summary = try row.get(19)
        overrideReason = try row.get(20)
        submitter = try row.get(21)
    }
}

extension SQLReading {
    func application(_ id: ApplicationID) throws -> ApplicationRow? {
        try first(
            "SELECT \(ApplicationRow.columns) FROM application WHERE id = ?", id.description, as: ApplicationRow.init(row:))
    }

    func requireApplication(_ id: ApplicationID) throws -> ApplicationRow {
        guard let row = try application(id) else { throw RegistryRefusal.unknown(id) }
        return row
    }

    /// Applications by stage, kind, region and submitter; the nearest due day first, those without one last.
    func applications(
        stage: Stage? = nil, kind: NodeKind? = nil, region: RegionCode? = nil, submitter: String? = nil
    ) throws -> [ApplicationRow] {
        let range = region?.codesBelow
        return try rows(
            """
            SELECT \(ApplicationRow.columns) FROM application
            WHERE (?1 IS NULL OR stage = ?1) AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR region BETWEEN ?3 AND ?4)
              AND (?5 IS NULL OR submitter = ?5)
            ORDER BY due_day IS NULL, due_day, stage_since DESC, id
            """, stage?.rawValue, kind?.rawValue, range?.lowerBound, range?.upperBound, submitter,
            as: ApplicationRow.init(row:))
    }

    /// Applications between submission and recognition for exactly this region.
    func applicationsUnderWay(_ kind: NodeKind, at region: RegionCode) throws -> [ApplicationID] {
        try rows(
            "SELECT id, stage FROM application WHERE kind = ? AND region = ? ORDER BY id", kind.rawValue, region
        ) { (id: try $0.applicationID(0), stage: try $0.coded(1) as Stage) }
        .filter { $0.stage.isUnderWay }.map(\.id)
    }

    func steps(of application: ApplicationID) throws -> [ApplicationStep] {
        var documents: [Int: [DocumentReference]] = [:]
        try each(
            "SELECT step, digest, name, type, length FROM step_document WHERE application = ? ORDER BY step, position",
            binding: [application.description]
        ) {
            documents[try $0.get(0), default: []].append(try DocumentReference(row: $0, from: 1))
            return true
        }
        return try rows(
            """
            SELECT number, action, from_stage, to_stage, actor_id, actor_name, opinion, document_number, happened_at, entered_at
            FROM step WHERE application = ? ORDER BY number
            """, application.description
        ) {
            let number: Int = try $0.get(0)
            return ApplicationStep(
                number: number, action: try $0.optionalCoded(1), from: try $0.optionalCoded(2), to: try $0.coded(3),
                actorID: try $0.get(4), actorName: try $0.get(5), opinion: try $0.get(6), documentNumber: try $0.get(7),
                documents: documents[number] ?? [], happenedAt: try $0.get(8), enteredAt: try $0.get(9))
        }
    }

    /// The steps of every application as the clock sees them, with the application's region.
    func stories() throws -> [(region: RegionCode, ticks: [StageClock.Tick])] {
        var stories: [(region: RegionCode, ticks: [StageClock.Tick])] = []
        var current: String?
        try each(
            """
            SELECT s.application, a.region, s.to_stage, s.happened_at FROM step s JOIN application a ON a.id = s.application
            ORDER BY s.application, s.number
            """, binding: []
        ) {
            let id: String = try $0.get(0)
            if id != current {
                stories.append((region: try $0.get(1), ticks: []))
                current = id
            }
            stories[stories.count - 1].ticks.append(StageClock.Tick(to: try $0.coded(2), at: try $0.get(3)))
            return true
        }
        return stories
    }
}

extension DocumentReference {
    init(row: Row, from column: Int) throws {
        self.init(
            digest: try row.get(column), name: try row.get(column + 1), type: try row.get(column + 2),
            length: try row.get(column + 3))
    }
}
