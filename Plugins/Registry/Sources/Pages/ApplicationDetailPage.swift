import Messages
import Pages
import RegistryContracts
import Vocabulary

/// One application: where it stands, what can be done next, what was handed in, and everything that happened.
struct ApplicationDetailPage: Sendable {
    var detail: ApplicationDetail
    var regionTitle: String
    /// The name of the node above.
    var parentName: String?
    var refusal: Refusal?

    private var card: ApplicationCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: card.name, trail: [("申报与评审", "\(request.base)/review")],
            header: PageHeader(
                caption: "\(card.kind.title) · 申报 \(card.id)", state: card.stage.badge, nextStep: nextStep
            ) {
                if let node = card.node { ButtonLink("查看平台", href: request.path(node), .secondary) }
            }
        ) {
            Steps(way)
            if !detail.next.isEmpty { actions(request) }
            facts(request)
            Timeline(entries(request), now: request.now)
            StageTable(detail.stages, now: request.now)
        }
    }

    private var nextStep: String? {
        let due = card.due.map { "，期限\($0.shown)\(card.dueIsProvisional ? "（节假日安排未公布，暂定）" : "")" } ?? ""
        return switch card.stage {
        case .submitted: "待受理\(due)"
        case .cityReview: "待市级初审\(due)"
        case .provinceReview: "待省级评审\(due)"
        case .construction: "建设中，完成后由申报单位提请验收"
        case .acceptance: "待验收\(due)"
        case .accepted: "待省级认定\(due)"
        case .returned: "待申报单位补正"
        case .rectification: "限期整改\(due)"
        case .operatorChange: "待完成运营单位交接"
        case .recognised, .exited, .refused, .withdrawn: nil
        }
    }

    /// The main way with what lies off it at its end.
    private var way: [Steps.Step] {
        let through = detail.steps.contains { $0.to == .cityReview } || (card.kind != .city && !card.region.isProvince)
        let main: [Stage] =
            [.submitted] + (through ? [.cityReview] : [])
            + [.provinceReview, .construction, .acceptance, .accepted, .recognised]
        let reached = detail.steps.last { main.contains($0.to) }?.to
        let position = reached.flatMap { main.firstIndex(of: $0) } ?? 0
        var steps = main.enumerated().map { index, stage in
            let isHere = index == position && main.contains(card.stage)
            let state: Steps.Step.State =
                stage == .recognised && isHere ? .done : isHere ? .current : index <= position ? .done : .ahead
            return Steps.Step(
                stage.title, state, note: detail.steps.last { $0.to == stage }.map { Format.date($0.happenedAt) })
        }
        if !main.contains(card.stage) {
            let isEnd = card.stage.isFinal
            steps = Array(steps.prefix(position + 1)) + [Steps.Step(card.stage.title, isEnd ? .failed : .current)]
        }
        return steps
    }

    private func actions(_ request: PageRequest) -> HTML {
        section {
            h2("可以办理")
            for step in detail.next { action(step, request) }
        }
    }

    private func action(_ step: NextStep, _ request: PageRequest) -> HTML {
        switch step.action {
        case .handOver:
            return p { ButtonLink("填写新运营单位并完成交接", href: card.node.map { request.path($0) } ?? request.path(card.id)) }
        case .resubmit:
            return p { ButtonLink("补正并重新提交", href: "\(request.path(card.id))/correct") }
        default:
            let isTried = request.fields["action"] == step.action.rawValue
            // What was typed for one action must not stand in the form of another.
            var own = request
            if !isTried { own.fields = FormFields(request.fields.pairs.filter { $0.name == "_page" }) }
            return Disclosure("\(step.action.title)（转入「\(step.to.title)」）", isOpen: isTried) {
                form(step, own, isTried ? refusal : nil)
            }.html
        }
    }

    private func form(_ step: NextStep, _ request: PageRequest, _ refusal: Refusal?) -> HTML {
        let isGrave = [.refuse, .exit, .withdraw].contains(step.action)
        return Form(
            post: "\(request.path(card.id))/advance", of: request, refusal: refusal, submit: step.action.title,
            confirm: isGrave ? "确认「\(step.action.title)」？此操作不能撤销。" : nil, weight: isGrave ? .danger : .primary, prefix: step.action.rawValue
        ) { form in
            form.hidden("action", step.action.rawValue)
            form.hidden("expected", card.stage.rawValue)
            form.textarea("opinion", "意见", rows: 4, required: step.needsOpinion)
            if step.needsDocumentNumber {
                form.text("documentNumber", "文号", example: "湘工信中小服务〔2026〕12号", required: true, width: .medium)
            }
            if step.needsDue { form.date("due", "整改期限", required: true) }
            form.file("documents", "材料", hint: FormReader.fileHint, required: step.needsDocument, multiple: true)
            form.date("happenedOn", "实际办理日期", hint: "补录时填写，不填为现在")
        }.html
    }

    private func facts(_ request: PageRequest) -> HTML {
        section {
            h2("申报内容")
            FactList([
                Fact("所在区划", "\(regionTitle)（\(card.region)）"),
                Fact("申报日期", card.submittedOn.shown),
                Fact("上级平台") { if let parent = detail.parent { a(parentName.map { "\($0)（\(parent)）" } ?? parent.description, href: request.path(parent)) } },
                Fact("建设主体", "\(detail.builder.name)（\(detail.builder.creditCode)）"),
                Fact("运营单位", "\(detail.operatingUnit.name)（\(detail.operatingUnit.creditCode)）"),
                Fact("运营方式", detail.mode.title),
                Fact("载体园区", detail.carrierPark), Fact("产业链", detail.chain), Fact("覆盖单位", detail.unit),
                Fact("申报理由", detail.summary),
                Fact("增设理由", detail.overrideReason),
            ])
        }
    }

    private func entries(_ request: PageRequest) -> [Timeline.Entry] {
        detail.steps.map { step in
            Timeline.Entry(
                at: step.happenedAt, actor: step.actorName, title: step.action?.title ?? "提交申报", note: step.opinion,
                tone: step.to.tone,
                details: HTML {
                    if let number = step.documentNumber { p("文号：\(number)") }
                    DocumentList(documents: step.documents, request: request)
                    if step.enteredAt != step.happenedAt {
                        p(.class("muted")) { "补录：录入时间 \(Format.dateTime(step.enteredAt))" }
                    }
                })
        }
    }
}
