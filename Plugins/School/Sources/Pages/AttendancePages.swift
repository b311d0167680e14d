import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// Attendance of a class: numbers by session, who was where, and what somebody must look at.
struct AttendancePage {
    var detail: ClassDetail
    var summary: AttendanceSummary
    var found: Listing<AttendanceCard>
    var scans: Listing<ScanCard>
    var study: Listing<StudyCard>

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let address = "\(request.base)/classes/\(card.id)"
        return Page(
            title: "签到管理", trail: [("课堂管理", "\(request.base)/manage"), (card.title, address)],
            header: PageHeader(
                caption: "班次 \(card.id)", state: card.badge(now: request.now),
                lead: "已录取 \(summary.enrolled) 人。现场扫码、柜台登记和事后补录都记在这里；同一人一场课只计一次，以最早的一次为准。"
            ) {
                ButtonLink("报名管理", href: "\(address)/roster", .secondary)
                ButtonLink("课程评价", href: "\(address)/survey", .secondary)
                ButtonLink("证书管理", href: "\(address)/certificates", .secondary)
                ButtonLink("培训与对接报告", href: "\(address)/report", .secondary)
            }
        ) {
            sessions(address)
            roster(request, address)
            Continuation(total: nil, next: found.next, of: request)
            StudyTable(cards: study, sessions: detail.sessions, base: request.base)
            ScanTable(scans: scans, sessions: detail.sessions, base: request.base)
        }
    }

    private func sessions(_ address: String) -> HTML {
        DataTable(
            "各场签到",
            columns: [
                .text("场次"), .text("时间"), .text("已到/已录取"), .number("扫描"), .number("重复"), .number("冲突"), .text("办理"),
            ],
            rows: summary.sessions.map { session in
                let card = detail.sessions.first { $0.number == session.number }
                return [
                    .text(session.title), .text(card.map { Words.span($0.startsAt, $0.endsAt) }),
                    .share(session.present, of: summary.enrolled),
                    .number(session.scans), .number(session.duplicates), .number(session.conflicts),
                    DataTable.Cell {
                        a("扫码签到", href: "\(address)/door/\(session.number)")
                        " "
                        a("登记和撤销", href: "\(address)/attendance/\(session.number)")
                    },
                ]
            }, empty: EmptyState("没有需要签到的场次", hint: "录播课不签到，按学习时间计。")
        ).html
    }

    private func roster(_ request: PageRequest, _ address: String) -> HTML {
        DataTable(
            "签到名单", columns: [.text("编号"), .text("企业"), .text("参加人员")] + summary.sessions.map { .text($0.title) },
            rows: found.items.map { item in
                [
                    .link(item.registration.description, "\(request.base)/registrations/\(item.registration)"),
                    .text(item.enterprise.name),
                    .text(item.name.masked),
                ]
                    + summary.sessions.map { session in
                        guard let mark = item.marks.first(where: { $0.session == session.number }) else {
                            return .missing
                        }
                        return DataTable.Cell { StateBadge("\(Format.time(mark.at)) \(mark.way.title)", .success) }
                    }
            }, empty: EmptyState("还没有录取的人员")
        ).html
    }
}

/// Scans that were no presence of their own; nothing when there are none.
struct ScanTable: Component {
    let scans: Listing<ScanCard>
    let sessions: [SessionCard]
    let base: String

    var html: HTML {
        HTML {
            if !scans.items.isEmpty {
                section {
                    h2("重复和冲突")
                    p("重复的扫描不影响签到结果；在另一台设备上重复，可能是凭证被转发，请核对。冲突的扫描没有计入，核实本人后可在「登记和撤销」中登记。", .class("muted"))
                    DataTable(
                        "扫描记录",
                        columns: [.text("场次"), .text("凭证"), .text("设备"), .text("设备时间"), .text("收到时间"), .text("结果")],
                        rows: scans.items.map { scan in
                            [
                                .text(sessions.first { $0.number == scan.session }?.title), number(scan),
                                .text(scan.device), .moment(scan.at),
                                .moment(scan.enteredAt), DataTable.Cell { div { result(scan) } },
                            ]
                        })
                    if scans.next != nil {
                        p("只显示最早的 \(scans.items.count) 条，其余可从接口 /classes/{编号}/scans 下载。", .class("muted"))
                    }
                }
            }
        }
    }

