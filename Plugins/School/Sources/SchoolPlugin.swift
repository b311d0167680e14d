import Bus
import MatchingContracts
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
        let academy = Academy(
            settings: plugin.settings, regions: plugin.reference.regions, categories: plugin.reference.serviceCategories
        )
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

        plugin.handle(MergeScans.self, access: staff, academy.mergeScans)
        plugin.handle(CheckIn.self, access: staff, academy.checkIn)
        plugin.handle(WithdrawCheckIn.self, access: staff, academy.withdrawCheckIn)

        plugin.handle(IssueCertificates.self, access: staff, academy.issueCertificates)
        plugin.handle(IssueBatch.self, access: .system, academy.issueBatch)
        plugin.handle(RevokeCertificate.self, access: staff, academy.revokeCertificate)
        plugin.handle(SaveQuiz.self, access: staff, academy.saveQuiz)
        plugin.handle(SubmitQuiz.self, access: .anyone, academy.submitQuiz)
        plugin.handle(AnswerSurvey.self, access: .anyone, academy.answerSurvey)
        plugin.handle(ReportStudy.self, access: .anyone, academy.reportStudy)
        plugin.answer(GetLesson.self, access: .anyone, academy.getLesson)
        plugin.answer(FindStudy.self, access: staff, academy.findStudy)
        plugin.handle(SaveSeries.self, access: staff, academy.saveSeries)
        plugin.answer(GetSeries.self, access: .anyone, academy.getSeries)
        plugin.answer(FindSeries.self, access: .anyone, academy.findSeries)
        plugin.handle(SaveTrainingRule.self, access: .roles([.cityStaff, .provinceStaff]), academy.saveTrainingRule)
        plugin.handle(SaveTrainee.self, access: staff, academy.saveTrainee)
        plugin.handle(ClaimTrainee.self, access: .signedIn, academy.claimTrainee)
        plugin.answer(FindTrainees.self, access: staff, academy.findTrainees)
        plugin.answer(GetTrainee.self, access: .signedIn, academy.getTrainee)
        plugin.answer(FindOwnTraining.self, access: .signedIn, academy.findOwnTraining)
        plugin.answer(FindTrainingRules.self, access: .signedIn, academy.findTrainingRules)
        plugin.handle(RequestMatching.self, access: .anyone, academy.requestMatching)
        plugin.sends(SubmitDemand.self)
        plugin.react(to: DemandAdvanced.self, academy.hear)
        plugin.answer(GetClassReport.self, access: staff, academy.getClassReport)
        plugin.answer(GetThemeReport.self, access: staff, heavy: true, academy.getThemeReport)
        plugin.answer(GetQuiz.self, access: .anyone, academy.getQuiz)
        plugin.answer(GetQuizKey.self, access: staff, academy.getQuizKey)
        plugin.answer(GetSurvey.self, access: staff, academy.getSurvey)
        plugin.perform(ContinueIssue.self) { job, context in
            _ = try await context.bus.tell(IssueBatch(run: job.run), as: .system(context.plugin), id: job.step)
        }

        plugin.answer(FindCourses.self, access: .anyone, academy.findCourses)
        plugin.answer(GetCourse.self, access: .anyone, academy.getCourse)
        plugin.answer(FindMaterial.self, access: .anyone, academy.findMaterial)
        plugin.answer(FindClasses.self, access: .anyone, academy.findClasses)
        plugin.answer(GetClass.self, access: .anyone, academy.getClass)
        plugin.answer(FindRegistrations.self, access: .signedIn, academy.findRegistrations)
        plugin.answer(GetRegistration.self, access: .signedIn, academy.getRegistration)
        plugin.answer(GetPass.self, access: .anyone, academy.getPass)

        plugin.answer(GetDoor.self, access: staff, academy.getDoor)
        plugin.answer(GetAttendance.self, access: staff, academy.getAttendance)
        plugin.answer(FindAttendance.self, access: staff, academy.findAttendance)
        plugin.answer(FindScans.self, access: staff, academy.findScans)

        plugin.answer(GetCertificate.self, access: .anyone, academy.getCertificate)
        plugin.answer(VerifyCertificate.self, access: .anyone, academy.verifyCertificate)
        plugin.answer(GetCertificateKey.self, access: .anyone, academy.getCertificateKey)
        plugin.answer(GetIssue.self, access: staff, academy.getIssue)
        plugin.answer(FindCertificates.self, access: staff, academy.findCertificates)

        plugin.announces(CourseSaved.self, titled: "登记课程")
        plugin.announces(ClassSaved.self, titled: "登记班次")
        plugin.announces(ClassAdvanced.self, titled: "班次办理")
        plugin.announces(Registered.self, titled: "报名")
        plugin.announces(RegistrationAdvanced.self, titled: "报名办理")
        plugin.announces(ParticipantSubstituted.self, titled: "更换参加人员")
        plugin.announces(ContactsRevealed.self, titled: "查看联系方式")
        plugin.announces(ScansMerged.self, titled: "合并扫描记录")
        plugin.announces(CheckedIn.self, titled: "签到")
        plugin.announces(CheckInWithdrawn.self, titled: "撤销签到")
        plugin.announces(CertificateIssued.self, titled: "签发证书")
        plugin.announces(CertificateRevoked.self, titled: "撤销证书")
        plugin.announces(QuizSaved.self, titled: "设置测验")
        plugin.announces(QuizTaken.self, titled: "参加测验")
        plugin.announces(SurveyAnswered.self, titled: "评价课程")
        plugin.announces(LessonStudied.self, titled: "学完录播课")
        plugin.announces(SeriesSaved.self, titled: "登记课程系列")
        plugin.announces(TrainingRuleSaved.self, titled: "设置培训要求")
        plugin.announces(TraineeSaved.self, titled: "登记培训人员")
        plugin.announces(TrainingDue.self, titled: "培训学时将到期")
        plugin.announces(MatchingRequested.self, titled: "登记服务需求")
        plugin.announces(ReminderDue.self, titled: "开课提醒")

        plugin.every(.seconds(60), "keep offers") { try $0.keepOffers() }
        plugin.every(.seconds(60), "mark people") { try $0.markPeople() }
        plugin.every(.seconds(3600), "review trainees") { try academy.reviewTrainees($0) }
        plugin.every(.seconds(60), "make ticket keys") { try $0.makeTicketKeys() }
        let hours = plugin.settings.reminderHours
        plugin.every(.seconds(300), "remind") { try $0.remind(hours: hours) }
    }

    /// `/api/{site}/school/…`
    private static func programs(_ plugin: inout Registration<SchoolSettings>, _ academy: Academy) {
        plugin.expose(
            FindCourses.self, as: .get("/courses"), titled: "查找课程", example: FindCourses(theme: .financing, limit: 2))
        plugin.expose(GetCourse.self, as: .get("/courses/{id}"), titled: "查看课程")
        plugin.expose(SaveCourse.self, as: .post("/courses"), titled: "登记或修改课程")
        plugin.expose(FindMaterial.self, as: .get("/materials/{digest}"), titled: "查看资料信息")
        plugin.expose(
            FindClasses.self, as: .get("/classes"), titled: "查找班次", example: FindClasses(theme: .financing, limit: 2))
        plugin.expose(GetClass.self, as: .get("/classes/{id}"), titled: "查看班次")
        plugin.expose(SaveClass.self, as: .post("/classes"), titled: "登记或修改班次")
        plugin.expose(AdvanceClass.self, as: .post("/classes/{schoolClass}/steps"), titled: "发布、取消或结课")
        plugin.expose(Register.self, as: .post("/classes/{schoolClass}/registrations"), titled: "为参加人员报名")
        plugin.expose(RevealContacts.self, as: .post("/classes/{schoolClass}/contacts"), titled: "查看联系方式（留痕）")
        plugin.expose(
            FindRegistrations.self, as: .get("/registrations"), titled: "查找报名", example: FindRegistrations(limit: 2))
        plugin.expose(GetRegistration.self, as: .get("/registrations/{id}"), titled: "查看报名")
        plugin.expose(
            AdvanceRegistration.self, as: .post("/registrations/{registration}/steps"), titled: "审核、确认、放弃或取消报名")
        plugin.expose(
            SubstituteParticipant.self, as: .post("/registrations/{registration}/participant"), titled: "更换参加人员")
        plugin.expose(GetPass.self, as: .get("/passes/{id}"), titled: "凭凭证码查看报名")
        plugin.expose(AnswerByCode.self, as: .post("/passes/{registration}/steps"), titled: "凭凭证码确认、放弃或取消")
        plugin.expose(GetDoor.self, as: .get("/classes/{schoolClass}/door"), titled: "下载签到设备所需信息")
        plugin.expose(MergeScans.self, as: .post("/classes/{schoolClass}/scans"), titled: "合并签到设备的扫描记录")
        plugin.expose(CheckIn.self, as: .post("/classes/{schoolClass}/presences"), titled: "柜台签到或补录")
        plugin.expose(WithdrawCheckIn.self, as: .post("/classes/{schoolClass}/presences/withdrawals"), titled: "撤销签到")
        plugin.expose(GetAttendance.self, as: .get("/classes/{schoolClass}/attendance"), titled: "查看签到汇总")
        plugin.expose(FindAttendance.self, as: .get("/classes/{schoolClass}/presences"), titled: "查看签到名单")
        plugin.expose(FindScans.self, as: .get("/classes/{schoolClass}/scans"), titled: "查看重复和冲突的扫描")
        plugin.expose(IssueCertificates.self, as: .post("/classes/{schoolClass}/certificates"), titled: "为达到要求的人员发证")
        plugin.expose(FindCertificates.self, as: .get("/classes/{schoolClass}/certificates"), titled: "查看发证情况")
        plugin.expose(GetIssue.self, as: .get("/classes/{schoolClass}/certificates/issue"), titled: "查看发证进度")
        plugin.expose(RevokeCertificate.self, as: .post("/certificates/{number}/revocation"), titled: "撤销证书")
        plugin.expose(GetCertificate.self, as: .get("/certificates/{number}"), titled: "凭查验码查看证书")
        plugin.expose(VerifyCertificate.self, as: .get("/certificate-checks"), titled: "查验证书文本")
        plugin.expose(GetCertificateKey.self, as: .get("/certificate-key"), titled: "下载证书公钥")
        plugin.expose(SaveQuiz.self, as: .post("/courses/{course}/quiz"), titled: "设置课程测验")
        plugin.expose(GetQuizKey.self, as: .get("/courses/{course}/quiz"), titled: "查看测验和答案")
        plugin.expose(GetQuiz.self, as: .get("/passes/{registration}/quiz"), titled: "凭凭证码查看测验")
        plugin.expose(SubmitQuiz.self, as: .post("/passes/{registration}/attempts"), titled: "凭凭证码提交测验")
        plugin.expose(AnswerSurvey.self, as: .post("/passes/{registration}/survey"), titled: "凭凭证码评价课程")
        plugin.expose(GetSurvey.self, as: .get("/classes/{schoolClass}/survey"), titled: "查看课程评价")
        plugin.expose(GetLesson.self, as: .get("/passes/{registration}/lessons/{session}"), titled: "凭凭证码查看录播课")
        plugin.expose(ReportStudy.self, as: .post("/passes/{registration}/lessons/{session}"), titled: "凭凭证码报送播放的片段")
        plugin.expose(FindStudy.self, as: .get("/classes/{schoolClass}/study"), titled: "查看录播学习情况")
        plugin.expose(FindSeries.self, as: .get("/series"), titled: "查找课程系列", example: FindSeries(limit: 2))
        plugin.expose(GetSeries.self, as: .get("/series/{id}"), titled: "查看课程系列")
        plugin.expose(SaveSeries.self, as: .post("/series"), titled: "登记或修改课程系列")
        plugin.expose(FindTrainees.self, as: .get("/trainees"), titled: "查看人员培训情况", example: FindTrainees(limit: 2))
        plugin.expose(GetTrainee.self, as: .get("/trainees/{id}"), titled: "查看培训档案")
        plugin.expose(SaveTrainee.self, as: .post("/trainees"), titled: "登记或修改培训人员")
        plugin.expose(FindTrainingRules.self, as: .get("/training-rules"), titled: "查看培训要求")
        plugin.expose(SaveTrainingRule.self, as: .post("/training-rules"), titled: "设置培训要求")
        plugin.expose(RequestMatching.self, as: .post("/passes/{registration}/matching"), titled: "凭凭证码登记服务需求")
        plugin.expose(GetClassReport.self, as: .get("/classes/{schoolClass}/report"), titled: "查看培训与对接报告")
        plugin.expose(GetThemeReport.self, as: .get("/report"), titled: "查看全年培训与对接汇总")
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

        plugin.page("/pass/{id}/{code}/quiz", access: .anyone, pages.quiz)
        plugin.post("/pass/{id}/{code}/quiz", access: .anyone, pages.submitQuiz)
        plugin.page("/pass/{id}/{code}/survey", access: .anyone, pages.survey)
        plugin.post("/pass/{id}/{code}/survey", access: .anyone, pages.answerSurvey)
        plugin.page("/pass/{id}/{code}/lessons/{session}", access: .anyone, pages.lesson)
        plugin.post("/pass/{id}/{code}/lessons/{session}", access: .anyone, pages.reportStudy)
        plugin.page("/pass/{id}/{code}/lessons/{session}/video", access: .anyone, pages.lessonVideo)
        plugin.page("/series", access: .anyone, pages.seriesList)
        plugin.page("/series/{id}", access: .anyone, pages.series)
        plugin.page("/series/new", access: staff, pages.newSeries)
        plugin.post("/series/new", access: staff, pages.saveSeries)
        plugin.page("/series/{id}/edit", access: staff, pages.editSeries)
        plugin.post("/series/{id}/edit", access: staff, pages.saveSeries)
        plugin.page("/certificates", access: .anyone, pages.certificates)
        plugin.post("/certificates", access: .anyone, pages.verify)
        plugin.page("/certificates/key.pem", access: .anyone, pages.certificateKey)
        plugin.page("/certificates/{number}/{code}", access: .anyone, pages.certificate)
        plugin.page("/certificates/{number}/{code}/file", access: .anyone, pages.certificateFile)

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
        plugin.page("/classes/{id}/attendance", access: staff, pages.attendance)
        plugin.page("/classes/{id}/attendance/{session}", access: staff, pages.session)
        plugin.post("/classes/{id}/attendance/{session}", access: staff, pages.checkIn)
        plugin.post("/classes/{id}/attendance/{session}/withdraw", access: staff, pages.withdraw)
        plugin.page("/classes/{id}/door/{session}", access: staff, pages.door)
        plugin.post("/classes/{id}/door/{session}", access: staff, pages.typed)
        plugin.post("/classes/{id}/door/{session}/scans", access: staff, pages.scans)
        plugin.page("/courses/{id}/quiz", access: staff, pages.editQuiz)
        plugin.post("/courses/{id}/quiz", access: staff, pages.saveQuiz)
        plugin.page("/classes/{id}/survey", access: staff, pages.surveyReport)
        plugin.page("/classes/{id}/certificates", access: staff, pages.issuing)
        plugin.post("/classes/{id}/certificates", access: staff, pages.issue)
        plugin.post("/classes/{id}/certificates/revoke", access: staff, pages.revoke)
        plugin.page("/training", access: staff, pages.training)
        plugin.page("/training.csv", access: staff, pages.trainingCSV)
        plugin.page("/training/mine", access: .signedIn, pages.ownTraining)
        plugin.post("/training/mine", access: .signedIn, pages.claimTrainee)
        plugin.page("/training/rules", access: staff, pages.trainingRules)
        plugin.post("/training/rules", access: .roles([.cityStaff, .provinceStaff]), pages.saveTrainingRule)
        plugin.page("/training/people/new", access: staff, pages.newTrainee)
        plugin.post("/training/people/new", access: staff, pages.saveTrainee)
        plugin.page("/training/people/{id}", access: .signedIn, pages.trainee)
        plugin.page("/training/people/{id}/edit", access: staff, pages.editTrainee)
        plugin.post("/training/people/{id}/edit", access: staff, pages.saveTrainee)
        plugin.page("/pass/{id}/{code}/matching", access: .anyone, pages.matching)
        plugin.post("/pass/{id}/{code}/matching", access: .anyone, pages.requestMatching)
        plugin.page("/classes/{id}/report", access: staff, pages.classReport)
        plugin.page("/report", access: staff, pages.themeReport)
        for asset in SchoolAssets.all { plugin.asset(asset) }
    }

    private static func people(_ plugin: inout Registration<SchoolSettings>, _ academy: Academy) {
        plugin.navigation("商学院课堂", "/classes", note: "公益培训和专题课程，在线报名", icon: .course)
        plugin.navigation("我的课堂", "/mine", note: "报名、候补和听课凭证", icon: .people, access: .roles([.enterprise, .agency]))
        plugin.navigation("课堂管理", "/manage", note: "课程、班次、报名审核", icon: .calendar, access: staff)
        plugin.navigation("人员培训", "/training", note: "工作人员培训学时、要求和到期提醒", icon: .people, access: staff)
        plugin.todo(access: registrants, academy.todos)
        plugin.todo(access: .signedIn, academy.trainingTodos)
        plugin.homeBlock(order: 30, academy.homeBlock)
        plugin.search(access: .anyone, academy.search)
    }
}
