import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// What staff work with.
extension SchoolPages {
    func manage(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindClasses(
                theme: request.coded("theme"), mine: true, after: request.fields["after"].flatMap { Cursor($0) },
                limit: 20))
        return .page(
            Page(
                title: "课堂管理", trail: [("商学院课堂", "\(request.base)/classes")],
                header: PageHeader(lead: "本辖区的全部班次，包括未发布的。先登记课程，再开设班次。") {
                    ButtonLink("登记课程", href: "\(request.base)/courses/new")
                    ButtonLink("课程目录", href: "\(request.base)/courses", .secondary)
                    ButtonLink("培训与对接汇总", href: "\(request.base)/report", .secondary)
                }
            ) {
                FilterBar(request) { form in
                    form.select("theme", "主题", CourseTheme.allCases.map { Choice($0.rawValue, $0.title) })
                }
                DataTable(
                    "班次",
                    columns: [
                        .text("班次"), .text("编号"), .text("开课时间"), .text("地区"), .number("已占名额"), .number("候补"),
                        .text("状态"), .text("报名"),
                    ],
                    rows: found.items.map { card in
                        [
                            .link(card.title, "\(request.base)/classes/\(card.id)"), .text(card.id.description),
                            .moment(card.startsAt),
                            .text(academy.title(of: card.region)), .text("\(card.taken)/\(card.capacity)"),
                            .number(card.waiting),
                            DataTable.Cell { card.badge(now: request.now) },
                            .link("报名管理", "\(request.base)/classes/\(card.id)/roster"),
                        ]
                    }, empty: EmptyState("还没有班次", hint: "登记课程后，在课程页面开设班次。"))
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    // MARK: - Courses

    func newCourse(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(CourseFormPage(course: nil, region: region(of: request), regions: academy.regions, refusal: nil).page(request))
    }

    func editCourse(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            CourseFormPage(
                course: try context.ask(GetCourse(id: request.courseID())), region: region(of: request), regions: academy.regions,
                refusal: nil
            ).page(request))
    }

    /// Where the one who asks works: the region of the first grant, or the site's.
    func region(of request: PageRequest) -> String {
        (request.actor.grants.first { Rights.staff.contains($0.role) }?.region ?? request.site.region)?.description
            ?? ""
    }

    func saveCourse(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let old = try request.parameters["id"] == nil ? nil : context.ask(GetCourse(id: request.courseID()))
        do {
            var form = FormReader(request)
            let title = form.text("title", "课程名称")
            let theme = form.choice("theme", "主题", or: CourseTheme.other)
            let audience = form.choice("audience", "对象", or: Audience.enterprises)
            let region = form.region("region", "负责地区")
            let hours = form.number("hours", "学时")
            let summary = form.text("summary", "课程介绍")
            let needs = PrerequisiteProof.allCases.flatMap { proof in
                form.courses("needs-\(proof.rawValue)", "先修课程").map { Prerequisite(course: $0, proof: proof) }
            }
            let removed = Set(request.fields.all("removed"))
            let materials =
                (old?.materials.filter { !removed.contains($0.digest) } ?? [])
                + form.materials("openMaterials", isOpen: true, context)
                + form.materials("materials", isOpen: false, context)
            try form.refuseIfFaulty()
            guard let region else { return .page(CourseFormPage(course: old, region: "", regions: academy.regions, refusal: nil).page(request)) }
            let receipt = try await context.tell(
                SaveCourse(
                    course: old?.card.id, title: title, theme: theme, audience: audience, region: region, hours: hours,
                    summary: summary,
                    requirements: request.fields["requirements"], teachers: Self.teachers(request.fields["teachers"]),
                    materials: materials, prerequisites: needs))
            return .redirect(
                to: "\(request.base)/courses/\(receipt.course)",
                notice: old == nil ? "课程已登记，编号 \(receipt.course)。" : "课程已修改。")
        } catch var refusal as Refusal {
            for index in refusal.faults.indices where refusal.faults[index].field == "prerequisites" {
                refusal.faults[index].field = "needs-\(PrerequisiteProof.certificate.rawValue)"
            }
            return .page(CourseFormPage(course: old, region: self.region(of: request), regions: academy.regions, refusal: refusal).page(request))
        }
    }

    /// One teacher a line: name, then a comma and the position.
    static func teachers(_ text: String?) -> [Teacher] {
        (text ?? "").split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(maxSplits: 1, whereSeparator: { $0 == "，" || $0 == "," }).map { $0.trimmed }
            guard let name = parts.first, !name.isEmpty else { return nil }
            return Teacher(name: name, position: parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil)
        }
    }

    // MARK: - Classes