    private func number(_ scan: ScanCard) -> DataTable.Cell {
        scan.registration.map { .link($0.description, "\(base)/registrations/\($0)") } ?? .missing
    }

    private func result(_ scan: ScanCard) -> HTML {
        HTML {
            StateBadge(scan.outcome.title, scan.outcome.isConflict ? .danger : .neutral)
            if scan.outcome == .duplicate, let at = scan.countedAt {
                " 已于 \(Format.time(at)) 在\(scan.countedBy.map { $0 == scan.device ? "本设备" : "「\($0)」" } ?? "登记台")签到"
                if let device = scan.countedBy, device != scan.device { StateBadge("不同设备", .warning) }
            }
        }
    }
}

/// One session: who is missing, to be ticked; who was there, to be taken back.
struct SessionPage {
    var detail: ClassDetail
    var session: SessionCard
    var cards: [AttendanceCard]
    var isWhole: Bool
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let address = "\(request.base)/classes/\(card.id)/attendance"
        let absent = cards.filter { card in !card.marks.contains { $0.session == session.number } }
        let isWithdrawing = request.fields["registration"] != nil
        return Page(
            status: refusal?.status ?? 200, title: "登记和撤销签到", trail: [("签到管理", address)],
            header: PageHeader(
                caption: "班次 \(card.id) · \(session.title)",
                lead: "\(card.title)，\(Words.span(session.startsAt, session.endsAt))。没有凭证的人员在柜台登记；用纸质签到表的课，课后补录。")
        ) {
            if !isWhole { Notice("名单较长，这里只列出前 \(cards.count) 人；其余请用扫码页键入编号，或通过接口登记。", tone: .warning) }
            if let refusal, isWithdrawing { Notice(refusal.message, tone: .danger) }
            section {
                h2("未签到（\(absent.count) 人）")
                if absent.isEmpty {
                    EmptyState("已录取的人员都已签到")
                } else {
                    Form(
                        post: "\(address)/\(session.number)", of: isWithdrawing ? request.withoutFields : request,
                        refusal: isWithdrawing ? nil : refusal,
                        submit: "登记到场"
                    ) { form in
                        form.checkboxes(
                            "registrations", "到场人员",
                            absent.map {
                                Choice(
                                    $0.registration.description, "\($0.registration.description) \($0.name.masked)",
                                    hint: $0.enterprise.name)
                            },
                            required: true)
                        form.radio(
                            "way", "方式",
                            [
                                Choice(CheckInWay.counter.rawValue, "柜台签到（现在到场）"),
                                Choice(CheckInWay.manual.rawValue, "补录（按纸质签到表）"),
                            ],
                            value: CheckInWay.counter.rawValue, required: true)
                        form.date("atDay", "到场日期", hint: "补录时填写；柜台签到不填")
                        form.text("atTime", "到场时间", hint: "补录时填写", example: "08:55", width: .short)
                    }
                }
            }
            present(request, address)
        }
    }

    private func present(_ request: PageRequest, _ address: String) -> HTML {
        DataTable(
            "已签到", columns: [.text("编号"), .text("企业"), .text("参加人员"), .text("到场"), .text("方式"), .text("办理")],
            rows: cards.compactMap { item in
                guard let mark = item.marks.first(where: { $0.session == session.number }) else { return nil }
                return [
                    .text(item.registration.description), .text(item.enterprise.name), .text(item.name.masked),
                    .moment(mark.at),
                    .text(mark.way.title + (mark.device.map { "（\($0)）" } ?? "")),
                    DataTable.Cell {
                        Disclosure("撤销") {
                            Form(
                                post: "\(address)/\(session.number)/withdraw", of: request.withoutFields,
                                submit: "撤销签到", weight: .danger,
                                prefix: "w-\(item.registration)"
                            ) { form in
                                form.hidden("registration", item.registration.description)
                                form.text("reason", "原因", hint: "会留存", required: true)
                            }
                        }
                    },
                ]
            }, empty: EmptyState("还没有人签到")
        ).html
    }
}
