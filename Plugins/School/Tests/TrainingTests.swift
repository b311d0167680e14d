import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("工作人员培训学时")
struct SchoolTrainingTests {
    private static func credit(_ hours: Int, _ day: String) throws -> TrainingCredit {
        TrainingCredit(
            registration: try #require(RegistrationID("K2026-001-0001")), title: "课", basis: .certificate, hours: hours,
            earnedOn: try #require(Day(day)))
    }

    @Test(
        "Hours count from the day they were earned until they expire; what falls short, and when",
        arguments: [
            (
                [(8, "2026-01-10"), (8, "2026-05-01")], "2026-06-01", 16, TrainingState.fulfilled,
                "2027-01-10" as String?
            ),
            ([(8, "2026-01-10"), (8, "2026-05-01")], "2026-12-20", 16, .expiring, "2027-01-10"),
            ([(8, "2026-01-10"), (8, "2026-05-01")], "2027-01-10", 8, .short, nil),
            ([(20, "2026-01-10"), (16, "2026-05-01")], "2026-06-01", 36, .fulfilled, "2027-05-01"),
            ([(16, "2026-08-31")], "2027-08-30", 16, .expiring, "2027-08-31"), ([], "2026-06-01", 0, .short, nil),
            ([(16, "2026-07-01")], "2026-06-01", 0, .short, nil),
        ])
    func standing(credits: [(Int, String)], today: String, hours: Int, state: TrainingState, until: String?) throws {
        let day = try #require(Day(today))
        let rule = TrainingRule(role: "窗口", year: day.year, hours: 16, validMonths: 12)
        let found = TrainingStanding(try credits.map { try Self.credit($0.0, $0.1) }, rule: rule, today: day, ahead: 30)
        #expect(found.hours == hours)
        #expect(found.state == state)
        #expect(found.fallsShortOn == until.flatMap { Day($0) })
    }

    @Test("No rule, no requirement; hours of the year are counted all the same")
    func free() throws {
        let day = try #require(Day("2026-06-01"))
        let found = TrainingStanding(
            [try Self.credit(5, "2026-02-01"), try Self.credit(9, "2025-02-01")], rule: nil, today: day, ahead: 30)
        #expect(found.state == .free && found.hoursThisYear == 5)
    }

    private func rule(_ site: TestSite, hours: Int, months: Int = 12, year: Int = 2026) async throws {
        _ = try await site.tell(
            SaveTrainingRule(role: "窗口服务人员", year: year, hours: hours, validMonths: months), as: .province)
    }

    private func trainee(_ serial: Int, _ site: TestSite, as actor: Actor = Lessons.staff) async throws -> TraineeID {
        let person = try Lessons.person(serial)
        return try await site.tell(
            SaveTrainee(name: person.name, mobile: person.mobile, role: "窗口服务人员", region: region("430181")), as: actor
        ).trainee
    }

    @Test("Attendance counts by its length, a certificate brings the whole course, a revoked one nothing")
    func credits() async throws {
        let (lessons, ids) = try await SchoolCertificateTests.ended(people: 2)
        try await rule(lessons.site, hours: 4)
        let first = try await trainee(1, lessons.site)
        let second = try await trainee(2, lessons.site)
        func detail(_ id: TraineeID) throws -> TraineeDetail {
            try lessons.site.ask(GetTrainee(id: id), as: Lessons.staff)
        }
        // Two hours on site and one online are four 学时 of 45 minutes; two hours alone are two.
        #expect(try detail(first).credits.map(\.hours) == [4])
        #expect(try detail(first).credits.map(\.basis) == [.attendance])
        #expect(try detail(first).card.standing == .fulfilled)
        #expect(try detail(second).card.hours == 2)
        #expect(try detail(second).card.standing == .short)
        try await SchoolCertificateTests.issue(lessons)
        #expect(try detail(first).credits.map(\.hours) == [6])
        #expect(try detail(first).credits.map(\.basis) == [.certificate])
        let link = try #require(try lessons.detail(ids[0]).certificate)
        _ = try await lessons.site.tell(RevokeCertificate(number: link.number, reason: "发错人"), as: Lessons.staff)
        #expect(try detail(first).credits.isEmpty)
    }

    @Test("Whose hours expire soon is announced once, and stands among the to-dos of the person and of the node")
    func reminders() async throws {
        let (lessons, _) = try await SchoolCertificateTests.ended(people: 2)
        try await SchoolCertificateTests.issue(lessons)
        for year in [2026, 2027] { try await rule(lessons.site, hours: 6, year: year) }
        let id = try await trainee(1, lessons.site)
        let own = Actor.person("zhang", .windowStaff, in: "430181")
        let wrong = await refusal {
            _ = try await lessons.site.tell(ClaimTrainee(trainee: id, mobile: Lessons.person(2).mobile), as: own)
        }
        #expect(wrong?.code == "school.trainee-unknown")
        _ = try await lessons.site.tell(ClaimTrainee(trainee: id, mobile: Lessons.person(1).mobile), as: own)
        #expect(try lessons.site.ask(FindOwnTraining(), as: own).entries.map(\.card.id) == [id])
        // Another account cannot take it.
        #expect(
            await refusal {
                _ = try await lessons.site.tell(
                    ClaimTrainee(trainee: id, mobile: Lessons.person(1).mobile), as: Lessons.staff)
            }?.status == 404)
        #expect(try lessons.site.events(TrainingDue.self).isEmpty)
        await lessons.site.advance(by: .seconds(340 * 86_400))
        await lessons.site.advance(by: .seconds(2 * 86_400))
        let due = try lessons.site.events(TrainingDue.self)
        #expect(due.map(\.needed) == [6])
        #expect(due.map(\.fallsShortOn.description) == ["2027-03-14"])
        #expect(try lessons.site.ask(FindTrainees(standing: .expiring), as: Lessons.staff).items.map(\.id) == [id])
        #expect(try lessons.site.ask(FindTrainees(), as: Lessons.other).items.isEmpty)
    }

