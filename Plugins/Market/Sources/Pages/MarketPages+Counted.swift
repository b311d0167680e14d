import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Pages of what is counted: vouchers, slots, experts and venues, and an enterprise's own limit.
extension MarketPages {
    // MARK: - Vouchers

    func vouchers(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try vouchersPage(request, context, refusal: nil))
    }

    private func vouchersPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let (actor, site) = (request.actor, request.site.id)
        return VoucherListPage(
            batches: try context.ask(FindVouchers()), isStaff: actor.holds(.windowStaff, .cityStaff, .provinceStaff),
            maySettle: { $0.site == site && Rights.isStaff(actor, in: $0.region) }, rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func issueVouchers(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "服务券名称", 4...60)
            let value = form.money("value", "面值", required: true)
            let count = form.number("count", "张数", 1...1_000_000, required: true)
            let each = form.number("perEnterprise", "每家企业", 1...1000, required: true)
            let region = form.region("region", "适用地区")
            let until = form.day("validUntil", "有效期至")
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let value, let count, let each, let region, let until else { throw Refusal.notFound }
            _ = try await context.tell(
                IssueVouchers(
                    title: title, value: value, count: count, region: region,
                    categories: request.fields.all("categories"), perEnterprise: each, validUntil: until))
            return .redirect(to: "\(request.base)/vouchers", notice: "已发放 \(count) 张。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(try vouchersPage(request, context, refusal: refusal))
        }
    }

    private func batchID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MarketRefusal.unknownVoucher }
        return id
    }

    func voucher(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try batchID(request)
        let entries = try context.ask(
            FindVoucherEntries(batch: id, after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(
            VoucherPage(batch: try context.ask(GetVouchers(id: id)), entries: entries, rulebook: rulebook).page(request)
        )
    }

    func closeVouchers(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        _ = try await context.tell(CloseVouchers(batch: try batchID(request)))
        return .redirect(to: "\(request.base)/vouchers", notice: "已停发。")
    }

    func redeemVoucher(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        do {
            var form = FormInput(request)
            let batch = form.required("batch", "服务券", "请选择一种服务券。") { MessageID($0) }
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let batch else { throw Refusal.notFound }
            let use = try await context.tell(RedeemVoucher(order: id, batch: batch))
            return .redirect(
                to: request.path(order: id),
                notice: use.state == .asked ? "已向发券站点申请，确认后这里会更新。" : "已使用服务券，抵扣 \(Format.money(use.discount))。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Slots

    func openSlots(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try serviceID(request)
        do {
            var form = FormInput(request)
            let start = appointment(&form)
            let minutes = form.number("minutes", "每段", 10...480, required: true)
            let count = form.number("count", "连续", 1...20, required: true)
            let capacity = form.number("capacity", "每段名额", 1...500, required: true)
            let place = form.optionalText("place", "地点", 2...60)
            let resource = form.number("resource", "专家或场地", 1...1000)
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let start, let minutes, let count, let capacity else { throw Refusal.notFound }
            _ = try await context.tell(
                OpenSlots(
                    service: id, startsAt: start, minutes: minutes, count: count, capacity: capacity, place: place,
                    resource: resource))
            return .redirect(to: request.path(service: id), notice: "已开放 \(count) 个时段。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try servicePage(request, context, refusal: nil, slotRefusal: refusal))
        }
    }

    func closeSlot(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try serviceID(request)
        guard let slot = request.fields["slot"].flatMap({ MessageID($0) }) else { throw MarketRefusal.slotFull }
        do {
            _ = try await context.tell(CloseSlot(slot: slot))
            return .redirect(to: request.path(service: id), notice: "已取消该时段。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try servicePage(request, context, refusal: refusal))
        }
    }

    // MARK: - Experts and venues

    func resources(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindResources(
                kind: request.coded("kind"), category: request.fields["category"],
                region: request.fields["region"].flatMap { RegionCode($0) },
                after: request.fields["after"].flatMap { Cursor($0) }, limit: 60))
        return .page(ResourceListPage(found: found, rulebook: rulebook).page(request))
    }

    func saveResource(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            guard let kind = form.choice("kind", "种类", as: AgencyResource.Kind.self) else {
                try form.refuseIfFaulty(as: "market.invalid-input")
                throw Refusal.notFound
            }
            if request.fields["do"] == "remove" {
                _ = try await context.tell(
                    RecordResource(number: request.fields["number"].flatMap { Int($0) }, kind: kind, title: nil))
                return .redirect(to: "\(request.base)/desk", notice: "已移除。")
            }
            let title = form.text("title", "名称", 2...40)
            let profile = form.text("profile", "简介", 10...600)
            let region = form.region("region", "所在地")
            let seats = form.number("seats", "可容纳", 1...100_000)
            try form.refuseIfFaulty(as: "market.invalid-input")
            _ = try await context.tell(
                RecordResource(
                    kind: kind, title: title, profile: profile, categories: request.fields.all("categories"),
                    region: region, seats: seats))
            return .redirect(to: "\(request.base)/desk", notice: "\(kind.title)已登记。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(try deskPage(request, context, refusal: nil, resourceRefusal: refusal))
        }
    }

    // MARK: - An enterprise's own limit, a vendor's report

    func approval(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ApprovalPage(rule: try context.ask(GetApprovalRule()), refusal: nil).page(request))
    }

    func saveApproval(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let limit = form.money("limit", "审批限额")
            try form.refuseIfFaulty(as: "market.invalid-input")
            let rule = try await context.tell(SetApprovalRule(limit: limit))
            return .redirect(
                to: "\(request.base)/approval",
                notice: rule.wanted == nil ? "已保存：\(ApprovalPage.shown(rule.limit))。" : "已提出，须由本单位另一人同意。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(ApprovalPage(rule: try context.ask(GetApprovalRule()), refusal: refusal).page(request))
        }
    }

    func reportActivation(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        do {
            var form = FormInput(request)
            let isActivated = form.required("result", "开通结果", "请选择开通结果。") { ["activated": true, "failed": false][$0] }
            let reference = form.optionalText("reference", "开通编号", 1...80)
            let until = form.optionalDay("validUntil", "有效期至")
            let note = form.text("note", "开通说明", 2...1000)
            try form.refuseIfFaulty(as: "market.invalid-input")
            _ = try await context.tell(
                ReportActivation(
                    order: id, isActivated: isActivated ?? false, reference: reference, validUntil: until, note: note))
            return .redirect(to: request.path(order: id), notice: "已报告。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }
}
