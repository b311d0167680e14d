import ExpoContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// What exhibitors work with. Every form, refused, comes back with what was typed and what is wrong.
extension ExpoPages {
    func mine(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let booths = try context.ask(FindBooths(box: .own, limit: 100)).items
        let due = try context.ask(FindLeads(state: .new, limit: 10)).items
        return .page(
            Page(
                title: "我的展位", trail: [("网上博览会", "\(request.base)/")],
                header: PageHeader(lead: "在展会页面点“申请参展”；审核通过后公开展出，访客的名片、咨询和预约列为线索。") {
                    ButtonLink("全部线索", href: "\(request.base)/leads", .secondary)
                }
            ) {
                DataTable(
                    "展位", columns: [.text("展位"), .text("编号"), .text("展馆"), .number("展品", unit: "件"), .text("状态"), .text("成效")],
                    rows: booths.map { card in
                        [
                            .link(card.title, "\(request.base)/booths/\(card.id)"), .text(card.id.description), .text(card.hallTitle), .number(card.exhibits),
                            DataTable.Cell { card.state.badge }, .link("成效", "\(request.base)/exhibitions/\(card.exhibition)/report"),
                        ]
                    }, empty: EmptyState("还没有展位", hint: "打开一个展会，点“申请参展”。"))
                LeadTable(title: "待联系的线索", leads: due, request: request, empty: EmptyState("没有待联系的线索"))
            })
    }

