import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Transaction {
    /// Writes an order's row anew, one revision further.
    func write(_ order: OrderRow) throws {
        let card = order.card
        try run(
            """
            INSERT INTO order_ (id, number, home, is_home, title, category, service, enterprise, enterprise_name, region, agency, agency_name, state,
              due_at, amount, days, channel, is_direct, is_on_behalf, is_backfilled, happened_on, budget, wanted_by, appointment, revision, created_at,
              updated_at, delivered_at, holds_place, proof, reason, description, slot, is_trial, watch_at, address)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29,
              ?30, ?31, ?32, ?33, ?34, ?35, ?36)
            ON CONFLICT (id) DO UPDATE SET agency = ?11, agency_name = ?12, state = ?13, due_at = ?14, amount = ?15, days = ?16, appointment = ?24,
              revision = ?25, updated_at = ?27, delivered_at = ?28, holds_place = ?29, proof = ?30, reason = ?31, watch_at = ?35
            """, card.id, card.number, card.home, order.isHome, card.title, card.category, card.service, card.enterprise.code, card.enterprise.name,
            card.region, card.agency?.code, card.agency?.name, card.state.rawValue, card.due, card.amount, order.days, card.channel.rawValue,
            order.isDirect, card.isOnBehalf, card.isBackfilled, card.happenedOn, order.budget, order.wantedBy, order.appointment, order.revision,
            card.createdAt, card.updatedAt, order.deliveredAt, order.holdsPlace, order.proof, order.reason, order.description, order.slot, order.isTrial,
            order.watchAt, order.address)
    }

    /// Writes of a row that is there what a step changes; its agency stays. An index is written anew for every column of it that is named, changed or not.
    func writeStep(_ order: OrderRow) throws {
        let card = order.card
        try run(
            """
            UPDATE order_ SET state = ?2, due_at = ?3, amount = ?4, days = ?5, appointment = ?6, revision = ?7, updated_at = ?8, delivered_at = ?9,
              holds_place = ?10, proof = ?11, reason = ?12, watch_at = ?13 WHERE id = ?1
            """, card.id, card.state.rawValue, card.due, card.amount, order.days, order.appointment, order.revision, card.updatedAt, order.deliveredAt,
            order.holdsPlace, order.proof, order.reason, order.watchAt)
    }

    /// Of a copy: what its home says once and for all, also where the sites above were told of the order's course before.
    ///
    /// - Parameter isAnswer: it tells a new state, so nothing is under way any more. Told again as it was, the step under way is still to be answered, if it is known in
    ///   which message it went.
    func complete(_ order: OrderRow, isAnswer: Bool) throws {
        try run(
            """
            UPDATE order_ SET description = ?2, address = ?3, budget = ?4, wanted_by = ?5, slot = ?6, is_direct = ?7, is_trial = ?8,
              created_at = ?9, pending = iif(?10 OR pending_message IS NULL, NULL, pending) WHERE id = ?1
            """, order.card.id, order.description, order.address, order.budget, order.wantedBy, order.slot, order.isDirect, order.isTrial,
            order.card.createdAt, isAnswer)
    }

    /// Of a copy: a step is on its way to the order's home, in this message.
    func expectAnswer(to action: OrderAction, _ message: MessageID?, of order: MessageID) throws {
        try run("UPDATE order_ SET pending = ?, pending_message = ?, refusal = NULL WHERE id = ?", action.rawValue, message, order)
    }

    /// That message was answered. What else was sent to the home meanwhile says nothing of the step.
    func answered(_ message: MessageID, of order: MessageID) throws {
        // Without one it was under way when this was not noted yet.
        try run(
            "UPDATE order_ SET pending = NULL WHERE id = ?1 AND is_home = 0 AND pending IS NOT NULL AND coalesce(pending_message, ?2) = ?2", order, message)
    }

    /// Keeps documents of an order, in the place of those that were there.
    func keep(_ documents: [AttachmentReference], of order: MessageID, as part: String) throws {
        try run("DELETE FROM order_document WHERE order_ = ? AND part = ?", order, part)
        for (position, one) in documents.enumerated() {
            try run(
                "INSERT INTO order_document VALUES (?, ?, ?, ?, ?, ?, ?)", order, part, position, one.digest, one.name, one.type, one.length)
        }
    }

    /// The next number of the day at this site.
    func nextNumber() throws -> String {
        let day = now.day.description.replacing("-", with: "")
        let last: String? = try value(
            "SELECT max(number) FROM order_ WHERE home = ? AND number BETWEEN ? AND ?", site, "\(day)-", "\(day)-99999")
        let number = (last.flatMap { Int($0.suffix(5)) } ?? 0) + 1
        return "\(day)-" + String(String(100_000 + number).suffix(5))
    }

    /// Counts a place of a service as taken or free again; `false` where none is left.
    func take(_ places: Int, of service: MessageID) throws -> Bool {
        try run(
            "UPDATE service SET taken = taken + ?1 WHERE id = ?2 AND (places IS NULL OR taken + ?1 BETWEEN 0 AND places)", places, service) == 1
    }

    /// Counts an order that bound its agency, for the list of hot services.
    func countOrder(of service: MessageID, on day: Day) throws {
        try run(
            "INSERT INTO service_day (service, day, orders) SELECT ?1, ?2, 1 WHERE EXISTS (SELECT 1 FROM service WHERE id = ?1) ON CONFLICT DO UPDATE SET orders = orders + 1",
            service, day)
    }

    /// Counts a confirmed order for agency and service.
    func countCompleted(_ agency: CreditCode, _ service: MessageID?) throws {
        try run("UPDATE agency SET completed = completed + 1, active_at = ?2 WHERE code = ?1", agency, now)
        guard let service else { return }
        try run("UPDATE service SET completed = completed + 1 WHERE id = ?", service)
        try run("UPDATE listed SET completed = completed + 1 WHERE service = ?", service)
    }

    /// Counts for the satisfaction of a city, at the order's home and at the sites above.
    func count(_ city: RegionCode, completed: Int = 0, satisfied: Int = 0, rated: Int = 0, staff: Int = 0) throws {
        try run(
            """
            INSERT INTO satisfaction_city (city, completed, satisfied, rated, staff) VALUES (?1, ?2, ?3, ?4, max(0, ?5))
            ON CONFLICT (city) DO UPDATE SET completed = completed + ?2, satisfied = satisfied + ?3, rated = rated + ?4, staff = max(0, staff + ?5)
            """, city, completed, satisfied, rated, staff)
    }

    /// The same of a rating.
    func countCity(_ rated: ServiceRated) throws {
        guard !rated.isStaffEntered else { return try count(rated.city, staff: rated.previous == nil ? 1 : 0) }
        let satisfied = (rated.score >= 4 ? 1 : 0) - ((rated.previous ?? 0) >= 4 ? 1 : 0)
        try count(rated.city, satisfied: satisfied, rated: rated.previous == nil ? 1 : 0, staff: rated.replacesStaff == true ? -1 : 0)
    }

    /// Counts a rating that was given or changed.
    func count(_ rated: ServiceRated) throws {
        let isFirst = rated.previous == nil
        let satisfied = (rated.score >= 4 ? 1 : 0) - ((rated.previous ?? 0) >= 4 ? 1 : 0)
        let own = rated.isStaffEntered ? 0 : 1
        // A site that joined in between never counted the staff's entry.
        let staff = rated.replacesStaff == true ? -1 : isFirst ? 1 - own : 0
        try run(
            """
            UPDATE agency SET rated = rated + ?2, satisfied = satisfied + ?3, staff_rated = max(0, staff_rated + ?4), financing = financing + ?5,
              saving = saving + ?6, jobs = jobs + ?7 WHERE code = ?1
            """, rated.agency, isFirst ? own : 0, own * satisfied, staff, rated.effects.financing?.fen ?? 0,
            rated.effects.saving?.fen ?? 0, rated.effects.jobs ?? 0)
        guard let service = rated.service else { return }
        try run(
            "UPDATE service SET rated = rated + ?2, satisfied = satisfied + ?3, staff_rated = max(0, staff_rated + ?4) WHERE id = ?1", service,
            isFirst ? own : 0, own * satisfied, staff)
        try run(
            "UPDATE listed SET (rated, satisfied) = (SELECT rated, satisfied FROM service WHERE id = ?1) WHERE service = ?1", service)
    }
}
