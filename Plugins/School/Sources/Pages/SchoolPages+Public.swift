import Messages
import Pages
import PluginKit
import SchoolContracts
import Store
import Vocabulary

/// The plug-in's pages: each asks its queries and writes what they answer.
struct SchoolPages: Sendable {
    let academy: Academy
}

/// What everybody may see.
extension SchoolPages {
    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .redirect(to: "\(request.base)/classes")
    }

    func classes(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let isPast = request.fields["past"] == "yes"
        let found = try context.ask(
            FindClasses(
                theme: request.coded("theme"), region: request.fields["region"].flatMap { RegionCode($0) },
                past: isPast ? true : nil,
                after: request.fields["after"].flatMap { Cursor($0) }, limit: 20))
        let cities = academy.regions.all.filter {
            $0.parent == (request.site.region?.province ?? $0.parent) && $0.tier == .city && $0.until == nil
        }
        return .page(
            Page(
                title: "商学院课堂",
                header: PageHeader(lead: "面向中小企业的公益培训和专题课程。报名按先后取得名额，满员后可候补。") {
                    ButtonLink("课程目录", href: "\(request.base)/courses", .secondary)
                    ButtonLink("课程系列", href: "\(request.base)/series", .secondary)
                    ButtonLink("证书查验", href: "\(request.base)/certificates", .quiet)
                    ButtonLink("日历订阅", href: "\(request.base)/calendar.ics", .quiet)
                }
            ) {
                FilterBar(request) { form in
                    form.select("theme", "主题", CourseTheme.allCases.map { Choice($0.rawValue, $0.title) })
                    form.select("region", "市州", cities.map { Choice($0.code.description, $0.name) })
                    form.select("past", "时间", [Choice("yes", "已结束")])
                }
                if found.items.isEmpty {
                    EmptyState(isPast ? "没有已结束的班次" : "近期没有已发布的班次", hint: "可以放宽筛选条件，或在课程目录中查看课程介绍。")
                } else {
                    h2("班次", .class("hidden"))
                    CardGrid(
                        found.items.map {
                            ClassCards.card(
                                $0, base: request.base, region: academy.title(of: $0.region), now: request.now)
                        })
                }
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    func schoolClass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try classPage(request, context, refusal: nil))
    }

    func classPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetClass(id: request.classID()))
        let course = try context.ask(GetCourse(id: detail.card.course))
        return ClassPage(
            detail: detail, course: course, region: academy.title(of: detail.card.region), regions: academy.regions,
            mayRegister: request.actor.kind == .visitor || request.actor.holds(.enterprise, .agency)
                || Rights.isStaff(request.actor), refusal: refusal
        ).page(request)
    }

    func courses(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindCourses(
                theme: request.coded("theme"), audience: request.coded("audience"),
                text: request.fields["text"].map { String($0.prefix(60)) },
                after: request.fields["after"].flatMap { Cursor($0) }, limit: 20))
        return .page(
            Page(
                title: "课程目录", trail: [("商学院课堂", "\(request.base)/classes")],
                header: PageHeader(lead: "全部课程按主题归类；每门课程可多次开班。") {
                    if Rights.isStaff(request.actor) { ButtonLink("登记课程", href: "\(request.base)/courses/new") }
                }
            ) {
                FilterBar(request) { form in
                    form.text("text", "课程、教师或内容")
                    form.select("theme", "主题", CourseTheme.allCases.map { Choice($0.rawValue, $0.title) })
                    form.select("audience", "对象", Audience.allCases.map { Choice($0.rawValue, $0.title) })
                }
                if found.items.isEmpty {
                    EmptyState("没有符合条件的课程", hint: "可以换一个主题，或减少关键词。")
                } else {
                    h2("课程", .class("hidden"))
                    CardGrid(
                        found.items.map { card in
                            Card(
                                card.title, href: "\(request.base)/courses/\(card.id)",
                                text: "\(card.theme.title) · \(card.audience.title)",
                                notes: ["\(card.hours) 学时", card.upcoming > 0 ? "在办班次 \(card.upcoming) 个" : "暂无在办班次"])
                        }, isBelowHeading: false)
                }
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    func course(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetCourse(id: request.courseID()))
        let isStaff = Rights.isStaff(request.actor)
        let series = try context.ask(FindSeries(limit: 500)).items.filter {
            $0.courses.contains { $0.id == detail.card.id }
        }
        return .page(
            Page(
                title: detail.card.title, trail: [("课程目录", "\(request.base)/courses")],
                header: PageHeader(caption: "课程 \(detail.card.id) · \(detail.card.theme.title)", lead: detail.summary) {
                    if isStaff {
                        ButtonLink("开设班次", href: "\(request.base)/courses/\(detail.card.id)/classes/new")
                        ButtonLink("课程测验", href: "\(request.base)/courses/\(detail.card.id)/quiz", .secondary)
                        ButtonLink("修改课程", href: "\(request.base)/courses/\(detail.card.id)/edit", .secondary)
                    }
                }
            ) {
                FactList([
                    Fact("对象", detail.card.audience.title), Fact("学时", "\(detail.card.hours) 学时"),
                    Fact("学习要求", detail.requirements),
                    Fact("先修要求") { PrerequisiteList(needs: detail.prerequisites ?? [], base: request.base) },
                    Fact("所属系列") {
                        for series in series { p { a(series.title, href: "\(request.base)/series/\(series.id)") } }
                    },
                    Fact("师资") {
                        for teacher in detail.teachers {
                            p("\(teacher.name)\(teacher.position.map { "，\($0)" } ?? "")")
                        }
                    },
                ])
                MaterialList(materials: detail.materials, base: request.base)
                section {
                    h2("班次")
                    if detail.classes.isEmpty {
                        EmptyState("这门课程还没有开班", hint: "开班后会列在这里，并可在线报名。")
                    } else {
                        CardGrid(
                            detail.classes.map {
                                ClassCards.card(
                                    $0, base: request.base, region: academy.title(of: $0.region), now: request.now)
                            })
                    }
                }
            })
    }

    /// A material, for whoever may open it.
    func file(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let digest = request.parameters["digest"] ?? ""
        let materials = try context.ask(FindMaterial(digest: digest))
        guard let kind = FileKinds.kind(of: materials.type) else { throw Refusal.notFound }
        let kept = Attachment(digest: materials.digest, size: Int(materials.length), name: materials.name, type: kind)
        return .file(
            path: context.files.path(of: kept), length: materials.length, name: materials.name, type: materials.type)
    }

    // MARK: - Calendars

    func calendar(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let classes = try context.ask(FindClasses(limit: 200)).items
        return try calendar("\(request.site.title)商学院课堂", of: classes.map(\.id), request, context)
    }

    func classCalendar(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetClass(id: request.classID()))
        return try calendar(detail.card.title, of: [detail.card.id], request, context)
    }

    private func calendar(_ title: String, of classes: [ClassID], _ request: PageRequest, _ context: PageContext) throws
        -> PageReply
    {
        var events: [CalendarFeed.Event] = []
        for id in classes {
            let detail = try context.ask(GetClass(id: id))
            guard detail.card.state != .draft else { continue }
            events += detail.sessions.map { session in
                CalendarFeed.Event(
                    uid: "\(id)-\(session.number)@\(request.site.id).school", startsAt: session.startsAt,
                    endsAt: session.endsAt,
                    changedAt: session.changedAt, sequence: session.revision, isCancelled: session.isCancelled,
                    summary: "\(detail.card.title)：\(session.title)",
                    description: ["\(session.mode.title)", detail.contact.map { "咨询：\($0)" }, detail.note].compactMap {
                        $0
                    }.joined(separator: "\n"),
                    location: session.place)
            }
        }
        return .download(
            name: "calendar.ics", type: "text/calendar; charset=utf-8",
            bytes: CalendarFeed(title: title, events: events).bytes)
    }

    // MARK: - Passes

    func pass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try passPage(request, context, refusal: nil))
    }

    private func passPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let code = request.parameters["code"] ?? ""
        let pass = try context.ask(GetPass(id: request.registrationID(), code: code))
        return PassPage(pass: pass, code: code, refusal: refusal).page(request)
    }

    func answerPass(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let action = form.choice("action", "办理事项", or: RegistrationAction.accept)
            try form.refuseIfFaulty()
            let code = request.parameters["code"] ?? ""
            let receipt = try await context.tell(
                AnswerByCode(registration: request.registrationID(), code: code, action: action))
            return .redirect(
                to: "\(request.base)/pass/\(receipt.registration)/\(code)",
                notice: "已\(action.title)，现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try passPage(request, context, refusal: refusal))
        }
    }
}

/// What must have been done before.
struct PrerequisiteList: Component {
    let needs: [Prerequisite]
    let base: String

    var html: HTML {
        HTML {
            for need in needs {
                p {
                    a(need.title ?? need.course.description, href: "\(base)/courses/\(need.course)")
                    "（须\(need.proof.title)）"
                }
            }
        }
    }
}

/// Materials as files to open; nothing when there are none.
struct MaterialList: Component {
    let materials: [Material]
    let base: String

    var html: HTML {
        HTML {
            if !materials.isEmpty {
                section {
                    h2("学习资料")
                    FileList(
                        materials.map {
                            .init(
                                $0.name, href: "\(base)/files/\($0.digest)", bytes: $0.length,
                                kind: $0.isOpen ? "公开" : "录取后可见")
                        })
                }
            }
        }
    }
}
