import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Pages of refunds and complaints.
extension MarketPages {
    func recordRefund(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        do {
            var form = FormInput(request)
            let amount = form.money("amount", "退款金额", required: true)
            let reason = form.text("reason", "退款原因", 2...500)
            let day = form.day("refundedOn", "退款日期")
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let amount, let day else { throw Refusal.notFound }
            _ = try await context.tell(RecordRefund(order: id, amount: amount, reason: reason, refundedOn: day))
            return .redirect(to: request.path(order: id), notice: "已登记退款 \(Format.money(amount))，等待企业确认。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }

    func confirmRefund(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        do {
            _ = try await context.tell(ConfirmRefund(order: id, number: request.fields["number"].flatMap { Int($0) } ?? 0))
            return .redirect(to: request.path(order: id), notice: "已确认收到退款。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }

    func complaints(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let boxes = Self.boxes(of: request.actor)
        guard let box = request.coded("box") ?? boxes.first, boxes.contains(box) else { throw MarketRefusal.noOrganisation }
        let result = try context.ask(FindComplaints(box: box, state: request.coded("state"), after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(ComplaintListPage(box: box, boxes: boxes, result: result).page(request))
    }

    func complaintForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try complaintFormPage(request, context, refusal: nil)) }

    private func complaintFormPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let order = try request.fields["order"].flatMap { MessageID($0) }.map { try context.ask(GetOrder(id: $0)).card }
        let agency = try order == nil ? request.fields["agency"].flatMap { CreditCode($0) }.map { try context.ask(GetAgency(code: $0)).card } : nil
        return ComplaintFormPage(order: order, agency: agency, isOnBehalf: !request.actor.holds(.enterprise), rulebook: rulebook, refusal: refusal).page(request)
    }

    func fileComplaint(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let order = request.fields["order"].flatMap { MessageID($0) }
            let isOnBehalf = order == nil && !request.actor.holds(.enterprise)
            var form = FormInput(request)
            let agency = order == nil ? form.creditCode("agency", "机构的统一社会信用代码") : nil
            let party = isOnBehalf ? self.party(&form) : nil
            let region = isOnBehalf ? form.region("region", "企业所在地") : nil
            let kind: ComplaintKind? = form.choice("kind", "投诉事项")
            let text = form.text("text", "投诉内容", 10...2000)
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let kind else { throw Refusal.notFound }
            let receipt = try await context.tell(FileComplaint(order: order, agency: agency, kind: kind, text: text, enterprise: party, region: region))
            return .redirect(to: "\(request.base)/complaints/\(receipt.complaint)", notice: "投诉 \(receipt.number) 已提出，机构会在期限内答复。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try complaintFormPage(request, context, refusal: refusal))
        }
    }

    func complaint(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try complaintPage(request, context, refusal: nil)) }

    private func complaintID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MarketRefusal.unknownComplaint }
        return id
    }

    private func complaintPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetComplaint(id: try complaintID(request)))
        let told: Set<WireName> = [ComplaintAdvanced.name, ComplaintOverdue.name]
        return ComplaintPage(
            detail: detail, happenings: try context.timeline(subject: "complaint/\(detail.card.id)").filter { told.contains($0.type) }, refusal: refusal
        ).page(request)
    }

    func advanceComplaint(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try complaintID(request)
        guard let action: ComplaintAction = request.coded("action") else { throw Refusal.notFound }
        do {
            _ = try await context.tell(
                AdvanceComplaint(complaint: id, action: action, text: request.fields["text"] ?? "", outcome: request.coded("outcome")))
            return .redirect(to: "\(request.base)/complaints/\(id)", notice: "已\(action.title)。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try complaintPage(request, context, refusal: refusal))
        }
    }
}
