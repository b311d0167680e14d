import HotlineContracts
import Messages
import Pages
import Vocabulary

extension OrderState {
    var tone: Tone {
        switch self {
        case .registered, .dispatching, .dispatched, .handling, .answered: .info
        case .returned: .warning
        case .concluded, .archived: .success
        case .refused: .neutral
        }
    }

    var badge: StateBadge { StateBadge(title, tone) }
}

/// The front of the hotline for everybody.
struct FrontPage: Sendable {
    var statistics: Statistics
    var articles: [Article]

    func page(_ request: PageRequest) -> Page {
        let number = request.site.hotline ?? "96871"
        return Page(title: "\(number)服务热线", header: PageHeader(lead: "问政策、找服务、反映问题，一个电话。每件事有编号、有期限、有答复、有回访。")) {
            EntranceGrid([
                .init("拨打\(number)", "工作日 8:30—17:30 人工接听", href: "tel:\(number)", icon: .hotline),
                .init("查询与评价", "凭工单编号和查询码，不用登录", href: "\(request.base)/lookup", icon: .search),
                .init("常见问题", "政策、融资、用工、税费解答", href: "\(request.base)/knowledge", icon: .document),
            ])
            section {
                h2("近 30 天")
                StatTiles(
                    [
                        StatTiles.Stat("登记", Format.count(statistics.registered), unit: "件", asOf: request.now, href: "\(request.base)/statistics"),
                        StatTiles.Stat("办结", Format.count(statistics.concluded), unit: "件", asOf: request.now),
                    ]
                        + statistics.shares.filter { ["按期办结率", "满意率"].contains($0.title) }.map { share in
                            StatTiles.Stat(
                                share.title, Format.percent(share.numerator, of: share.denominator),
                                note: "\(share.numerator)/\(share.denominator) 件", asOf: request.now)
                        })
            }
            if !articles.isEmpty {
                section {
                    h2("常见问题")
                    CardGrid(articles.map { Card($0.title, href: QueryLink.make("\(request.base)/knowledge", [("category", $0.category)]), text: String($0.body.prefix(60))) })
                }
            }
        }
    }
}

/// Looking an order up with number and secret code, and rating it.
struct LookUpPage: Sendable {
    var found: PublicOrder?
    var code: String?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "工单查询与评价", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "编号和查询码在登记时告知。查询码只显示一次，平台不留存原文。"), layout: .narrow
        ) {
            if let found {
                result(found, request)
            } else {
                Form(post: "\(request.base)/lookup", of: request, refusal: refusal, submit: "查询") { form in
                    form.text("number", "工单编号", example: "HT20260302-430181-0001", required: true)
                    form.text("code", "查询码", hint: "12 位，不分大小写", example: "K7QP-3M9X-W2RT", required: true, autocomplete: "off", width: .medium)
                }
            }
        }
    }

    private func result(_ found: PublicOrder, _ request: PageRequest) -> HTML {
        HTML {
            section {
                h2(found.title)
                FactList([
                    Fact("编号", found.number.description), Fact("状态") { found.state.badge }, Fact("登记时间", at: found.registeredAt),
                    Fact("承办单位", found.ownerName),
                    Fact("当前期限") {
                        if let due = found.due {
                            Moment(due)
                            if found.dueIsProvisional { small("（节假日安排未公布，暂定）", .class("muted")) }
                        }
                    }, Fact("评价", found.satisfaction?.title),
                ])
                if let answer = found.answer {
                    Panel("答复") { p(answer) }
                }
            }
            if found.mayRate {
                section {
                    h2("评价办理结果")
                    Form(post: "\(request.base)/lookup/rate", of: request, refusal: refusal, submit: "提交评价", prefix: "rate") { form in
                        form.hidden("number", found.number.description)
                        form.hidden("code", code ?? "")
                        form.radio("satisfaction", "是否满意", Satisfaction.allCases.map { Choice($0.rawValue, $0.title) }, hint: "选“不满意”将换人重新办理", required: true)
                        form.textarea("text", "说明", rows: 3)
                    }
                }
            }
            Timeline(found.steps.map { Timeline.Entry(at: $0.at, actor: "", title: $0.title) }, now: request.now)
            p { ButtonLink("查询其他工单", href: "\(request.base)/lookup", .secondary) }
        }
    }
}

