import Bus
import Messages
import Pages
public import PluginKit
import SchoolContracts
import Store
import Vocabulary

/// 商学院课堂: courses, classes and sessions; who takes part, who waits, and what became of it.
/// - Source: 湘经信中小服务〔2017〕711号 三 (中小企业商学院课堂), 六 (公益培训), 十 (培训); demands D26, D51, D69
public struct School: Plugin {
    public typealias Settings = SchoolSettings

    public static let manifest = Manifest(id: "school", title: "商学院课堂", version: "1.0.0")

    public static func register(in plugin: inout Registration<SchoolSettings>) {
        let academy = Academy(settings: plugin.settings, regions: plugin.reference.regions)
        plugin.migrations(Migrations.all)
        plugin.privacy(export: PersonRecords.of, erase: PersonRecords.erase)
        messages(&plugin, academy)
        programs(&plugin, academy)
        pages(&plugin, SchoolPages(academy: academy))
        people(&plugin, academy)
    }

    /// Handlers check the region.
    private static let staff = Access.roles(Rights.staff)
    private static let registrants = Access.roles(Rights.staff + [.enterprise, .agency])

    private static func messages(_ plugin: inout Registration<SchoolSettings>, _ academy: Academy) {
        plugin.handle(SaveCourse.self, access: staff, academy.saveCourse)
        plugin.handle(SaveClass.self, access: staff, academy.saveClass)
        plugin.handle(AdvanceClass.self, access: staff, academy.advanceClass)
        plugin.handle(Register.self, access: registrants, academy.register)
        plugin.handle(AdvanceRegistration.self, access: .signedIn, academy.advance)
        plugin.handle(AnswerByCode.self, access: .anyone, academy.answerByCode)
        plugin.handle(SubstituteParticipant.self, access: registrants, academy.substitute)
        plugin.handle(RevealContacts.self, access: staff, academy.revealContacts)

        plugin.answer(FindCourses.self, access: .anyone, academy.findCourses)
        plugin.answer(GetCourse.self, access: .anyone, academy.getCourse)
        plugin.answer(FindMaterial.self, access: .anyone, academy.findMaterial)
        plugin.answer(FindClasses.self, access: .anyone, academy.findClasses)
        plugin.answer(GetClass.self, access: .anyone, academy.getClass)
        plugin.answer(FindRegistrations.self, access: .signedIn, academy.findRegistrations)
        plugin.answer(GetRegistration.self, access: .signedIn, academy.getRegistration)
        plugin.answer(GetPass.self, access: .anyone, academy.getPass)

        plugin.announces(CourseSaved.self, titled: "登记课程")
        plugin.announces(ClassSaved.self, titled: "登记班次")
        plugin.announces(ClassAdvanced.self, titled: "班次办理")
        plugin.announces(Registered.self, titled: "报名")
        plugin.announces(RegistrationAdvanced.self, titled: "报名办理")
        plugin.announces(ParticipantSubstituted.self, titled: "更换参加人员")
        plugin.announces(ContactsRevealed.self, titled: "查看联系方式")
        plugin.announces(ReminderDue.self, titled: "开课提醒")

        plugin.every(.seconds(60), "keep offers") { try $0.keepOffers() }
        let hours = plugin.settings.reminderHours
        plugin.every(.seconds(300), "remind") { try $0.remind(hours: hours) }
    }

