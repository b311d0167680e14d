import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// What enterprises, and staff for them, work with. Every form, refused, comes back with what was typed and what is wrong.
extension SchoolPages {
    /// Lines of the form; a larger group registers in several goes or over the API.
    static let lines = 5

    func registerForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try registerPage(request, context, refusal: nil))
    }

    private func registerPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetClass(id: request.classID()))
        let card = detail.card
        let isStaff = Rights.isStaff(request.actor)
        return Page(
            status: refusal?.status ?? 200, title: "报名",
            trail: [("商学院课堂", "\(request.base)/classes"), (card.title, "\(request.base)/classes/\(card.id)")],
            header: PageHeader(
                caption: "班次 \(card.id)",
                lead: "\(card.title)，\(Format.dateTime(card.startsAt)) 开课。" + detail.vacancy), layout: .narrow
        ) {
            if isStaff, card.isUnderWay(now: request.now) {
                Notice("已经开课：只登记现场报名的人员，有空余名额时直接录取，不再候补。")
            } else if !card.isOpen(now: request.now) {
                Notice(
                    "现在不在报名时间内（\(Format.dateTime(card.opensAt)) 至 \(Format.dateTime(card.closesAt))）。", tone: .warning)
            }
            Form(
                post: "\(request.base)/classes/\(card.id)/register", of: request, refusal: refusal, submit: "提交报名",
                cancel: "\(request.base)/classes/\(card.id)", draft: "课堂报名 \(card.id)"
            ) { form in
                if isStaff, request.actor.organisation == nil {
                    form.group(
                        detail.audience == .staff ? "所在单位" : "代企业报名",
                        hint: detail.audience == .staff ? nil : "报名记录会注明由工作人员代报。"
                    ) {
                        form.text("enterpriseName", detail.audience == .staff ? "单位名称" : "企业名称", required: true)
                        form.text("enterpriseCode", "统一社会信用代码", hint: "18 位", required: true, width: .medium)
                    }
                }
                if detail.quotas != nil, Rights.county(of: request.actor) == nil {
                    form.region(
                        "region", "企业所在地", in: academy.regions, below: Rights.regions(of: request.actor).first ?? request.site.region?.province, on: request.now.day,
                        hint: "本班按地区分配名额", required: true)
                }
                for number in 1...Self.lines {
                    form.group("第 \(number) 位参加人员", hint: number == 1 ? nil : "没有则不填") {
                        form.text("name\(number)", "姓名", required: number == 1, width: .medium)
                        form.phone("mobile\(number)", "手机号", required: number == 1)
                        form.text("position\(number)", "岗位", width: .medium)
                    }
                }
                form.checkbox(
                    "consent", "已告知参加人员：平台收集其姓名和手机号，仅用于本次课程的通知、签到和结业证明，可随时要求查阅或删除")
            }
        }
    }

    func register(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.classID()
            var form = FormReader(request)
            let isStaff = Rights.isStaff(request.actor) && request.actor.organisation == nil
            let enterprise = isStaff ? form.enterprise() : nil
            let people = (1...Self.lines).compactMap { form.participant($0) }
            if people.isEmpty, request.fields["name1"] == nil, request.fields["mobile1"] == nil {
                form.add("name1", "至少填写一位参加人员。")
            }
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                Register(
                    schoolClass: id, participants: people, enterprise: enterprise, region: request.fields["region"].flatMap { RegionCode($0) },
                    consent: request.fields["consent"] == "yes"))
            let words = receipt.results.map {
                "\($0.registration) \($0.state.title)\($0.queued.map { "（第 \($0) 位）" } ?? "")"
            }
            guard receipt.results.count > 1 else {
                return .redirect(
                    to: "\(request.base)/registrations/\(receipt.results[0].registration)",
                    notice: "报名已提交：\(words.joined())。")
            }
            return .redirect(to: "\(request.base)/mine", notice: "报名已提交：\(words.joined(separator: "，"))。")
        } catch let refusal as Refusal where refusal.code != "school.class-unknown" {
            return .page(try registerPage(request, context, refusal: Self.atLines(refusal)))
        }
    }

    /// Faults of the command point at `participants/0/name`; the form calls that field `name1`.
    private static func atLines(_ refusal: Refusal) -> Refusal {
        var refusal = refusal
        refusal.faults = refusal.faults.map { fault in
            var fault = fault
            let parts = fault.field.split(separator: "/")
            if parts.count == 3, parts[0] == "participants", let index = Int(parts[1]) {
                fault.field = "\(parts[2])\(index + 1)"
            }
            if fault.field == "participants" { fault.field = "name1" }
            return fault
        }
        return refusal
    }

    func mine(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindRegistrations(
                state: request.coded("state"), after: request.fields["after"].flatMap { Cursor($0) }, limit: 20))
        let right = UnmaskingRight(purpose: "本企业查看所报人员", holder: request.actor.id)
        return .page(
            Page(
                title: "我的课堂", trail: [("商学院课堂", "\(request.base)/classes")],
                header: PageHeader(lead: "本企业（或由您代报）的全部报名。") { ButtonLink("选课报名", href: "\(request.base)/classes") }
            ) {
                FilterBar(request) { form in
                    form.select("state", "状态", RegistrationState.allCases.map { Choice($0.rawValue, $0.title) })
                }
                DataTable(
                    "报名", columns: [.text("课程"), .text("参加人员"), .text("开课时间"), .text("状态"), .text("编号")],
                    rows: found.items.map { card in
                        [
                            .link(card.title, "\(request.base)/registrations/\(card.id)"),
                            .text(card.name.reveal(by: right) ?? PersonalData.erasedText),
                            .moment(card.startsAt),
                            DataTable.Cell {
                                card.state.badge
                                if let place = card.queued { " 第 \(place) 位" }
                                if let until = card.offerUntil { " 至 \(Format.dateTime(until))" }
                            },
                            .text(card.id.description),
                        ]
                    },
                    empty: EmptyState(
                        "还没有报名", hint: "在课堂列表中选择班次后报名。", action: ButtonLink("看看有什么课", href: "\(request.base)/classes")))
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    func registration(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try registrationPage(request, context, refusal: nil))
    }

    private func registrationPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try request.registrationID()
        let detail = try context.ask(GetRegistration(id: id))
        return RegistrationPage(detail: detail, happenings: try context.timeline(subject: id.subject), refusal: refusal)
            .page(request)
    }

    func advance(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.registrationID()
            var form = FormReader(request)
            let action = form.choice("action", "办理事项", or: RegistrationAction.accept)
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                AdvanceRegistration(registration: id, action: action, reason: request.fields["reason"]))
            return .redirect(
                to: "\(request.base)/registrations/\(id)", notice: "已\(action.title)，现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try registrationPage(request, context, refusal: refusal))
        }
    }

    func substitute(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.registrationID()
            var form = FormReader(request)
            let person = form.participant(1)
            if person == nil, request.fields["name1"] == nil, request.fields["mobile1"] == nil {
                form.add("name1", "请填写新的参加人员。")
            }
            try form.refuseIfFaulty()
            guard let person else { return .page(try registrationPage(request, context, refusal: nil)) }
            _ = try await context.tell(
                SubstituteParticipant(
                    registration: id, participant: person, consent: request.fields["consent"] == "yes"))
            return .redirect(to: "\(request.base)/registrations/\(id)", notice: "参加人员已更换，名额不变。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try registrationPage(request, context, refusal: Self.atLines(refusal)))
        }
    }
}
