import PluginKit

/// A plug-in with one of everything that the gateway serves.
struct Desk: Plugin {
    static let manifest = Manifest(id: "desk", title: "柜台", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.migrations([Migration(1, "create slip", "CREATE TABLE slip (id BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT")])
        plugin.announces(SlipLeft.self, titled: "留下便条")
        messages(&plugin)
        pages(&plugin)
        downloads(&plugin)
        interfaces(&plugin)
    }

    private static func messages(_ plugin: inout Registration<NoSettings>) {
        plugin.handle(LeaveSlip.self, access: .role(.windowStaff)) { message, tx in try leave(message.text, tx) }
        plugin.handle(NumberSlip.self, access: .role(.windowStaff)) { message, tx in try leave("\(message.number) \(message.text)", tx) }
        plugin.handle(RingBell.self, access: .anyone) { _, _ in Done() }
        plugin.answer(FindSlips.self, access: .anyone) { query, snapshot in
            FindSlips.Reply(
                texts: try snapshot.rows(
                    "SELECT text FROM slip WHERE length(text) > ? ORDER BY id", query.longerThan ?? 0) { try $0.get(0) })
        }
        plugin.answer(GetSlip.self, access: .signedIn) { query, snapshot in
            let found: String? = try snapshot.value("SELECT text FROM slip WHERE text = ?", query.text)
            guard let found else { throw Refusal.notFound }
            return GetSlip.Reply(text: found)
        }
        plugin.answer(Reckon.self, access: .anyone, heavy: true) { query, _ in Reckon.Reply(sum: query.upTo * (query.upTo + 1) / 2) }
        plugin.expose(LeaveSlip.self, as: .post("/slips"), titled: "留下便条")
        plugin.expose(FindSlips.self, as: .get("/slips"), titled: "查找便条")
        plugin.expose(GetSlip.self, as: .get("/slips/{text}"), titled: "查看便条")
        plugin.expose(NumberSlip.self, as: .put("/slips/{number}"), titled: "编号便条")
        plugin.expose(RingBell.self, as: .post("/bell"), titled: "按铃")
        plugin.expose(Reckon.self, as: .get("/sum"), titled: "求和")
    }

    /// A standard that wants its errors as plain lines.
    private static func interfaces(_ plugin: inout Registration<NoSettings>) {
        let lines: InterfaceRoute.Refused = { status, sentence, path in ("text/plain; charset=utf-8", Array("\(status) \(path) \(sentence)\n".utf8)) }
        plugin.interface(.get("/open/slips/{text}"), refused: lines) { request, context in
            guard try context.ask(FindSlips(longerThan: nil)).texts.contains(request.parameters["text"] ?? "") else { throw Refusal.notFound }
            return .answer(status: 200, type: "text/plain; charset=utf-8", bytes: Array("there\n".utf8))
        }
        plugin.interface(.post("/open/slips"), for: LeaveSlip.name, refused: lines) { request, context in
            _ = try await context.tell(LeaveSlip(text: request.fields["text"] ?? "", copies: nil))
            return .answer(status: 201, type: "text/plain; charset=utf-8", bytes: Array("left by \(request.actor.kind.rawValue)\n".utf8))
        }
    }

    private static func leave(_ text: String, _ tx: Transaction) throws -> SlipLeft {
        guard (1...200).contains(text.count) else {
            throw Refusal(
                "desk.length", status: 422, message: "便条应为 1 至 200 字。请修改。", log: "slip of \(text.count) characters",
                faults: [.init(field: "/text", value: "\(text.count) 字", message: "应为 1 至 200 字。")])
        }
        let left = SlipLeft(id: tx.newID(), text: text)
        try tx.run("INSERT INTO slip VALUES (?, ?)", left.id, left.text)
        try tx.announce(left)
        return left
    }

    private static func pages(_ plugin: inout Registration<NoSettings>) {
        plugin.navigation("柜台", "/", note: "便条", icon: .document)
        plugin.page("/", access: .anyone) { request, context in
            let texts = try context.ask(FindSlips(longerThan: nil)).texts
            return .page(
                Page(title: "柜台") {
                    ul { for text in texts { li(text) } }
                    Form(post: "\(request.base)/slips", of: request, submit: "留下") { form in form.text("text", "内容") }
                })
        }
        plugin.post("/slips", access: .role(.windowStaff)) { request, context in
            _ = try await context.tell(LeaveSlip(text: request.fields["text"] ?? "", copies: nil))
            return .redirect(to: "\(request.base)/", notice: "便条已留下。")
        }
        plugin.post("/files", access: .anyone) { request, _ in
            .page(
                Page(title: "收到") {
                    ul {
                        for pair in request.fields.pairs where !pair.name.hasPrefix("_") { li("\(pair.name)=\(pair.value)") }
                        for file in request.files { li("\(file.field):\(file.name):\(file.type):\(file.bytes.count)") }
                    }
                })
        }
        plugin.page("/long", access: .role(.windowStaff)) { request, _ in .page(long(request)) }
        plugin.post("/long", access: .role(.windowStaff)) { request, context in
            if request.fields["title"] == "故障" { throw Misfortune(secret: "13800138000") }
            _ = try await context.tell(LeaveSlip(text: request.fields["text"] ?? "", copies: nil))
            return .redirect(to: "\(request.base)/", notice: "长表已提交。")
        }
        plugin.page("/staff", access: .role(.windowStaff)) { _, _ in .page(Page(title: "内部") { p("仅限窗口人员") }) }
        plugin.page("/own/{name}", access: .signedIn) { request, _ in
            .page(Page(title: "本人") { p(request.parameters["name"] ?? "") })
        }
        plugin.page("/own/fixed", access: .signedIn) { _, _ in .page(Page(title: "固定") { p("固定地址") }) }
        plugin.page("/broken", access: .anyone) { _, _ in throw Misfortune(secret: "13800138000") }
        plugin.page("/away", access: .anyone) { request, _ in .redirect(to: request.fields["to"] ?? "", notice: "换行\r\nSet-Cookie: x=1") }
        plugin.page("/wait", access: .anyone) { request, _ in
            await Doors.wait(request.fields["door"] ?? "")
            return .page(Page(title: "等到了") { p("门开了") })
        }
    }

    private static func long(_ request: PageRequest) -> Page {
        Page(title: "长表") {
            Form(post: "\(request.base)/long", of: request, submit: "提交", draft: "长表") { form in
                form.text("title", "标题")
                form.textarea("text", "正文")
                form.password("pin", "口令")
                form.checkboxes("kind", "种类", [Choice("a", "甲"), Choice("b", "乙"), Choice("c", "丙")])
            }
        }
    }

    private static func downloads(_ plugin: inout Registration<NoSettings>) {
        plugin.page("/table", access: .anyone) { request, _ in
            .csv(name: "表，一.csv", rows: [["名称", "值"], ["格", request.fields.all("cell").first ?? ""]])
        }
        plugin.page("/paper", access: .anyone) { _, context in
            let kept = try context.files.keep(Array("<script>alert(1)</script>".utf8), name: "说明 \"一\".txt")
            return .file(path: context.files.path(of: kept), length: Int64(kept.size), name: kept.name, type: "text/html")
        }
    }

    struct Misfortune: Error { let secret: String }
}
