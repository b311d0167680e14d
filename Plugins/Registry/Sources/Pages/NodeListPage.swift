import Messages
import Pages
import RegistryContracts
import Vocabulary

/// The list of nodes with its filters; every filter stands in the address. Public.
struct NodeListPage: Sendable {
    var result: Listing<NodeCard>
    var cities: [EligibleUnit]
    var gazetteer: Gazetteer

    func page(_ request: PageRequest) -> Page {
        Page(title: "平台名录", header: PageHeader(lead: "平台网络的所有节点，可按类型、市州、状态、载体和日期筛选。")) {
            if let notice = request.dayNotice("asOf") { notice }
            FilterBar(request) { form in
                form.text("text", "名称、编号或单位")
                form.select("kind", "平台类型", NodeKind.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("region", "市州", cities.map { Choice($0.code, $0.title) })
                form.select("stage", "状态", Self.stages.map { Choice($0.rawValue, $0.title) })
                form.text("carrierPark", "载体园区")
                form.text("chain", "产业链")
                form.date("asOf", "截至日期")
            }
            NodeTable(
                "平台名录", result.items, request, in: gazetteer, csv: QueryLink.make("\(request.base)/nodes.csv", request.fields.pairs.filter { $0.name != "after" }))
            Continuation(total: result.total, next: result.next, of: request)
        }
    }

    static let stages: [Stage] = [.recognised, .rectification, .operatorChange, .exited]

    static func csv(_ nodes: [NodeCard]) -> [[String]] {
        let head = [
            "编号", "平台", "类型", "区划代码", "上级", "建设主体", "建设主体代码", "运营单位", "运营单位代码", "运营方式", "认定日期",
            "退出日期", "认定文号", "载体园区", "产业链", "状态", "补录",
        ]
        return [head]
            + nodes.map { node in
                [
                    node.id.description, node.name, node.kind.title, node.region.description,
                    node.parent?.description ?? "", node.builder.name, node.builder.creditCode.description,
                    node.operatingUnit.name, node.operatingUnit.creditCode.description, node.mode.title,
                    node.recognisedOn.description, node.exitedOn?.description ?? "", node.recognitionDocument ?? "",
                    node.carrierPark ?? "", node.chain ?? "", node.stage.title, node.isBackfilled ? "是" : "否",
                ]
            }
    }
}

/// The tree of one day, indented. Public.
struct TreePage: Sendable {
    var tree: NetworkTree

    func page(_ request: PageRequest) -> Page {
        let children = Dictionary(grouping: tree.nodes, by: \.parent)
        let known = Set(tree.nodes.map(\.id))
        let roots = tree.nodes.filter { $0.parent.map { !known.contains($0) } ?? true }
        return Page(
            title: "网络层级", trail: [("平台网络地图", "\(request.base)/map")],
            header: PageHeader(lead: "\(tree.day.shown)有效的上下级关系，共 \(Format.count(tree.nodes.count)) 个平台。")
        ) {
            if let notice = request.dayNotice("day") { notice }
            FilterBar(request) { form in form.date("day", "日期", value: tree.day.description) }
            if roots.isEmpty {
                EmptyState("这一天还没有平台", hint: "请换一个较晚的日期。")
            } else {
                list(roots, children, request)
            }
        }
    }

    private func list(_ nodes: [NodeCard], _ children: [NodeID?: [NodeCard]], _ request: PageRequest) -> HTML {
        ul(.class("tree")) {
            for node in nodes {
                li {
                    a(node.name, href: request.path(node.id))
                    small("（\(node.kind.shortTitle)）", .class("muted"))
                    if let below = children[node.id] { list(below, children, request) }
                }
            }
        }
    }
}
