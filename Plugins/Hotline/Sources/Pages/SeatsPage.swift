import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The telephone places and the systems that report calls.
struct SeatsPage {
    var list: SeatList
    var skills: [Choice]
    var regions: [Choice]
    var mayChange: Bool
    var rulebook: Rulebook
    var refusal: Refusal?
    var isLine = false

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "坐席与线路",
            trail: [("96871热线", "\(request.base)/"), ("通话记录", "\(request.base)/calls")],
            header: PageHeader(lead: "来电先给本区划、有该技能、今日接听最少的就绪坐席。线路是上报通话事件的电话或视频系统。")
        ) {
            DataTable(
                "坐席", columns: [.text("坐席"), .text("状态"), .text("受理区划"), .text("技能"), .text("人员编号"), .number("今日接听")],
                rows: list.seats.map { seat in
                    [
                        .text("\(seat.name)（\(seat.id)）"),
                        seat.isActive
                            ? .state(
                                seat.presence.title,
                                seat.presence == .ready ? .success : seat.presence == .paused ? .warning : .neutral)
                            : .state("停用", .neutral),
                        .text(rulebook.title(of: seat.region)),
                        .text(
                            seat.skills.isEmpty
                                ? "全部" : seat.skills.map { rulebook.categoryTitle($0) }.joined(separator: "、")),
                        .text(seat.person),
                        .number(seat.taken),
                    ]
                }, empty: EmptyState("还没有坐席", hint: "登记后，来电才能自动分配。"))
            if mayChange { seatForm(request) }
            DataTable(
                "线路", columns: [.text("线路"), .text("状态"), .text("受理区划"), .text("最近上报")],
                rows: list.lines.map { line in
                    [
                        .text("\(line.title)（\(line.id)）"),
                        line.isActive ? .state("启用", .success) : .state("停用", .neutral),
                        .text(rulebook.title(of: line.region)), .moment(line.lastHeard),
                    ]
                }, empty: EmptyState("还没有线路", hint: "登记线路并把密钥交给电话系统后，即可上报通话。"))
            if mayChange { lineForm(request) }
        }
    }

    private func seatForm(_ request: PageRequest) -> HTML {
        Disclosure("登记或修改坐席", isOpen: refusal != nil && !isLine) {
            Form(
                post: "\(request.base)/seats", of: request, refusal: isLine ? nil : refusal, submit: "保存坐席",
                prefix: "seat"
            ) { form in
                form.text("id", "坐席标识", hint: "与电话系统的分机号一致；已有的标识即修改", example: "8001", required: true, width: .medium)
                form.text("title", "坐席名称", required: true, width: .medium)
                form.select("region", "受理区划", regions, required: true)
                form.text("person", "人员编号", hint: "坐席人员在“我的坐席”页可看到自己的编号", width: .medium)
                form.checkboxes("skills", "技能（不选即全部）", skills)
                form.checkbox("isInactive", "停用")
            }
        }.html
    }

    private func lineForm(_ request: PageRequest) -> HTML {
        Disclosure("登记或修改线路", isOpen: isLine) {
            Form(
                post: "\(request.base)/lines", of: request, refusal: isLine ? refusal : nil, submit: "保存线路",
                prefix: "line"
            ) { form in
                form.text("id", "线路标识", example: "main", required: true, width: .medium)
                form.text("title", "线路名称", required: true, width: .medium)
                form.select("region", "受理区划", regions, required: true)
                form.checkbox("renews", "生成新的签名密钥", hint: "新线路必选；旧密钥一天后失效，新密钥只显示一次")
                form.hidden("_secret", "lineSecret")
                form.hidden("lineSecret", WebhookSecret.random().revealed)
                form.checkbox("isInactive", "停用")
            }
        }.html
    }
}

/// The secret of a line, shown this once.
struct LineSecretPage {
    var line: LineID
    var secret: String

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "线路密钥", trail: [("96871热线", "\(request.base)/"), ("坐席与线路", "\(request.base)/seats")],
            header: PageHeader(lead: "请交给电话系统的管理人员。密钥只显示这一次。"), layout: .narrow
        ) {
            FactList([
                Fact("线路", line.description),
                Fact("上报地址") { code("/api/\(request.site.id)/hotline/lines/\(line)/events") },
                Fact("签名密钥") { code(secret) }, Fact("签名方式", "Standard Webhooks，v1（HMAC-SHA-256）"),
            ])
            ButtonLink("返回坐席与线路", href: "\(request.base)/seats", .secondary)
        }
    }
}