/// The knowledge base.
struct KnowledgePage: Sendable {
    var articles: Listing<Article>
    var categories: [Choice]

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "热线知识库", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "常见问题的统一口径，附政策和服务出处。") {
                if request.actor.holds(.windowStaff, .cityStaff, .provinceStaff) { ButtonLink("新增条目", href: "\(request.base)/knowledge/new") }
            }
        ) {
            FilterBar(request, submit: "查找") { form in
                form.text("q", "关键词")
                form.select("category", "类别", categories)
            }
            if articles.items.isEmpty {
                EmptyState("没有找到相关条目", hint: "可以换一个说法，或直接拨打96871。")
            }
            for article in articles.items { ArticleCard(article: article) }
            Continuation(total: nil, next: articles.next, of: request)
        }
    }
}

/// One entry, closed until it is opened.
struct ArticleCard: Component, Sendable {
    var article: Article

    var html: HTML {
        Disclosure(article.title) {
            p(article.body)
            if !article.isPublic { p("仅供工作人员使用。", .class("muted")) }
            if !article.links.isEmpty {
                ul { for link in article.links { li { a(link.title, href: link.address) } } }
            }
        }.html
    }
}

struct ArticleFormPage: Sendable {
    var categories: [Choice]
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "新增知识条目", trail: [("96871热线", "\(request.base)/"), ("热线知识库", "\(request.base)/knowledge")], layout: .narrow
        ) {
            Form(
                post: "\(request.base)/knowledge", of: request, refusal: refusal, submit: "保存", cancel: "\(request.base)/knowledge", draft: "知识条目"
            ) { form in
                form.text("title", "标题", hint: "4–80 个字，写成企业会问的话", required: true)
                form.select("category", "类别", categories, required: true)
                form.textarea("body", "内容", rows: 8, required: true)
                form.text("linkTitle", "关联政策或服务的名称")
                form.text("linkAddress", "关联地址", hint: "本站地址以“/”开头，或以 https:// 开头")
                form.checkbox("isPublic", "对公众公开", isOn: true)
            }
        }
    }
}

/// Figures with what they are made of.
struct StatisticsPage: Sendable {
    var statistics: Statistics

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "热线统计", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "\(Format.date(statistics.from))至\(Format.date(statistics.until))。每个比率都列出分子、分母和口径；保密工单不计入。")
        ) {
            FilterBar(request) { form in
                form.date("from", "起始日期", value: statistics.from.description)
                form.date("until", "截止日期", value: statistics.until.description)
            }
            StatTiles([
                StatTiles.Stat("登记", Format.count(statistics.registered), unit: "件"), StatTiles.Stat("办结", Format.count(statistics.concluded), unit: "件"),
                StatTiles.Stat("督办", Format.count(statistics.supervised), unit: "件"), StatTiles.Stat("办结未评价", Format.count(statistics.unrated), unit: "件"),
            ])
            DataTable(
                "指标", columns: [.text("指标"), .number("比率"), .text("口径")],
                rows: statistics.shares.map { [.text($0.title), .share($0.numerator, of: $0.denominator), .text($0.rule)] })
            DataTable(
                "各地情况", columns: [.text("区划"), .number("登记", unit: "件"), .number("办结", unit: "件"), .number("按期办结率"), .number("满意率")],
                rows: statistics.rows.map {
                    [.text($0.name), .number($0.registered), .number($0.concluded), .share($0.inTime, of: $0.concluded), .share($0.satisfied, of: $0.rated)]
                }, csv: "\(request.base)/statistics.csv", empty: EmptyState("期内没有工单", hint: "可以换一段时间。"))
            if !statistics.categories.isEmpty {
                BarChart("登记事项类别", unit: "件", statistics.categories.map { Datum($0.name, Double($0.count)) })
            }
        }
    }
}
