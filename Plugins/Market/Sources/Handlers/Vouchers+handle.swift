import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// 服务券: issued and counted by one site, used on orders of any site, given back when an order is cancelled.
extension Rulebook {
    func issueVouchers(_ command: IssueVouchers, _ tx: Transaction) throws -> VoucherReceipt {
        guard Rights.isStaff(tx.actor, in: command.region) else { throw MarketRefusal.region(command.region) }
        var input = InputRules()
        input.text("title", "服务券名称", command.title, 4...60)
        if !(100...100_000_000).contains(command.value.fen) {
            input.add("value", "面值应为 1–1,000,000 元。请修改。", value: command.value.description)
        }
        input.number("count", "张数", command.count, 1...1_000_000)
        input.number("perEnterprise", "每家企业可用张数", command.perEnterprise, 1...1000)
        input.categories("categories", command.categories, known: categories)
        if regions.region(command.region, on: tx.now.day) == nil {
            input.add("region", "区划代码 \(command.region) 现在无效。请选择适用的地区。", value: command.region.description)
        }
        if command.validUntil < tx.now.day {
            input.add("validUntil", "有效期已过（\(command.validUntil)）。请修改。", value: command.validUntil.description)
        }
        try input.refuseIfFaulty()
        let batch = VoucherBatch(
            id: tx.newID(), site: tx.site, title: command.title, value: command.value, count: command.count, taken: 0,
            region: command.region,
            categories: Array(Set(command.categories)).sorted(), perEnterprise: command.perEnterprise,
            validUntil: command.validUntil, isOpen: true)
        try tx.write(batch, revision: 1, isLocal: true)
        try tx.announce(VouchersChanged(batch: batch, revision: 1))
        return VoucherReceipt(batch: batch.id, left: batch.left)
    }

    func closeVouchers(_ command: CloseVouchers, _ tx: Transaction) throws -> VoucherReceipt {
        guard var batch = try tx.voucherBatch(command.batch) else { throw MarketRefusal.unknownVoucher }
        guard batch.site == tx.site else { throw MarketRefusal.elsewhere(batch.site) }
        guard Rights.isStaff(tx.actor, in: batch.region) else { throw MarketRefusal.region(batch.region) }
        if batch.isOpen {
            batch.isOpen = false
            try announce(batch, tx)
        }
        return VoucherReceipt(batch: batch.id, left: batch.left)
    }

    /// Writes a batch as it stands now and tells it to the network.
    private func announce(_ batch: VoucherBatch, _ tx: Transaction) throws {
        let revision: Int = try tx.value("SELECT revision FROM voucher_batch WHERE id = ?", batch.id) ?? 0
        try tx.write(batch, revision: revision + 1, isLocal: true)
        try tx.announce(VouchersChanged(batch: batch, revision: revision + 1))
    }

    // MARK: - At the home of the order

    static let voucherStates: Set<OrderState> = [.accepted, .scheduled, .delivering, .delivered]

    func redeemVoucher(_ command: RedeemVoucher, _ tx: Transaction) throws -> VoucherUse {
        guard let order = try tx.orderRow(command.order), try sides(of: tx.actor, order.card, tx).contains(.enterprise)
        else { throw MarketRefusal.unknownOrder }
        guard order.isHome else { throw MarketRefusal.decidedElsewhere(order.card.home) }
        let card = order.card
        guard Self.voucherStates.contains(card.state), let agency = card.agency, let amount = card.amount else {
            throw MarketRefusal.illegal("使用服务券", in: card.state.title, possible: [])
        }
        if let before = try tx.voucherUse(of: card.id), before.state == .asked || before.state == .used {
            if before.batch == command.batch { return before }
            throw MarketRefusal.voucherInUse
        }
        guard let batch = try tx.voucherBatch(command.batch) else { throw MarketRefusal.unknownVoucher }
        guard try takesVouchers(card, tx) else { throw MarketRefusal.voucherUnfit("该服务不收服务券") }
        let take = TakeVoucher(
            batch: batch.id, order: card.id, number: card.number, category: card.category, region: card.region,
            enterprise: card.enterprise, agency: agency,
            amount: amount)
        var state = VoucherUse.State.used
        if batch.site == tx.site {
            try count(take, batch, home: tx.site, tx)
        } else {
            if let why = unfit(batch, take, on: tx.now.day) { throw MarketRefusal.voucherUnfit(why) }
            guard tx.sites[batch.site] != nil else { throw MarketRefusal.elsewhere(batch.site) }
            state = .asked
            try tx.write(state, take, batch, home: tx.site)
            _ = try tx.send(take, to: .site(batch.site), subject: "order/\(card.id)")
        }
        let use = VoucherUse(batch: batch.id, title: batch.title, discount: min(batch.value, amount), state: state)
        try tx.announce(VoucherMoved(order: card.id, voucher: use))
        if state == .used { try retell(order, tx) }
        return use
    }

