import Messages
import Pages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

/// A class with one recorded lesson of ten minutes that began a minute ago, and one enrolled person.
struct Study {
    let lessons: Lessons
    let id: RegistrationID
    let code: String
    let video: Material
    var site: TestSite { lessons.site }

    init(percent: Int? = nil) async throws {
        lessons = try await Lessons()
        let kept = try lessons.site.files.keep(DemoVideo.bytes, name: "融资实务.mp4")
        video = Material(
            digest: kept.digest, name: kept.name, type: kept.type.mediaType, length: Int64(kept.size), isOpen: false)
        var course = try Lessons.course()
        course.course = lessons.course
        course.materials = [video]
        _ = try await lessons.site.tell(course, as: Lessons.staff)
        _ = try await lessons.site.tell(Self.draft(lessons, video: video.digest, percent: percent), as: Lessons.staff)
        id = try await lessons.register(1).registration
        code = try lessons.detail(id).code
        try await lessons.go(to: 1)
    }

    static func draft(_ lessons: Lessons, video: String?, percent: Int? = nil, chapters: [Chapter]? = nil) throws
        -> SaveClass
    {
        var draft = try Lessons.draft(
            of: lessons.course, id: lessons.schoolClass, capacity: 2, now: lessons.site.clock.now)
        draft.sessions = [
            SessionDraft(
                number: 1, title: "录播", mode: .recorded, startsAt: draft.sessions[0].startsAt,
                endsAt: draft.sessions[0].startsAt.advanced(by: .seconds(30 * 86_400)), minutes: 10, video: video,
                chapters: chapters ?? [Chapter(title: "开场", second: 0), Chapter(title: "材料", second: 200)],
                studyPercent: percent)
        ]
        return draft
    }

    /// Plays for so many seconds, then reports a piece; two windows may do that at once.
    @discardableResult
    func report(after seconds: Int, _ pieces: [(Int, Int)], isPresent: Bool? = nil) async throws -> StudyReceipt {
        if seconds > 0 { await site.advance(by: .seconds(seconds)) }
        return try await site.tell(
            ReportStudy(
                registration: id, code: code, session: 1,
                pieces: pieces.map { PlayedPiece(from: $0.0 * 1000, to: $0.1 * 1000) }, isPresent: isPresent),
            as: .visitor)
    }
}

@Suite("录播学习计时")
struct SchoolStudyTests {
    @Test("What was played counts once, and no more of it than time has passed")
    func bounded() async throws {
        let study = try await Study()
        // The first report starts the clock: whatever it claims, no time has passed yet.
        #expect(try await study.report(after: 0, [(0, 600)]).credited == 0)
        #expect(try await study.report(after: 15, [(0, 15)]).progress.studied == 15)
        // Ten minutes claimed after fifteen seconds.
        let greedy = try await study.report(after: 15, [(15, 600)])
        #expect(greedy.credited == 15_000)
        #expect(greedy.pieces == [PlayedPiece(from: 0, to: 30_000)])
        // Played again: time passes, nothing is added.
        #expect(try await study.report(after: 15, [(0, 15)]).progress.studied == 30)
        // A jump leaves a hole.
        let jumped = try await study.report(after: 15, [(300, 315)])
        #expect(jumped.pieces.count == 2 && jumped.progress.studied == 45)
    }

    @Test("Crumbs cannot be passed off as a whole: what lies between pieces is not covered")
    func crumbs() async throws {
        let study = try await Study()
        try await study.report(after: 0, [])
        await study.site.advance(by: .seconds(15))
        let crumbs = (0..<50).map { PlayedPiece(from: $0 * 1000, to: $0 * 1000 + 10) }
        let receipt = try await study.site.tell(
            ReportStudy(registration: study.id, code: study.code, session: 1, pieces: crumbs), as: .visitor)
        #expect(receipt.pieces.count == 50 && receipt.progress.studied == 0)
    }

