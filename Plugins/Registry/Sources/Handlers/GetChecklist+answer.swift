import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    func getChecklist(_ query: GetChecklist, _ snapshot: Snapshot) throws -> Checklist {
        let card = try snapshot.requireNode(query.id, on: snapshot.now.day)
        let seesAll = Rights.maySee(snapshot.actor, region: card.region)
        let items = try settings.standard.items.map { item in
            let latest = try snapshot.first(
                """
                SELECT id, points, checked_on, remark FROM checklist_check WHERE node = ? AND item = ?
                ORDER BY checked_on DESC, id DESC LIMIT 1
                """, card.id.description, item.code
            ) { (id: try $0.get(0) as Int, points: try $0.get(1) as Int, on: try $0.day(2), remark: try $0.get(3) as String?) }
            let checks: Int =
                try snapshot.value(
                    "SELECT count(*) FROM checklist_check WHERE node = ? AND item = ?", card.id.description, item.code) ?? 0
            return ChecklistItem(
                code: item.code, title: item.title, requirement: item.requirement, maximum: item.points,
                points: latest?.points, checkedOn: latest?.on, remark: seesAll ? latest?.remark : nil,
                evidence: seesAll ? try latest.map { try evidence(of: $0.id, snapshot) } ?? [] : [], checks: checks)
        }
        return Checklist(
            node: card.id, standard: settings.standard.title, items: items,
            score: Ratio(
                items.reduce(0) { $0 + ($1.points ?? 0) }, of: items.reduce(0) { $0 + $1.maximum },
                rule: "分子：各检查项最近一次检查得分之和（未检查计 0 分）；分母：现行标准满分。"),
            lastCheckedOn: items.compactMap(\.checkedOn).max())
    }

    private func evidence(of check: Int, _ snapshot: Snapshot) throws -> [DocumentReference] {
        try snapshot.rows(
            "SELECT digest, name, type, length FROM checklist_evidence WHERE checked = ? ORDER BY position", check
        ) { try DocumentReference(row: $0, from: 0) }
    }
}
