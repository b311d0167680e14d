import MarketContracts
import Pages
import Vocabulary

/// Services as cards: what, from whom, what it costs, and why it is shown.
struct ServiceCards: Component {
    let services: [ServiceCard]
    let base: String
    let rulebook: Rulebook

    init(_ services: [ServiceCard], base: String, _ rulebook: Rulebook) {
        self.services = services
        self.base = base
        self.rulebook = rulebook
    }

    var html: HTML {
        CardGrid(
            services.map { card in
                Card(
                    card.title, href: "\(base)/services/\(card.id)",
                    text: "\(card.agencyName) · \(card.price.shown)", state: StateBadge(card.nature.title, card.nature == .publicGood ? .success : .info),
                    notes: [
                        rulebook.title(ofCategory: card.category), card.modes.map(\.title).joined(separator: "、"), rulebook.regionTitles(card.regions),
                    ] + (card.placesLeft.map { [$0 > 0 ? "余 \($0) 个名额" : "名额已满"] } ?? []) + card.reasons)
            }
        ).html
    }
}
