import Messages
import Pages
import PluginKit

/// `/{site}/api`: what the API offers, for people who connect to it. Made from the same description as OpenAPI. Public.
struct APIPage: Sendable {
    let site: SiteFace

    var reply: PageReply { .page(page) }

    private var page: Page {
        let description = site.apiDescription
        let parts = site.parts.filter { part in description.operations.contains { $0.plugin == part.blueprint.manifest.id } }
        return Page(
            title: "开放接口",
            header: PageHeader(lead: "本平台各项服务的程序接口，共 \(Format.count(description.operations.count)) 项操作。") {
                ButtonLink("OpenAPI 3.1 文档", href: "/api/\(site.card.id)/openapi.json", .secondary)
            }
        ) {
            manners
            for part in parts {
                let id = part.blueprint.manifest.id
                section(.id("api-\(id)")) {
                    h2(part.blueprint.manifest.title)
                    for operation in description.operations where operation.plugin == id {
                        self.operation(operation, description.refusals[id] ?? [])
                    }
                }
            }
            if site.takesFiles { files }
            section(.id("api-stories")) {
                h2("跨业务全程记录")
                p("同一件事在各项服务中的事件，按关联编号（correlation）查看；只含调用者有权查看的事项。")
                pre("curl \"$HOST/api/\(site.card.id)/stories/$CORRELATION\" -b \"$COOKIE\"")
            }
        }
    }

    private var manners: HTML {
        section {
            h2("约定")
            FactList([
                Fact("身份", "合作方：OAuth 2.0 客户端凭证（令牌地址 /api/\(site.card.id)/oauth/token）或客户端证书；人员：登录会话，写操作另带 X-CSRF-Token。"),
                Fact("内容", "请求与回复均为 UTF-8 的 application/json；没有列出的字段和参数会被拒绝，并提示最接近的名称。"),
                Fact("拒绝", "application/problem+json（RFC 9457）：detail 说明原因与下一步，code 是稳定代码，faults 逐项列出有误的字段。"),
                Fact("重试", "写操作带 Idempotency-Key（UUID）；同一编号的同一请求只执行一次，回复相同；内容不同则拒绝（422）。"),
                Fact("版本", "查询回复带 ETag：If-None-Match 未变回 304；标明“须带 If-Match”的操作依此防止覆盖他人的修改（428、412）。"),
                Fact("列表", "以 limit 定条数，以回复中的 next 作下一次的 after；下一段地址也在 Link: rel=\"next\"。"),
                Fact("限流", "429 与 503 带 Retry-After（秒）。"),
                Fact("追踪", "可给出 X-Request-Id 与 traceparent；回复与日志都会带上，反映问题时请一并提供。"),
                Fact("停用", "有新版的操作以 Deprecation、Sunset 和 Link: rel=\"successor-version\" 预告。"),
            ])
        }
    }

    private func operation(_ operation: APIDescription.Operation, _ refusals: [RefusalNote]) -> HTML {
        details(.class("operation")) {
            summary {
                strong(operation.title)
                " "
                code("\(operation.method) \(operation.path)")
            }
            // A link to what stands inside opens it.
            p(.id(operation.id), .class("muted")) { "本项地址：#\(operation.id)" }
            FactList(
                [Fact("操作编号", operation.id), Fact("谁可以调用", operation.access.words)]
                    + (operation.takesMatch ? [Fact("须带 If-Match", "是，先查询取得 ETag")] : [])
                    + (operation.isDeprecated ? [Fact("状态", "已有新版，不再推荐使用")] : []))
            fields("地址中的参数", operation.pathMembers)
            fields("查询参数", operation.parameters)
            if let body = operation.body { fields("请求内容", Self.rows(body)) }
            h3("示例")
            pre(curl(operation))
            pre(operation.reply.sample(required: false).indented())
            fields("回复字段", Self.rows(operation.reply))
            DataTable(
                "可能的拒绝", columns: [.text("状态"), .text("代码"), .text("说明")],
                rows: operation.statuses.filter { $0 >= 400 }.flatMap { status -> [[DataTable.Cell]] in
                    let own = refusals.filter { $0.status == status && !operation.isQuery }
                    let rows = own.map { [DataTable.Cell.text(String(status)), .text($0.code), .text($0.about)] }
                    return rows.isEmpty ? [[.text(String(status)), .missing, .text(Refusal.title(status))]] : rows
                })
        }
    }

