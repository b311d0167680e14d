import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func findCourses(_ query: FindCourses, _ snapshot: Snapshot) throws -> Listing<CourseCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(CourseID.self)
        let among = try query.text.map { text in
            "["
                + (try CourseSearch.index.keys(text, limit: 1000, in: snapshot)).map { "\"\($0)\"" }.joined(
                    separator: ",") + "]"
        }
        let cards = try snapshot.courseCards(
            theme: query.theme, audience: query.audience, among: among, after: place, limit: limit + 1,
            now: snapshot.now)
        return try Listing(probing: cards, limit: limit) { $0.id }
    }

    func getCourse(_ query: GetCourse, _ snapshot: Snapshot) throws -> CourseDetail {
        let row = try snapshot.course(query.id)
        let manages = Rights.manages(snapshot.actor, row.region)
        let classes = try snapshot.classes(
            ClassFilter(course: query.id, states: ClassState.allCases, isBackwards: true)
        )
        .filter { $0.card.state != .draft || Rights.manages(snapshot.actor, $0.card.region) }
        return CourseDetail(
            card: try snapshot.courseCard(query.id, now: snapshot.now), summary: row.summary, region: row.region,
            requirements: row.requirements,
            teachers: try snapshot.teachers(of: query.id),
            materials: try snapshot.materials(of: query.id).filter {
                try $0.isOpen || manages || maySee(query.id, snapshot)
            },
            classes: classes.map(\.card), prerequisites: try snapshot.prerequisites(of: query.id))
    }

    /// Materials that are not open are for enterprises with a seat in one of the course's classes.
    private func maySee(_ course: CourseID, _ snapshot: Snapshot) throws -> Bool {
        guard let own = snapshot.actor.organisation, snapshot.actor.holds(.enterprise, .agency) else { return false }
        return try snapshot.isEnrolled(own, in: course)
    }

    func findMaterial(_ query: FindMaterial, _ snapshot: Snapshot) throws -> Material {
        guard let found = try material(query.digest, snapshot) else {
            throw SchoolRefusal.make(
                "file-unknown", "没有这份资料，或您无权打开。学员资料在录取后可见，请从课程页面打开。", log: "no material for this actor")
        }
        return found
    }

    /// The file itself, for whoever may open the material.
    func attachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        guard let found = try material(digest, snapshot), let kind = FileKinds.kind(of: found.type) else { return nil }
        return Attachment(digest: digest, size: Int(found.length), name: found.name, type: kind)
    }

    /// The material of that content in any course where the asker may open it.
    private func material(_ digest: String, _ snapshot: Snapshot) throws -> Material? {
        let places = try snapshot.rows(
            """
            SELECT m.digest, m.name, m.type, m.length, m.is_open, m.course, c.region FROM material m JOIN course c ON c.id = m.course
            WHERE m.digest = ? ORDER BY m.is_open DESC, m.course
            """, digest
        ) {
            (
                Material(
                    digest: try $0.get(0), name: try $0.get(1), type: try $0.get(2), length: try $0.get(3),
                    isOpen: try $0.get(4)),
                course: try $0.get(5, as: CourseID.self), region: try $0.get(6, as: RegionCode.self)
            )
        }
        return try places.first { material, course, region in
            try material.isOpen || Rights.manages(snapshot.actor, region) || maySee(course, snapshot)
        }?.0
    }

    func keeps(_ digest: String, _ snapshot: Snapshot) throws -> Bool {
        let found: Int? = try snapshot.value("SELECT 1 FROM material WHERE digest = ? LIMIT 1", digest)
        return found != nil
    }
}