    @Test("Two windows do not double: their reports share one clock, also over two lessons")
    func windows() async throws {
        let study = try await Study()
        try await study.report(after: 0, [])
        // Both play different parts for fifteen seconds and report in the same instant.
        #expect(try await study.report(after: 15, [(0, 15)]).credited == 15_000)
        #expect(try await study.report(after: 0, [(300, 315)]).credited == 0)
        // Taken in turns they bring seven and eight seconds.
        #expect(try await study.report(after: 7, [(15, 30)]).credited == 7_000)
        #expect(try await study.report(after: 8, [(315, 330)]).credited == 8_000)
    }

    @Test("A window left open saves no time up, and after ten minutes somebody must say that they are there")
    func attention() async throws {
        let study = try await Study()
        try await study.report(after: 0, [])
        // An hour of silence is worth a minute.
        #expect(try await study.report(after: 3600, [(0, 600)]).credited == 60_000)
        var receipt = try await study.report(after: 0, [])
        for minute in 1...9 { receipt = try await study.report(after: 60, [(minute * 60 - 60, minute * 60)]) }
        #expect(receipt.mustConfirm)
        let unanswered = try await study.report(after: 60, [(540, 600)])
        #expect(unanswered.credited == 0 && unanswered.mustConfirm)
        let answered = try await study.report(after: 15, [(540, 555)], isPresent: true)
        #expect(answered.credited == 15_000 && !answered.mustConfirm)
    }

    @Test("Enough of the lesson is attendance: it is announced once, opens the survey and earns the certificate")
    func completion() async throws {
        let study = try await Study(percent: 50)
        let standing = {
            try study.site.ask(FindCertificates(schoolClass: study.lessons.schoolClass), as: Lessons.staff).items.map(
                \.explanation)
        }
        #expect(try standing() == ["已参加 0/1 场，须参加 1 场"])
        try await study.report(after: 0, [])
        for minute in 0..<5 { try await study.report(after: 60, [(minute * 60, minute * 60 + 60)]) }
        #expect(try standing() == ["已参加 1/1 场，达到要求（1 场）"])
        try await study.report(after: 60, [(300, 360)])
        let told = try study.site.events(LessonStudied.self)
        #expect(told.map(\.studied) == [300])
        let pass = try study.site.ask(GetPass(id: study.id, code: study.code))
        #expect(pass.lessons?.map(\.studied) == [360])
        #expect(pass.maySurvey == true)
        try await SchoolCertificateTests.issue(study.lessons)
        #expect(try study.lessons.detail(study.id).certificate != nil)
        let cards = try study.site.ask(FindStudy(schoolClass: study.lessons.schoolClass), as: Lessons.staff).items
        #expect(cards.map { $0.lessons.map(\.studied) } == [[360]])
    }