    func takesVouchers(_ card: OrderCard, _ reading: some SQLReading) throws -> Bool {
        guard let service = card.service else { return false }
        return try reading.value("SELECT takes_vouchers FROM service WHERE id = ?", service) ?? false
    }

    /// Why an order may not use a voucher of the batch, as a part of a sentence; `nil`: it may.
    func unfit(_ batch: VoucherBatch, _ take: TakeVoucher, on day: Day) -> String? {
        if !batch.isOpen { return "该服务券已停发" }
        if batch.validUntil < day { return "该服务券已于 \(batch.validUntil) 到期" }
        if !batch.region.contains(take.region) { return "该服务券只供\(title(of: batch.region))的企业使用" }
        if !batch.categories.isEmpty, !batch.categories.contains(take.category) {
            return "该服务券只用于\(batch.categories.map(title(ofCategory:)).joined(separator: "、"))"
        }
        if take.amount <= .zero { return "该订单不收费" }
        return nil
    }

    /// What became of a voucher that another site counts.
    func hearVoucherReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        guard let order = receipt.sent.subject.split(separator: "/").last.flatMap({ MessageID(String($0)) }),
            let use = try tx.voucherUse(of: order), use.state == .asked
        else { return }
        var after = use
        switch receipt.sent.state {
        case .done: after.state = .used
        case .refused:
            after.state = .refused
            after.note = receipt.sent.message ?? "发券站点未受理。"
        default: return
        }
        try tx.run(
            "UPDATE voucher_use SET state = ?, note = ? WHERE order_ = ? AND batch = ? AND state = 'asked'",
            after.state.rawValue, after.note, order, use.batch)
        try tx.announce(VoucherMoved(order: order, voucher: after))
        if after.state == .used, let row = try tx.orderRow(order) { try retell(row, tx) }
    }

    /// Gives back the voucher of an order that was cancelled.
    func returnVoucher(of order: OrderRow, _ tx: Transaction) throws {
        guard order.isHome, var use = try tx.voucherUse(of: order.card.id), use.state == .used || use.state == .asked
        else { return }
        if let batch = try tx.voucherBatch(use.batch), batch.site != tx.site {
            // Behind the request for it: of one subject the order is kept.
            _ = try tx.send(
                ReturnVoucher(batch: use.batch, order: order.card.id), to: .site(batch.site),
                subject: "order/\(order.card.id)")
            try tx.run(
                "UPDATE voucher_use SET state = 'returned', at = ? WHERE order_ = ? AND batch = ?", tx.now,
                order.card.id, use.batch)
        } else {
            try giveBack(use.batch, of: order.card.id, tx)
        }
        use.state = .returned
        try tx.announce(VoucherMoved(order: order.card.id, voucher: use))
    }

    // MARK: - At the site that issued it

    /// Counts one voucher, never more than were issued; the same order twice counts once.
    private func count(_ take: TakeVoucher, _ batch: VoucherBatch, home: String, _ tx: Transaction) throws {
        if let use = try tx.voucherUse(of: take.order), use.batch == take.batch, use.state == .used { return }
        if let why = unfit(batch, take, on: tx.now.day) { throw MarketRefusal.voucherUnfit(why) }
        guard try tx.vouchersInUse(batch.id, by: take.enterprise.code) < batch.perEnterprise else {
            throw MarketRefusal.voucherUnfit("每家企业最多用 \(batch.perEnterprise) 张")
        }
        guard try tx.count(1, of: batch.id) else { throw MarketRefusal.vouchersGone }
        try tx.write(.used, take, batch, home: home)
        if let now = try tx.voucherBatch(batch.id) { try announce(now, tx) }
    }

    private func giveBack(_ batch: MessageID, of order: MessageID, _ tx: Transaction) throws {
        let isBack =
            try tx.run(
                "UPDATE voucher_use SET state = 'returned', at = ? WHERE order_ = ? AND batch = ? AND state = 'used'",
                tx.now, order, batch) == 1
        guard isBack, try tx.count(-1, of: batch), let now = try tx.voucherBatch(batch) else { return }
        try announce(now, tx)
    }

    func takeVoucher(_ command: TakeVoucher, _ tx: Transaction) throws -> VoucherReceipt {
        guard tx.isFromOutside, let batch = try tx.voucherBatch(command.batch), batch.site == tx.site else {
            throw MarketRefusal.unknownVoucher
        }
        try count(command, batch, home: tx.envelope.site, tx)
        return VoucherReceipt(batch: batch.id, left: try tx.voucherBatch(batch.id)?.left ?? 0)
    }

    func takeBackVoucher(_ command: ReturnVoucher, _ tx: Transaction) throws -> Done {
        let home: String? = try tx.value(
            "SELECT home FROM voucher_use WHERE order_ = ? AND batch = ?", command.order, command.batch)
        // Only the home of an order speaks for it.
        guard tx.isFromOutside, home == nil || home == tx.envelope.site else { throw MarketRefusal.unknownVoucher }
        try giveBack(command.batch, of: command.order, tx)
        return Done()
    }

    func hearVouchers(_ event: VouchersChanged, _ tx: Transaction) throws {
        let stored = try tx.first("SELECT site, is_local, revision FROM voucher_batch WHERE id = ?", event.batch.id) {
            (
                site: try $0.get(0, as: String.self), isLocal: try $0.get(1, as: Bool.self),
                revision: try $0.get(2, as: Int.self)
            )
        }
        guard event.batch.site == tx.envelope.site, event.batch.site != tx.site else { return }
        if let stored, stored.isLocal || stored.site != event.batch.site || stored.revision >= event.revision { return }
        try tx.write(event.batch, revision: event.revision, isLocal: false)
    }

    // MARK: - Queries

    func findVouchers(_ query: FindVouchers, _ snapshot: Snapshot) throws -> [VoucherBatch] {
        let all = try snapshot.openBatches(on: snapshot.now.day).filter { batch in
            query.region.map { batch.region.contains($0) } ?? true
        }
        guard let id = query.order else { return all }
        guard let order = try snapshot.orderRow(id),
            try sides(of: snapshot.actor, order.card, snapshot).contains(.enterprise)
        else { throw MarketRefusal.unknownOrder }
        let card = order.card
        guard order.isHome, Self.voucherStates.contains(card.state), let agency = card.agency, let amount = card.amount,
            try takesVouchers(card, snapshot)
        else { return [] }
        if let use = try snapshot.voucherUse(of: id), use.state == .asked || use.state == .used { return [] }
        return try all.filter { batch in
            let take = TakeVoucher(
                batch: batch.id, order: id, number: card.number, category: card.category, region: card.region,
                enterprise: card.enterprise, agency: agency, amount: amount)
            return try batch.left > 0 && unfit(batch, take, on: snapshot.now.day) == nil
                && snapshot.vouchersInUse(batch.id, by: card.enterprise.code) < batch.perEnterprise
        }
    }

    func getVouchers(_ query: GetVouchers, _ snapshot: Snapshot) throws -> VoucherBatch {
        guard let batch = try snapshot.voucherBatch(query.id) else { throw MarketRefusal.unknownVoucher }
        return batch
    }

    func findVoucherEntries(_ query: FindVoucherEntries, _ snapshot: Snapshot) throws -> Listing<VoucherEntry> {
        let limit = try query.checkedLimit()
        let isLocal: Bool? = try snapshot.value("SELECT is_local FROM voucher_batch WHERE id = ?", query.batch)
        guard isLocal == true, let batch = try snapshot.voucherBatch(query.batch) else {
            throw MarketRefusal.unknownVoucher
        }
        guard Rights.isStaff(snapshot.actor, in: batch.region) else { throw MarketRefusal.region(batch.region) }
        let rows = try snapshot.voucherEntries(
            batch.id, limit: limit + 1, after: try query.after?.position(MessageID.self))
        return try Listing(probing: rows, limit: limit) { $0.order }
    }
}
