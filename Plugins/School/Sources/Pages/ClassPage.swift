import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// A class: what, when, where, and whether there is a seat. Public.
struct ClassPage {
    var detail: ClassDetail
    var course: CourseDetail
    var region: String
    var regions: RegionTable
    var mayRegister: Bool
    var refusal: Refusal?

    private var card: ClassCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        let isOpen = card.isOpen(now: request.now)
        return Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("商学院课堂", "\(request.base)/classes")],
            header: PageHeader(
                caption: "班次 \(card.id) · \(card.theme.title)", state: card.badge(now: request.now),
                lead: course.summary, nextStep: nextStep(request)
            ) {
                if isOpen, mayRegister { ButtonLink("报名", href: "\(request.base)/classes/\(card.id)/register") }
                if detail.mayManage {
                    ButtonLink("报名管理", href: "\(request.base)/classes/\(card.id)/roster", .secondary)
                    if card.state != .draft {
                        ButtonLink("签到管理", href: "\(request.base)/classes/\(card.id)/attendance", .secondary)
                    }
                }
                if card.state != .draft {
                    ButtonLink("加入日历", href: "\(request.base)/classes/\(card.id)/calendar.ics", .quiet)
                }
            }
        ) {
            SessionTable(sessions: detail.sessions)
            section {
                h2("班次信息")
                FactList(
                    [
                        Fact("课程") { a(course.card.title, href: "\(request.base)/courses/\(card.course)") },
                        Fact("对象", detail.audience.title), Fact("举办地区", region), Fact("学时", "\(course.card.hours) 学时"),
                        Fact("报名时间", "\(Format.dateTime(card.opensAt)) 至 \(Format.dateTime(card.closesAt))"),
                        Fact("名额", detail.vacancy), Fact("报名规则", rules),
                    ] + further(request))
            }
            MaterialList(materials: course.materials, base: request.base)
            if detail.mayManage { manage(request) }
        }
    }

    /// What a class may say or not; what it does not say is left out.
    private func further(_ request: PageRequest) -> [Fact] {
        var facts: [Fact] = []
        func add(_ name: String, _ text: String?) { if let text, !text.isEmpty { facts.append(Fact(name, text)) } }
        if let quotas = detail.quotas {
            facts.append(Fact("地区名额") { ul { for one in quotas { li("\(regions.title(of: one.region))：\(one.seats) 个，已占用 \(one.taken ?? 0) 个") } } })
        }
        add("服务对接", detail.offersMatching == true ? "到课后可登记服务需求，经本人同意转入需求对接" : nil)
        add("师资", course.teachers.map(\.name).joined(separator: "、"))
        add("学习要求", course.requirements)
        if let needs = course.prerequisites, !needs.isEmpty { facts.append(Fact("先修要求") { PrerequisiteList(needs: needs, base: request.base) }) }
        add("咨询方式", detail.contact)
        add("报到须知", detail.note)
        add(
            "满意度",
            detail.satisfaction.map {
                "\(Format.share($0.satisfied, of: $0.answered))，到课未评价 \($0.unanswered) 人。" + ClassSatisfaction.rule
            })
        return facts
    }

    private var rules: String {
        (detail.needsApproval ? "报名须经审核；" : "按报名先后录取；")
            + "每家企业限报 \(detail.perEnterprise) 人；满员后进入候补，递补名额保留 \(detail.offerHours) 小时。"
    }

    private func nextStep(_ request: PageRequest) -> String? {
        guard card.state == .published else { return nil }
        if request.now < card.opensAt { return "\(Format.dateTime(card.opensAt)) 开放报名" }
        if card.isOpen(now: request.now) { return "\(Format.dateTime(card.closesAt)) 前可报名" }
        return nil
    }

    private func manage(_ request: PageRequest) -> HTML {
        let actions = ClassAction.allCases.filter { Academy.classStep(from: card.state, by: $0) != nil }
        return section {
            h2("班次办理")
            if card.state == .draft || card.state == .published {
                p { ButtonLink("修改班次", href: "\(request.base)/classes/\(card.id)/edit", .secondary) }
            }
            for action in actions {
                let isTried = request.fields["action"] == action.rawValue
                Disclosure(action.title, isOpen: isTried || action == .publish) {
                    Form(
                        post: "\(request.base)/classes/\(card.id)/advance",
                        of: isTried ? request : request.withoutFields,
                        refusal: isTried ? refusal : nil, submit: action.title,
                        confirm: action == .cancel ? "确认取消开班？全部报名将一并取消，不能撤销。" : nil,
                        weight: action == .cancel ? .danger : .primary,
                        prefix: action.rawValue
                    ) { form in
                        form.hidden("action", action.rawValue)
                        if action == .cancel { form.textarea("reason", "原因", rows: 3, hint: "报名人员会看到", required: true) }
                    }
                }
            }
        }
    }
}
