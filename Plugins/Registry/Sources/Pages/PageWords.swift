import Messages
import Pages
import RegistryContracts
import Vocabulary

/// How the registry's values stand on a page.
extension Stage {
    var tone: Tone {
        switch self {
        case .recognised: .success
        case .rectification, .operatorChange, .returned: .warning
        case .refused: .danger
        case .exited, .withdrawn: .neutral
        case .submitted, .cityReview, .provinceReview, .construction, .acceptance, .accepted: .info
        }
    }

    var badge: StateBadge { StateBadge(title, tone) }
}

extension Day {
    /// `2026年3月1日`
    var shown: String { Format.date(start) }
}

extension Ratio {
    /// `74.29%（26/35）`
    var shown: String { "\(percent)（\(Format.count(numerator))/\(Format.count(denominator))）" }
}

extension PageRequest {
    var today: Day { now.day }

    /// A day of the query string; today when it is missing or no day.
    func day(_ name: String) -> Day { fields[name].flatMap { Day($0) } ?? today }

    /// What to say when a field holds something that is no day.
    func dayNotice(_ name: String) -> Notice? {
        guard let text = fields[name], Day(text) == nil else { return nil }
        return Notice("“\(text.prefix(20))”不是有效日期（例如 2026-03-01），已按今天显示。", tone: .warning)
    }

    func region(_ name: String) -> RegionCode? { fields[name].flatMap { RegionCode($0) } }

    func coded<T: RawRepresentable>(_ name: String) -> T? where T.RawValue == String {
        fields[name].flatMap { T(rawValue: $0) }
    }

    func path(_ node: NodeID) -> String { "\(base)/nodes/\(node)" }
    func path(_ application: ApplicationID) -> String { "\(base)/applications/\(application)" }
}

/// Documents as a list of links with their sizes; nothing when there are none.
struct DocumentList: Component {
    let documents: [DocumentReference]
    let request: PageRequest

    var html: HTML {
        HTML {
            if !documents.isEmpty {
                ul(.class("documents")) {
                    for document in documents {
                        li {
                            a(document.name, href: "\(request.base)/files/\(document.digest)")
                            small("（\(Format.size(bytes: document.length))）", .class("muted"))
                        }
                    }
                }
            }
        }
    }
}

/// Nodes in rows, as several pages show them.
struct NodeTable: Component {
    let title: String
    let nodes: [NodeCard]
    let request: PageRequest
    let gazetteer: Gazetteer
    var csv: String?

    init(_ title: String, _ nodes: [NodeCard], _ request: PageRequest, in gazetteer: Gazetteer, csv: String? = nil) {
        self.gazetteer = gazetteer
        self.title = title
        self.nodes = nodes
        self.request = request
        self.csv = csv
    }

    var html: HTML {
        DataTable(
            title,
            columns: [
                .text("平台"), .text("编号"), .text("类型"), .text("区划"), .text("运营单位"), .text("认定日期"), .text("状态"),
            ],
            rows: nodes.map { node in
                [
                    .link(node.name, request.path(node.id)), .text(node.id.description), .text(node.kind.shortTitle),
                    DataTable.Cell { span(gazetteer.title(of: node.region), .class("nowrap")) }, .text(node.operatingUnit.name), .text(node.recognisedOn.shown),
                    .state(node.stage.title, node.stage.tone),
                ]
            }, csv: csv, empty: EmptyState("没有符合条件的平台", hint: "可以放宽筛选条件，或换一个统计日期。")
        ).html
    }
}
