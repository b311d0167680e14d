import Bus
import Messages
import Pages
import PluginKit
import SchoolContracts
import Store
import Vocabulary

/// What the school shows outside its own pages: on the home page, among the to-dos, in the search box.
extension Academy {
    /// The next classes: those to begin first, then those under way.
    func homeBlock(_ base: String, _ snapshot: Snapshot) throws -> HTML {
        // Of those under way few, and they come first by their start.
        let living = try snapshot.classes(ClassFilter(states: [.published], endsAfter: snapshot.now), limit: 50)
        let next = (living.filter { $0.card.startsAt > snapshot.now } + living.filter { $0.card.startsAt <= snapshot.now }).prefix(3)
        return section {
            h2("近期课堂")
            if next.isEmpty {
                p("近期没有已发布的班次。", .class("muted"))
            } else {
                CardGrid(next.map { ClassCards.card($0.card, base: base, region: title(of: $0.card.region), now: snapshot.now) })
                p { a("全部课堂", href: "\(base)/classes") }
            }
        }
    }

    /// For staff: registrations to approve. For enterprises: seats to confirm, and classes of the next days.
    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items: [TodoItem] = []
        if Rights.isStaff(actor) {
            let waiting = try snapshot.rows(
                """
                SELECT r.class, count(*), min(r.since) FROM registration r JOIN class k ON k.id = r.class
                WHERE r.state = 'pending' AND k.state = 'published' GROUP BY r.class ORDER BY k.starts_at
                """
            ) { (try $0.get(0, as: ClassID.self), try $0.get(1, as: Int.self), try $0.get(2, as: Timestamp.self)) }
            for (id, count, since) in waiting {
                let row = try snapshot.schoolClass(id)
                guard Rights.manages(actor, row.card.region) else { continue }
                items.append(
                    TodoItem(title: "\(row.card.title)：\(count) 人待审核", path: "/classes/\(id)/roster", step: "报名审核", since: since, due: row.card.startsAt))
            }
        }
        guard let own = actor.organisation, actor.holds(.enterprise, .agency) else { return items }
        let soon = snapshot.now.advanced(by: .seconds(settings.reminderHours * 3600))
        for row in try snapshot.registrations(enterprise: own, enteredBy: nil, schoolClass: nil, state: nil, after: nil, limit: 500) {
            let schoolClass = try snapshot.schoolClass(row.schoolClass)
            if row.state == .offered {
                items.append(
                    TodoItem(
                        title: "\(schoolClass.card.title)：有名额待确认", path: "/registrations/\(row.id)", step: "确认或放弃", since: row.since,
                        due: row.offerUntil))
            } else if row.state == .enrolled, schoolClass.card.startsAt > snapshot.now, schoolClass.card.startsAt <= soon {
                items.append(
                    TodoItem(
                        title: "\(schoolClass.card.title)：即将开课", path: "/registrations/\(row.id)", step: "参加", since: row.since,
                        due: schoolClass.card.startsAt))
            }
        }
        return items
    }

    func search(_ text: String, _ snapshot: Snapshot) throws -> [SearchResult] {
        try CourseSearch.index.find(String(text.prefix(60)), limit: 20, in: snapshot).compactMap { hit in
            guard let id = CourseID(hit.key) else { return nil }
            let row = try snapshot.course(id)
            return SearchResult(
                title: row.title, path: "/courses/\(id)", summary: "\(row.theme.title) · \(row.hours) 学时 · \(String(row.summary.prefix(60)))",
                score: 1 + hit.score / (hit.score + 10))
        }
    }
}
