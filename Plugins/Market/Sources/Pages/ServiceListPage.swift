import MarketContracts
import Messages
import Pages
import Vocabulary

/// What was found, with facets that narrow it; every filter stands in the address. Public.
struct ServiceListPage: Sendable {
    var found: FoundServices
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "找服务", header: PageHeader(lead: "输入一两个词即可，例如“贷款”“专利”“数字化”。")) {
            FilterBar(request, submit: "查找") { form in
                form.text("q", "找什么服务")
                form.select("category", "服务类别", rulebook.categoryChoices)
                form.select("region", "服务到", rulebook.regionChoices(below: request.site.region, on: request.now.day))
                form.select("nature", "服务性质", ServiceNature.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("mode", "服务方式", ServiceMode.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("price", "计价方式", Price.Kind.allCases.map { Choice($0.rawValue, $0.title) })
            }
            if found.isSimilar { Notice("没有完全相符的服务，以下是用词相近的。") }
            for facet in found.facets where facet.values.count > 1 || request.fields[facet.field] != nil { facetLine(facet, request) }
            if found.items.isEmpty {
                EmptyState("没有找到这样的服务", hint: "可以减少条件，换一个说法，或者拨打服务热线说明需要，由窗口代为寻找。")
            } else {
                form(Attribute("method", "get"), .action("\(request.base)/compare")) {
                    ul(.class("results"), .role("list")) { for card in found.items { item(card, request) } }
                    hr()
                    div(.class("actions")) { button("比较所选服务（至多 4 项）", .type("submit"), .class("button button-secondary")) }
                }
            }
            Continuation(total: found.total, next: found.next, of: request)
            if request.actor.kind != .visitor { p { a("下载服务（CSV）", href: request.filtered("services.csv", ["category", "region"])) } }
        }
    }

    private func facetLine(_ facet: Facet, _ request: PageRequest) -> FacetLine {
        FacetLine(
            facet.title,
            facet.values.map { value in
                let isChosen = request.fields[facet.field] == value.value
                return .init(value.title, value.count, href: request.link(setting: facet.field, to: isChosen ? nil : value.value), isChosen: isChosen)
            })
    }

    private func item(_ card: ServiceCard, _ request: PageRequest) -> HTML {
        li(.class("result")) {
            h2 { a(card.title, href: request.path(service: card.id)) }
            p {
                StateBadge(card.nature.title, card.nature == .publicGood ? .success : .info)
                " "
                strong(card.price.shown)
                " · "
                a(card.agencyName, href: request.path(card.agency))
            }
            p(
                [
                    rulebook.title(ofCategory: card.category), card.modes.map(\.title).joined(separator: "、"), "服务到 \(rulebook.regionTitles(card.regions))",
                    card.days.map { "承诺 \($0) 个工作日" }, card.placesLeft.map { $0 > 0 ? "余 \($0) 个名额" : "名额已满" },
                    "满意度 \(card.satisfaction.shown)",
                ].compactMap { $0 }.joined(separator: " · "), .class("muted"))
            if !card.reasons.isEmpty { p("排在这里的理由：\(card.reasons.joined(separator: "、"))", .class("muted")) }
            p {
                label(.for("c-\(card.id)")) {
                    input(.type("checkbox"), .name("id"), .value(card.id.description), .id("c-\(card.id)"))
                    " 加入比较"
                }
            }
        }
    }
}