    @Test(
        "The list refuses what is wrong: no rule for the role, the same person twice, another region; leaving ends the requirement"
    )
    func list() async throws {
        let site = try await TestSite(School.self)
        #expect(await refusal { _ = try await trainee(1, site) }?.faults.map(\.field) == ["role"])
        try await rule(site, hours: 4)
        let id = try await trainee(1, site)
        #expect(await refusal { _ = try await trainee(1, site) }?.code == "school.already-trainee")
        #expect(await refusal { _ = try await trainee(2, site, as: Lessons.other) }?.code == "school.region-not-yours")
        let person = try Lessons.person(1)
        _ = try await site.tell(
            SaveTrainee(
                trainee: id, name: person.name, mobile: person.mobile, role: "窗口服务人员", region: region("430181"),
                leftOn: Day("2026-03-01")), as: Lessons.staff)
        #expect(try site.ask(GetTrainee(id: id), as: Lessons.staff).card.standing == .free)
        // Who comes back is entered anew.
        #expect(try await trainee(1, site) != id)
        let bad = await refusal {
            _ = try await site.tell(SaveTrainingRule(role: "窗", year: 1999, hours: 501, validMonths: 0), as: .province)
        }
        #expect(bad?.faults.count == 4)
    }

    @Test("Overview, own page, rules and CSV show it")
    func pages() async throws {
        let (lessons, _) = try await SchoolCertificateTests.ended(people: 2)
        try await rule(lessons.site, hours: 4)
        let id = try await trainee(1, lessons.site)
        func content(_ path: String, as actor: Actor) async throws -> String {
            guard case .page(let page) = try await lessons.site.get(path, as: actor) else { return "" }
            return (page.header?.lead ?? "") + page.content.description
        }
        #expect(try await content("/school/training", as: Lessons.staff).contains("测试人员1"))
        #expect(try await content("/school/training/people/\(id)", as: Lessons.staff).contains("现有效 4 学时"))
        #expect(try await content("/school/training/rules", as: .province).contains("设置要求"))
        #expect(try await !content("/school/training/rules", as: Lessons.staff).contains("设置要求"))
        _ = try await lessons.site.post(
            "/school/training/mine", [("trainee", id.description), ("mobile", "19900001001")], as: Lessons.staff)
        #expect(try await content("/school/training/mine", as: Lessons.staff).contains("出勤和学习"))
        guard case .csv(_, let rows) = try await lessons.site.get("/school/training.csv", as: Lessons.staff) else {
            Issue.record("no CSV")
            return
        }
        #expect(rows.count == 2 && rows[1].contains("达标") && rows[1].contains("测试人员1"))
    }
}
