import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The pages of 对接会.
extension MatchingPages {
    private func isStaff(_ request: PageRequest) -> Bool { request.actor.holds(.windowStaff, .cityStaff, .provinceStaff) }

    private func matchmakingID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MatchingRefusal.matchmakingUnknown }
        return id
    }

    func matchmakings(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let result = try context.ask(
            FindMatchmakings(
                state: request.fields["state"].flatMap { MatchmakingState(rawValue: $0) }, category: request.fields["category"],
                after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(MatchmakingListPage(result: result, isStaff: isStaff(request), rulebook: rulebook).page(request))
    }

    // MARK: - Setting up

    func matchmakingForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let facts = request.parameters["id"] == nil ? nil : try context.ask(GetMatchmaking(id: matchmakingID(request)))
        return .page(MatchmakingFormPage(facts: facts, rulebook: rulebook).page(request))
    }

    func saveMatchmaking(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = request.parameters["id"] == nil ? nil : try matchmakingID(request)
        do {
            var form = FormInput(request)
            let region = form.region("region", "主办地")
            let day = form.day("day", "日期"), until = form.day("wishesDay", "志愿截止日")
            let time = form.required("time", "开始时间", "开始时间应形如 09:00。请修改。", Self.minuteOfDay)
            func number(_ field: String, _ title: String, _ range: ClosedRange<Int>) -> Int { form.number(field, title, range, required: true) ?? range.lowerBound }
            let title = form.text("title", "名称", 4...60), place = form.text("place", "地点", 2...80), description = form.text("description", "说明", 2...2000)
            let slots = number("slots", "轮次", 1...48), minutes = number("slotMinutes", "每轮分钟数", 5...120)
            let pause = number("pauseMinutes", "间隔分钟数", 0...60), tables = number("tables", "桌数", 1...500)
            let enterprises = number("enterpriseLimit", "每家企业最多场次", 1...48), agencies = number("agencyLimit", "每家机构最多场次", 1...48)
            try form.refuseIfFaulty(as: "matching.invalid-input")
            guard let region, let day, let until, let time else { throw Refusal.notFound }
            let receipt = try await context.tell(
                SaveMatchmaking(
                    matchmaking: id, title: title, region: region, place: place, description: description, categories: request.fields.all("categories"),
                    startsAt: day.start.advanced(by: .seconds(Int64(time) * 60)), slots: slots, slotMinutes: minutes, pauseMinutes: pause, tables: tables,
                    enterpriseLimit: enterprises, agencyLimit: agencies, wishesUntil: until.end))
            return .redirect(to: request.path(matchmaking: receipt.matchmaking), notice: id == nil ? "对接会已建立。下一步：邀请单位并发布。" : "已保存。")
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 404 {
            let facts = try id.map { try context.ask(GetMatchmaking(id: $0)) }
            return .page(MatchmakingFormPage(facts: facts, rulebook: rulebook, refusal: Self.onPage(refusal)).page(request))
        }
    }

    /// `09:30` in minutes.
    private static func minuteOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        return hour * 60 + minute
    }

    /// Two members of the command are three fields of the form.
    private static func onPage(_ refusal: Refusal) -> Refusal {
        var shown = refusal
        shown.faults = refusal.faults.map { fault in
            Refusal.Fault(
                field: fault.field == "startsAt" ? "day" : fault.field == "wishesUntil" ? "wishesDay" : fault.field, value: fault.value, message: fault.message)
        }
        return shown
    }

    // MARK: - One 对接会

    func matchmaking(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try matchmakingPage(request, context, refusal: nil))
    }

    private func matchmakingPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try matchmakingID(request)
        let facts = try context.ask(GetMatchmaking(id: id))
        let mayEnter = request.actor.holds(.enterprise, .agency, .windowStaff, .cityStaff, .provinceStaff)
        let desk = mayEnter ? try context.ask(GetMatchmakingDesk(id: id)) : nil
        return MatchmakingPage(
            facts: facts, desk: desk, happenings: desk?.isStaff == true ? try context.timeline(subject: "matchmaking/\(id)") : [], rulebook: rulebook,
            refusal: refusal
        ).page(request)
    }

    /// Tells a command and goes back to the page with a notice, or shows the page with what is wrong.
    private func change(
        _ request: PageRequest, _ context: PageContext, _ body: (MessageID) async throws -> String
    ) async throws -> PageReply {
        let id = try matchmakingID(request)
        do { return .redirect(to: request.path(matchmaking: id), notice: try await body(id)) } catch let refusal as Refusal
            where [403, 409, 422].contains(refusal.status)
        {
            return .page(try matchmakingPage(request, context, refusal: refusal))
        }
    }

    func advanceMatchmaking(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        guard let action = request.fields["action"].flatMap({ MatchmakingAction(rawValue: $0) }) else { throw Refusal.notFound }
        return try await change(request, context) { id in
            _ = try await context.tell(AdvanceMatchmaking(matchmaking: id, action: action, note: request.fields["note"]))
            return action == .plan ? "正在排定，几秒后刷新页面查看。" : "已办理“\(action.title)”。"
        }
    }

    func inviteToMatchmaking(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await change(request, context) { id in
            var form = FormInput(request)
            let side = form.choice("side", "身份", as: MatchmakingSide.self) ?? .enterprise
            var parties: [Invitee] = []
            if request.fields["records"] == nil {
                let name = form.text("name", "单位名称", 2...80), code = form.creditCode("code", "统一社会信用代码")
                let topic = form.optionalText("topic", "洽谈主题", 2...200)
                if let code {
                    let region = try context.ask(GetMatchmaking(id: id)).card.region
                    parties.append(Invitee(party: DemandParty(code: code, name: name), region: region, topic: topic))
                }
            }
            try form.refuseIfFaulty(as: "matching.invalid-input")
            let receipt = try await context.tell(
                InviteToMatchmaking(matchmaking: id, side: side, parties: parties, fromRecords: request.fields["records"] != nil))
            return "已邀请，名单现有 \(receipt.parties) 家单位。"
        }
    }

    func attend(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await change(request, context) { id in
            var form = FormInput(request)
            let side = form.choice("side", "身份", as: MatchmakingSide.self) ?? .enterprise
            let topic = form.optionalText("topic", "主题", 2...200), limit = form.number("limit", "最多洽谈场次", 1...48)
            var contact: (String, ContactNumber)?
            if let text = request.fields["phone"] {
                let name = form.text("representative", "代表姓名", 1...40)
                if let phone = ContactNumber(text) { contact = (name, phone) } else { form.add("phone", "电话号码有误，应为手机号、带区号的座机或服务号码。请修改。") }
            }
            try form.refuseIfFaulty(as: "matching.invalid-input")
            let isComing = request.fields["coming"] == "yes"
            _ = try await context.tell(
                AttendMatchmaking(
                    matchmaking: id, side: side, isComing: isComing, topic: topic, busySlots: request.fields.all("busy").compactMap { Int($0) }, limit: limit,
                    representative: contact.map { Personal($0.0) }, phone: contact.map { Personal($0.1) }))
            return isComing ? "已报名。下一步：填报志愿。" : "已登记不参加。"
        }
    }

    func stateWishes(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await change(request, context) { id in
            guard let side = request.fields["side"].flatMap({ MatchmakingSide(rawValue: $0) }) else { throw Refusal.notFound }
            let others = (1...80).compactMap { request.fields["wish\($0)"] }.compactMap { CreditCode($0) }
            _ = try await context.tell(StateWishes(matchmaking: id, side: side, others: others))
            return "已保存 \(others.count) 个志愿。"
        }
    }

    func schedule(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let desk = try context.ask(GetMatchmakingDesk(id: matchmakingID(request)))
        guard desk.isStaff else { throw MatchingRefusal.matchmakingUnknown }
        return .page(SchedulePage(desk: desk).page(request))
    }

    // MARK: - Talks

    private func talkID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MatchingRefusal.talkUnknown }
        return id
    }

    func talk(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(TalkPage(talk: try context.ask(GetTalk(id: talkID(request)))).page(request))
    }

    func recordTalk(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try talkID(request)
        do {
            var form = FormInput(request)
            let outcome = form.choice("outcome", "结果", as: TalkOutcome.self)
            let amount = form.money("amount", "签约金额"), note = form.optionalText("note", "说明", 2...500)
            try form.refuseIfFaulty(as: "matching.invalid-input")
            guard let outcome else { throw Refusal.notFound }
            _ = try await context.tell(
                RecordTalk(talk: id, followUp: request.fields["days"].flatMap { Int($0) }, outcome: outcome, note: note, amount: amount))
            return .redirect(to: "\(request.base)/talks/\(id)", notice: "已登记：\(outcome.title)。")
        } catch let refusal as Refusal where [409, 422].contains(refusal.status) {
            return .page(TalkPage(talk: try context.ask(GetTalk(id: id)), refusal: refusal).page(request))
        }
    }

    func followUps(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(FollowUpPage(items: try context.ask(FindFollowUps())).page(request))
    }
}

extension PageRequest {
    func path(matchmaking id: MessageID) -> String { "\(base)/matchmaking/\(id)" }
}