    /// `/api/{site}/school/…`
    private static func programs(_ plugin: inout Registration<SchoolSettings>, _ academy: Academy) {
        plugin.expose(FindCourses.self, as: .get("/courses"), titled: "查找课程", example: FindCourses(theme: .financing, limit: 2))
        plugin.expose(GetCourse.self, as: .get("/courses/{id}"), titled: "查看课程")
        plugin.expose(SaveCourse.self, as: .post("/courses"), titled: "登记或修改课程")
        plugin.expose(FindMaterial.self, as: .get("/materials/{digest}"), titled: "查看资料信息")
        plugin.expose(FindClasses.self, as: .get("/classes"), titled: "查找班次", example: FindClasses(theme: .financing, limit: 2))
        plugin.expose(GetClass.self, as: .get("/classes/{id}"), titled: "查看班次")
        plugin.expose(SaveClass.self, as: .post("/classes"), titled: "登记或修改班次")
        plugin.expose(AdvanceClass.self, as: .post("/classes/{schoolClass}/steps"), titled: "发布、取消或结课")
        plugin.expose(Register.self, as: .post("/classes/{schoolClass}/registrations"), titled: "为参加人员报名")
        plugin.expose(RevealContacts.self, as: .post("/classes/{schoolClass}/contacts"), titled: "查看联系方式（留痕）")
        plugin.expose(FindRegistrations.self, as: .get("/registrations"), titled: "查找报名", example: FindRegistrations(limit: 2))
        plugin.expose(GetRegistration.self, as: .get("/registrations/{id}"), titled: "查看报名")
        plugin.expose(AdvanceRegistration.self, as: .post("/registrations/{registration}/steps"), titled: "审核、确认、放弃或取消报名")
        plugin.expose(SubstituteParticipant.self, as: .post("/registrations/{registration}/participant"), titled: "更换参加人员")
        plugin.expose(GetPass.self, as: .get("/passes/{id}"), titled: "凭凭证码查看报名")
        plugin.expose(AnswerByCode.self, as: .post("/passes/{registration}/steps"), titled: "凭凭证码确认、放弃或取消")
        plugin.refusals(SchoolRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
        plugin.attachments(upload: staff, find: academy.attachment, keeps: academy.keeps)
    }

    private static func pages(_ plugin: inout Registration<SchoolSettings>, _ pages: SchoolPages) {
        plugin.page("/", access: .anyone, pages.front)
        plugin.page("/classes", access: .anyone, pages.classes)
        plugin.page("/classes/{id}", access: .anyone, pages.schoolClass)
        plugin.page("/classes/{id}/calendar.ics", access: .anyone, pages.classCalendar)
        plugin.page("/calendar.ics", access: .anyone, pages.calendar)
        plugin.page("/courses", access: .anyone, pages.courses)
        plugin.page("/courses/{id}", access: .anyone, pages.course)
        plugin.page("/files/{digest}", access: .anyone, pages.file)
        plugin.page("/pass/{id}/{code}", access: .anyone, pages.pass)
        plugin.post("/pass/{id}/{code}", access: .anyone, pages.answerPass)

        plugin.page("/classes/{id}/register", access: registrants, pages.registerForm)
        plugin.post("/classes/{id}/register", access: registrants, pages.register)
        plugin.page("/mine", access: .signedIn, pages.mine)
        plugin.page("/registrations/{id}", access: .signedIn, pages.registration)
        plugin.post("/registrations/{id}/advance", access: .signedIn, pages.advance)
        plugin.post("/registrations/{id}/substitute", access: registrants, pages.substitute)

        plugin.page("/manage", access: staff, pages.manage)
        plugin.page("/courses/new", access: staff, pages.newCourse)
        plugin.page("/courses/{id}/edit", access: staff, pages.editCourse)
        plugin.post("/courses/new", access: staff, pages.saveCourse)
        plugin.post("/courses/{id}/edit", access: staff, pages.saveCourse)
        plugin.page("/courses/{id}/classes/new", access: staff, pages.newClass)
        plugin.post("/courses/{id}/classes/new", access: staff, pages.saveNewClass)
        plugin.page("/classes/{id}/edit", access: staff, pages.editClass)
        plugin.post("/classes/{id}/edit", access: staff, pages.saveClass)
        plugin.post("/classes/{id}/advance", access: staff, pages.advanceClass)
        plugin.page("/classes/{id}/roster", access: staff, pages.roster)
        plugin.post("/classes/{id}/contacts", access: staff, pages.contacts)
    }

    private static func people(_ plugin: inout Registration<SchoolSettings>, _ academy: Academy) {
        plugin.navigation("商学院课堂", "/classes", note: "公益培训和专题课程，在线报名", icon: .course)
        plugin.navigation("我的课堂", "/mine", note: "报名、候补和听课凭证", icon: .people, access: .roles([.enterprise, .agency]))
        plugin.navigation("课堂管理", "/manage", note: "课程、班次、报名审核", icon: .calendar, access: staff)
        plugin.todo(access: registrants, academy.todos)
        plugin.homeBlock(order: 30, academy.homeBlock)
        plugin.search(access: .anyone, academy.search)
    }
}
