import Bus
import Messages
public import PluginKit
import SchoolContracts
import Store
import Vocabulary

extension School {
    /// Invented courses, classes in every state and a class with a waiting list. All names say that they are invented (演示·…); everything
    /// goes through the ordinary commands with fixed ids, so that running it again changes nothing.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard let region = demonstration.region else { return }
        try await DemoLessons(
            teller: DemoTeller(demonstration, of: manifest.id), files: demonstration.files, region: region, now: demonstration.now
        ).tellAll()
    }
}

/// The invented school of a site.
struct DemoLessons {
    let teller: DemoTeller
    let files: FileStore
    let region: RegionCode
    let now: Timestamp

    /// So many days from today at this hour.
    private func at(_ days: Int, _ hour: Int, _ minute: Int = 0) -> Timestamp {
        (now.day + days).moment(hour: hour, minute: minute) ?? now
    }

    func tellAll() async throws {
        let finance = try await course("中小企业融资实务", .financing, 6, "讲清银行授信、担保增信和股权融资的办理要点，现场演练融资材料准备。")
        let smart = try await course("智能制造入门与诊断", .smartManufacturing, 8, "从一台设备、一条产线开始的数字化改造，结合诊断表做现场练习。")
        let risk = try await course("合同与劳动用工风险防范", .riskPrevention, 4, "以案例讲解合同签订、履行和劳动用工中的常见风险及应对。")
        let staff = try await course("窗口服务规范与案例", .other, 12, "面向平台网络工作人员：受理、派单、回访的规范和典型案例。", audience: .staff)

        let open = try await classOf(finance, "第一期", capacity: 30, day: 12)
        try await teller.tell(AdvanceClass(schoolClass: open, action: .publish))
        try await register(open, 1, people: 3)
        try await register(open, 2, people: 2)

        let full = try await classOf(smart, "小班", capacity: 3, day: 20)
        try await teller.tell(AdvanceClass(schoolClass: full, action: .publish))
        try await register(full, 3, people: 2)
        try await register(full, 4, people: 2)
        let last = try await register(full, 5, people: 2)
        // One gives the seat back, so that a seat is offered to whoever waited longest.
        if let first = RegistrationID("\(full)-0001") {
            try await teller.tell(AdvanceRegistration(registration: first, action: .cancel))
        }
        _ = last

        let approved = try await classOf(risk, "审核班", capacity: 40, day: 26, needsApproval: true)
        try await teller.tell(AdvanceClass(schoolClass: approved, action: .publish))
        try await register(approved, 6, people: 2)

        let inner = try await classOf(staff, nil, capacity: 60, day: 33)
        try await teller.tell(AdvanceClass(schoolClass: inner, action: .publish))
        _ = try await classOf(risk, "筹备中", capacity: 50, day: 45)
        try await underWay(finance)
        try await teller.tell(
            SaveQuiz(
                course: smart, passPercent: 60, attempts: 3,
                questions: [
                    QuestionDraft(
                        text: "数字化改造宜从哪里开始？", kind: .single, options: ["一条产线", "全部车间同时", "先买最贵的设备"], answers: ["A"]),
                    QuestionDraft(
                        text: "诊断表包括哪些方面？", kind: .multiple, options: ["设备", "数据", "人员", "办公室装修"],
                        answers: ["A", "B", "C"]),
                    QuestionDraft(text: "诊断结果应当留存。", kind: .judgement, answers: ["对"]),
                    QuestionDraft(text: "服务热线的号码是多少？", kind: .short, answers: ["96871", "0731-96871"]),
                ]))
        try await recorded(after: finance)
        try await trained(staff)
    }

