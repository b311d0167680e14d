import AppealsContracts
import Messages
import PluginKit
import Vocabulary

/// The column as Open311 GeoReport v2 (`/api/{site}/appeals/open311/v2`): services are the categories, requests are matters.
///
/// A request's id shows its submitter everything that look-up with number and secret code shows, because it is both, joined by a dot; of
/// all others only what stands on the public board is listed, by its number alone.
/// - Source: wiki.open311.org/GeoReport_v2; how each rule is kept stands in OPEN311.md
struct GeoReport: Sendable {
    let rulebook: Rulebook

    static func register(in plugin: inout Registration<AppealsSettings>, _ rulebook: Rulebook) {
        let report = GeoReport(rulebook: rulebook)
        let base = "/open311/v2"
        for form in GeoReportForm.allCases {
            plugin.interface(
                .get("/open311/discovery.\(form.rawValue)"), refused: GeoReportForm.refused, report.discovery)
            plugin.interface(.get("\(base)/services.\(form.rawValue)"), refused: GeoReportForm.refused, report.services)
            plugin.interface(.get("\(base)/requests.\(form.rawValue)"), refused: GeoReportForm.refused, report.requests)
            plugin.interface(
                .post("\(base)/requests.\(form.rawValue)"), for: SubmitAppeal.name, refused: GeoReportForm.refused,
                report.submit)
        }
        plugin.interface(.get("\(base)/services/{item}"), refused: GeoReportForm.refused, report.definition)
        plugin.interface(.get("\(base)/requests/{item}"), refused: GeoReportForm.refused, report.request)
        plugin.interface(.get("\(base)/tokens/{item}"), refused: GeoReportForm.refused, report.token)
    }

    // MARK: - What can be asked for

    func discovery(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        GeoReportForm(of: request.path).answer(
            "discovery",
            [
                "changeset": "2026-11-26T00:00:00+08:00",
                "contact": .string(request.site.footer.joined(separator: " ")),
                "key_service": .string("\(request.origin)/\(request.site.id)/api"),
                "endpoints": [
                    [
                        "specification": "http://wiki.open311.org/GeoReport_v2",
                        "url": .string("\(request.origin)\(request.base)/open311/v2"),
                        "changeset": "2026-11-26T00:00:00+08:00",
                        "type": request.site.isSandbox ? "test" : "production",
                        "formats": ["text/xml", "application/json"],
                    ]
                ],
            ])
    }

    func services(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try jurisdiction(request)
        return GeoReportForm(of: request.path).answer(
            "services",
            .array(
                rulebook.settings.categories.map { category in
                    [
                        "service_code": .string(category.code), "service_name": .string(category.title),
                        "description": .string("中小企业关于“\(category.title)”的意见建议、诉求和求助，转有关部门办理并答复。"), "metadata": true,
                        "type": "batch", "keywords": .string("\(category.title), 中小企业, 诉求, 建议"), "group": "意见建议专栏",
                    ]
                }))
    }

    func definition(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try jurisdiction(request)
        let (code, form) = try item(request)
        guard rulebook.settings.categories.contains(where: { $0.code == code }) else { throw unknownService(code) }
        let departments = try context.ask(ProposeDepartments(category: code)).departments
        let attributes = GeoReportAttribute.all(
            departments: departments.prefix(200).map { ($0.id.description, $0.name) })
        return form.answer(
            "service_definition",
            [
                "service_code": .string(code),
                "attributes": .array(attributes.enumerated().map { $1.described(order: $0 + 1) }),
            ])
    }

    // MARK: - What became of it

    func token(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try jurisdiction(request)
        let (text, form) = try item(request)
        guard let token = GeoReportToken(text) else { throw notFound("token", text) }
        do {
            let standing = try context.ask(LookUpToken(number: token.number, code: token.code))
            return form.answer(
                "service_requests",
                [
                    [
                        "service_request_id": standing.isRegistered ? .string(token.description) : .null,
                        "token": .string(token.description),
                    ]
                ])
        } catch let refusal as Refusal where refusal.status == 404 {
            throw notFound("token", text)
        }
    }

    func request(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try jurisdiction(request)
        let (text, form) = try item(request)
        guard let found = try find(text, request, context) else { throw notFound("service_request_id", text) }
        return form.answer("service_requests", [found])
    }

