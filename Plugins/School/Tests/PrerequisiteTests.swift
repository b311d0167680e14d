import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("先修要求与系列")
struct SchoolPrerequisiteTests {
    /// A second course, which asks for the first one, with an open class.
    private func advanced(_ lessons: Lessons, proof: PrerequisiteProof) async throws -> (CourseID, ClassID) {
        var draft = try Lessons.course()
        draft.title = "中小企业融资进阶"
        draft.prerequisites = [Prerequisite(course: lessons.course, proof: proof)]
        let course = try await lessons.site.tell(draft, as: Lessons.staff).course
        let id = try await lessons.site.tell(
            Lessons.draft(of: course, capacity: 10, now: lessons.site.clock.now), as: Lessons.staff
        ).schoolClass
        _ = try await lessons.site.tell(AdvanceClass(schoolClass: id, action: .publish), as: Lessons.staff)
        return (course, id)
    }

    private func register(_ serials: [Int], of enterprise: Int, for id: ClassID, _ lessons: Lessons) async throws {
        _ = try await lessons.site.tell(
            Register(schoolClass: id, participants: serials.map { try Lessons.person($0) }, consent: true),
            as: Lessons.enterprise(enterprise))
    }

    @Test(
        "Who lacks the certificate is refused by name of the course; who holds it comes in, also for another enterprise"
    )
    func certificate() async throws {
        let (lessons, _) = try await SchoolCertificateTests.ended(people: 2)
        try await SchoolCertificateTests.issue(lessons)
        let (course, id) = try await advanced(lessons, proof: .certificate)
        let refused = await refusal { try await register([1, 2, 3], of: 1, for: id, lessons) }
        #expect(refused?.code == "school.prerequisite-missing")
        #expect(refused?.faults.map(\.field) == ["participants/1/mobile", "participants/2/mobile"])
        #expect(refused?.message.contains("缺少先修课程「中小企业融资实务」：须取得证书") == true)
        #expect(refused?.message.contains("19900001002") == false)
        try await register([1], of: 2, for: id, lessons)
        #expect(try lessons.site.ask(GetCourse(id: course)).prerequisites?.map(\.title) == ["中小企业融资实务"])

        // A revoked certificate is none.
        let link = try #require(
            try lessons.site.ask(FindCertificates(schoolClass: lessons.schoolClass), as: Lessons.staff).items[0]
                .certificate)
        _ = try await lessons.site.tell(RevokeCertificate(number: link.number, reason: "发错人"), as: Lessons.staff)
        #expect(
            await refusal { try await register([1], of: 3, for: id, lessons) }?.code == "school.prerequisite-missing")
    }

    @Test("Attendance is enough where it is asked for; another person in the place must have it too")
    func attendance() async throws {
        let (lessons, _) = try await SchoolCertificateTests.ended(people: 2)
        let (_, id) = try await advanced(lessons, proof: .attendance)
        #expect(await refusal { try await register([2], of: 1, for: id, lessons) }?.message.contains("须达到出勤要求") == true)
        try await register([1], of: 1, for: id, lessons)
        let place = RegistrationID(id, serial: 1)
        let other = await refusal {
            _ = try await lessons.site.tell(
                SubstituteParticipant(registration: place, participant: Lessons.person(2), consent: true),
                as: Lessons.enterprise(1))
        }
        #expect(other?.code == "school.prerequisite-missing")
    }

    @Test("Courses never wait for each other, and every fault is named together")
    func circle() async throws {
        let lessons = try await Lessons()
        let (course, _) = try await advanced(lessons, proof: .certificate)
        var draft = try Lessons.course()
        draft.course = lessons.course
        let unknown = try #require(CourseID("C2026-999"))
        draft.prerequisites = [
            Prerequisite(course: course, proof: .attendance), Prerequisite(course: lessons.course, proof: .certificate),
            Prerequisite(course: unknown, proof: .certificate), Prerequisite(course: unknown, proof: .attendance),
        ]
        let refused = await refusal { _ = try await lessons.site.tell(draft, as: Lessons.staff) }
        #expect(refused?.faults.count == 5)
        #expect(refused?.message.contains("会互相等待") == true)
        // Missing: as they were.
        draft.course = course
        draft.prerequisites = nil
        _ = try await lessons.site.tell(draft, as: Lessons.staff)
        #expect(try lessons.site.ask(GetCourse(id: course)).prerequisites?.count == 1)
    }

    @Test("Registrations of before there were marks are found once they are marked")
    func marks() async throws {
        let (lessons, ids) = try await SchoolCertificateTests.ended(people: 2)
        try await SchoolCertificateTests.issue(lessons)
        let (_, id) = try await advanced(lessons, proof: .certificate)
        let file = try #require(lessons.site.stores.first?.file)
        _ = try await file.write { store in
            try store.run("UPDATE registration SET mark = NULL WHERE id = ?", binding: [ids[0]])
        }
        #expect(
            await refusal { try await register([1], of: 1, for: id, lessons) }?.code == "school.prerequisite-missing")
        await lessons.site.advance(by: .seconds(120))
        try await register([1], of: 1, for: id, lessons)
    }

    @Test("A series keeps its order, counts who finished all of it, and is refused with everything that is wrong")
    func series() async throws {
        let (lessons, _) = try await SchoolCertificateTests.ended(people: 2)
        try await SchoolCertificateTests.issue(lessons)
        let (course, _) = try await advanced(lessons, proof: .certificate)
        func save(_ courses: [CourseID], title: String = "融资两步走", as actor: Actor = Lessons.staff) async throws
            -> SeriesID
        {
            try await lessons.site.tell(
                SaveSeries(title: title, summary: "先学实务，再学进阶，循序渐进。", region: region("430181"), courses: courses),
                as: actor
            ).series
        }
        let id = try await save([lessons.course, course])
        let detail = try lessons.site.ask(GetSeries(id: id))
        #expect(detail.courses.map(\.id) == [lessons.course, course])
        #expect(detail.finished == 0 && !detail.mayManage)
        let refused = await refusal {
            _ = try await save([course, course, #require(CourseID("C2026-999"))], title: "短")
        }
        #expect(refused?.faults.map(\.field) == ["title", "courses", "courses"])
        #expect(
            await refusal { _ = try await save([lessons.course, course], as: Lessons.other) }?.code
                == "school.region-not-yours")
        #expect(
            await refusal { _ = try lessons.site.ask(GetSeries(id: #require(SeriesID("L2026-99")))) }?.status == 404)
    }
}
