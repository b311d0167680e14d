import MarketContracts
import Messages
import Pages

/// Orders of the own enterprise, of the own agency, or of the staff's regions.
struct OrderListPage: Sendable {
    var box: FindOrders.Box
    var boxes: [FindOrders.Box]
    var result: Listing<OrderCard>

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "订单",
            header: PageHeader(lead: lead) {
                if box == .enterprise {
                    ButtonLink("找服务下单", href: "\(request.base)/services")
                    ButtonLink("向多家询价", href: "\(request.base)/orders/new", .secondary)
                    ButtonLink("单位审批", href: "\(request.base)/approval", .secondary)
                }
                if box == .staff { ButtonLink("代企业下单", href: "\(request.base)/orders/new") }
                ButtonLink("投诉", href: QueryLink.make("\(request.base)/complaints", [("box", box.rawValue)]), .secondary)
                if box != .enterprise { ButtonLink("补录线下服务", href: "\(request.base)/orders/record", .secondary) }
            }
        ) {
            if boxes.count > 1 {
                Subnav(
                    boxes.map { NavigationItem(Self.title($0), QueryLink.make("\(request.base)/orders", [("box", $0.rawValue)])) },
                    path: QueryLink.make("\(request.base)/orders", [("box", box.rawValue)]), title: "订单范围")
            }
            FilterBar(request) { form in
                form.select("state", "状态", OrderState.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("overdue", "期限", [Choice("true", "只看逾期")])
                form.hidden("box", box.rawValue)
            }
            OrderTable(Self.title(box), result.items, request, empty: EmptyState("没有订单", hint: box == .enterprise ? "在“找服务”中下单，或向多家机构询价。" : "有新的订单时会列在这里。"))
            Continuation(total: nil, next: result.next, of: request)
        }
    }

    private var lead: String {
        switch box {
        case .enterprise: "本企业的订单：报价、选定、交付、确认和评价都在这里办理。"
        case .agency: "本机构收到的询价和订单。"
        case .staff: "辖区企业的订单；逾期的请催办，有异议的请处理。"
        }
    }

    static func title(_ box: FindOrders.Box) -> String {
        switch box {
        case .enterprise: "本企业的订单"
        case .agency: "本机构的订单"
        case .staff: "辖区订单"
        }
    }
}