    func requests(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try jurisdiction(request)
        let form = GeoReportForm(of: request.path)
        if let wanted = request.fields["service_request_id"] {
            let ids = wanted.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
            guard (1...50).contains(ids.count) else {
                return faulty(form, [(400, "service_request_id 一次最多 50 个，现有 \(ids.count) 个。请分次查询。")])
            }
            // Each token is a look-up with a code to guess; several of them would count against everybody at the cost of one request.
            guard ids.count(where: { GeoReportToken($0) != nil }) <= 1 else {
                return faulty(form, [(400, "service_request_id 一次只能带一个含查询码的编号，其余请用公开的编号。请分次查询。")])
            }
            return form.answer("service_requests", .array(try ids.compactMap { try find($0, request, context) }))
        }
        let (query, faults) = filters(request)
        guard faults.isEmpty else { return faulty(form, faults) }
        return form.answer("service_requests", .array(try context.ask(query).requests.map(published)))
    }

    /// One request: the submitter's own by its whole id, a published one by its number; `nil` where there is none.
    private func find(_ text: String, _ request: PageRequest, _ context: PageContext) throws -> JSONValue? {
        if let token = GeoReportToken(text) {
            do { return own(token, try context.ask(LookUpCase(number: token.number, code: token.code))) } catch let
                refusal as Refusal
                where refusal.status == 404
            { return nil }
        }
        guard let number = CaseNumber(text) else { return nil }
        return try context.ask(FindRequests(numbers: [number])).requests.first.map(published)
    }

    private func filters(_ request: PageRequest) -> (FindRequests, [(code: Int, sentence: String)]) {
        var faults: [(code: Int, sentence: String)] = []
        func moment(_ field: String) -> Timestamp? {
            guard let text = request.fields[field] else { return nil }
            if let moment = Timestamp(text) { return moment }
            faults.append((400, "\(field) 应为带时区的 W3C 时间，如 2026-01-01T00:00:00+08:00，实为“\(text.prefix(40))”。请改正。"))
            return nil
        }
        let span = Duration.seconds(90 * 86_400)
        let (start, end) = (moment("start_date"), moment("end_date"))
        let until = end ?? start.map { $0 + span } ?? request.now
        let from = start ?? until - span
        if from > until { faults.append((400, "start_date 晚于 end_date。请改正。")) }
        if until.since(from) > span { faults.append((400, "start_date 至 end_date 最多 90 天。请缩短范围，分次查询。")) }
        let codes = request.fields["service_code"].map {
            $0.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
        }
        for code in codes ?? [] where !rulebook.settings.categories.contains(where: { $0.code == code }) {
            faults.append((404, "没有代码为“\(code.prefix(20))”的服务类别（service_code）。可用的代码见 services.json。"))
        }
        var closed: Bool?
        if let status = request.fields["status"] {
            let wanted = Set(status.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) })
            for one in wanted.subtracting(["open", "closed"]).sorted() {
                faults.append((400, "status 只能是 open、closed，实为“\(one.prefix(20))”。请改正。"))
            }
            if wanted.count == 1 { closed = wanted.contains("closed") }
        }
        return (FindRequests(categories: codes, from: from.day, until: until.day, closed: closed), faults)
    }

    // MARK: - Shared

    func faulty(_ form: GeoReportForm, _ faults: [(code: Int, sentence: String)]) -> PageReply {
        form.answer(
            "errors", GeoReportForm.errors(faults),
            status: faults.contains { $0.code == 404 } ? 404 : faults.first?.code ?? 400)
    }

    /// The endpoint serves one jurisdiction, the site; whoever names one must mean it.
    func jurisdiction(_ request: PageRequest) throws {
        guard let named = request.fields["jurisdiction_id"], named != request.site.id else { return }
        throw Refusal(
            "appeals.jurisdiction", status: 404,
            message: "本地址没有 jurisdiction_id“\(named.prefix(40))”，只受理“\(request.site.id)”（\(request.site.title)）。可不填此项。",
            log: "another jurisdiction")
    }

    /// The last segment without its format.
    private func item(_ request: PageRequest) throws -> (String, GeoReportForm) {
        let text = request.parameters["item"] ?? ""
        guard let form = GeoReportForm.allCases.first(where: { text.hasSuffix("." + $0.rawValue) }) else {
            throw notFound("路径", text)
        }
        return (String(text.dropLast(form.rawValue.utf8.count + 1)), form)
    }

    private func notFound(_ field: String, _ text: String) -> Refusal {
        Refusal(
            "appeals.request-unknown", status: 404,
            message: "没有 \(field) 为“\(text.prefix(60))”的记录。请核对；匿名件次日登记后方可查询，地址须以 .json 或 .xml 结尾。",
            log: "open311: nothing there")
    }

    func unknownService(_ code: String) -> Refusal {
        Refusal(
            "appeals.service-unknown", status: 404,
            message: "没有代码为“\(code.prefix(20))”的服务类别（service_code）。可用的代码见 services.json。",
            log: "open311: unknown service_code")
    }
}
