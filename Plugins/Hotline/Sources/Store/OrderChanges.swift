import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Transaction {
    /// Writes a step of the order's record.
    func record(
        _ order: Int64, _ action: OrderAction?, _ title: String, _ state: OrderState, text: String? = nil, unit: UnitID? = nil
    ) throws {
        let whose = try text.flatMap { _ in
            try first("SELECT number, is_confidential FROM work_order WHERE id = ?", order) { (try $0.get(0) as OrderNumber, try $0.get(1) as Bool) }
        }
        let text = try whose.map { try veil(text, of: $0.0, if: $0.1) } ?? text
        try run(
            """
            INSERT INTO step (work_order, number, action, title, state, actor_id, actor_name, text, unit, at)
            VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM step WHERE work_order = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """, order, action, title, state, actor.id, actor.name, text, unit, now)
    }

    /// The next number of a day and region.
    func nextNumber(_ day: Day, _ region: RegionCode) throws -> OrderNumber {
        try run(
            "INSERT INTO counter (day, region, serial) VALUES (?, ?, 1) ON CONFLICT (day, region) DO UPDATE SET serial = serial + 1", day, region)
        let serial: Int = try value("SELECT serial FROM counter WHERE day = ? AND region = ?", day, region) ?? 1
        return OrderNumber(day: day, region: region, serial: serial)
    }

    /// Counts something that happened to an order; confidential ones are in no figure.
    func tally(_ measure: String, _ order: OrderCard) throws {
        guard !order.isConfidential else { return }
        try run(
            "INSERT INTO tally (day, region, measure, n) VALUES (?, ?, ?, 1) ON CONFLICT (day, region, measure) DO UPDATE SET n = n + 1",
            now.day, order.region, measure)
    }

    /// Who is calling: found again by number, otherwise entered.
    func caller(
        name: Personal<String>? = nil, phone: Personal<ContactNumber>?, enterprise: String? = nil,
        creditCode: CreditCode? = nil
    ) throws -> String? {
        guard name != nil || phone != nil else { return nil }
        let right = UnmaskingRight(purpose: "登记来电人", holder: actor.id)
        let digits = phone?.reveal(by: right)?.digits
        let digest = try digits.map { try Migrations.callers.digest(of: $0, in: self) }
        let known = try digest.flatMap { try value("SELECT person FROM caller WHERE phone_digest = ?", $0, as: String.self) }
        let id = known ?? newID().description
        guard let person = PersonID(id) else { return nil }
        let name = try name.map { try seal($0.of(person)) }
        let phone = try phone.map { try seal($0.of(person)) }
        try run(
            """
            INSERT INTO caller (person, phone_digest, name, phone, enterprise, credit_code) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (person) DO UPDATE SET name = coalesce(excluded.name, name), phone = coalesce(excluded.phone, phone),
              enterprise = coalesce(excluded.enterprise, enterprise), credit_code = coalesce(excluded.credit_code, credit_code)
            """, id, digest, name, phone, enterprise, creditCode)
        return id
    }
}

extension Rulebook {
    /// The policy's rule for a clock of this order.
    func rule(_ step: String, for card: OrderCard) -> DeadlinePolicy.Rule? {
        settings.limits.rule(
            for: .init(step: step, category: card.category, urgency: card.urgency.rawValue, node: card.region.description),
            under: settings.ceilings)
    }

    /// Begins a clock of the order, if the policy has a limit for it.
    func begin(_ clock: OrderClock, _ row: OrderRow, unit: HandlingUnit? = nil, days: Int? = nil, _ tx: Transaction) throws {
        guard let rule = rule(clock.rawValue, for: row.card) else { return }
        let name = unit.map { "unit/\($0.id)" } ?? ""
        let working = try calendar(named: name, at: tx.now, in: tx)
        let handed = clock == .handle ? try handedClock(row, rule.limit, on: working, tx) : nil
        try OrderClock.table.begin(
            handed ?? DeadlineClock(start: tx.now, limit: days.map { .workingDays($0) } ?? rule.limit, on: working),
            of: row.card.number.subject,
            named: clock.rawValue, reminders: rule.reminders ?? ReminderRule(),
            calendar: name,
            on: working, in: tx.store)
    }

    func stop(_ clocks: [OrderClock], _ row: OrderRow, _ tx: Transaction) throws {
        for clock in clocks { try OrderClock.table.stop(clock.rawValue, of: row.card.number.subject, at: tx.now, in: tx.store) }
    }

    /// Changes a running clock of the order; what it refuses is said in words.
    func change(_ clock: OrderClock, _ row: OrderRow, _ tx: Transaction, _ body: (inout DeadlineClock, WorkCalendar) throws(DeadlineClock.Problem) -> Void) throws {
        guard var entry = try OrderClock.table.entry(of: row.card.number.subject, named: clock.rawValue, in: tx) else { return }
        let working = try calendar(named: entry.calendar, at: tx.now, in: tx)
        do throws(DeadlineClock.Problem) {
            try body(&entry.clock, working)
        } catch {
            throw HotlineRefusal.clock(error)
        }
        try OrderClock.table.keep(entry, at: tx.now, on: working, in: tx.store)
    }

    /// Writes the state, and the due moment of the clock that counts in it, into the order's own row.
    func settle(_ row: OrderRow, _ state: OrderState, _ tx: Transaction) throws {
        let leading = OrderClock.leading(in: state)
        let clock = try leading.flatMap { try OrderClock.table.entry(of: row.card.number.subject, named: $0.rawValue, in: tx)?.clock }
        try tx.run(
            "UPDATE work_order SET state = ?, due_at = ?, due_is_provisional = ?, is_open = ? WHERE id = ?", state, clock?.due,
            clock?.isProvisional ?? false, !state.isFinal, row.id)
    }
}
