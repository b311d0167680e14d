import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The plug-in's pages: each asks its queries, fills a model, and lets the model write itself.
struct HotlinePages: Sendable {
    let rulebook: Rulebook

    var categories: [Choice] { rulebook.settings.categories.map { Choice($0.code, rulebook.categoryTitle($0.code)) } }

    /// Divisions a person may register for, long names where they repeat.
    func regions(_ request: PageRequest) -> [Choice] {
        let province = request.site.region?.province ?? RegionCode("430000")
        guard let province else { return [] }
        let all = [rulebook.regions.region(province, on: request.now.day)].compactMap { $0 }
            + rulebook.regions.descendants(of: province, on: request.now.day, tier: .city)
            + rulebook.regions.descendants(of: province, on: request.now.day, tier: .county)
        let reach = request.actor.grants.filter { [.windowStaff, .cityStaff, .provinceStaff].contains($0.role) }
        return all.filter { region in reach.contains { $0.region.map { $0.contains(region.code) } ?? true } }.sorted { $0.code < $1.code }.map { region in
            let city = region.code.number % 100 == 0 ? nil : RegionCode(String(region.code.number / 100 * 100)).flatMap { rulebook.regions.region($0) }
            return Choice(region.code.description, (city?.name ?? "") + region.name)
        }
    }
}

/// What everybody may see.
extension HotlinePages {
    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            FrontPage(statistics: try context.ask(GetStatistics()), articles: try context.ask(FindArticles(limit: 6)).items).page(request))
    }

    func lookUpForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(LookUpPage().page(request))
    }

    func lookUp(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let (number, code) = try secret(request)
            return .page(LookUpPage(found: try context.ask(LookUpOrder(number: number, code: code)), code: code).page(request))
        } catch let refusal as Refusal {
            return .page(LookUpPage(refusal: refusal).page(request))
        }
    }

    private func secret(_ request: PageRequest) throws -> (OrderNumber, String) {
        var form = FormInput(request)
        let number = form.orderNumber("number")
        let code = form.text("code", "查询码")
        try form.refuseIfFaulty()
        guard let number else { throw HotlineRefusal.invalid([]) }
        return (number, code)
    }

    func rate(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let (number, code) = try secret(request)
            var form = FormInput(request)
            let satisfaction = form.choice("satisfaction", "评价", or: Satisfaction.satisfied)
            try form.refuseIfFaulty()
            let receipt = try await context.tell(RateOrder(number: number, code: code, satisfaction: satisfaction, text: request.fields["text"]))
            return .redirect(
                to: "\(request.base)/lookup",
                notice: receipt.state == .dispatching ? "评价已收到。您不满意，本件将换人重新办理。" : "评价已收到，感谢您的反馈。")
        } catch let refusal as Refusal {
            let found = (try? secret(request)).flatMap { try? context.ask(LookUpOrder(number: $0.0, code: $0.1)) }
            return .page(LookUpPage(found: found, code: request.fields["code"], refusal: refusal).page(request))
        }
    }

    /// The page behind a link that was sent: number and code stand in the address; or the number alone, where an account was asked.
    func rateForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ratePage(request, context, refusal: nil))
    }

    /// Which order is rated, and by what right: a code, or `nil` for the account.
    private func rated(_ request: PageRequest) throws -> (OrderNumber, String?) {
        if request.parameters["number"] != nil { return (try number(request), nil) }
        let (number, code) = try secret(request)
        return (number, code)
    }

    private func ratePage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) -> Page {
        do {
            let (number, code) = try rated(request)
            return RatePage(found: try context.ask(LookUpOrder(number: number, code: code)), code: code, refusal: refusal).page(request)
        } catch let unknown as Refusal {
            return RatePage(refusal: refusal ?? unknown).page(request)
        } catch {
            return RatePage(refusal: refusal).page(request)
        }
    }

    func rateByLink(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let (number, code) = try rated(request)
            var form = FormInput(request)
            if request.fields["satisfaction"] == nil { form.add("satisfaction", "请选择是否满意。") }
            let satisfaction = form.choice("satisfaction", "评价", or: Satisfaction.satisfied)
            try form.refuseIfFaulty()
            let receipt = try await context.tell(RateOrder(number: number, code: code, satisfaction: satisfaction, text: request.fields["text"]))
            return .page(RatedPage(number: number, isRedone: receipt.state == .dispatching).page(request))
        } catch let refusal as Refusal {
            return .page(ratePage(request, context, refusal: refusal))
        }
    }

    func knowledge(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindArticles(q: request.fields["q"].map { String($0.prefix(60)) }, category: request.fields["category"], after: request.after, limit: 20))
        return .page(KnowledgePage(articles: found, categories: categories).page(request))
    }

    func articleForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ArticleFormPage(categories: categories).page(request))
    }

    func putArticle(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "标题")
            let body = form.text("body", "内容", 1...8000)
            let category = form.text("category", "类别")
            try form.refuseIfFaulty()
            let links = request.fields["linkAddress"].map { [Article.Link(title: request.fields["linkTitle"] ?? $0, address: $0)] } ?? []
            _ = try await context.tell(
                PutArticle(title: title, body: body, category: category, links: links, isPublic: request.fields["isPublic"] == "yes"))
            return .redirect(to: "\(request.base)/knowledge", notice: "知识条目已保存。")
        } catch let refusal as Refusal {
            return .page(ArticleFormPage(categories: categories, refusal: refusal).page(request))
        }
    }

    private func period(_ request: PageRequest) -> GetStatistics {
        GetStatistics(
            from: request.fields["from"].flatMap { Day($0) }, until: request.fields["until"].flatMap { Day($0) },
            region: request.fields["region"].flatMap { RegionCode($0) })
    }

    func statistics(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(StatisticsPage(statistics: try context.ask(period(request))).page(request))
    }

    func statisticsCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(period(request))
        return .csv(
            name: "热线统计-\(found.from)-\(found.until).csv",
            rows: [["区划", "名称", "登记", "办结", "按期办结", "满意", "有评价"]]
                + found.rows.map { row in
                    [row.region.description, row.name] + [row.registered, row.concluded, row.inTime, row.satisfied, row.rated].map(String.init)
                } + [["指标", "分子", "分母", "口径"]] + found.shares.map { [$0.title, String($0.numerator), String($0.denominator), $0.rule] })
    }
}

extension PageRequest {
    /// Where a list goes on.
    var after: Cursor? { fields["after"].flatMap { Cursor($0) } }
    func path(_ number: OrderNumber) -> String { "\(base)/orders/\(number)" }
    func coded<T: RawRepresentable>(_ name: String) -> T? where T.RawValue == String { fields[name].flatMap { T(rawValue: $0) } }
}

extension FormInput {
    func refuseIfFaulty() throws { try refuseIfFaulty(as: "hotline.invalid-input") }

    mutating func orderNumber(_ field: String) -> OrderNumber? {
        required(field, "工单编号", "工单编号应形如 HT20260302-430181-0001。请核对。") { OrderNumber($0) }
    }

    mutating func unit(_ field: String) -> UnitID? {
        optional(field, "承办单位标识有误。请从列表中选择。") { UnitID($0) }
    }
}
