import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    func getDocument(_ query: GetDocument, _ snapshot: Snapshot) throws -> DocumentReference {
        let places = try snapshot.rows(
            """
            SELECT a.region, a.submitter, d.digest, d.name, d.type, d.length FROM step_document d
            JOIN application a ON a.id = d.application WHERE d.digest = ?1
            UNION ALL
            SELECT n.region, c.actor_id, e.digest, e.name, e.type, e.length FROM checklist_evidence e
            JOIN checklist_check c ON c.id = e.checked JOIN node n ON n.id = c.node WHERE e.digest = ?1
            """, query.digest
        ) { (region: try $0.get(0) as RegionCode, owner: try $0.get(1) as String, document: try DocumentReference(row: $0, from: 2)) }
        let actor = snapshot.actor
        guard
            let place = places.first(where: {
                Rights.maySee(actor, region: $0.region) || (actor.kind != .visitor && $0.owner == actor.id)
            })
        else {
            throw RegistryRefusal.make(
                "document-unknown", "没有这个附件，或您无权查看。请从申报页面打开附件。", log: "no document for this actor")
        }
        return place.document
    }

    /// The file itself, for whom the document may be shown to.
    func attachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        let document = try getDocument(GetDocument(digest: digest), snapshot)
        guard let kind = FileKind.allCases.first(where: { $0.mediaType == document.type }) else { return nil }
        return Attachment(digest: document.digest, size: Int(document.length), name: document.name, type: kind)
    }

    /// Whether a step of an application or a checklist refers to the content.
    func keepsDocument(_ digest: String, _ snapshot: Snapshot) throws -> Bool {
        let found: Int? = try snapshot.value(
            """
            SELECT 1 WHERE EXISTS(SELECT 1 FROM step_document WHERE digest = ?1)
              OR EXISTS(SELECT 1 FROM checklist_evidence WHERE digest = ?1)
            """, digest)
        return found != nil
    }
}
