import AppealsContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The column's pages: each asks its queries, fills a model, and lets the model write itself.
struct AppealsPages: Sendable {
    let rulebook: Rulebook

    var categories: [Choice] { rulebook.settings.categories.map { Choice($0.code, $0.title) } }

    private func regions(_ request: PageRequest) -> [Choice] {
        guard let province = request.site.region?.province ?? RegionCode("430000") else { return [] }
        let today = request.now.day
        let found = rulebook.regions.descendants(of: province, on: today, tier: .city) + rulebook.regions.descendants(of: province, on: today, tier: .county)
        return found.sorted { $0.code < $1.code }.map { region in
            let city = region.code.number % 100 == 0 ? nil : RegionCode(String(region.code.number / 100 * 100)).flatMap { rulebook.regions.region($0) }
            return Choice(region.code.description, (city?.name ?? "") + region.name)
        }
    }

    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ColumnFrontPage(published: try context.ask(FindPublished(limit: 5)).items, rulebook: rulebook).page(request))
    }

    func board(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            BoardPage(
                found: try context.ask(FindPublished(category: request.fields["category"], after: request.fields["after"].flatMap { Cursor($0) })),
                categories: categories, rulebook: rulebook
            ).page(request))
    }

    private func period(_ request: PageRequest) -> GetColumnStatistics {
        GetColumnStatistics(
            from: request.fields["from"].flatMap { Day($0) }, until: request.fields["until"].flatMap { Day($0) })
    }

    func statistics(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ColumnStatisticsPage(statistics: try context.ask(period(request))).page(request))
    }

    func statisticsCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(period(request))
        let counts = [("状态", found.byState), ("性质", found.byKind), ("类别", found.byCategory), ("区划", found.byRegion)]
        return .csv(
            name: "专栏统计-\(found.from)-\(found.until).csv",
            rows: [["分组", "代码", "名称", "件数"]]
                + counts.flatMap { title, rows in rows.map { [title, $0.code, $0.title, $0.text] } }
                + [["指标", "分子", "分母", "口径"]]
                + found.shares.map { [$0.title, String($0.numerator), String($0.denominator), $0.rule] })
    }

    // MARK: - Submitting

    private func form(_ request: PageRequest, _ context: PageContext, anonymous: Bool, refusal: Refusal?) throws -> Page {
        SubmitPage(
            isAnonymous: anonymous, categories: categories, regions: regions(request),
            departments: try context.ask(ProposeDepartments()).departments, refusal: refusal
        ).page(request)
    }

    func submitForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try form(request, context, anonymous: false, refusal: nil))
    }

    func anonymousForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try form(request, context, anonymous: true, refusal: nil))
    }

    private struct Matter {
        var title: String
        var content: String
        var kind: CaseKind
        var category: String
        var region: RegionCode?
        var department: DepartmentID?
        var code: LookupCode
    }

    private func matter(_ form: inout FormInput) -> Matter {
        Matter(
            title: form.text("title", "标题"), content: form.text("content", "内容", 1...4000), kind: form.choice("kind", "性质", or: CaseKind.suggestion),
            category: form.text("category", "类别"), region: form.region("region", "所在区划"),
            department: form.optional("department", "部门标识有误。请从列表中选择。") { DepartmentID($0) },
            code: LookupCode(form.request.fields["lookupCode"] ?? "") ?? .random())
    }

    func submit(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let matter = self.matter(&form)
            let signing = form.choice("signing", "署名方式", or: Signing.signed)
            let name = form.text("name", "姓名")
            let phone = form.required("phone", "联系电话", "电话号码有误，应为 11 位手机号或带区号的固定电话。请核对。") { ContactNumber($0) }
            try form.refuseIfFaulty()
            guard let region = matter.region, let phone else { return .page(try self.form(request, context, anonymous: false, refusal: nil)) }
            // Files are kept only once everything else is right: what is refused must not fill the disk.
            var input = InputRules()
            rulebook.check(&input, matter.title, matter.content, matter.category, region, matter.code.digest(for: Rulebook.lookupPurpose))
            input.optionalText("enterprise", "企业名称", request.fields["enterprise"], 2...80)
            rulebook.check(count: request.files.count { $0.field == "attachments" && !($0.name.isEmpty && $0.bytes.isEmpty) }, &input)
            try input.refuseIfFaulty(AppealsRefusal.invalid)
            let files = form.attachments("attachments", context)
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                SubmitAppeal(
                    title: matter.title, content: matter.content, kind: matter.kind, category: matter.category,
                    region: region, signing: signing,
                    department: matter.department, submitter: Personal(name), phone: Personal(phone),
                    enterprise: request.fields["enterprise"],
                    lookup: matter.code.digest(for: Rulebook.lookupPurpose), attachments: files.isEmpty ? nil : files))
            return .page(SubmittedPage(number: receipt.number, code: matter.code, isAnonymous: false).page(request))
        } catch let refusal as Refusal {
            return .page(try form(request, context, anonymous: false, refusal: refusal))
        }
    }

    func drop(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let matter = self.matter(&form)
            try form.refuseIfFaulty()
            guard let region = matter.region else { return .page(try self.form(request, context, anonymous: true, refusal: nil)) }
            let drawn = request.fields["drawn"].flatMap { Int($0) }.flatMap { (10_000_000...99_999_999).contains($0) ? $0 : nil }
            let number = CaseNumber(day: request.now.day, region: region, serial: drawn ?? SubmitPage.draw())
            _ = try await context.tell(
                DropAnonymously(
                    number: number, title: matter.title, content: matter.content, kind: matter.kind, category: matter.category, region: region,
                    department: matter.department, lookup: matter.code.digest(for: Rulebook.lookupPurpose)))
            return .page(SubmittedPage(number: number, code: matter.code, isAnonymous: true).page(request))
        } catch let refusal as Refusal {
            return .page(try form(request, context, anonymous: true, refusal: refusal))
        }
    }

    // MARK: - Looking up

    func lookUpForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(CaseLookUpPage().page(request)) }

    private func secret(_ request: PageRequest) throws -> (CaseNumber, String) {
        var form = FormInput(request)
        let number = form.required("number", "诉求编号", "诉求编号应形如 AP20260302-430181-0001。请核对。") { CaseNumber($0) }
        let code = form.text("code", "查询码")
        try form.refuseIfFaulty()
        guard let number else { throw AppealsRefusal.invalid([]) }
        return (number, code)
    }

    func lookUp(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let (number, code) = try secret(request)
            return .page(CaseLookUpPage(found: try context.ask(LookUpCase(number: number, code: code)), code: code).page(request))
        } catch let refusal as Refusal {
            return .page(CaseLookUpPage(refusal: refusal).page(request))
        }
    }

    func rate(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let (number, code) = try secret(request)
            let receipt = try await context.tell(
                RateCase(number: number, code: code, satisfied: request.fields["satisfied"] == "yes", text: request.fields["text"]))
            return .redirect(
                to: "\(request.base)/lookup", notice: receipt.state == .processing ? "已退回部门重新办理，请过后再查询。" : "评价已收到，感谢您的反馈。")
        } catch let refusal as Refusal {
            let found = (try? secret(request)).flatMap { try? context.ask(LookUpCase(number: $0.0, code: $0.1)) }
            return .page(CaseLookUpPage(found: found, code: request.fields["code"], refusal: refusal).page(request))
        }
    }

    // MARK: - The desk and the departments

    func desk(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try desk(request, context, refusal: nil))
    }

    private func desk(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let query = FindCases(
            q: request.fields["q"].map { String($0.prefix(60)) }, state: request.fields["state"].flatMap { CaseState(rawValue: $0) },
            category: request.fields["category"], common: request.fields["common"] == "yes" ? true : nil,
            after: request.fields["after"].flatMap { Cursor($0) })
        return CaseDeskPage(
            cases: try context.ask(refusal == nil ? query : FindCases()), common: try context.ask(FindCases(common: true, limit: 50)).items,
            categories: categories, isDesk: Appeals.desk.allows(request.actor), rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func merge(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let into = request.fields["into"].flatMap { CaseNumber($0) }
            let receipt = try await context.tell(
                MergeCases(
                    cases: request.fields.all("cases").compactMap { CaseNumber($0) }, into: into, title: into == nil ? request.fields["title"] : nil,
                    summary: into == nil ? request.fields["summary"] : nil))
            return .redirect(to: "\(request.base)/cases/\(receipt.number)", notice: "已归并为共性问题 \(receipt.number)。")
        } catch let refusal as Refusal {
            return .page(try desk(request, context, refusal: refusal))
        }
    }

    private func number(_ request: PageRequest) throws -> CaseNumber {
        let text = request.parameters["number"] ?? ""
        guard let number = CaseNumber(text) else {
            throw AppealsRefusal.make("case-unknown", "没有编号为“\(text.prefix(40))”的诉求。编号形如 AP20260302-430181-0001，请核对。", log: "malformed case number")
        }
        return number
    }

    func appeal(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try casePage(request, context, refusal: nil)) }

    private func casePage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetCase(number: number(request)))
        return CasePage(
            detail: detail, departments: try context.ask(ProposeDepartments(region: detail.card.region, category: detail.card.category)).departments,
            rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func advance(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await act(request, context) { number in
            var form = FormInput(request)
            let action = form.choice("action", "办理动作", or: CaseAction.accept)
            try form.refuseIfFaulty()
            let departments = request.fields.all("departments").compactMap { DepartmentID($0) }
            _ = try await context.tell(
                AdvanceCase(number: number, action: action, departments: departments.isEmpty ? nil : departments, text: request.fields["text"]))
            return "已办理「\(action.title)」。"
        }
    }

    func part(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await act(request, context) { number in
            var form = FormInput(request)
            let action = form.choice("action", "办理动作", or: PartAction.receive)
            let department = form.required("department", "承办部门", "部门标识有误。请从列表中选择。") { DepartmentID($0) }
            let to = form.optional("to", "部门标识有误。请从列表中选择。") { DepartmentID($0) }
            try form.refuseIfFaulty()
            guard let department else { throw AppealsRefusal.invalid([]) }
            _ = try await context.tell(AdvancePart(number: number, department: department, action: action, to: to, text: request.fields["text"]))
            return "已办理「\(action.title)」。"
        }
    }

    func publish(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try await act(request, context) { number in
            let isOff = request.fields["off"] == "yes"
            _ = try await context.tell(
                PublishCase(number: number, title: isOff ? nil : request.fields["title"] ?? "", text: isOff ? nil : request.fields["text"] ?? ""))
            return isOff ? "已撤下公开。" : "已在公开栏发布。"
        }
    }

    /// Does something to a case and shows it again; refused, the page comes back with what was typed.
    private func act(_ request: PageRequest, _ context: PageContext, _ body: (CaseNumber) async throws -> String) async throws -> PageReply {
        let number = try number(request)
        do {
            return .redirect(to: "\(request.base)/cases/\(number)", notice: try await body(number))
        } catch let refusal as Refusal {
            return .page(try casePage(request, context, refusal: refusal))
        }
    }
}

extension FormInput {
    func refuseIfFaulty() throws { try refuseIfFaulty(as: "appeals.invalid-input") }
}
