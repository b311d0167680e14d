import MarketContracts
import Messages
import Pages
import Vocabulary

extension OrderState {
    var badge: StateBadge {
        let tone: Tone =
            switch self {
            case .confirmed, .rated: .success
            case .disputed, .lapsed: .danger
            case .proposed, .quoted, .delivered: .warning
            case .requested, .accepted, .scheduled, .delivering: .info
            case .cancelled: .neutral
            }
        return StateBadge(title, tone)
    }
}

extension Rating {
    var shown: String { "\(score) 分（\(Self.titles[max(0, min(4, score - 1))])）" }
}

extension PageRequest {
    func path(order id: MessageID) -> String { "\(base)/orders/\(id)" }

    /// Another page of the market with the filters of this one.
    func filtered(_ page: String, _ names: [String]) -> String {
        QueryLink.make("\(base)/\(page)", names.compactMap { name in fields[name].map { (name, $0) } })
    }
}

/// Orders in rows.
struct OrderTable: Component {
    let title: String
    let orders: [OrderCard]
    let request: PageRequest
    let empty: EmptyState

    init(_ title: String, _ orders: [OrderCard], _ request: PageRequest, empty: EmptyState) {
        self.title = title
        self.orders = orders
        self.request = request
        self.empty = empty
    }

    var html: HTML {
        DataTable(
            title, columns: [.text("订单"), .text("编号"), .text("企业"), .text("服务机构"), .text("状态"), .number("金额"), .text("期限")],
            rows: orders.map { card in
                [
                    DataTable.Cell {
                        a(card.title, href: request.path(order: card.id))
                        if card.isBackfilled { StateBadge("补录") }
                        if card.isOnBehalf { StateBadge("代下单·\(card.channel.title)") }
                    },
                    .text(card.number), .text(card.enterprise.name), .text(card.agency?.name), DataTable.Cell { card.state.badge }, .money(card.amount),
                    DataTable.Cell { if let due = card.due, !card.state.isClosed { Deadline(due, now: request.now) } },
                ]
            }, empty: empty
        ).html
    }
}