    /// A class that began days ago and goes on today: presences from a paper list and from two doors, a person at both, a code that is no
    /// ticket, certificates for whoever was at enough sessions.
    private func underWay(_ course: CourseID) async throws {
        let today = at(0, 0)
        let running = try await teller.tell(
            SaveClass(
                course: course, suffix: "进行中的班", region: region, capacity: 40, opensAt: at(-30, 9),
                closesAt: at(-4, 18),
                sessions: [
                    SessionDraft(
                        title: "第一讲", mode: .onsite, startsAt: at(-3, 9), endsAt: at(-3, 11, 30), place: "演示·企业服务中心三楼教室"
                    ),
                    SessionDraft(
                        title: "第二讲", mode: .onsite, startsAt: today, endsAt: today.advanced(by: .seconds(86_399)),
                        place: "演示·企业服务中心三楼教室"),
                ], contact: "96871", attendancePercent: 50, offersMatching: true)
        ).schoolClass
        try await teller.tell(AdvanceClass(schoolClass: running, action: .publish))
        try await register(running, 7, people: 4)
        try await register(running, 8, people: 3)
        let ids = (1...7).compactMap { RegistrationID(running, serial: $0) }
        try await teller.tell(
            CheckIn(schoolClass: running, session: 1, registrations: Array(ids[0..<5]), way: .manual, at: at(-3, 8, 55))
        )
        try await teller.tell(IssueCertificates(schoolClass: running))
        for (index, overall) in [5, 4, 3].enumerated() {
            let code = try teller.ask(GetRegistration(id: ids[index])).code
            try await teller.tell(
                AnswerSurvey(
                    registration: ids[index], code: code, overall: overall, teaching: 5,
                    comment: index == 0 ? "演示·案例很实用，希望多些现场演练。" : nil))
        }
        let code = try teller.ask(GetRegistration(id: ids[0])).code
        try await teller.tell(
            RequestMatching(
                registration: ids[0], code: code, title: "演示·为技术改造申请设备贷款", category: "finance",
                description: "演示需求：学完融资实务后，想为一条产线的改造申请设备贷款，需要担保方案。", consent: true))
        func scan(_ serial: Int, _ ticket: RegistrationID?, _ minute: Int) -> ScanDraft {
            // The moment is long past whatever the hour at which the demo runs.
            let moment = today.advanced(by: .seconds(-60 * minute))
            return ScanDraft(
                id: MessageID(high: 0x0000_0000_00DE_7002, low: 0x8000_0000_0000_0000 | UInt64(serial)),
                ticket: ticket?.description ?? "演示·不是凭证", at: moment)
        }
        try await teller.tell(
            MergeScans(
                schoolClass: running, session: 2, device: "演示·东门",
                scans: [scan(1, ids[0], 12), scan(2, ids[1], 11), scan(3, nil, 10)]))
        try await teller.tell(
            MergeScans(
                schoolClass: running, session: 2, device: "演示·西门",
                scans: [scan(4, ids[2], 9), scan(5, ids[0], 8), scan(6, ids[6], 7)]))
    }

    /// A course that asks for another one, with a video lesson that can be studied now, and both as a series.
    private func recorded(after finance: CourseID) async throws {
        let kept = try files.keep(DemoVideo.bytes, name: "演示·融资材料准备.mp4")
        let video = Material(
            digest: kept.digest, name: kept.name, type: kept.type.mediaType, length: Int64(kept.size), isOpen: false)
        let basics = try await teller.tell(
            SaveCourse(
                title: "融资材料准备（录播）", theme: .financing, audience: .enterprises, region: region, hours: 2,
                summary: "演示课程。一分钟的录播课：边看边计学习时间，学完计入出勤和证书。", teachers: [Teacher(name: "演示·王老师", position: "演示大学")],
                materials: [video])
        ).course
        let advanced = try await teller.tell(
            SaveCourse(
                title: "股权融资进阶", theme: .financing, audience: .enterprises, region: region, hours: 8,
                summary: "演示课程。须先取得融资实务的证书。", teachers: [Teacher(name: "演示·李老师", position: "演示投资")],
                prerequisites: [Prerequisite(course: finance, proof: .certificate)])
        ).course
        try await teller.tell(
            SaveSeries(
                title: "融资能力三步走", summary: "演示系列。先备材料，再学实务，最后学股权融资。", region: region,
                courses: [basics, finance, advanced]))
        let open = try await classOf(advanced, nil, capacity: 20, day: 30)
        try await teller.tell(AdvanceClass(schoolClass: open, action: .publish))
        let running = try await teller.tell(
            SaveClass(
                course: basics, suffix: "随到随学", region: region, capacity: 500, opensAt: at(-30, 9), closesAt: at(-1, 8),
                sessions: [
                    SessionDraft(
                        title: "材料准备", mode: .recorded, startsAt: at(-1, 9), endsAt: at(60, 18), minutes: 1,
                        video: kept.digest,
                        chapters: [
                            Chapter(title: "需要哪些材料", second: 0), Chapter(title: "财务报表", second: 20),
                            Chapter(title: "常见退件原因", second: 40),
                        ])
                ], contact: "96871", attendancePercent: 100, offersMatching: true)
        ).schoolClass
        try await teller.tell(AdvanceClass(schoolClass: running, action: .publish))
        try await register(running, 9, people: 2)
    }

