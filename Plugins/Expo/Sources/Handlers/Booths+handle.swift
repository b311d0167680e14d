import Bus
import ExpoContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Fair {
    func apply(_ command: ApplyForBooth, _ tx: Transaction) throws -> BoothReceipt {
        guard let code = tx.actor.organisation else { throw ExpoRefusal.noOrganisation }
        let exhibition = try tx.exhibition(command.exhibition)
        guard exhibition.state == .published else { throw ExpoRefusal.unknown(command.exhibition) }
        if let last = exhibition.closesOn, tx.now.day > last { throw ExpoRefusal.notOpen("「\(exhibition.title)」已于 \(last) 结束") }
        let halls = try tx.halls(of: exhibition.id)
        try faults { rules in
            checkWords(command.title, command.summary, command.telephone, &rules)
            if !(1...4).contains(command.size) { rules.add("size", "标准展位数应为 1–4，现为 \(command.size)。请修改。", value: String(command.size)) }
            if !halls.contains(where: { $0.number == command.hall }) { rules.add("hall", "没有 \(command.hall) 号展馆。请从展会页面选择。", value: String(command.hall)) }
        }
        let living: BoothID? = try tx.value(
            "SELECT id FROM booth WHERE exhibition = ? AND exhibitor_code = ? AND state IN ('applied','returned','approved')", exhibition.id, code)
        if let living {
            throw ExpoRefusal.make("booth-exists", "贵单位在「\(exhibition.title)」已有展位 \(living)。请在“我的展位”中修改。", log: "the exhibitor has booth \(living)")
        }
        try tx.run("UPDATE exhibition SET last_serial = last_serial + 1 WHERE id = ?", exhibition.id)
        let serial: Int = try tx.value("SELECT last_serial FROM exhibition WHERE id = ?", exhibition.id) ?? 1
        let id = BoothID(exhibition.id, serial: serial)
        let exhibitor = Exhibitor(code: code, name: tx.actor.organisationName ?? code.description)
        try tx.run(
            """
            INSERT INTO booth (id, exhibition, hall, title, exhibitor_code, exhibitor_name, size, state, telephone, since, summary)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'applied', ?, ?, ?)
            """, id, exhibition.id, command.hall, command.title, code, exhibitor.name, command.size, command.telephone, tx.now, command.summary)
        try tx.announce(
            BoothApplied(booth: id, exhibition: exhibition.id, hall: command.hall, title: command.title, exhibitor: exhibitor, size: command.size))
        return BoothReceipt(booth: id, state: .applied)
    }

    private func checkWords(_ title: String, _ summary: String, _ telephone: String?, _ rules: inout InputRules) {
        rules.text("title", "展位名称", title, 2...40)
        rules.text("summary", "展位介绍", summary, 10...1000)
        if let telephone, ContactNumber(telephone) == nil {
            rules.add("telephone", "服务电话有误，应为手机号、带区号的座机或服务号码。请修改。", value: telephone)
        }
    }

    func review(_ command: ReviewBooth, _ tx: Transaction) throws -> BoothReceipt {
        let row = try managed(command.booth, tx)
        guard let state = Life.step(row.state, command.action) else {
            throw ExpoRefusal.illegal(
                command.action.title, in: row.state.title, possible: BoothAction.allCases.filter { Life.step(row.state, $0) != nil }.map(\.title))
        }
        try faults { rules in
            rules.optionalText("opinion", "审核意见", command.opinion, 2...500)
            if command.opinion == nil, command.action != .approve { rules.add("opinion", "\(command.action.title)须写明意见，便于参展单位修改。请填写。") }
        }
        return try advance(row, to: state, command.action.rawValue, opinion: command.opinion, tx)
    }

    /// The new state with its event, and what the network sees of it.
    private func advance(_ row: BoothRow, to state: BoothState, _ action: String, opinion: String?, _ tx: Transaction) throws -> BoothReceipt {
        try tx.run("UPDATE booth SET state = ?, opinion = ?, since = ? WHERE id = ?", state, opinion, tx.now, row.id)
        try tx.announce(BoothAdvanced(booth: row.id, action: action, state: state, opinion: opinion))
        if row.state == .approved || state == .approved { try list(try tx.booth(row.id), tx) }
        return BoothReceipt(booth: row.id, state: state)
    }

    func save(_ command: SaveBooth, _ tx: Transaction) throws -> BoothReceipt {
        let row = try own(command.booth, tx)
        guard row.exhibition.state == .published, let state = Life.saved(row.state) else { throw ExpoRefusal.illegal("修改展位", in: row.state.title, possible: []) }
        try faults { rules in
            checkWords(command.title, command.summary, command.telephone, &rules)
            check(command.exhibits, kept: tx.attachmentSize, &rules)
            check(command.lives, &rules)
        }
        try tx.run(
            "UPDATE booth SET title = ?, summary = ?, telephone = ? WHERE id = ?", command.title, command.summary, command.telephone, row.id)
        // Of several of one title the first is featured.
        var featured = Set(try tx.featured(of: row.id))
        try tx.run("DELETE FROM exhibit_file WHERE booth = ?", row.id)
        try tx.run("DELETE FROM exhibit WHERE booth = ?", row.id)
        for (place, exhibit) in command.exhibits.enumerated() {
            try tx.run(
                "INSERT INTO exhibit (booth, place, title, summary, price, video, is_featured) VALUES (?, ?, ?, ?, ?, ?, ?)", row.id, place, exhibit.title,
                exhibit.summary, exhibit.price, exhibit.video, featured.remove(exhibit.title) != nil)
            let files = exhibit.pictures.map { ($0.file, String?.some($0.alternative)) } + exhibit.documents.map { ($0, nil) }
            for (number, (file, alternative)) in files.enumerated() {
                try tx.run(
                    "INSERT INTO exhibit_file (booth, exhibit, place, digest, name, type, length, alternative) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row.id, place,
                    number, file.digest, file.name, file.type, file.length, alternative)
            }
        }
        try tx.run("DELETE FROM live WHERE booth = ?", row.id)
        for (place, live) in command.lives.enumerated() {
            try tx.run(
                "INSERT INTO live (booth, place, title, starts_at, minutes, link) VALUES (?, ?, ?, ?, ?, ?)", row.id, place, live.title, live.startsAt, live.minutes,
                live.link)
        }
        return try advance(row, to: state, "save", opinion: state == .applied ? nil : row.opinion, tx)
    }

    private func check(_ exhibits: [Exhibit], kept: (String) -> Int?, _ rules: inout InputRules) {
        if exhibits.count > 30 { rules.add("exhibits", "展品最多 30 件，现有 \(exhibits.count) 件。请删减。") }
        for (index, exhibit) in exhibits.enumerated() {
            let field = "exhibits/\(index)"
            rules.text("\(field)/title", "第 \(index + 1) 件展品的名称", exhibit.title, 2...60)
            rules.text("\(field)/summary", "第 \(index + 1) 件展品的介绍", exhibit.summary, 2...1000)
            if let price = exhibit.price, price < .zero { rules.add("\(field)/price", "第 \(index + 1) 件展品的价格不能是负数。请修改。") }
            if let video = exhibit.video, !Self.isLink(video) {
                rules.add("\(field)/video", "第 \(index + 1) 件展品的视频地址须以 https:// 开头，不含空格。请修改。", value: video)
            }
            for picture in exhibit.pictures {
                rules.text("\(field)/alternative", "第 \(index + 1) 件展品的图片说明", picture.alternative, 2...120)
                if !PictureCleaning.isPicture(picture.file.type) {
                    rules.add("\(field)/pictures", "图片「\(picture.file.name)」不是 PNG 或 JPEG。请转换后上传。", value: picture.file.type)
                }
            }
            for file in exhibit.documents where PictureCleaning.isPicture(file.type) {
                rules.add("\(field)/documents", "「\(file.name)」是图片，请作为图片添加并写明图片说明。", value: file.type)
            }
            if exhibit.pictures.count > 6 || exhibit.documents.count > 6 { rules.add("\(field)/pictures", "每件展品最多 6 张图片、6 份资料。请删减。") }
            for file in exhibit.pictures.map(\.file) + exhibit.documents {
                guard let size = kept(file.digest) else {
                    rules.add("\(field)/files", "文件「\(file.name)」不在本平台收存的文件中。请先上传，再引用其摘要。", value: file.digest)
                    continue
                }
                if Int64(size) != file.length { rules.add("\(field)/files", "文件「\(file.name)」注明 \(file.length) 字节，平台收存的是 \(size) 字节。请按上传后返回的信息填写。") }
            }
        }
    }

    private func check(_ lives: [LiveSession], _ rules: inout InputRules) {
        if lives.count > 12 { rules.add("lives", "直播最多 12 场，现有 \(lives.count) 场。请删减。") }
        for (index, live) in lives.enumerated() {
            rules.text("lives/\(index)/title", "第 \(index + 1) 场直播的主题", live.title, 2...60)
            if !(5...600).contains(live.minutes) { rules.add("lives/\(index)/minutes", "第 \(index + 1) 场直播应为 5–600 分钟，现为 \(live.minutes)。请修改。", value: String(live.minutes)) }
            if !Self.isLink(live.link) { rules.add("lives/\(index)/link", "第 \(index + 1) 场直播的地址须以 https:// 开头，不含空格。请修改。", value: live.link) }
        }
    }

    private static func isLink(_ text: String) -> Bool { text.hasPrefix("https://") && text.count <= 300 && !text.contains(where: \.isWhitespace) }

    func withdraw(_ command: WithdrawBooth, _ tx: Transaction) throws -> BoothReceipt {
        let row = try tx.booth(command.booth)
        guard Rights.acts(tx.actor, for: row.exhibitor.code) || Rights.manages(tx.actor, row.exhibition.region) else { throw ExpoRefusal.notYours(row.id) }
        guard !row.state.isOver else { throw ExpoRefusal.illegal("撤展", in: row.state.title, possible: []) }
        try faults { $0.text("reason", "原因", command.reason, 2...200) }
        try closeLeads(of: row, "展位已撤展：\(command.reason)", tx)
        return try advance(row, to: .withdrawn, "withdraw", opinion: command.reason, tx)
    }

    /// Nobody waits for a booth that is gone: what was not agreed ends with the reason, and its talks to come with it. What was agreed
    /// stays, and so do its talks: the two follow it up by themselves.
    private func closeLeads(of row: BoothRow, _ note: String, _ tx: Transaction) throws {
        let leads = try tx.rows(
            "SELECT \(LeadRow.columns) FROM \(LeadRow.tables) WHERE l.booth = ? AND l.state IN ('new','contacted') ORDER BY l.id", row.id, as: LeadRow.init(row:))
        try tx.run(
            """
            UPDATE slot SET lead = NULL WHERE booth = ?1 AND starts_at > ?2
              AND lead IN (SELECT id FROM lead WHERE booth = ?1 AND state IN ('new','contacted'))
            """, row.id, tx.now)
        for lead in leads {
            try tx.run("UPDATE lead SET state = 'closed', since = ?, follow_up = NULL WHERE id = ?", tx.now, lead.card.id)
            try tx.run(
                "INSERT INTO lead_note (lead, place, at, action, text) SELECT ?1, count(*), ?2, 'close', ?3 FROM lead_note WHERE lead = ?1", lead.card.id, tx.now,
                note)
            try tx.follow("lead/\(lead.card.id)")
            try tx.announce(
                LeadAdvanced(lead: lead.card.id, booth: row.id, action: .close, state: .closed, amount: nil, source: lead.card.source))
        }
        try tx.follow(nil)
    }

    func feature(_ command: FeatureBooth, _ tx: Transaction) throws -> BoothReceipt {
        let row = try managed(command.booth, tx)
        guard row.state == .approved else { throw ExpoRefusal.illegal("推荐", in: row.state.title, possible: []) }
        try tx.run("UPDATE booth SET is_featured = ? WHERE id = ?", command.isFeatured, row.id)
        return try advance(row, to: row.state, command.isFeatured ? "feature" : "unfeature", opinion: row.opinion, tx)
    }

    func feature(_ command: FeatureExhibits, _ tx: Transaction) throws -> BoothReceipt {
        let row = try managed(command.booth, tx)
        guard row.state == .approved else { throw ExpoRefusal.illegal("推荐展品", in: row.state.title, possible: []) }
        let titles = try tx.exhibits(of: row.id).map(\.title)
        try faults { rules in
            if command.exhibits.count > 6 { rules.add("exhibits", "一个展位最多推荐 6 件展品，现选了 \(command.exhibits.count) 件。请减少。") }
            for title in command.exhibits where !titles.contains(title) {
                rules.add("exhibits", "展位 \(row.id) 没有名为「\(title)」的展品，参展单位可能刚改过名称。请刷新页面后重选。", value: title)
            }
        }
        try tx.run("UPDATE exhibit SET is_featured = 0 WHERE booth = ?", row.id)
        for title in command.exhibits {
            try tx.run(
                "UPDATE exhibit SET is_featured = 1 WHERE booth = ?1 AND place = (SELECT min(place) FROM exhibit WHERE booth = ?1 AND title = ?2)", row.id, title)
        }
        try tx.announce(ExhibitsFeatured(booth: row.id, exhibits: try tx.featured(of: row.id)))
        return BoothReceipt(booth: row.id, state: row.state)
    }

    func favour(_ command: SetFavourite, _ tx: Transaction) throws -> Done {
        let row = try tx.booth(command.booth)
        guard row.isShown || !command.isFavourite else { throw ExpoRefusal.unknown(command.booth) }
        if command.isFavourite {
            try tx.run("INSERT INTO favourite (actor, booth) VALUES (?, ?) ON CONFLICT DO NOTHING", tx.actor.id, row.id)
        } else {
            try tx.run("DELETE FROM favourite WHERE actor = ? AND booth = ?", tx.actor.id, row.id)
        }
        return Done()
    }

    // MARK: - Times and questions

    func offerSlots(_ command: OfferSlots, _ tx: Transaction) throws -> SlotReceipt {
        let row = try own(command.booth, tx)
        guard row.isShown else { throw ExpoRefusal.illegal("安排洽谈", in: row.state.title, possible: []) }
        try faults { rules in
            if !(10...120).contains(command.minutes) { rules.add("minutes", "每场应为 10–120 分钟，现为 \(command.minutes)。请修改。", value: String(command.minutes)) }
            if !(1...24).contains(command.count) { rules.add("count", "场数应为 1–24，现为 \(command.count)。请修改。", value: String(command.count)) }
            if command.startsAt <= tx.now { rules.add("startsAt", "首场须在此刻之后开始。请修改。", value: command.startsAt.description) }
        }
        var added = 0
        for index in 0..<command.count {
            let start = command.startsAt.advanced(by: .seconds(index * command.minutes * 60))
            let end = start.advanced(by: .seconds(command.minutes * 60))
            let taken: Int? = try tx.value("SELECT 1 FROM slot WHERE booth = ? AND starts_at < ? AND ends_at > ? LIMIT 1", row.id, end, start)
            guard taken == nil else { continue }
            try tx.run("UPDATE booth SET last_slot = last_slot + 1 WHERE id = ?", row.id)
            try tx.run("INSERT INTO slot (booth, number, starts_at, ends_at) SELECT id, last_slot, ?, ? FROM booth WHERE id = ?", start, end, row.id)
            added += 1
        }
        if added > 0 { try tx.announce(SlotsOffered(booth: row.id, count: added)) }
        return SlotReceipt(added: added)
    }

    func ask(_ command: AskQuestion, _ tx: Transaction) throws -> QuestionReceipt {
        let row = try open(command.booth, tx)
        try faults { $0.text("text", "问题", command.text, 2...300) }
        try refuseFlood(tx)
        try tx.run("UPDATE booth SET last_question = last_question + 1 WHERE id = ?", row.id)
        let number: Int = try tx.value("SELECT last_question FROM booth WHERE id = ?", row.id) ?? 1
        try tx.run("INSERT INTO question (booth, number, text, asked_at) VALUES (?, ?, ?, ?)", row.id, number, command.text, tx.now)
        try tx.announce(QuestionAsked(booth: row.id, question: number))
        return QuestionReceipt(question: number)
    }

    /// Questions of one account a day, at all booths together.
    static let questionsPerDay = 20

    private func refuseFlood(_ tx: Transaction) throws {
        try tx.run("DELETE FROM asking WHERE day < ?", tx.now.day)
        let asked: Int = try tx.value("SELECT count FROM asking WHERE actor = ? AND day = ?", tx.actor.id, tx.now.day) ?? 0
        guard asked < Self.questionsPerDay else {
            throw ExpoRefusal.make(
                "too-many-questions", "您今天已提问 \(asked) 次，达到上限。请明天再问，或在展位页面留下咨询、拨打服务电话。", log: "\(asked) questions of this actor today")
        }
        try tx.run(
            "INSERT INTO asking (actor, day, count) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", tx.actor.id, tx.now.day)
    }

    func answer(_ command: AnswerQuestion, _ tx: Transaction) throws -> QuestionReceipt {
        let row = try own(command.booth, tx)
        try faults { $0.text("answer", "回答", command.answer, 2...500) }
        let changed = try tx.run(
            "UPDATE question SET answer = ?, answered_at = ? WHERE booth = ? AND number = ?", command.answer, tx.now, row.id, command.question)
        guard changed == 1 else {
            throw ExpoRefusal.make("question-unknown", "展位 \(row.id) 没有 \(command.question) 号问题。请在展位页面查看。", log: "no such question")
        }
        try tx.announce(QuestionAnswered(booth: row.id, question: command.question))
        return QuestionReceipt(question: command.question)
    }

    // MARK: - Whose

    func own(_ id: BoothID, _ tx: Transaction) throws -> BoothRow {
        let row = try tx.booth(id)
        guard Rights.acts(tx.actor, for: row.exhibitor.code) else { throw ExpoRefusal.notYours(id) }
        return row
    }

    private func managed(_ id: BoothID, _ tx: Transaction) throws -> BoothRow {
        let row = try tx.booth(id)
        guard Rights.manages(tx.actor, row.exhibition.region) else { throw ExpoRefusal.region(row.exhibition.region.description) }
        return row
    }

    /// A booth that visitors may turn to now.
    func open(_ id: BoothID, _ tx: Transaction) throws -> BoothRow {
        let row = try tx.booth(id)
        guard row.isShown else { throw ExpoRefusal.unknown(id) }
        if let why = row.exhibition.closedBecause(on: tx.now.day) { throw ExpoRefusal.notOpen(why) }
        return row
    }
}
