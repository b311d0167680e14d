import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("商学院课堂的契约")
struct SchoolContractTests {
    @Test(
        "The school keeps what every plug-in promises: contract, golden files, refusal codes, access rules, repetition")
    func conforms() async throws {
        let conformance = Conformance(
            School.self, tests: #filePath, refusals: SchoolRefusal.codes.map(\.code),
            samples: [.init(try Lessons.course(), as: Lessons.staff)],
            openCommands: [
                "school.answer-by-code.v1", "/pass/{id}/{code}", "/certificates", "school.submit-quiz.v1",
                "school.answer-survey.v1", "/pass/{id}/{code}/quiz",
                "/pass/{id}/{code}/survey", "school.report-study.v1", "/pass/{id}/{code}/lessons/{session}",
                "school.request-matching.v1", "/pass/{id}/{code}/matching",
            ])
        let problems = try await conformance.problems()
        #expect(problems == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let lessons = try await Lessons()
        let walk = APIWalk(lessons.site)
        #expect(walk.operations.count == 50)
        let problems = await walk.problems(as: .everyone)
        #expect(problems == [])
    }

    @Test("Lists are read to their end by their cursors, each once")
    func cursors() async throws {
        let lessons = try await Lessons(capacity: 2)
        for serial in 1...5 { try await lessons.register(serial) }
        var ids: [RegistrationID] = []
        var after: Cursor?
        repeat {
            let page = try lessons.site.ask(
                FindRegistrations(schoolClass: lessons.schoolClass, after: after, limit: 2), as: Lessons.staff)
            ids += page.items.map(\.id)
            after = page.next
        } while after != nil
        #expect(ids.map(\.description) == (1...5).map { "\(lessons.schoolClass)-000\($0)" })
    }
}
