import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

/// What a new node is made of.
struct NodeDraft {
    var id: NodeID?
    var kind: NodeKind
    var region: RegionCode
    var title: String
    var parent: NodeID?
    var builder: Organisation
    var operatingUnit: Organisation
    var mode: OperatingMode
    var recognisedOn: Day
    var recognitionDocument: String?
    var carrierPark: String?
    var chain: String?
    var unit: String?
    var isBackfilled: Bool
    var application: ApplicationID
}

extension Transaction {
    /// Writes node, placement and units, and announces the node.
    func createNode(_ draft: NodeDraft) throws -> NodeID {
        let id = try draft.id ?? freeNodeID(kind: draft.kind, region: draft.region)
        try run(
            """
            INSERT INTO node (id, kind, region, title, stage, recognised_on, recognition_document, carrier_park, chain, unit,
              application, is_backfilled, entered_at) VALUES (?, ?, ?, ?, 'recognised', ?, ?, ?, ?, ?, ?, ?, ?)
            """, id.description, draft.kind.rawValue, draft.region, draft.title, draft.recognisedOn.description,
            draft.recognitionDocument, draft.carrierPark, draft.chain, draft.unit, draft.application.description,
            draft.isBackfilled, now)
        try run(
            "INSERT INTO placement (node, from_day, parent, entered_at) VALUES (?, ?, ?, ?)", id.description,
            draft.recognisedOn.description, draft.parent?.description, now)
        try addParty(.builder, draft.builder, mode: nil, at: id, from: draft.recognisedOn, reason: nil)
        try addParty(.operatingUnit, draft.operatingUnit, mode: draft.mode, at: id, from: draft.recognisedOn, reason: nil)
        try NodeSearch.note(id.description, in: store)
        try announce(
            NodeRecognised(
                node: id, application: draft.application, kind: draft.kind, region: draft.region, title: draft.title,
                parent: draft.parent, builder: draft.builder, operatingUnit: draft.operatingUnit, mode: draft.mode,
                recognisedOn: draft.recognisedOn, recognitionDocument: draft.recognitionDocument,
                isBackfilled: draft.isBackfilled))
        return id
    }

    /// Ends the present unit's time and begins the next one's.
    func changeParty(
        _ part: PartyPeriod.Part, to organisation: Organisation, mode: OperatingMode?, at node: NodeID, from day: Day,
        reason: String
    ) throws {
        try run(
            "UPDATE party SET until_day = ? WHERE node = ? AND part = ? AND until_day IS NULL", day.description,
            node.description, part.rawValue)
        try addParty(part, organisation, mode: mode, at: node, from: day, reason: reason)
        try NodeSearch.note(node.description, in: store)
    }

    private func addParty(
        _ part: PartyPeriod.Part, _ organisation: Organisation, mode: OperatingMode?, at node: NodeID, from day: Day,
        reason: String?
    ) throws {
        try run(
            """
            INSERT INTO party (node, part, from_day, credit_code, name, mode, reason, entered_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, node.description, part.rawValue, day.description, organisation.creditCode, organisation.name,
            mode?.rawValue, reason, now)
    }

    /// Hub, cities and first windows carry the bare region code; everything else a letter and the next free number.
    private func freeNodeID(kind: NodeKind, region: RegionCode) throws -> NodeID {
        if kind == .hub || kind == .city || kind == .county, let bare = NodeID(region.description), try !isTaken(bare) {
            return bare
        }
        let letter =
            switch kind {
            case .cluster: "c"
            case .park: "p"
            case .base: "b"
            case .hub, .city, .county: "w"
            }
        // A second window is the region's number two.
        var serial = letter == "w" ? 2 : 1
        while true {
            let text = "\(region)-\(letter)\(serial < 10 ? "0" : "")\(serial)"
            if let id = NodeID(text), try !isTaken(id) { return id }
            serial += 1
        }
    }

    func isTaken(_ id: NodeID) throws -> Bool {
        try first("SELECT 1 FROM node WHERE id = ?", id.description) { _ in true } ?? false
    }
}
