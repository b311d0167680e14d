import MarketContracts
import Messages
import Pages
import Vocabulary

/// Experts and venues as cards.
struct ResourceCards: Component {
    let resources: [AgencyResource]
    let showsAgency: Bool
    let rulebook: Rulebook
    let request: PageRequest

    var html: HTML {
        CardGrid(
            resources.map { one in
                Card(
                    one.title, href: request.path(one.agency), text: one.profile,
                    state: StateBadge(one.kind.title, .info),
                    notes: (showsAgency ? [one.agencyName] : []) + [
                        rulebook.title(of: one.region),
                        one.categories.map(rulebook.title(ofCategory:)).joined(separator: "、"),
                    ]
                        + (one.seats.map { ["可容纳 \($0) 人"] } ?? []))
            }
        ).html
    }
}

/// 专家与场地 of the whole network. Public.
struct ResourceListPage: Sendable {
    var found: Listing<AgencyResource>
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "专家与场地", header: PageHeader(lead: "服务机构的专家和可借用的场地；能预约的，在机构的服务页面选择时段。")) {
            FilterBar(request, submit: "查找") { form in
                form.select("kind", "专家或场地", AgencyResource.Kind.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("category", "服务类别", rulebook.categoryChoices)
                form.select("region", "所在地", rulebook.cityChoices(below: request.site.region, on: request.now.day))
            }
            if found.items.isEmpty {
                EmptyState("没有找到专家或场地", hint: "可以减少条件；服务机构在工作台登记后会列在这里。")
            } else {
                h2("找到的专家和场地")
                ResourceCards(resources: found.items, showsAgency: true, rulebook: rulebook, request: request)
            }
            Continuation(total: nil, next: found.next, of: request)
        }
    }
}

/// Experts and venues on the agency's desk.
struct ResourceDesk: Component {
    let resources: [AgencyResource]
    let home: RegionCode?
    let isOpen: Bool
    let rulebook: Rulebook
    let request: PageRequest
    let refusal: Refusal?

    var html: HTML {
        section {
            DataTable(
                "专家与场地",
                columns: [
                    .text("名称"), .text("种类"), .text("所在地"), .text("服务类别"), .number("可容纳", unit: "人"), .text("操作"),
                ],
                rows: resources.map { one in
                    [
                        .text(one.title), .text(one.kind.title), .text(rulebook.title(of: one.region)),
                        .text(one.categories.map(rulebook.title(ofCategory:)).joined(separator: "、")),
                        .number(one.seats),
                        DataTable.Cell {
                            PostButton(
                                "移除", "\(request.base)/desk/resources",
                                [("number", "\(one.number)"), ("kind", one.kind.rawValue), ("do", "remove")],
                                spoken: "移除\(one.title)", of: request)
                        },
                    ]
                }, empty: EmptyState("还没有登记专家和场地", hint: "登记后显示在机构主页，开放预约时段时可以选用。"))
            Disclosure("登记专家或场地", isOpen: isOpen) {
                Form(
                    post: "\(request.base)/desk/resources", of: request, refusal: refusal, submit: "登记",
                    weight: .secondary, prefix: "resource"
                ) { form in
                    form.radio(
                        "kind", "种类", AgencyResource.Kind.allCases.map { Choice($0.rawValue, $0.title) }, required: true
                    )
                    form.text(
                        "title", "名称", hint: "专家只写姓氏和职称，如“陈高工”，全名不公开。", example: "第二培训室", required: true, width: .medium
                    )
                    form.textarea("profile", "简介", rows: 3, hint: "10–600 字：擅长什么、做过什么；场地写设备和使用要求。", required: true)
                    form.checkboxes("categories", "服务类别", rulebook.categoryChoices, required: true)
                    form.select(
                        "region", "所在地", rulebook.regionChoices(below: request.site.region, on: request.now.day),
                        value: home?.description, required: true)
                    form.number("seats", "可容纳", unit: "人", hint: "场地填写。")
                }
            }
        }
    }
}
