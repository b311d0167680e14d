import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Asking callers how satisfied they are: by telephone along a script, by a link, by the enterprise's account, by message.
extension Rulebook {
    func inviteRating(_ command: InviteRating, _ tx: Transaction) throws -> RatingInvitation {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.order(command.number, for: sight)
        guard sight.reaches(row.card.region) else { throw HotlineRefusal.region(row.card.region) }
        guard row.card.state == .concluded else {
            throw HotlineRefusal.make(
                "illegal-step", "工单处于「\(row.card.state.title)」状态，不能邀请评价。办结后、归档前可以邀请。",
                log: "rating invited in \(row.card.state.rawValue)")
        }
        try mayAskForRating(row, sight, tx)
        guard command.lookup == nil || command.toAccount != true else {
            throw HotlineRefusal.invalid([
                .init(field: "toAccount", value: "true", message: "评价链接（lookup）和请企业账号评价（toAccount）一次只能选一种。请去掉其中一项，需要两种的分两次提交。")
            ])
        }
        let until = (tx.now.day + settings.ratingLinkDays).end
        let path = "/\(tx.site)/hotline/rate?number=\(row.card.number)&code="
        let title: String
        if let lookup = command.lookup {
            guard LookupCode.isDigest(lookup) else {
                throw HotlineRefusal.invalid([.init(field: "lookup", message: "查询码摘要应为 64 位十六进制数（HMAC-SHA-256）。请核对。")])
            }
            try tx.run(
                """
                INSERT INTO rating_link (work_order, lookup, until_at) VALUES (?, ?, ?)
                ON CONFLICT (work_order) DO UPDATE SET lookup = excluded.lookup, until_at = excluded.until_at
                """, row.id, lookup, until)
            title = "生成评价链接"
        } else if command.toAccount == true {
            try askAccount(row, until, tx)
            title = "请企业账号评价"
        } else {
            guard settings.sendsMessages else {
                throw HotlineRefusal.make(
                    "no-carrier", "本站点没有启用发送短信的插件，不能以短信邀请评价。请生成评价链接后自行发送，或请运维人员启用短信插件并设置 sendsMessages。",
                    log: "nobody carries messages here")
            }
            guard !row.card.isConfidential else {
                throw HotlineRefusal.make(
                    "confidential-stays", "保密工单的情况不得交给短信发送。请由知悉人员电话回访，或生成评价链接当面告知。",
                    log: "message of a confidential order")
            }
            guard let phone = try phone(of: row, tx) else {
                throw HotlineRefusal.invalid([
                    .init(field: "number", message: "工单没有登记来电人的电话，不能发短信。请在回访中说明，或请来电人凭查询码评价。")
                ])
            }
            try tx.announce(
                RatingWanted(number: row.card.number, region: row.card.region, phone: phone, path: path, until: until))
            title = "以短信发送评价链接"
        }
        try tx.record(row.id, nil, title, row.card.state)
        return RatingInvitation(
            number: row.card.number, path: command.lookup.map { _ in path }, until: until, lookup: command.lookup)
    }

    /// The portal carries the question itself: a to-do of everybody who acts for the enterprise.
    private func askAccount(_ row: OrderRow, _ until: Timestamp, _ tx: Transaction) throws {
        guard !row.card.isConfidential else {
            throw HotlineRefusal.make(
                "confidential-stays", "保密工单的情况不得通知企业账号。请由知悉人员电话回访，或生成评价链接当面告知。", log: "account asked about a confidential order")
        }
        guard let firm = row.creditCode else {
            throw HotlineRefusal.invalid([
                .init(field: "number", message: "工单没有登记企业的统一社会信用代码，找不到企业账号。请电话回访，或生成评价链接。")
            ])
        }
        try tx.run(
            """
            INSERT INTO rating_notice (work_order, credit_code, asked_at, until_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (work_order) DO UPDATE SET credit_code = excluded.credit_code, asked_at = excluded.asked_at, until_at = excluded.until_at
            """, row.id, firm, tx.now, until)
    }