    func applicationForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try applicationPage(request, context, refusal: nil)) }

    private func applicationPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetExhibition(id: request.exhibitionID()))
        let own = "\(request.base)/exhibitions/\(detail.card.id)"
        return Page(
            status: refusal?.status ?? 200, title: "申请参展", trail: [("网上博览会", "\(request.base)/"), (detail.card.title, own)],
            header: PageHeader(lead: "以 \(request.actor.organisationName ?? "贵单位") 的名义申请。提交后由主办方审核，通过后可继续完善展品。"), layout: .narrow
        ) {
            Form(post: "\(own)/apply", of: request, refusal: refusal, submit: "提交申请", cancel: own, draft: "参展申请 \(detail.card.id)") { form in
                form.text("title", "展位名称", hint: "2–40 个字", required: true)
                form.select("hall", "展馆", detail.halls.map { Choice(String($0.number), "\($0.title)（\($0.kind.title)）") }, required: true)
                form.radio("size", "展位大小", (1...4).map { Choice(String($0), "\($0) 个标准展位") }, value: "1", required: true)
                form.textarea("summary", "展位介绍", rows: 5, hint: "10–1000 个字", required: true)
                form.phone("telephone", "服务电话", hint: "公开显示；不要填写个人手机号")
            }
        }
    }

    func apply(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "展位名称", 2...40)
            let hall = form.number("hall", "展馆", 1...20, required: true)
            let size = form.number("size", "展位大小", 1...4, required: true)
            let summary = form.text("summary", "展位介绍", 10...1000)
            try form.refuseIfFaulty(as: "expo.invalid-input")
            let receipt = try await context.tell(
                ApplyForBooth(
                    exhibition: request.exhibitionID(), hall: hall ?? 0, title: title, size: size ?? 1, summary: summary, telephone: request.fields["telephone"]))
            return .redirect(to: "\(request.base)/booths/\(receipt.booth)/edit", notice: "申请已提交，编号 \(receipt.booth)。可以先布置展品。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try applicationPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Booth editor

    func editor(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try editorPage(request, context, refusal: nil)) }

    private func editorPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetBooth(id: request.boothID()))
        guard detail.mayEdit else { throw ExpoRefusal.notYours(detail.card.id) }
        return BoothEditor(detail: detail, refusal: refusal).page(request)
    }

    func save(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let old = try context.ask(GetBooth(id: request.boothID()))
            guard old.mayEdit else { throw ExpoRefusal.notYours(old.card.id) }
            var form = FormInput(request)
            let title = form.text("title", "展位名称", 2...40)
            let summary = form.text("summary", "展位介绍", 10...1000)
            // Nothing is kept for a look: files come again with what is saved.
            let isPreview = request.fields["preview"] == "yes"
            var exhibits: [Exhibit] = []
            for number in 0...old.exhibits.count {
                let known = old.exhibits.indices.contains(number) ? old.exhibits[number] : nil
                if let exhibit = exhibit(number, known, &form, isPreview ? nil : context) { exhibits.append(exhibit) }
            }
            let lives = (0..<12).compactMap { live($0, &form) }
            try form.refuseIfFaulty(as: "expo.invalid-input")
            if isPreview {
                var shown = old
                shown.card.title = title
                (shown.summary, shown.telephone, shown.exhibits, shown.lives) = (summary, request.fields["telephone"], exhibits, lives)
                let files = request.files.count { !($0.name.isEmpty && $0.bytes.isEmpty) }
                return .page(BoothEditor(detail: old, preview: (shown, files)).page(request))
            }
            let receipt = try await context.tell(
                SaveBooth(booth: old.card.id, title: title, summary: summary, telephone: request.fields["telephone"], exhibits: exhibits, lives: lives))
            return .redirect(
                to: request.fields["more"] == "yes" ? "\(request.base)/booths/\(receipt.booth)/edit" : "\(request.base)/booths/\(receipt.booth)",
                notice: receipt.state == .applied ? "已保存，等待审核。" : "已保存，访客现在看到的就是新内容。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try editorPage(request, context, refusal: refusal))
        }
    }

    /// One exhibit of the form; `nil` where it is ticked away, or nothing was typed into the empty one.
    ///
    /// - Parameter context: keeps the files; `nil`: they are only looked at.
    private func exhibit(_ number: Int, _ known: Exhibit?, _ form: inout FormInput, _ context: PageContext?) -> Exhibit? {
        let fields = form.request.fields
        if fields["gone\(number)"] == "yes" { return nil }
        let isEmpty = known == nil && fields["title\(number)"] == nil && fields["summary\(number)"] == nil
        if isEmpty { return nil }
        let title = form.text("title\(number)", "展品名称", 2...60)
        let summary = form.text("summary\(number)", "展品介绍", 2...1000)
        let price = form.money("price\(number)", "价格")
        let removed = Set(fields.all("removed\(number)"))
        var exhibit = Exhibit(
            title: title, summary: summary, price: price, video: fields["video\(number)"], pictures: known?.pictures.filter { !removed.contains($0.file.digest) } ?? [],
            documents: known?.documents.filter { !removed.contains($0.digest) } ?? [])
        for file in form.request.files where file.field == "picture\(number)" && !(file.name.isEmpty && file.bytes.isEmpty) {
            guard let alternative = fields["alternative\(number)"] else {
                form.add("alternative\(number)", "请用一句话说明图片内容，看不到图片的人靠它了解展品。")
                continue
            }
            guard let clean = PictureCleaning.clean(file.bytes) else {
                form.add("picture\(number)", "「\(file.name)」不是完整的 PNG 或 JPEG 图片。请重新导出后上传。")
                continue
            }
            guard let context else { continue }
            var own = file
            own.bytes = clean
            do {
                let kept = try context.keep(own)
                exhibit.pictures.append(
                    Picture(
                        file: AttachmentReference(digest: kept.digest, name: kept.name, type: kept.type.mediaType, length: Int64(kept.size)), alternative: alternative))
            } catch let refusal as Refusal {
                form.add("picture\(number)", refusal.faults.first?.message ?? refusal.message)
            } catch {
                form.add("picture\(number)", "图片「\(file.name)」未能保存。请稍后重试。")
            }
        }
        if let context { exhibit.documents += form.attachments("document\(number)", context) }
        return exhibit
    }

    /// One broadcast of the form; `nil` where no title stands.
    private func live(_ number: Int, _ form: inout FormInput) -> LiveSession? {
        guard form.request.fields["live\(number)"] != nil else { return nil }
        let title = form.text("live\(number)", "直播主题", 2...60)
        let day = form.day("liveDay\(number)", "直播日期")
        let start = day.flatMap { moment($0, "liveTime\(number)", "直播开始时间", &form) }
        let minutes = form.number("liveMinutes\(number)", "直播时长", 5...600, required: true)
        let link = form.text("liveLink\(number)", "直播地址", 9...300)
        return start.map { LiveSession(title: title, startsAt: $0, minutes: minutes ?? 0, link: link) }
    }

    /// A time of day, `09:00`, on that day in China.
    private func moment(_ day: Day, _ field: String, _ title: String, _ form: inout FormInput) -> Timestamp? {
        let parts = (form.request.fields[field] ?? "").replacing("：", with: ":").split(separator: ":").compactMap { Int($0) }
        if parts.count == 2, let moment = day.moment(hour: parts[0], minute: parts[1]) { return moment }
        form.add(field, "\(title)应形如 09:00。请修改。", value: form.request.fields[field])
        return nil
    }

    func offer(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let day = form.day("day", "日期")
            let start = day.flatMap { moment($0, "from", "首场开始时间", &form) }
            let minutes = form.number("minutes", "每场分钟数", 10...120, required: true)
            let count = form.number("count", "场数", 1...24, required: true)
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let start, let minutes, let count else { throw Refusal.notFound }
            let receipt = try await context.tell(OfferSlots(booth: request.boothID(), startsAt: start, minutes: minutes, count: count))
            return .redirect(
                to: "\(request.base)/booths/\(try request.boothID())", notice: receipt.added == count ? "已安排 \(count) 场。" : "已安排 \(receipt.added) 场，其余与已有场次重叠。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return try await again(request, context, refusal)
        }
    }

    /// The booth's page with what was refused.
    func again(_ request: PageRequest, _ context: PageContext, _ refusal: Refusal) async throws -> PageReply {
        let detail = try context.ask(GetBooth(id: request.boothID()))
        return .page(BoothPage(detail: detail, story: try context.timeline(subject: detail.card.id.subject), refusal: refusal).page(request))
    }

    func answer(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let question = form.number("question", "问题", 1...1_000_000, required: true)
            let answer = form.text("answer", "回答", 2...500)
            try form.refuseIfFaulty(as: "expo.invalid-input")
            _ = try await context.tell(AnswerQuestion(booth: request.boothID(), question: question ?? 0, answer: answer))
            return .redirect(to: "\(request.base)/booths/\(try request.boothID())", notice: "回答已公开。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return try await again(request, context, refusal)
        }
    }

    // MARK: - Leads

    func leads(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindLeads(
                booth: request.fields["booth"].flatMap { BoothID($0) }, state: request.coded("state"), due: request.fields["due"] == "yes" ? true : nil,
                after: request.fields["after"].flatMap { Cursor($0) }, limit: 20))
        return .page(
            Page(title: "访客线索", trail: [("我的展位", "\(request.base)/mine")], header: PageHeader(lead: "访客同意后留下的联系方式。打开一条，查看联系方式并记录跟进。") {
                ButtonLink("导出", href: "\(request.base)/leads.csv", .quiet)
            }) {
                FilterBar(request) { form in
                    form.select("state", "状态", LeadState.allCases.map { Choice($0.rawValue, $0.title) })
                    form.checkbox("due", "只看应跟进的")
                }
                LeadTable(title: "线索", leads: found.items, request: request, empty: EmptyState("没有线索", hint: "访客留名片、咨询或预约后会列在这里。"))
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    /// Without names and numbers: those are looked at one by one, which is kept.
    func leadTable(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        var rows = [["线索", "展位", "方式", "单位", "内容", "来源", "状态", "意向金额（元）", "下次跟进", "需求编号", "订单编号", "时间"]]
        var after: Cursor?
        repeat {
            let page = try context.ask(FindLeads(after: after, limit: 500))
            rows += page.items.map { lead in
                [
                    lead.id.description, lead.booth.description, lead.kind.title, lead.organisation ?? "", lead.text ?? "", lead.source ?? "", lead.state.title,
                    lead.amount.map { Format.money($0) } ?? "", lead.followUp?.description ?? "", lead.demand ?? "", lead.order ?? "", Format.dateTime(lead.createdAt),
                ]
            }
            after = page.next
        } while after != nil
        return .csv(name: "访客线索.csv", rows: rows)
    }

    func lead(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try await leadPage(request, context, contact: nil, refusal: nil)) }

    func leadPage(_ request: PageRequest, _ context: PageContext, contact: LeadContact?, refusal: Refusal?) async throws -> Page {
        let detail = try context.ask(GetLead(id: request.leadID()))
        return LeadPage(
            detail: detail, services: try await services(for: detail.card, request, context), contact: contact, story: try context.timeline(subject: "lead/\(try request.leadID())"),
            categories: fair.categories, regions: fair.regions, refusal: refusal
        ).page(request)
    }

    func reveal(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try await leadPage(request, context, contact: context.tell(RevealLead(lead: request.leadID())), refusal: nil))
    }

    func advanceLead(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let action: LeadAction? = form.choice("action", "办理事项")
            let amount = form.money("amount", "意向金额")
            let followUp = form.optionalDay("followUp", "下次跟进日期")
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let action else { throw Refusal.notFound }
            let receipt = try await context.tell(
                AdvanceLead(lead: request.leadID(), action: action, note: request.fields["note"], amount: amount, followUp: followUp))
            return .redirect(to: "\(request.base)/leads/\(receipt.lead)", notice: "已记录，现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try await leadPage(request, context, contact: nil, refusal: refusal))
        }
    }

    func convert(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "需求名称", 4...60)
            let category = form.text("category", "服务类别", 2...40)
            let description = form.text("description", "需求说明", 2...2000)
            let region = form.region("region", "企业所在地")
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let region else { throw Refusal.notFound }
            let receipt = try await context.tell(
                ConvertLead(lead: request.leadID(), title: title, category: category, description: description, region: region))
            return .redirect(to: "\(request.base)/leads/\(receipt.lead)", notice: "已转到需求对接，编号稍后显示。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try await leadPage(request, context, contact: nil, refusal: refusal))
        }
    }
}