    private func fields(_ title: String, _ properties: [Schema.Property]) -> HTML {
        HTML {
            if !properties.isEmpty {
                DataTable(
                    title, columns: [.text("名称"), .text("类型"), .text("必填"), .text("限制"), .text("说明")],
                    rows: properties.map { property in
                        [
                            DataTable.Cell { code(property.name) }, .text(property.schema.kindWords), .text(property.isRequired ? "是" : "否"),
                            .text(property.schema.limitWords),
                            .text([property.schema.title, property.schema.description].compactMap { $0 }.joined(separator: "：").nilIfEmpty),
                        ]
                    })
            }
        }
    }

    /// Members and theirs, with dots and `[]`, three deep.
    private static func rows(_ schema: Schema, below prefix: String = "", depth: Int = 0) -> [Schema.Property] {
        guard case .object(let properties) = schema.kind, depth < 3 else { return [] }
        return properties.flatMap { property -> [Schema.Property] in
            let name = prefix + property.name
            let own = Schema.Property(name, property.schema, isRequired: property.isRequired)
            let inner: [Schema.Property] =
                switch property.schema.kind {
                case .object: rows(property.schema, below: name + ".", depth: depth + 1)
                case .array(let items): rows(items, below: name + "[].", depth: depth + 1)
                default: []
                }
            return [own] + inner
        }
    }

    private func curl(_ operation: APIDescription.Operation) -> String {
        var lines = ["curl -X \(operation.method) \"$HOST\(operation.example.target)\""]
        if operation.access != .anyone { lines.append("-H \"Authorization: Bearer $TOKEN\"") }
        if !operation.isQuery { lines.append("-H \"Idempotency-Key: $(uuidgen)\"") }
        if operation.takesMatch { lines.append("-H 'If-Match: \"…\"'") }
        if let body = operation.example.body {
            lines.append("-H 'Content-Type: application/json'")
            lines.append("-d '\(String(decoding: body.serialized(), as: UTF8.self))'")
        }
        return lines.joined(separator: " \\\n  ")
    }

    private var files: HTML {
        section(.id("api-files")) {
            h2("附件")
            p("上传所得的 digest 用在后续提交中；谁可以下载由保存它的服务决定。合计不超过 \(Format.count(site.files.limit)) 字节。")
            pre("curl -X POST \"$HOST/api/\(site.card.id)/files?name=附件.pdf\" -H \"Authorization: Bearer $TOKEN\" \\\n  -H 'Content-Type: application/pdf' --data-binary @附件.pdf")
            pre("curl -X POST \"$HOST/api/\(site.card.id)/files\" -H \"Authorization: Bearer $TOKEN\" -F file=@附件.pdf")
            pre("curl \"$HOST/api/\(site.card.id)/files/$DIGEST\" -H \"Authorization: Bearer $TOKEN\" -H 'Range: bytes=0-1023' -o 附件.pdf")
        }
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}

extension Schema {
    /// The kind in Chinese words.
    fileprivate var kindWords: String {
        switch kind {
        case .any: "任意"
        case .boolean: "真假"
        case .integer: "整数"
        case .number: "数字"
        case .string, .choice: "文字"
        case .array(let items): "数组（\(items.kindWords)）"
        case .map, .object, .variants: "对象"
        case .reference: "对象"
        }
    }

    /// Lengths, ranges and choices in Chinese words.
    fileprivate var limitWords: String? {
        var words: [String] = []
        switch kind {
        case .choice(let values): words.append(values.map { $0.string ?? String(decoding: $0.serialized(), as: UTF8.self) }.joined(separator: "、"))
        case .string: if let range = Self.range(minLength, maxLength) { words.append("\(range) 个字") }
        case .array: if let range = Self.range(minLength, maxLength) { words.append("\(range) 项") }
        default: break
        }
        if let range = Self.range(minimum.map(Int.init), maximum.map(Int.init)) { words.append(range) }
        if let format = rule?.format { words.append(format) }
        return words.isEmpty ? nil : words.joined(separator: "；")
    }

    private static func range(_ least: Int?, _ most: Int?) -> String? {
        switch (least, most) {
        case (nil, nil): nil
        case (let least?, nil): "至少 \(least)"
        case (let least, let most?): least.map { "\($0) 至 \(most)" } ?? "至多 \(most)"
        }
    }
}