    /// The order about which the actor's enterprise was asked; to other enterprises it does not exist, and who acts for none needs a code.
    func asked(_ number: OrderNumber, by actor: Actor, at now: Timestamp, _ reading: some SecretReading) throws -> OrderRow {
        guard let firm = actor.organisation, actor.holds(.enterprise) else {
            throw HotlineRefusal.invalid([
                .init(field: "code", message: "没有填写查询码。请填写登记时或评价链接中收到的 12 位查询码；企业账号被邀请评价的，请以企业人员身份登录后再办。")
            ])
        }
        guard let row = try reading.anyOrder(number),
            try reading.value("SELECT count(*) FROM rating_notice WHERE work_order = ? AND credit_code = ? AND until_at >= ?", row.id, firm, now, as: Int.self) == 1
        else { throw HotlineRefusal.unknown(number) }
        return row
    }

    /// What an enterprise was asked and has not said yet.
    func ratingsAsked(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        guard let firm = actor.organisation else { return [] }
        return try snapshot.rows(
            """
            SELECT o.number, o.title, n.asked_at, n.until_at FROM rating_notice n JOIN work_order o ON o.id = n.work_order
            WHERE n.credit_code = ? AND n.until_at >= ? AND o.state = 'concluded' AND o.is_confidential = 0 ORDER BY n.until_at, o.id LIMIT 50
            """, firm, snapshot.now
        ) { row in
            let number: OrderNumber = try row.get(0)
            return TodoItem(
                title: "\(try row.get(1, as: String.self))（\(number)）", path: "/asked/\(number)", step: "评价办理结果", since: try row.get(2),
                due: try row.get(3))
        }
    }

    /// The caller's number where it is known, about that person.
    private func phone(of row: OrderRow, _ tx: Transaction) throws -> Personal<ContactNumber>? {
        guard let caller = row.caller, let person = PersonID(caller),
            let sealed = try tx.value("SELECT phone FROM caller WHERE person = ?", caller, as: String?.self) ?? nil
        else { return nil }
        let phone = try tx.unseal(ContactNumber.self, sealed)
        return phone.isErased ? nil : phone.of(person)
    }

    /// Whoever handled an order does not ask how it was; a matter that came from another hotline is rated there.
    func mayAskForRating(_ row: OrderRow, _ sight: Sight, _ tx: Transaction) throws {
        if try tx.transfer(of: row.id)?.direction == .received { throw HotlineRefusal.ratedElsewhere(row.card.number) }
        let isOwner = row.card.owner.map { owner in sight.departments.contains(owner.description) } ?? false
        guard try !tx.handled(row.id, by: tx.actor.id), !isOwner else {
            throw HotlineRefusal.make(
                "own-rating", "您办理过该工单，不能记录企业的评价。请由其他人员回访，或请企业凭查询码自行评价。", log: "handler rates own work")
        }
    }

    /// What is said on the telephone, with the order's own words in their places.
    func script(for detail: OrderDetail) -> [String] {
        let words = [
            "{number}": detail.card.number.description, "{title}": detail.card.title,
            "{date}": Format.date(detail.card.registeredAt.day),
            "{unit}": detail.card.ownerName ?? "热线", "{answer}": detail.answer ?? "",
        ]
        return settings.revisitScript.map { line in words.reduce(line) { $0.replacing($1.key, with: $1.value) } }
    }
}

extension Transaction {
    /// A link works once, and who was asked need not answer any more.
    func askNoMore(_ order: Int64) throws {
        try run("DELETE FROM rating_link WHERE work_order = ?", order)
        try run("DELETE FROM rating_notice WHERE work_order = ?", order)
    }
}

extension SQLReading {
    /// Whether the account signed for the order or answered it, in whatever round.
    func handled(_ order: Int64, by actor: String) throws -> Bool {
        try value("SELECT EXISTS (SELECT 1 FROM handler WHERE work_order = ? AND actor = ?)", order, actor, as: Bool.self) ?? false
    }

    /// The digest of a link to the order's rating that still works.
    func ratingLink(of order: Int64, at now: Timestamp) throws -> String? {
        try value("SELECT lookup FROM rating_link WHERE work_order = ? AND until_at >= ?", order, now)
    }
}
