import MarketContracts
import Messages
import Pages
import Vocabulary

/// 服务券: what can be used now; for staff, the form to issue more. Public.
struct VoucherListPage: Sendable {
    var batches: [VoucherBatch]
    /// Whether whoever looks may issue vouchers, and those of which regions they settle.
    var isStaff: Bool
    var maySettle: @Sendable (VoucherBatch) -> Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "服务券",
            header: PageHeader(lead: "由各级平台发放，抵扣有偿服务的费用。下单选定机构后，在订单页面使用；订单取消即退回。") {
                if request.actor.holds(.enterprise) { ButtonLink("我的订单", href: "\(request.base)/orders") }
            }
        ) {
            DataTable(
                "正在发放",
                columns: [
                    .text("服务券"), .number("面值"), .number("剩余", unit: "张"), .number("每家企业", unit: "张"), .text("适用地区"),
                    .text("服务类别"), .text("有效期至"),
                ],
                rows: batches.map { batch in
                    [
                        maySettle(batch) ? .link(batch.title, request.path(voucher: batch.id)) : .text(batch.title),
                        .money(batch.value), .number(batch.left),
                        .number(batch.perEnterprise), .text(rulebook.title(of: batch.region)),
                        .text(
                            batch.categories.isEmpty
                                ? "各类服务" : batch.categories.map(rulebook.title(ofCategory:)).joined(separator: "、")),
                        .day(batch.validUntil),
                    ]
                }, empty: EmptyState("现在没有发放服务券", hint: "发放后会列在这里，并在可用的订单上提示。"))
            if isStaff { Disclosure("发放服务券", isOpen: refusal != nil) { form(request) } }
        }
    }

    private func form(_ request: PageRequest) -> HTML {
        Form(post: "\(request.base)/vouchers", of: request, refusal: refusal, submit: "发放") { form in
            form.text("title", "服务券名称", hint: "4–60 字", example: "数字化转型服务券", required: true)
            form.money("value", "面值", hint: "每张最多抵扣的金额。", required: true)
            form.number("count", "张数", unit: "张", required: true)
            form.number("perEnterprise", "每家企业", value: "1", unit: "张", required: true)
            form.select(
                "region", "适用地区", rulebook.regionChoices(below: request.site.region, on: request.now.day),
                value: request.site.region?.description,
                hint: "该地区及下级的企业可用。", required: true)
            form.checkboxes("categories", "服务类别", rulebook.categoryChoices, hint: "不选即各类服务可用。")
            form.date("validUntil", "有效期至", required: true)
        }.html
    }
}

/// One batch as the node settles it: which orders used it, with which agency.
struct VoucherPage: Sendable {
    var batch: VoucherBatch
    var entries: Listing<VoucherEntry>
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: batch.title, trail: [("服务券", "\(request.base)/vouchers")],
            header: PageHeader(
                state: batch.isOpen ? StateBadge("发放中", .success) : StateBadge("已停发"),
                lead: "与服务机构结算以下表“已使用”为准；平台只记录，不经手资金。")
        ) {
            FactList([
                Fact("面值", Format.money(batch.value)), Fact("发放", "\(Format.count(batch.count)) 张"),
                Fact("在用", "\(Format.count(batch.taken)) 张"),
                Fact("剩余", "\(Format.count(batch.left)) 张"), Fact("适用地区", rulebook.title(of: batch.region)),
                Fact("有效期至", on: batch.validUntil),
            ])
            DataTable(
                "使用情况", columns: [.text("订单"), .text("企业"), .text("服务机构"), .number("抵扣"), .text("状态"), .text("时间")],
                rows: entries.items.map { one in
                    [
                        .text(one.home == request.site.id ? one.number : "\(one.number)（\(one.home)）"),
                        .text(one.enterprise.name), .text(one.agency.name),
                        .money(one.discount), .text(one.state.title), .moment(one.at),
                    ]
                }, empty: EmptyState("还没有订单使用"))
            Continuation(total: nil, next: entries.next, of: request)
            if batch.isOpen {
                Disclosure("停发") {
                    Form(
                        post: "\(request.path(voucher: batch.id))/close", of: request, submit: "停发",
                        confirm: "停发后不能恢复，确定吗？", weight: .secondary
                    ) { _ in p("不再接受新的使用，已用在订单上的不受影响。") }
                }
            }
        }
    }
}

extension PageRequest {
    func path(voucher id: MessageID) -> String { "\(base)/vouchers/\(id)" }
}