    @Test("Another person in the place begins anew; outside the lesson's time nothing counts")
    func closed() async throws {
        let study = try await Study()
        try await study.report(after: 0, [])
        try await study.report(after: 15, [(0, 15)])
        await study.site.advance(by: .seconds(40 * 86_400))
        let late = await refusal { try await study.report(after: 0, [(15, 30)]) }
        #expect(late?.code == "school.study-closed" && late?.message.contains("结束") == true)
        #expect(try study.site.ask(GetLesson(registration: study.id, code: study.code, session: 1)).closed != nil)
        #expect(
            await refusal {
                _ = try study.site.ask(GetLesson(registration: study.id, code: study.code, session: 2))
            }?.code == "school.no-lesson")
        let wrong = await refusal {
            _ = try study.site.ask(
                GetLesson(registration: study.id, code: String(repeating: "a", count: 26), session: 1))
        }
        #expect(wrong?.code == "school.registration-unknown")
    }

    @Test("Every fault of a lesson is named together")
    func faults() async throws {
        let lessons = try await Lessons()
        var draft = try Study.draft(
            lessons, video: String(repeating: "0a", count: 32), percent: 0,
            chapters: [Chapter(title: "", second: 5), Chapter(title: "早", second: 5), Chapter(title: "迟", second: 601)])
        draft.sessions[0].mode = .online
        let fields = await refusal { _ = try await lessons.site.tell(draft, as: Lessons.staff) }?.faults.map(\.field)
        #expect(
            fields == [
                "sessions/0/endsAt", "sessions/0/video", "sessions/0/video", "sessions/0/studyPercent",
                "sessions/0/chapters",
                "sessions/0/chapters", "sessions/0/chapters",
            ])
        let backwards = ChapterText.read("00:00 开场\n1:03:20　政策要点\n没有时间\n61:75 错")
        #expect(backwards.chapters == [Chapter(title: "开场", second: 0), Chapter(title: "政策要点", second: 3800)])
        #expect(backwards.faults.count == 2)
        #expect(ChapterText.read(ChapterText.write(backwards.chapters)).chapters == backwards.chapters)
    }

    @Test("The lesson's page shows video, chapters and progress; its module reports in JSON; the video comes in ranges")
    func page() async throws {
        let study = try await Study()
        let address = "/school/pass/\(study.id)/\(study.code)/lessons/1"
        guard case .page(let page) = try await study.site.get("\(address)?from=200") else {
            Issue.record("no page")
            return
        }
        let text = page.content.description
        #expect(text.contains("src=\"\(address.replacing("/school/", with: "/test/school/"))/video#t=200\""))
        #expect(text.contains("03:20　材料") && text.contains("已学习 00:00 / 10:00"))
        #expect(page.assets.contains(SchoolAssets.lesson.path))
        guard case .file(_, let length, _, let type) = try await study.site.get("\(address)/video") else {
            Issue.record("no file")
            return
        }
        #expect(length == study.video.length && type == "video/mp4")
        _ = try await study.site.post(address, [("pieces", "[]")], as: .visitor)
        await study.site.advance(by: .seconds(15))
        guard
            case .download(_, _, let bytes) = try await study.site.post(
                address, [("pieces", "[{\"from\":0,\"to\":15000}]")], as: .visitor)
        else {
            Issue.record("no answer")
            return
        }
        #expect(try JSON.decode(StudyReceipt.self, from: bytes).progress.studied == 15)
        #expect(
            await refusal { _ = try await study.site.post(address, [("pieces", "[{]")], as: .visitor) }?.faults.map(
                \.field) == ["pieces"])
        guard
            case .page(let staff) = try await study.site.get(
                "/school/classes/\(study.lessons.schoolClass)/attendance", as: Lessons.staff)
        else { return }
        #expect(staff.content.description.contains("录播学习"))
    }

    @Test("Materials come in ranges over the wire, so that a video seeks")
    func ranges() async throws {
        let host = try await TestHost([InstalledPlugin(School.self)])
        try await host.account("men", grants: [Grant(.windowStaff, in: region("430181"))])
        let staff = host.visitor(.tls)
        _ = try await staff.signIn("men")
        _ = try await staff.get("/test/school/courses/new")
        let saved = try await staff.upload(
            "/test/school/courses/new",
            [
                ("title", "中小企业融资实务"), ("theme", "financing"), ("audience", "enterprises"), ("region", "430181"),
                ("hours", "6"),
                ("summary", "讲清银行授信和担保增信的办理要点。"),
            ], files: [("openMaterials", "课.mp4", DemoVideo.bytes)])
        #expect(saved.status == 303)
        let visitor = host.visitor(.tls)
        let course = try await visitor.get("/test/school/courses/C2026-001")
        let path = try #require(course.text.firstMatch(of: /\/test\/school\/files\/[0-9a-f]{64}/)).output
        let part = try await visitor.get(String(path), headers: [("Range", "bytes=4-7")])
        #expect(part.status == 206)
        #expect(part.text == "ftyp")
        #expect(part["Content-Range"] == "bytes 4-7/\(DemoVideo.bytes.count)")
        #expect(course["Content-Security-Policy"]?.contains("media-src 'self'") == true)
    }
}
