import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Seats, calls and what supervisors watch.
extension HotlinePages {
    // MARK: - One's own seat

    func seat(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(SeatPage(desk: try context.ask(GetSeat()), rulebook: rulebook).page(request))
    }

    func seatNow(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .live(SeatPage(desk: try context.ask(GetSeat()), rulebook: rulebook).now(request))
    }

    func setPresence(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        var form = FormInput(request)
        let presence = form.choice("presence", "坐席状态", or: SeatPresence.away)
        try form.refuseIfFaulty()
        let receipt = try await context.tell(SetPresence(presence: presence))
        return .redirect(
            to: "\(request.base)/seat", notice: receipt.assignment == nil ? "坐席已设为「\(presence.title)」。" : "有来电分配到您的坐席。")
    }

    // MARK: - Calls

    func calls(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(FindCalls(state: request.coded("state"), after: request.after, limit: 30))
        return .page(CallsPage(calls: found, rulebook: rulebook).page(request))
    }

    func call(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try callPage(request, context))
    }

    private func callNumber(_ request: PageRequest) throws -> Int {
        guard let id = Int(request.parameters["id"] ?? ""), id > 0 else { throw HotlineRefusal.call(0) }
        return id
    }

    private func callPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal? = nil, place: String? = nil)
        throws -> Page
    {
        let detail = try context.ask(GetCall(id: callNumber(request)))
        let units = detail.mayAct ? try context.ask(FindUnits(region: detail.card.region)).units.map(\.unit) : []
        return CallPage(detail: detail, units: units, rulebook: rulebook, refusal: refusal, place: place).page(request)
    }

    func invite(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let unit = form.unit("unit")
            if unit == nil { _ = form.text("unit", "受邀单位") }
            try form.refuseIfFaulty()
            guard let unit else { return .page(try callPage(request, context)) }
            let invited = try await context.tell(
                InviteToCall(call: callNumber(request), unit: unit, note: request.fields["note"]))
            return .redirect(
                to: "\(request.base)/calls/\(try callNumber(request))",
                notice: "已邀请，对方的待办中可见。参与者编号 \(invited.participant)。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try callPage(request, context, refusal: refusal))
        }
    }

    func openRecording(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let number = form.number("recording", "录音", 1...10_000, required: true)
            let purpose = form.text("purpose", "调听事由")
            try form.refuseIfFaulty()
            let place = try await context.tell(
                OpenRecording(call: callNumber(request), recording: number ?? 1, purpose: purpose)
            ).place
            return .page(try callPage(request, context, place: place))
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try callPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Lines and seats

    func seats(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try seatsPage(request, context))
    }

    private func seatsPage(
        _ request: PageRequest, _ context: PageContext, refusal: Refusal? = nil, isLine: Bool = false
    ) throws -> Page {
        SeatsPage(
            list: try context.ask(FindSeats()), skills: categories.filter { $0.value.utf8.count == 2 },
            regions: regions(request),
            mayChange: request.actor.holds(.cityStaff, .provinceStaff), rulebook: rulebook, refusal: refusal,
            isLine: isLine
        ).page(request)
    }

    func setSeat(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let id = form.required("id", "坐席标识", "坐席标识应为 2 至 40 位小写字母、数字、连字符。请改正。") { SeatID($0) }
            let title = form.text("title", "坐席名称")
            let region = form.region("region", "受理区划")
            try form.refuseIfFaulty()
            guard let id, let region else { return .page(try seatsPage(request, context)) }
            _ = try await context.tell(
                SetSeat(
                    id: id, title: title, region: region, person: request.fields["person"],
                    skills: request.fields.all("skills"),
                    isActive: request.fields["isInactive"] != "yes"))
            return .redirect(to: "\(request.base)/seats", notice: "坐席“\(title)”已保存。")
        } catch let refusal as Refusal {
            return .page(try seatsPage(request, context, refusal: refusal))
        }
    }

    func setLine(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let id = form.required("id", "线路标识", "线路标识应为 2 至 40 位小写字母、数字、连字符。请改正。") { LineID($0) }
            let title = form.text("title", "线路名称")
            let region = form.region("region", "受理区划")
            try form.refuseIfFaulty()
            guard let id, let region else { return .page(try seatsPage(request, context, isLine: true)) }
            // The page draws the secret and shows it this once; the site keeps it to check signatures.
            let renews = request.fields["renews"] == "yes"
            let secret = renews ? request.fields["lineSecret"].flatMap { WebhookSecret($0) } ?? .random() : nil
            _ = try await context.tell(
                SetLine(
                    id: id, title: title, region: region, secret: secret?.revealed,
                    isActive: request.fields["isInactive"] != "yes"))
            guard let secret else { return .redirect(to: "\(request.base)/seats", notice: "线路“\(title)”已保存。") }
            return .page(LineSecretPage(line: id, secret: secret.revealed).page(request))
        } catch let refusal as Refusal {
            return .page(try seatsPage(request, context, refusal: refusal, isLine: true))
        }
    }

    // MARK: - Supervision

    func supervisionNow(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .live(BoardView(board: try context.ask(GetBoard()), base: request.base, now: request.now).html)
    }
}