    /// What roles need, and people of the node who have it, will not have it for long, and have not.
    private func trained(_ course: CourseID) async throws {
        for year in [at(0, 0).day.year, at(0, 0).day.year + 1] {
            try await teller.tell(SaveTrainingRule(role: "窗口服务人员", year: year, hours: 3, validMonths: 12))
            try await teller.tell(SaveTrainingRule(role: "热线坐席", year: year, hours: 24, validMonths: 12))
        }
        let past = try await teller.tell(
            SaveClass(
                course: course, suffix: "分段班", region: region, capacity: 30, opensAt: at(-400, 9),
                closesAt: at(-342, 18),
                sessions: [
                    SessionDraft(
                        title: "服务规范", mode: .onsite, startsAt: at(-341, 9), endsAt: at(-341, 12), place: "演示·培训室"),
                    SessionDraft(
                        title: "案例演练", mode: .onsite, startsAt: at(-20, 9), endsAt: at(2, 17), place: "演示·培训室"),
                ].map { draft in
                    var draft = draft
                    if draft.title == "案例演练" { draft.endsAt = draft.startsAt.advanced(by: .seconds(3 * 3600)) }
                    return draft
                } + [
                    SessionDraft(
                        title: "总结", mode: .onsite, startsAt: at(2, 9), endsAt: at(2, 12), place: "演示·培训室")
                ], contact: "96871", attendancePercent: 30)
        ).schoolClass
        try await teller.tell(AdvanceClass(schoolClass: past, action: .publish))
        let staff = (1...3).compactMap { number in
            Mobile("1990000\(2000 + number)").map {
                ParticipantDraft(name: Personal("演示·工作人员\(number)"), mobile: Personal($0))
            }
        }
        try await teller.tell(
            Register(schoolClass: past, participants: staff, enterprise: try DemoEnterprise.make(20), consent: true))
        let ids = (1...3).compactMap { RegistrationID(past, serial: $0) }
        try await teller.tell(
            CheckIn(schoolClass: past, session: 1, registrations: Array(ids.prefix(1)), way: .manual, at: at(-341, 9)))
        try await teller.tell(
            CheckIn(schoolClass: past, session: 2, registrations: Array(ids[1...1]), way: .manual, at: at(-20, 9)))
        for (number, role) in [(1, "窗口服务人员"), (2, "窗口服务人员"), (3, "窗口服务人员"), (4, "热线坐席")] {
            guard let mobile = Mobile("1990000\(2000 + number)") else { continue }
            try await teller.tell(
                SaveTrainee(name: Personal("演示·工作人员\(number)"), mobile: Personal(mobile), role: role, region: region))
        }
    }

    private func course(
        _ title: String, _ theme: CourseTheme, _ hours: Int, _ summary: String, audience: Audience = .enterprises
    ) async throws -> CourseID {
        try await teller.tell(
            SaveCourse(
                title: title, theme: theme, audience: audience, region: region, hours: hours,
                summary: "演示课程。\(summary)",
                teachers: [Teacher(name: "演示·王老师", position: "演示大学")])
        ).course
    }

    private func classOf(
        _ course: CourseID, _ suffix: String?, capacity: Int, day: Int, needsApproval: Bool = false
    ) async throws -> ClassID {
        try await teller.tell(
            SaveClass(
                course: course, suffix: suffix, region: region, capacity: capacity, needsApproval: needsApproval,
                opensAt: at(-7, 9),
                closesAt: at(day - 1, 18),
                sessions: [
                    SessionDraft(
                        title: "第一讲", mode: .onsite, startsAt: at(day, 9), endsAt: at(day, 11, 30),
                        place: "演示·企业服务中心三楼教室"),
                    SessionDraft(
                        title: "答疑直播", mode: .online, startsAt: at(day + 1, 19), endsAt: at(day + 1, 20, 30),
                        link: "https://live.example.com/demo"),
                ], contact: "96871", note: "请携带听课凭证二维码签到。")
        ).schoolClass
    }

    @discardableResult
    private func register(_ schoolClass: ClassID, _ serial: Int, people: Int) async throws -> RegistrationReceipt {
        let drafts = (1...people).compactMap { number in
            // Numbers of a block that is not given out.
            Mobile("1990000\(String(1000 + serial * 10 + number))").map {
                ParticipantDraft(
                    name: Personal("演示·学员\(serial)\(number)"), mobile: Personal($0),
                    position: number == 1 ? "财务负责人" : nil)
            }
        }
        return try await teller.tell(
            Register(
                schoolClass: schoolClass, participants: drafts, enterprise: try DemoEnterprise.make(serial),
                consent: true))
    }
}

/// Enterprises that cannot be real: their names say so, and their organisation codes are MA0E and a number counted up.
enum DemoEnterprise {
    static func make(_ serial: Int) throws -> EnterpriseName {
        guard let code = CreditCode.completing("91430000MA0E" + String(10_000 + serial % 10_000).suffix(4)) else {
            throw SchoolRefusal.invalid([.init(field: "enterprise", message: "演示企业代码未能生成。请报告此问题。")])
        }
        return EnterpriseName(creditCode: code, name: "演示·第\(serial)企业有限公司")
    }
}
