import Messages
import Pages
import SchoolContracts
import Vocabulary

/// Registrations of a class for its staff: names masked until somebody says what for.
struct RosterPage {
    var detail: ClassDetail
    var found: Listing<RegistrationCard>
    var sheet: ContactSheet?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let address = "\(request.base)/classes/\(card.id)"
        return Page(
            status: refusal?.status ?? 200, title: "报名管理",
            trail: [("课堂管理", "\(request.base)/manage"), (card.title, address)],
            header: PageHeader(caption: "班次 \(card.id)", state: card.badge(now: request.now), lead: detail.vacancy) {
                if card.isOpen(now: request.now) || card.isUnderWay(now: request.now) {
                    ButtonLink(
                        card.isOpen(now: request.now) ? "代企业报名" : "现场报名", href: "\(address)/register", .secondary)
                }
                if card.state != .draft { ButtonLink("签到管理", href: "\(address)/attendance", .secondary) }
            }
        ) {
            Filters(request: request, address: "\(address)/roster")
            table(request)
            Continuation(total: nil, next: found.next, of: request)
            contacts(request, address)
        }
    }

    private struct Filters: Component {
        let request: PageRequest
        let address: String

        var html: HTML {
            var own = request
            own.path = address
            own.fields = FormFields(request.fields.pairs.filter { $0.name == "state" })
            return FilterBar(own) { form in
                form.select("state", "状态", RegistrationState.allCases.map { Choice($0.rawValue, $0.title) })
            }.html
        }
    }

    private func table(_ request: PageRequest) -> HTML {
        DataTable(
            "报名（按先后）", columns: [.text("编号"), .text("企业"), .text("参加人员"), .text("岗位"), .text("方式"), .text("状态")],
            rows: found.items.map { item in
                [
                    .link(item.id.description, "\(request.base)/registrations/\(item.id)"), .text(item.enterprise.name),
                    .text(item.name.masked),
                    .text(item.position), .text(item.isOnBehalf ? "代报" : "自报"),
                    DataTable.Cell {
                        item.state.badge
                        if let place = item.queued { " 第 \(place) 位" }
                        if let until = item.offerUntil { " 至 \(Format.dateTime(until))" }
                    },
                ]
            }, empty: EmptyState("还没有报名", hint: "班次发布并开放报名后，报名会列在这里。")
        ).html
    }

    private func contacts(_ request: PageRequest, _ address: String) -> HTML {
        section {
            h2("姓名和电话")
            if let sheet {
                let right = UnmaskingRight(purpose: request.fields["purpose"] ?? "办理课堂报名", holder: request.actor.id)
                Notice("本次查看已记入操作日志。", tone: .info)
                DataTable(
                    "联系方式", columns: [.text("编号"), .text("姓名"), .text("手机")],
                    rows: sheet.people.map {
                        [
                            .text($0.registration.description),
                            .text($0.name.reveal(by: right) ?? PersonalData.erasedText),
                            .text($0.mobile.reveal(by: right)?.digits ?? PersonalData.erasedText),
                        ]
                    }, empty: EmptyState("没有有效报名"))
            } else {
                Disclosure("查看姓名和电话（留痕）", isOpen: refusal != nil) {
                    Form(post: "\(address)/contacts", of: request, refusal: refusal, submit: "查看", prefix: "contacts") {
                        form in
                        form.text("purpose", "用途", hint: "会记入操作日志", example: "通知开课时间调整", required: true)
                    }
                }
            }
        }
    }
}
