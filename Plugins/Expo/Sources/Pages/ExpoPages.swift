import ExpoContracts
import Messages
import Pages
import PluginKit
import Store
import Vocabulary

/// The plug-in's pages: each asks its queries and writes what they answer.
struct ExpoPages: Sendable {
    let fair: Fair
}

/// What everybody may see.
extension ExpoPages {
    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let text = request.fields["q"].map { String($0.prefix(60)) }
        let exhibitions = try context.ask(FindExhibitions(limit: 50)).items.filter { $0.state == .published }
        let featured = text == nil && request.fields["after"] == nil ? try context.ask(FindFeaturedExhibits(limit: 100)).items : []
        let booths = try context.ask(FindBooths(text: text, after: request.fields["after"].flatMap { Cursor($0) }, limit: 24))
        return .page(
            Page(
                title: "网上博览会",
                header: PageHeader(lead: "全省中小企业的产品和技术，365 天在线展出。可留名片、咨询、预约洽谈，不需要注册。") {
                    if request.actor.holds(.enterprise, .agency) { ButtonLink("我的展位", href: "\(request.base)/mine", .secondary) }
                    if request.actor.kind == .person { ButtonLink("我的收藏", href: "\(request.base)/favourites", .quiet) }
                }
            ) {
                FilterBar(request) { form in form.text("q", "展品、展位或企业") }
                if text == nil {
                    h2("展会")
                    if exhibitions.isEmpty {
                        EmptyState("本站点暂无开放的展会", hint: "可以浏览全省其他站点的展位。")
                    } else {
                        CardGrid(
                            exhibitions.map { card in
                                Card(
                                    card.title, href: QueryLink.make("\(request.base)/exhibitions/\(card.id)", [("via", BoothCards.tag(request) ?? "")]),
                                    text: "\(card.kind.title) · \(fair.title(of: card.region))", state: card.badge(on: request.now.day),
                                    notes: [card.days, "\(card.booths) 个展位"])
                            })
                    }
                }
                FeaturedExhibits(exhibits: Array(Self.spread(featured).first.prefix(6)), request: request)
                h2(text.map { "与“\($0)”有关的展位" } ?? "全省展位")
                if booths.items.isEmpty {
                    EmptyState(text == nil ? "还没有展位" : "没有找到展位", hint: text == nil ? "展位审核通过后会列在这里。" : "可以换一个说法，或只输入两三个字。")
                } else {
                    BoothCards.grid(booths.items, request, region: fair.title)
                }
                Continuation(total: nil, next: booths.next, of: request)
            })
    }

    /// The first of each booth, and what else there is, so that no booth takes all the room.
    private static func spread(_ exhibits: [FeaturedExhibit]) -> (first: [FeaturedExhibit], rest: [FeaturedExhibit]) {
        var booths: Set<BoothID> = []
        var first: [FeaturedExhibit] = []
        var rest: [FeaturedExhibit] = []
        for exhibit in exhibits {
            if booths.insert(exhibit.booth).inserted { first.append(exhibit) } else { rest.append(exhibit) }
        }
        return (first, rest)
    }

    func exhibition(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetExhibition(id: request.exhibitionID()))
        count(.exhibition(detail.card.id), of: detail, request)
        return .page(try exhibitionPage(request, context, refusal: nil))
    }

    /// The organiser's own look is no visit.
    private func count(_ shown: VisitCounter.Shown, of detail: ExhibitionDetail, _ request: PageRequest) {
        if detail.card.state == .published, !detail.mayManage { fair.visits.add(shown, source: BoothCards.tag(request)) }
    }

    /// A visitor saw a page of an exhibition or a hall that was rendered before, without a campaign link: those have a query.
    func seenAgain(_ parameters: [String: String]) {
        guard let id = parameters["id"].flatMap({ ExhibitionID($0) }) else { return }
        fair.visits.add(parameters["hall"].flatMap { Int($0) }.map { .hall(id, $0) } ?? .exhibition(id))
    }

    func exhibitionPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetExhibition(id: request.exhibitionID()))
        let booths = try context.ask(FindBooths(exhibition: detail.card.id, limit: 500)).items
        let featured = Self.spread(try context.ask(FindFeaturedExhibits(exhibition: detail.card.id, limit: 60)).items)
        let shown = Array((featured.first + featured.rest).prefix(12))
        return ExhibitionPage(detail: detail, booths: booths, featured: shown, region: fair.title(of: detail.card.region), refusal: refusal).page(request)
    }

    func hall(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetExhibition(id: request.exhibitionID()))
        guard let hall = detail.halls.first(where: { String($0.number) == request.parameters["hall"] }) else { throw Refusal.notFound }
        count(.hall(detail.card.id, hall.number), of: detail, request)
        let booths = try context.ask(FindBooths(exhibition: detail.card.id, hall: hall.number, limit: 500)).items
        return .page(
            Page(
                title: hall.title,
                trail: [("网上博览会", "\(request.base)/"), (detail.card.title, "\(request.base)/exhibitions/\(detail.card.id)")],
                header: PageHeader(caption: "\(detail.card.title) · \(hall.kind.title)", state: detail.card.badge(on: request.now.day), lead: hall.note)
            ) {
                if booths.isEmpty {
                    EmptyState("这个展馆还没有展位", hint: "展位审核通过后会列在这里。")
                } else {
                    PlanDrawing(booths: booths, request: request)
                    BoothCards.grid(booths, request, isBelowHeading: false)
                }
            })
    }

    func booth(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let page = try boothPage(request, context, refusal: nil)
        return .page(page)
    }

    private func boothPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetBooth(id: request.boothID()))
        // Neither the exhibitor's own look nor the staff's is a visit, nor is a form that came back.
        if refusal == nil, detail.isOpen, !detail.mayEdit, !detail.mayReview { fair.visits.add(.booth(detail.card.id), source: BoothCards.tag(request)) }
        let story = detail.mayEdit || detail.mayReview ? try context.timeline(subject: detail.card.id.subject) : []
        return BoothPage(detail: detail, story: story, refusal: refusal).page(request)
    }

    func turn(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.boothID()
            var form = FormInput(request)
            let kind: LeadKind? = form.choice("kind", "方式")
            let name = form.text("name", "姓名", 1...40)
            let phone = request.fields["phone"].flatMap { ContactNumber($0) }
            if phone == nil { form.add("phone", "请填写电话：手机号，或带区号的座机。", value: request.fields["phone"].map { String($0.prefix(3)) + "…" }) }
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let kind, let phone else { throw Refusal.notFound }
            _ = try await context.tell(
                TurnToBooth(
                    booth: id, kind: kind, name: Personal(name), phone: Personal(phone), organisation: request.fields["organisation"],
                    text: request.fields["text"], slot: request.fields["slot"].flatMap { Int($0) }, consent: request.fields["consent"] == "yes",
                    source: BoothCards.tag(request)))
            let words: String =
                switch kind {
                case .card: "名片已交给参展单位。"
                case .enquiry: "咨询已交给参展单位，请留意来电。"
                case .appointment: "洽谈已预约，请按时接听参展单位的联系。"
                }
            return .redirect(to: "\(request.base)/booths/\(id)", notice: words)
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try boothPage(request, context, refusal: refusal))
        }
    }

    func ask(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let text = form.text("text", "问题", 2...300)
            try form.refuseIfFaulty(as: "expo.invalid-input")
            _ = try await context.tell(AskQuestion(booth: request.boothID(), text: text))
            return .redirect(to: "\(request.base)/booths/\(try request.boothID())", notice: "问题已提交，回答后公开显示。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try boothPage(request, context, refusal: refusal))
        }
    }

    func favour(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try request.boothID()
        let isFavourite = request.fields["on"] == "yes"
        _ = try await context.tell(SetFavourite(booth: id, isFavourite: isFavourite))
        return .redirect(to: "\(request.base)/booths/\(id)", notice: isFavourite ? "已收藏。" : "已取消收藏。")
    }

    func favourites(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(FindBooths(box: .favourites, after: request.fields["after"].flatMap { Cursor($0) }, limit: 24))
        return .page(
            Page(title: "我的收藏", trail: [("网上博览会", "\(request.base)/")]) {
                if found.items.isEmpty {
                    EmptyState("还没有收藏展位", hint: "在展位页面点“收藏”，会列在这里。")
                } else {
                    BoothCards.grid(found.items, request, isBelowHeading: false, region: fair.title)
                }
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    /// A picture or document, for whoever may see its booth.
    func file(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(FindPicture(digest: request.parameters["digest"] ?? ""))
        guard let kind = FileKind.allCases.first(where: { $0.mediaType == found.type }) else { throw Refusal.notFound }
        let kept = Attachment(digest: found.digest, size: Int(found.length), name: found.name, type: kind)
        if PictureCleaning.isPicture(found.type), let bytes = try fair.pictures.replacement(for: kept.digest, { try context.files.read(kept) }) {
            return .download(name: found.name, type: found.type, bytes: bytes)
        }
        return .file(path: context.files.path(of: kept), length: found.length, name: found.name, type: found.type)
    }
}
