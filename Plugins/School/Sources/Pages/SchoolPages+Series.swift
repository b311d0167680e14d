import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// Series of courses.
extension SchoolPages {
    func seriesList(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindSeries(after: request.fields["after"].flatMap { Cursor($0) }, limit: 20))
        return .page(
            Page(
                title: "课程系列", trail: [("商学院课堂", "\(request.base)/classes")],
                header: PageHeader(lead: "几门课程按先后组成一个系列，循序学习。") {
                    if Rights.isStaff(request.actor) { ButtonLink("登记系列", href: "\(request.base)/series/new") }
                    ButtonLink("课程目录", href: "\(request.base)/courses", .quiet)
                }
            ) {
                if found.items.isEmpty {
                    EmptyState("还没有课程系列", hint: "可以先在课程目录中查看各门课程。")
                } else {
                    h2("系列", .class("hidden"))
                    CardGrid(
                        found.items.map { series in
                            Card(
                                series.title, href: "\(request.base)/series/\(series.id)", text: series.summary,
                                notes: [
                                    "\(series.courses.count) 门课程，共 \(series.courses.reduce(0) { $0 + $1.hours }) 学时",
                                    "在办班次 \(series.courses.reduce(0) { $0 + $1.upcoming }) 个",
                                ])
                        })
                }
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    func series(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetSeries(id: request.seriesID()))
        return .page(
            Page(
                title: detail.title, trail: [("课程系列", "\(request.base)/series")],
                header: PageHeader(caption: "系列 \(detail.id)", lead: detail.summary) {
                    if detail.mayManage {
                        ButtonLink("修改系列", href: "\(request.base)/series/\(detail.id)/edit", .secondary)
                    }
                }
            ) {
                FactList([
                    Fact("课程", "\(detail.courses.count) 门，共 \(detail.courses.reduce(0) { $0 + $1.hours }) 学时"),
                    Fact("举办地区", academy.title(of: detail.region)),
                    Fact("学完全部课程", "\(detail.finished) 人（每门都持有有效证书，同一手机号计一人）"),
                ])
                DataTable(
                    "按此顺序学习", columns: [.number("顺序"), .text("课程"), .text("主题"), .number("学时"), .text("在办班次")],
                    rows: detail.courses.enumerated().map { index, course in
                        [
                            .number(index + 1), .link(course.title, "\(request.base)/courses/\(course.id)"),
                            .text(course.theme.title), .number(course.hours),
                            .text(course.upcoming > 0 ? "\(course.upcoming) 个" : "暂无"),
                        ]
                    })
            })
    }

    func newSeries(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try seriesForm(nil, request, context, refusal: nil))
    }

    func editSeries(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try seriesForm(try context.ask(GetSeries(id: request.seriesID())), request, context, refusal: nil))
    }

    private func seriesForm(_ old: SeriesDetail?, _ request: PageRequest, _ context: PageContext, refusal: Refusal?)
        throws -> Page
    {
        let back = old.map { "\(request.base)/series/\($0.id)" } ?? "\(request.base)/series"
        return Page(
            status: refusal?.status ?? 200, title: old == nil ? "登记系列" : "修改系列",
            trail: [("课程系列", "\(request.base)/series")], layout: .narrow
        ) {
            Form(
                post: old == nil ? "\(request.base)/series/new" : "\(back)/edit", of: request, refusal: refusal,
                submit: old == nil ? "登记" : "保存修改", cancel: back
            ) { form in
                form.text("title", "系列名称", value: old?.title, hint: "4–60 个字", example: "数字化转型三步走", required: true)
                form.textarea("summary", "系列介绍", value: old?.summary, rows: 4, hint: "10–500 个字", required: true)
                form.region(
                    "region", "负责地区", in: academy.regions, below: request.site.region?.province, on: request.now.day,
                    value: old?.region.description ?? region(of: request), required: true)
                form.textarea(
                    "courses", "课程编号", value: old?.courses.map(\.id.description).joined(separator: "\n"), rows: 5,
                    hint: "一行一门，按学习的先后排列；编号见课程页面", example: "C2026-001", required: true)
            }
        }
    }

    func saveSeries(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let old = try request.parameters["id"] == nil ? nil : context.ask(GetSeries(id: request.seriesID()))
        do {
            var form = FormReader(request)
            let title = form.text("title", "系列名称")
            let summary = form.text("summary", "系列介绍")
            let region = form.region("region", "负责地区")
            let courses = form.courses("courses", "课程编号")
            try form.refuseIfFaulty()
            guard let region else { return .page(try seriesForm(old, request, context, refusal: nil)) }
            let receipt = try await context.tell(
                SaveSeries(series: old?.id, title: title, summary: summary, region: region, courses: courses))
            return .redirect(
                to: "\(request.base)/series/\(receipt.series)",
                notice: old == nil ? "系列已登记，编号 \(receipt.series)。" : "系列已修改。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try seriesForm(old, request, context, refusal: refusal))
        }
    }
}

extension FormReader {
    /// Numbers of courses, one a line.
    mutating func courses(_ field: String, _ title: String) -> [CourseID] {
        (request.fields[field] ?? "").split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { !$0.isEmpty }
            .compactMap { line in
                if let id = CourseID(line) { return id }
                add(field, "\(title)「\(line)」不是课程编号，应形如 C2026-001。请核对。")
                return nil
            }
    }
}

extension PageRequest {
    fileprivate func seriesID() throws -> SeriesID {
        guard let id = parameters["id"].flatMap({ SeriesID($0) }) else {
            throw SchoolRefusal.make(
                "series-unknown", "没有这个课程系列。系列编号形如 L2026-01，请在课程系列中查找。", log: "malformed series number")
        }
        return id
    }
}
