import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// 预约: slots of services that are rendered offline. The site that keeps the service counts them; the others hold a copy to choose from.
extension Rulebook {
    static let mostSlots = 60

    func openSlots(_ command: OpenSlots, _ tx: Transaction) throws -> SlotReceipt {
        let service = try ownBooked(command.service, tx)
        var input = InputRules()
        input.number("minutes", "每段分钟", command.minutes, 10...480)
        input.number("count", "连续段数", command.count, 1...20)
        input.number("capacity", "每段名额", command.capacity, 1...500)
        input.text("place", "地点", command.place, 2...60)
        if command.startsAt < tx.now { input.add("startsAt", "开始时间已过。请填写将来的时间。") }
        if command.startsAt > tx.now.advanced(by: .seconds(180 * 86_400)) { input.add("startsAt", "只能开放半年内的时段。请修改。") }
        let resource = try command.resource.flatMap { number in
            try tx.resources(of: service.agency, name: service.agencyName).first { $0.number == number }
        }
        if let number = command.resource, resource == nil {
            input.add("resource", "没有序号为 \(number) 的专家或场地。请先在工作台登记。", value: "\(number)")
        }
        try input.refuseIfFaulty()
        let starts = (0..<command.count).map { command.startsAt.advanced(by: .seconds($0 * command.minutes * 60)) }
        let open = try tx.slots(of: service.id, from: tx.now)
        if open.count + starts.count > Self.mostSlots {
            input.add("count", "同一服务至多开放 \(Self.mostSlots) 个时段，现有 \(open.count) 个。请减少段数。", value: "\(command.count)")
        }
        if let end = starts.last?.advanced(by: .seconds(command.minutes * 60)) {
            if open.contains(where: {
                $0.startsAt < end && $0.endsAt > command.startsAt && $0.resource == resource?.title
            }) {
                input.add("startsAt", "与已开放的时段重叠。请改时间，或先取消原来的时段。")
            }
            if let resource, try tx.isBooked(resource, from: command.startsAt, to: end, besides: service.id) {
                input.add("resource", "“\(resource.title)”在这段时间已安排给其他服务。请改时间。", value: "\(resource.number)")
            }
        }
        try input.refuseIfFaulty()
        for start in starts {
            try tx.run(
                "INSERT INTO slot (id, service, starts_at, minutes, capacity, place, agency, resource, resource_title) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                tx.newID(), service.id, start, command.minutes, command.capacity, command.place,
                resource == nil ? nil : service.agency, resource?.number,
                resource?.title)
        }
        return SlotReceipt(open: try announceSlots(of: service.id, tx))
    }

    func closeSlot(_ command: CloseSlot, _ tx: Transaction) throws -> SlotReceipt {
        let found = try tx.first("SELECT service, taken FROM slot WHERE id = ?", command.slot) {
            (service: try $0.get(0, as: MessageID.self), taken: try $0.get(1, as: Int.self))
        }
        guard let found else { throw MarketRefusal.slotFull }
        let service = try ownBooked(found.service, tx)
        guard found.taken == 0 else { throw MarketRefusal.slotTaken(found.taken) }
        try tx.run("DELETE FROM slot WHERE id = ?", command.slot)
        return SlotReceipt(open: try announceSlots(of: service.id, tx))
    }

    private func ownBooked(_ id: MessageID, _ tx: Transaction) throws -> ServiceCard {
        guard let card = try tx.serviceCard(id), Rights.isAgency(tx.actor, card.agency) else {
            throw MarketRefusal.unknownService
        }
        guard card.site == tx.site else { throw MarketRefusal.elsewhere(card.site) }
        guard card.state == .listed, card.isByAppointment, card.price.kind == .free || card.price.kind == .fixed else {
            throw MarketRefusal.notBookable
        }
        return card
    }

    /// Tells the network what can be booked; returns how many there are.
    @discardableResult
    private func announceSlots(of service: MessageID, _ tx: Transaction) throws -> Int {
        try tx.run("UPDATE service SET slots_revision = slots_revision + 1 WHERE id = ?", service)
        let revision: Int = try tx.value("SELECT slots_revision FROM service WHERE id = ?", service) ?? 1
        let slots = try tx.slots(of: service, from: tx.now)
        try tx.announce(SlotsChanged(service: service, revision: revision, slots: slots))
        return slots.count
    }

