import MarketContracts
import Messages
import PluginKit
import Vocabulary

/// Every refusal of the market, in one place: code, status, the sentence with its next step, the line for the log.
enum MarketRefusal {
    /// All codes with what they are about, for the printed table; a test checks them for duplicates.
    static let codes: [(code: String, status: Int, about: String)] = [
        ("market.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("market.no-organisation", 403, "账号没有代表服务机构或企业"),
        ("market.agency-unknown", 404, "没有这个服务机构"),
        ("market.agency-elsewhere", 409, "机构由另一站点登记"),
        ("market.agency-not-admitted", 409, "机构尚未入驻"),
        ("market.service-unknown", 404, "没有这项服务"),
        ("market.illegal-step", 409, "当前状态不能办理此步骤"),
        ("market.region-not-yours", 403, "不在您的辖区内"),
        ("market.role-missing", 403, "您的角色不能办理此步骤"),
        ("market.order-unknown", 404, "没有这个订单"),
        ("market.other-side", 403, "须由订单的另一方办理"),
        ("market.full", 409, "名额已满"),
        ("market.rated-by-served", 403, "只由被服务企业评价"),
        ("market.rating-closed", 409, "评价修改期已过"),
        ("market.use-rating", 422, "评价须用评价接口提交"),
        ("market.decided-elsewhere", 409, "由订单所在站点办理"),
        ("market.document-unknown", 404, "没有这个附件"),
        ("market.voucher-unknown", 404, "没有这批服务券"),
        ("market.voucher-unfit", 409, "该订单不能用这种服务券"),
        ("market.voucher-in-use", 409, "订单已使用服务券"),
        ("market.vouchers-gone", 409, "服务券已用完"),
        ("market.slot-full", 409, "该时段已约满"),
        ("market.slot-taken", 409, "该时段已有预约"),
        ("market.not-bookable", 409, "该服务不接受预约"),
        ("market.second-person", 409, "须由本单位另一人审批"),
        ("market.no-refund", 409, "该订单没有可退的款项"),
        ("market.refund-is-agencys", 403, "退款由机构或企业所在地窗口登记"),
        ("market.complaint-unknown", 404, "没有这件投诉"),
        ("market.complaint-open", 409, "已有办理中的投诉"),
        ("market.complaint-side", 403, "投诉的这一步须由另一方办理"),
        ("market.no-software", 409, "该订单没有待开通的软件"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "market.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else { preconditionFailure("\(code) is not in the list of refusals") }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal { .input("market.invalid-input", faults) }

    static let noOrganisation = make(
        "no-organisation", "您的账号没有代表服务机构或企业，不能办理。请先在“单位代表”中申请，由当地窗口核实。", log: "actor acts for no organisation")

    static func unknown(agency: CreditCode) -> Refusal {
        make("agency-unknown", "没有信用代码为 \(agency) 的服务机构，或它尚未入驻。请在服务机构名录中查找。", log: "no agency for the actor")
    }

    static let unknownService = make("service-unknown", "没有这项服务，或它未上架。请在“找服务”中查找。", log: "no service for the actor")

    static func elsewhere(_ site: String) -> Refusal {
        make("agency-elsewhere", "该机构的资料由站点“\(site)”登记，请到该站点办理；本站点会自动同步。", log: "agency is kept by site \(site)")
    }

    static let notAdmitted = make("agency-not-admitted", "机构尚未入驻或已暂停，不能上架服务。请先完成入驻审核。", log: "agency is not admitted")

    static func region(_ region: RegionCode) -> Refusal {
        make("region-not-yours", "该机构所在区划（\(region)）不在您的辖区内，请由当地窗口或上级工作人员办理。", log: "actor's grants do not reach \(region)")
    }

    static func role(_ action: String, _ who: String) -> Refusal {
        make("role-missing", "“\(action)”须由\(who)办理。请转交有权限的人员。", log: "the actor may not take this step")
    }

    static let unknownOrder = make("order-unknown", "没有这个订单，或它与您无关。请从订单列表进入。", log: "no order for the actor")

    static func otherSide(_ step: OrderLife.Step) -> Refusal {
        let who = step.sides.map { side in
            switch side {
            case .enterprise: "企业"
            case .asked: "被询价的机构"
            case .chosen: "选定的机构"
            case .staff: "企业所在地的窗口"
            case .system: "系统"
            }
        }.sorted().joined(separator: "或")
        return make("other-side", "“\(step.action.title)”须由\(who)办理。请通知对方办理。", log: "step \(step.action.rawValue) belongs to another side")
    }

    static let full = make("full", "该服务的名额已满，暂时不能下单。请选择其他服务，或请机构增加名额。", log: "no place is left")

    static let ratedByServed = make(
        "rated-by-served", "评价只由被服务的企业提交；工作人员只能代录企业未作的评价，并会标明。请企业登录评价。", log: "rating is the served enterprise's")

    static func ratingClosed(_ until: Timestamp) -> Refusal {
        make("rating-closed", "评价的修改期已于 \(until.day) 截止，不能再改。如有新情况，请联系当地窗口。", log: "rating window is over")
    }

    static let unknownVoucher = make("voucher-unknown", "没有这批服务券，或它由另一站点发放。请在“服务券”中查找。", log: "no batch of vouchers here")

    static func voucherUnfit(_ why: String) -> Refusal {
        make("voucher-unfit", "\(why)，不能用于此订单。请选择其他服务券。", log: "the voucher does not fit the order")
    }

    static let voucherInUse = make("voucher-in-use", "每个订单只用一张服务券，该订单已用了一张。取消订单后服务券退回。", log: "the order has a voucher")

    static let vouchersGone = make("vouchers-gone", "该服务券已用完。请选择其他服务券，或关注下一批。", log: "no voucher is left")

    static let slotFull = make("slot-full", "该时段已约满、已开始或已取消。请选择其他时段。", log: "no seat is left in the slot")

    static func slotTaken(_ orders: Int) -> Refusal {
        make("slot-taken", "该时段已有 \(orders) 单预约，不能取消。请先与企业改约。", log: "the slot has bookings")
    }

    static let notBookable = make(
        "not-bookable", "只有已上架、勾选“线下预约”且免费或固定价的服务可以开放时段。请先修改服务。", log: "the service is not booked by slots")

    static let secondPerson = make("second-person", "金额超过本单位的审批限额，您已提出，须由本单位另一人审批。请通知同事登录办理。", log: "the same person may not agree twice")

    static let noSoftware = make("no-software", "该订单不是信息化应用，或尚未下达开通。请在订单页面核对。", log: "nothing to activate")

    static func noRefund(_ state: OrderState) -> Refusal {
        make("no-refund", "只有已选定机构的收费订单可以登记退款，该订单当前为“\(state.title)”。请核对订单。", log: "nothing can be paid back")
    }

    static let refundIsAgencys = make("refund-is-agencys", "退款由退款的机构登记，或由企业所在地窗口代为登记。请与机构联系。", log: "the actor does not record refunds")

    static let unknownComplaint = make("complaint-unknown", "没有这件投诉，或它与您无关。请从投诉列表进入。", log: "no complaint for the actor")

    static func complaintOpen(_ number: String) -> Refusal {
        make("complaint-open", "对同一订单（或机构）的投诉 \(number) 还在办理。请在该投诉中补充，或等它办结。", log: "a complaint is open")
    }

    static func complaintSide(_ action: ComplaintAction) -> Refusal {
        let who = ComplaintLife.steps.first { $0.action == action }.map { $0.side == .agency ? "被投诉的机构" : $0.side == .staff ? "企业所在地的窗口" : "提出投诉的企业" }
        return make("complaint-side", "“\(action.title)”须由\(who ?? "另一方")办理。请通知对方办理。", log: "the step belongs to another side")
    }

    static func decidedElsewhere(_ site: String) -> Refusal {
        make("decided-elsewhere", "订单由站点“\(site)”办理，这里只能查看。请到该站点办理。", log: "order is decided at site \(site)")
    }

    static let useRating = make("use-rating", "评价须连同分数提交，请使用评价表单或评价接口。", log: "rate comes with its own command")

    static func illegal(_ action: String, in state: String, possible: [String]) -> Refusal {
        make(
            "illegal-step",
            "当前状态为“\(state)”，不能“\(action)”。" + (possible.isEmpty ? "已没有可办理的步骤，请刷新页面核对。" : "现在可以：\(possible.joined(separator: "、"))。"),
            log: "step is not possible in this state")
    }
}
