import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

/// A school with one published class, and short words for what tests do to it.
struct Lessons {
    let site: TestSite
    let schoolClass: ClassID
    let course: CourseID
    static let staff = Actor.window("430181")
    static let other = Actor.window("430281")

    init(capacity: Int = 2, perEnterprise: Int = 5, needsApproval: Bool = false, publish: Bool = true) async throws {
        site = try await TestSite(School.self)
        course = try await site.tell(Self.course(), as: Self.staff).course
        schoolClass = try await site.tell(
            Self.draft(of: course, capacity: capacity, perEnterprise: perEnterprise, needsApproval: needsApproval, now: site.clock.now), as: Self.staff
        ).schoolClass
        if publish { _ = try await site.tell(AdvanceClass(schoolClass: schoolClass, action: .publish), as: Self.staff) }
    }

    static func course() throws -> SaveCourse {
        SaveCourse(
            title: "中小企业融资实务", theme: .financing, audience: .enterprises, region: try region("430181"), hours: 6,
            summary: "讲清银行授信和担保增信的办理要点。", teachers: [Teacher(name: "测试教师")])
    }

    /// Begins in ten days; two sessions.
    static func draft(
        of course: CourseID, id: ClassID? = nil, capacity: Int, perEnterprise: Int = 5, needsApproval: Bool = false, now: Timestamp
    ) throws -> SaveClass {
        let start = now.advanced(by: .seconds(10 * 86_400))
        return SaveClass(
            schoolClass: id, course: course, region: try region("430181"), capacity: capacity, perEnterprise: perEnterprise,
            needsApproval: needsApproval, opensAt: now.advanced(by: .seconds(-3600)), closesAt: start, offerHours: 24,
            sessions: [
                SessionDraft(
                    number: id == nil ? nil : 1, title: "第一讲", mode: .onsite, startsAt: start, endsAt: start.advanced(by: .seconds(7200)), place: "三楼教室"),
                SessionDraft(
                    number: id == nil ? nil : 2, title: "直播", mode: .online, startsAt: start.advanced(by: .seconds(86_400)),
                    endsAt: start.advanced(by: .seconds(90_000)), link: "https://live.example.com/room"),
            ])
    }

    static func enterprise(_ serial: Int) throws -> Actor {
        var actor = Actor.person("enterprise-\(serial)", .enterprise)
        actor.organisation = try DemoEnterprise.make(serial).creditCode
        return actor
    }

    static func person(_ serial: Int) throws -> ParticipantDraft {
        ParticipantDraft(name: Personal("测试人员\(serial)"), mobile: Personal(try #require(Mobile("1990000\(1000 + serial)"))))
    }

    /// One person of one enterprise, both with this number.
    @discardableResult
    func register(_ serial: Int) async throws -> RegistrationReceipt.Result {
        let receipt = try await site.tell(
            Register(schoolClass: schoolClass, participants: [Self.person(serial)], consent: true), as: Self.enterprise(serial))
        return try #require(receipt.results.first)
    }

    @discardableResult
    func step(_ id: RegistrationID, _ action: RegistrationAction, as actor: Actor = Lessons.staff, reason: String? = nil) async throws -> RegistrationState {
        try await site.tell(AdvanceRegistration(registration: id, action: action, reason: reason), as: actor).state
    }

    func states() throws -> [RegistrationState] {
        try site.ask(FindRegistrations(schoolClass: schoolClass, limit: 500), as: Self.staff).items.map(\.state)
    }

    func detail(_ id: RegistrationID) throws -> RegistrationDetail { try site.ask(GetRegistration(id: id), as: Self.staff) }
}

func region(_ code: String) throws -> RegionCode { try #require(RegionCode(code)) }

/// The refusal a call meets; `nil` when it meets none.
func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Refusal
    }
}