    func hearSlots(_ event: SlotsChanged, _ tx: Transaction) throws {
        let stored = try tx.first("SELECT site, is_local, slots_revision FROM service WHERE id = ?", event.service) {
            (
                site: try $0.get(0, as: String.self), isLocal: try $0.get(1, as: Bool.self),
                revision: try $0.get(2, as: Int.self)
            )
        }
        guard let stored, !stored.isLocal, stored.site == tx.envelope.site, stored.revision < event.revision else {
            return
        }
        try tx.run("DELETE FROM slot WHERE service = ?", event.service)
        for slot in event.slots.prefix(Self.mostSlots) where slot.minutes >= 1 && slot.capacity >= 1 {
            try tx.run(
                "INSERT INTO slot (id, service, starts_at, minutes, capacity, taken, place, resource_title) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                slot.id, event.service, slot.startsAt, slot.minutes, slot.capacity,
                min(max(0, slot.taken), slot.capacity), slot.place, slot.resource)
        }
        try tx.run("UPDATE service SET slots_revision = ? WHERE id = ?", event.revision, event.service)
    }

    func findSlots(_ query: FindSlots, _ snapshot: Snapshot) throws -> [AppointmentSlot] {
        guard let card = try snapshot.serviceCard(query.service), let agency = try snapshot.agencyCard(card.agency),
            mayLook(card, agency, snapshot.actor)
        else { throw MarketRefusal.unknownService }
        return try snapshot.slots(of: query.service, from: snapshot.now)
    }

    // MARK: - On the way of an order

    /// What an order says of its slot, before anybody counts: the copy at hand may be a little behind.
    func check(slot id: MessageID, of service: ServiceCard?, _ input: inout InputRules, _ tx: Transaction) throws {
        guard let service else { return input.add("slot", "预约时段须和服务一并提交。请从服务页面预约。") }
        let slot = try tx.slots(of: service.id, from: tx.now).first { $0.id == id }
        guard let slot else { return input.add("slot", "没有这个时段，或它已开始。请重新选择。", value: id.description) }
        if slot.left == 0 { input.add("slot", "该时段已约满。请选择其他时段。", value: id.description) }
    }

    /// Takes a seat in the slot for an order and says when it begins; `nil` where none is left or it has begun.
    func book(_ slot: MessageID, for order: MessageID, of service: MessageID, _ tx: Transaction) throws -> Timestamp? {
        guard
            let start = try tx.value(
                "SELECT starts_at FROM slot WHERE id = ? AND service = ? AND starts_at >= ?", slot, service, tx.now,
                as: Timestamp.self),
            try tx.run("UPDATE slot SET taken = taken + 1 WHERE id = ? AND taken < capacity", slot) == 1
        else { return nil }
        try tx.run("INSERT INTO slot_booking (order_, slot) VALUES (?, ?)", order, slot)
        try announceSlots(of: service, tx)
        return start
    }

    /// Gives the seat of an order back, if it has one.
    func unbook(_ order: MessageID, _ tx: Transaction) throws {
        let found = try tx.first(
            "SELECT s.id, s.service FROM slot_booking b JOIN slot s ON s.id = b.slot WHERE b.order_ = ?", order
        ) {
            (slot: try $0.get(0, as: MessageID.self), service: try $0.get(1, as: MessageID.self))
        }
        guard let found else { return }
        try tx.run("DELETE FROM slot_booking WHERE order_ = ?", order)
        try tx.run("UPDATE slot SET taken = taken - 1 WHERE id = ?", found.slot)
        try announceSlots(of: found.service, tx)
    }

    /// An order whose time was moved keeps no seat in the slot that it had.
    func unbookIfMoved(_ order: OrderRow, _ tx: Transaction) throws {
        let start: Timestamp? = try tx.value(
            "SELECT s.starts_at FROM slot_booking b JOIN slot s ON s.id = b.slot WHERE b.order_ = ?", order.card.id)
        if let start, order.appointment != start { try unbook(order.card.id, tx) }
    }
}