    func newClass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let course = try context.ask(GetCourse(id: request.courseID()))
        return .page(
            ClassFormPage(
                course: course.card, videos: course.videos, detail: nil, region: region(of: request), regions: academy.regions,
                refusal: nil
            ).page(request))
    }

    func editClass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetClass(id: request.classID()))
        let course = try context.ask(GetCourse(id: detail.card.course))
        return .page(
            ClassFormPage(
                course: course.card, videos: course.videos, detail: detail, region: "", regions: academy.regions, refusal: nil
            ).page(request))
    }

    func saveNewClass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await save(nil, of: try context.ask(GetCourse(id: request.courseID())), request, context)
    }

    func saveClass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetClass(id: request.classID()))
        return try await save(detail, of: try context.ask(GetCourse(id: detail.card.course)), request, context)
    }

    private func save(_ old: ClassDetail?, of course: CourseDetail, _ request: PageRequest, _ context: PageContext)
        async throws -> PageReply
    {
        do {
            var form = FormReader(request)
            let region = form.region("region", "举办地区")
            let capacity = form.number("capacity", "名额")
            let perEnterprise = form.number("perEnterprise", "每家企业限报", or: 5)
            let offerHours = form.number("offerHours", "递补保留时间", or: 24)
            let percent = form.number("attendancePercent", "结业须参加的课次比例", or: old?.attendancePercent ?? 80)
            let (quotas, wrong) = QuotaText.read(request.fields["quotas"] ?? "", academy.regions, in: request.site.region?.province)
            for line in wrong { form.add("quotas", "「\(line.prefix(40))」不是地区和人数，应形如“浏阳市 20”；重名的写全市州，或写六位区划代码。请修改。") }
            let opensAt = form.moment("opens", "报名开始")
            let closesAt = form.moment("closes", "报名截止")
            let sessions = (1...ClassFormPage.lines(old)).compactMap { form.session($0) }
            try form.refuseIfFaulty()
            guard let region, let opensAt, let closesAt else {
                return .page(
                    ClassFormPage(
                        course: course.card, videos: course.videos, detail: old, region: "", regions: academy.regions, refusal: nil
                    ).page(request))
            }
            let receipt = try await context.tell(
                SaveClass(
                    schoolClass: old?.card.id, course: course.card.id, suffix: request.fields["suffix"], region: region,
                    capacity: capacity,
                    perEnterprise: perEnterprise, needsApproval: request.fields["needsApproval"] == "yes",
                    opensAt: opensAt, closesAt: closesAt,
                    offerHours: offerHours, sessions: sessions, contact: request.fields["contact"],
                    note: request.fields["note"],
                    attendancePercent: percent, offersMatching: request.fields["offersMatching"] == "yes", quotas: quotas))
            return .redirect(
                to: "\(request.base)/classes/\(receipt.schoolClass)",
                notice: old == nil ? "班次已登记，编号 \(receipt.schoolClass)。核对后请发布。" : "班次已修改。")
        } catch let refusal as Refusal {
            return .page(
                ClassFormPage(
                    course: course.card, videos: course.videos, detail: old, region: region(of: request),
                    regions: academy.regions, refusal: refusal
                ).page(request))
        }
    }

    func advanceClass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.classID()
            var form = FormReader(request)
            let action = form.choice("action", "办理事项", or: ClassAction.publish)
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                AdvanceClass(schoolClass: id, action: action, reason: request.fields["reason"]))
            return .redirect(
                to: "\(request.base)/classes/\(id)", notice: "已\(action.title)，现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try classPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Registrations of a class

    func roster(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try rosterPage(request, context, sheet: nil, refusal: nil))
    }

    func contacts(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let purpose = form.text("purpose", "用途")
            try form.refuseIfFaulty()
            let sheet = try await context.tell(RevealContacts(schoolClass: request.classID(), purpose: purpose))
            return .page(try rosterPage(request, context, sheet: sheet, refusal: nil))
        } catch let refusal as Refusal where refusal.status == 422 {
            return .page(try rosterPage(request, context, sheet: nil, refusal: refusal))
        }
    }

    private func rosterPage(_ request: PageRequest, _ context: PageContext, sheet: ContactSheet?, refusal: Refusal?)
        throws -> Page
    {
        let detail = try context.ask(GetClass(id: request.classID()))
        guard detail.mayManage else { throw SchoolRefusal.region(detail.card.region.description) }
        let found = try context.ask(
            FindRegistrations(
                schoolClass: detail.card.id, state: request.coded("state"),
                after: request.fields["after"].flatMap { Cursor($0) }, limit: 100))
        return RosterPage(detail: detail, found: found, sheet: sheet, refusal: refusal).page(request)
    }
}

extension CourseDetail {
    /// What lessons can be made of.
    fileprivate var videos: [Material] { materials.filter(\.isVideo) }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let front = drop { $0.isWhitespace }
        guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(front[...last])
    }
}

extension FormReader {
    /// One session, fields with this number behind them; `nil` when nothing was typed.
    mutating func session(_ line: Int) -> SessionDraft? {
        let title = request.fields["title\(line)"]
        guard title != nil || request.fields["day\(line)"] != nil else { return nil }
        if title == nil { add("title\(line)", "请填写第 \(line) 次课的名称。") }
        let mode = choice("mode\(line)", "第 \(line) 次课的方式", or: SessionMode.onsite)
        guard let day = request.fields["day\(line)"].flatMap({ Day($0) }) else {
            add("day\(line)", "请填写第 \(line) 次课的日期，形如 2026-03-01。")
            return nil
        }
        let from = moment(day, "from\(line)", "第 \(line) 次课开始")
        let until = moment(day, "until\(line)", "第 \(line) 次课结束")
        let minutes = request.fields["minutes\(line)"] == nil ? nil : number("minutes\(line)", "第 \(line) 次课的时长")
        guard let title, let from, var until else { return nil }
        // A recorded lesson can be watched on other days too.
        if mode == .recorded, let last = request.fields["lastDay\(line)"].flatMap({ Day($0) }), last > day {
            until = Timestamp(milliseconds: until.milliseconds + Int64(last - day) * 86_400_000)
        }
        let (chapters, unread) = ChapterText.read(request.fields["chapters\(line)"] ?? "")
        for fault in unread { add("chapters\(line)", "第 \(line) 次课：\(fault)") }
        let percent =
            request.fields["studyPercent\(line)"] == nil ? nil : number("studyPercent\(line)", "第 \(line) 次课须学习的比例")
        return SessionDraft(
            number: request.fields["number\(line)"].flatMap { Int($0) }, title: title, mode: mode, startsAt: from,
            endsAt: until,
            place: request.fields["place\(line)"], link: request.fields["link\(line)"], minutes: minutes,
            video: request.fields["video\(line)"], chapters: chapters.isEmpty ? nil : chapters, studyPercent: percent)
    }
}
