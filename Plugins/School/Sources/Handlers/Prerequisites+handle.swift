import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    /// Refuses people who have not done what the course asks for; everybody and everything that is missing together.
    func refuseUnprepared(
        _ people: [(draft: ParticipantDraft, name: String, mobile: Mobile)], for row: ClassRow, _ tx: Transaction
    ) throws {
        let needs = try tx.prerequisites(of: row.card.course)
        guard !needs.isEmpty else { return }
        var faults: [Refusal.Fault] = []
        for (index, person) in people.enumerated() {
            let mark = try tx.mark(of: person.mobile)
            for need in needs where try !tx.fulfils(need, mark: mark, now: tx.now) {
                faults.append(
                    .init(
                        field: "participants/\(index)/mobile",
                        message:
                            "第 \(index + 1) 位参加人员（\(person.mobile.masked)）缺少先修课程「\(need.title ?? need.course.description)」：须\(need.proof.title)。"
                    ))
            }
        }
        guard faults.isEmpty else {
            throw SchoolRefusal.make(
                "prerequisite-missing",
                "「\(row.card.title)」有先修要求。\(faults.map(\.message).joined())请先完成先修课程，或按学习时登记的手机号报名。",
                log: "\(faults.count) prerequisites are missing", faults: faults)
        }
    }

    /// Faults of what a course asks for.
    func check(_ needs: [Prerequisite], of course: CourseID?, _ input: inout InputRules, _ tx: Transaction) throws {
        if needs.count > 5 { input.add("prerequisites", "先修课程最多 5 门，现有 \(needs.count) 门。请删减。") }
        if Set(needs.map(\.course)).count < needs.count { input.add("prerequisites", "先修课程有重复。请每门只写一次。") }
        for need in needs {
            let known: String? = try tx.value("SELECT title FROM course WHERE id = ?", need.course)
            guard let known else {
                input.add("prerequisites", "没有编号为 \(need.course) 的先修课程。请在课程目录中查找。", value: need.course.description)
                continue
            }
            if let course, try need.course == course || tx.leads(from: [need.course], to: course) {
                input.add(
                    "prerequisites", "「\(known)」（\(need.course)）本身又以本课程为先修，会互相等待。请去掉。", value: need.course.description)
            }
        }
    }

    // MARK: - Series

    func saveSeries(_ command: SaveSeries, _ tx: Transaction) throws -> SeriesReceipt {
        guard Rights.manages(tx.actor, command.region) else { throw SchoolRefusal.region(command.region.description) }
        if let id = command.series {
            let old = try tx.series(id)
            guard Rights.manages(tx.actor, old.region) else { throw SchoolRefusal.region(old.region.description) }
        }
        var input = InputRules()
        input.text("title", "系列名称", command.title, 4...60)
        input.text("summary", "系列介绍", command.summary, 10...500)
        if !(2...20).contains(command.courses.count) {
            input.add("courses", "一个系列有 2–20 门课程，现有 \(command.courses.count) 门。请修改。")
        }
        var seen: Set<CourseID> = []
        for id in command.courses {
            if !seen.insert(id).inserted { input.add("courses", "课程 \(id) 写了两次。请去掉一次。", value: id.description) }
            let known: Int? = try tx.value("SELECT 1 FROM course WHERE id = ?", id)
            if known == nil { input.add("courses", "没有编号为 \(id) 的课程。请在课程目录中查找。", value: id.description) }
        }
        try input.refuseIfFaulty()
        let id = try command.series ?? tx.nextSeriesID()
        if command.series == nil {
            try tx.run(
                "INSERT INTO series (id, title, summary, region, entered_at) VALUES (?, ?, ?, ?, ?)", id, command.title,
                command.summary, command.region, tx.now)
        } else {
            try tx.run(
                "UPDATE series SET title = ?, summary = ?, region = ? WHERE id = ?", command.title, command.summary,
                command.region, id)
            try tx.run("DELETE FROM series_course WHERE series = ?", id)
        }
        for (place, course) in command.courses.enumerated() {
            try tx.run("INSERT INTO series_course (series, place, course) VALUES (?, ?, ?)", id, place, course)
        }
        try tx.announce(
            SeriesSaved(series: id, title: command.title, courses: command.courses, isNew: command.series == nil))
        return SeriesReceipt(series: id)
    }

    func getSeries(_ query: GetSeries, _ snapshot: Snapshot) throws -> SeriesDetail {
        try detail(of: snapshot.series(query.id), snapshot)
    }

    func findSeries(_ query: FindSeries, _ snapshot: Snapshot) throws -> Listing<SeriesDetail> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(SeriesID.self)
        let found = try snapshot.seriesRows(after: place, limit: limit + 1).map { try detail(of: $0, snapshot) }
        return try Listing(probing: found, limit: limit) { $0.id }
    }

    private func detail(of row: SeriesRow, _ snapshot: Snapshot) throws -> SeriesDetail {
        SeriesDetail(
            id: row.id, title: row.title, summary: row.summary, region: row.region,
            courses: try snapshot.courses(of: row.id).map { try snapshot.courseCard($0, now: snapshot.now) },
            finished: try snapshot.finished(row.id), mayManage: Rights.manages(snapshot.actor, row.region))
    }
}

/// A series as its table holds it.
struct SeriesRow {
    var id: SeriesID
    var title: String
    var summary: String
    var region: RegionCode
}

extension SQLReading {
    func series(_ id: SeriesID) throws -> SeriesRow {
        guard let row = try seriesRows(only: id, after: nil, limit: 1).first else { throw SchoolRefusal.unknown(id) }
        return row
    }

    fileprivate func seriesRows(only id: SeriesID? = nil, after: SeriesID?, limit: Int) throws -> [SeriesRow] {
        try rows(
            """
            SELECT id, title, summary, region FROM series WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3
            """, id, after, limit
        ) { SeriesRow(id: try $0.get(0), title: try $0.get(1), summary: try $0.get(2), region: try $0.get(3)) }
    }

    fileprivate func courses(of series: SeriesID) throws -> [CourseID] {
        try rows("SELECT course FROM series_course WHERE series = ? ORDER BY place", series) { try $0.get(0) }
    }

    /// Series that a course belongs to.
    func series(with course: CourseID) throws -> [SeriesRow] {
        let ids = try rows("SELECT series FROM series_course WHERE course = ? ORDER BY series", course) {
            try $0.get(0, as: SeriesID.self)
        }
        return try ids.map { try series($0) }
    }

    /// People who hold a certificate of every course of the series.
    fileprivate func finished(_ series: SeriesID) throws -> Int {
        try value(
            """
            SELECT count(*) FROM (
              SELECT r.mark FROM series_course s JOIN class k ON k.course = s.course JOIN registration r ON r.class = k.id
              JOIN certificate c ON c.registration = r.id AND c.person = r.person AND c.revoked_at IS NULL
              WHERE s.series = ?1 AND length(r.mark) > 0 GROUP BY r.mark
              HAVING count(DISTINCT s.course) = (SELECT count(*) FROM series_course WHERE series = ?1))
            """, series) ?? 0
    }
}

extension Transaction {
    fileprivate func nextSeriesID() throws -> SeriesID {
        let used: Int? = try value(
            "SELECT max(CAST(substr(id, 7) AS INTEGER)) FROM series WHERE id LIKE ?", "L\(now.day.year)-%")
        return SeriesID(year: now.day.year, serial: (used ?? 0) + 1)
    }
}
