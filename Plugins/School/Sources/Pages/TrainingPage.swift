import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// The staff of a node and whether they have the hours that their roles need.
struct TrainingPage {
    var found: Listing<TraineeCard>
    var academy: Academy

    func page(_ request: PageRequest) -> Page {
        let right = UnmaskingRight(purpose: "管理本地区人员培训", holder: request.actor.id)
        let filters = ["region", "standing"].compactMap { key in request.fields[key].map { (key, $0) } }
        return Page(
            title: "人员培训", trail: [("课堂管理", "\(request.base)/manage")],
            header: PageHeader(lead: "平台网络工作人员的培训学时：按岗位和年度的要求，从证书、出勤和录播学习中汇总；到期前提醒。") {
                ButtonLink("登记培训人员", href: "\(request.base)/training/people/new")
                ButtonLink("培训要求", href: "\(request.base)/training/rules", .secondary)
                ButtonLink("我的培训", href: "\(request.base)/training/mine", .quiet)
            }
        ) {
            FilterBar(request) { form in
                form.select("standing", "达标情况", TrainingState.allCases.map { Choice($0.rawValue, $0.title) })
                form.region(
                    "region", "地区", in: academy.regions, below: request.site.region?.province, on: request.now.day)
            }
            DataTable(
                "人员",
                columns: [
                    .text("姓名"), .text("编号"), .text("岗位"), .text("地区"), .text("有效/须达到学时"), .number("本年度"),
                    .text("达标情况"), .text("有效至"),
                ],
                rows: found.items.map { card in
                    [
                        .link(
                            card.name.reveal(by: right) ?? PersonalData.erasedText,
                            "\(request.base)/training/people/\(card.id)"),
                        .text(card.id.description), .text(card.role), .text(academy.title(of: card.region)),
                        .text(card.rule.map { "\(card.hours)/\($0.hours)" } ?? String(card.hours)),
                        .number(card.hoursThisYear), DataTable.Cell { card.badge }, .day(card.fallsShortOn),
                    ]
                }, csv: QueryLink.make("\(request.base)/training.csv", filters),
                empty: EmptyState("没有符合条件的人员", hint: "登记本单位的工作人员后，学时自动汇总。"))
            Continuation(total: nil, next: found.next, of: request)
        }
    }
}

extension TraineeCard {
    var badge: StateBadge {
        if leftOn != nil { return StateBadge("已离岗", .neutral) }
        return switch standing {
        case .fulfilled: StateBadge(standing.title, .success)
        case .expiring: StateBadge(standing.title, .warning)
        case .short: StateBadge(standing.title, .danger)
        case .free: StateBadge(standing.title, .neutral)
        }
    }

    var sentence: String {
        guard let rule else { return "「\(role)」本年度没有培训要求；本年度已取得 \(hoursThisYear) 学时。" }
        let need = "「\(role)」\(rule.year) 年须达到 \(rule.hours) 学时，学时从取得之日起 \(rule.validMonths) 个月内有效。"
        if hours < rule.hours { return need + "现有效 \(hours) 学时，还差 \(rule.hours - hours) 学时。" }
        return need + "现有效 \(hours) 学时" + (fallsShortOn.map { "，\(Format.date($0)) 起将不足。" } ?? "。")
    }
}

/// One person's entries with every credit: for staff of the region, or their own.
struct TraineePage {
    var details: [TraineeDetail]
    var title: String
    var region: String?
    var mayEdit: Bool
    var mayClaim = false
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let right = UnmaskingRight(purpose: "查看培训档案", holder: request.actor.id)
        let first = details.first?.card
        return Page(
            status: refusal?.status ?? 200, title: title,
            trail: mayClaim ? [("商学院课堂", "\(request.base)/classes")] : [("人员培训", "\(request.base)/training")],
            header: PageHeader(
                caption: first.map { "培训档案 \($0.id)" }, state: first?.badge,
                lead: first?.sentence ?? "您的账号还没有认领培训档案。认领后可以查看自己的学时和到期时间，并收到提醒。"
            ) {
                if mayEdit, let first {
                    ButtonLink("修改", href: "\(request.base)/training/people/\(first.id)/edit", .secondary)
                }
                if mayClaim { ButtonLink("看看有什么课", href: "\(request.base)/classes", .secondary) }
            }
        ) {
            for detail in details {
                let card = detail.card
                FactList([
                    Fact("姓名", card.name.reveal(by: right) ?? PersonalData.erasedText), Fact("岗位", card.role),
                    Fact("地区", region), Fact("手机", card.mobile.reveal(by: right)?.masked),
                    Fact("有效学时", "\(card.hours) 学时"), Fact("本年度学时", "\(card.hoursThisYear) 学时"),
                    Fact("有效至", on: card.fallsShortOn), Fact("离岗日期", on: card.leftOn),
                ])
                DataTable(
                    "学时明细", columns: [.text("培训"), .text("依据"), .number("学时"), .text("取得日期"), .text("失效日期")],
                    rows: detail.credits.map { credit in
                        [
                            .text(credit.title), .text(credit.basis.title), .number(credit.hours),
                            .day(credit.earnedOn),
                            .day(credit.expiresOn),
                        ]
                    }, empty: EmptyState("还没有学时", hint: "用同一手机号报名并完成培训后，学时会列在这里。"))
            }
            if mayClaim {
                Disclosure(details.isEmpty ? "认领培训档案" : "认领另一份培训档案", isOpen: details.isEmpty || refusal != nil) {
                    Form(post: "\(request.base)/training/mine", of: request, refusal: refusal, submit: "认领") { form in
                        form.text(
                            "trainee", "培训人员编号", hint: "由登记人员告知", example: "T2026-0001", required: true, width: .medium)
                        form.phone("mobile", "登记的手机号", required: true)
                    }
                }
            }
        }
    }
}
