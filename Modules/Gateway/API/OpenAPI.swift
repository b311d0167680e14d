import Identity
import Messages
import Network
import PluginKit

extension Gateway {
    /// `/api/{site}/openapi.json`: public, as the page that says the same.
    func openAPI(_ call: APICall) {
        guard call.isRead else { return wrongMethod(call, allowed: ["GET"]) }
        guard Acceptance.admits("application/json", call.request.field("Accept")) else {
            return refuse(.notAcceptable("application/json"), call)
        }
        let (bytes, tag) = call.site.openAPI
        var response = HTTPResponse(
            headers: [
                "Content-Type": "application/json", "ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff",
                "Strict-Transport-Security": HTTPResponse.strictTransport,
            ], body: .bytes(bytes))
        if EntityTag.isKnown(tag, to: call.request) {
            response = HTTPResponse(status: 304, headers: ["ETag": tag, "Cache-Control": "no-cache"])
        }
        send(response, call)
    }
}

/// A site's API as an OpenAPI 3.1.1 document.
struct OpenAPI {
    let site: SiteFace
    let description: APIDescription

    func document() -> JSONValue {
        var paths: [(path: String, item: [JSONValue.Member])] = []
        /// `make` gets the names of the path's parameters: paths that differ in them only are one path (OpenAPI 3.1.1 §4.8.8.2).
        func add(_ path: String, _ method: String, _ make: ([String]) -> JSONValue) {
            let shape = Self.shape(path)
            let index = paths.firstIndex { Self.shape($0.path) == shape } ?? paths.count
            if index == paths.count { paths.append((path, [])) }
            paths[index].item.append(.init(method.lowercased(), make(Self.names(paths[index].path))))
        }
        for operation in description.operations { add(operation.path, operation.method) { self.operation(operation, named: $0) } }
        if site.takesFiles {
            for (path, method, operation) in FileDocumentation.operations(of: site, security: [Self.session(isRead: false)], readSecurity: [Self.session(isRead: true)], refusals: responses) {
                add(path, method) { _ in operation }
            }
        }
        add("/api/\(site.card.id)/\(StoryPages.name)/{correlation}", "GET") { _ in
            StoryDocumentation.operation(security: [Self.session(isRead: true)], refusals: responses)
        }
        let tags = site.parts.map { part -> JSONValue in
            ["name": .string(part.blueprint.manifest.id), "description": .string(part.blueprint.manifest.title)]
        }
        return [
            "openapi": "3.1.1",
            "info": [
                "title": .string("\(site.card.title) 接口"),
                "version": .string(site.parts.map { "\($0.blueprint.manifest.id) \($0.blueprint.manifest.version)" }.joined(separator: ", ")),
                "description": .string(Self.manners),
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags + [["name": "stories", "description": "跨业务全程记录"]] + (site.takesFiles ? [["name": "files", "description": "附件"]] : [])),
            "paths": .object(paths.map { .init($0.path, .object($0.item)) }),
            "components": components,
        ]
    }

    private static func names(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
    }

    private static func shape(_ path: String) -> String {
        path.split(separator: "/").map { $0.first == "{" ? "{}" : $0 }.joined(separator: "/")
    }

    /// What holds for every operation.
    private static let manners = """
        所有拒绝均为 application/problem+json（RFC 9457），detail 为中文说明与下一步，code 为稳定代码，faults 逐项列出有误的字段。\
        列表以 after、limit 分段，续取位置见回复的 next 与 Link: rel="next"。未列出的参数和字段会被拒绝并提示最接近的名称。\
        写操作可带 Idempotency-Key（UUID）：重试不会执行两次。查询回复带 ETag，可用 If-None-Match 省去未变的内容；标明须带 If-Match 的操作在同一事务内比较版本。\
        429 与 503 带 Retry-After。可在 X-Request-Id（8 至 64 位字母、数字、-_.）和 traceparent 中给出请求编号，回复与日志都会带上。HEAD 与 OPTIONS 适用于每个地址。
        """

    private func operation(_ operation: APIDescription.Operation, named names: [String]) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("operationId", .string(operation.id)), .init("tags", [.string(operation.plugin)]),
            .init("summary", .string(operation.title)), .init("description", .string("谁可以调用：\(operation.access.words)。")),
        ]
        if operation.isDeprecated { members.append(.init("deprecated", true)) }
        var parameters =
            zip(names, operation.pathMembers).map { parameter(Schema.Property($0, $1.schema), in: "path") }
            + operation.parameters.map { parameter($0, in: "query") }
        if operation.isQuery {
            parameters.append(header("If-None-Match", "上次回复的 ETag；内容未变则回 304", isRequired: false, schema: ["type": "string"]))
        } else {
            parameters.append(
                header("Idempotency-Key", "请求编号；重试时不变", isRequired: false, schema: ["type": "string", "format": "uuid"]))
            if operation.takesMatch {
                parameters.append(header("If-Match", "所依据版本的 ETag，或 *", isRequired: true, schema: ["type": "string"]))
            }
        }
        if operation.isDelivered {
            let text: JSONValue = ["type": "string", "minLength": 1]
            for (name, about, schema) in [
                ("webhook-id", "投递编号，重发时不变", text),
                ("webhook-timestamp", "发送时刻，1970 年以来的秒数", ["type": "string", "pattern": "^[0-9]{1,12}$"]),
                ("webhook-signature", "v1 签名（Standard Webhooks，HMAC-SHA-256）", text),
            ] {
                parameters.append(header(name, about, isRequired: true, schema: schema))
            }
        }
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let body = operation.body {
            members.append(
                .init(
                    "requestBody",
                    [
                        "required": .bool(body.hasRequired),
                        "content": ["application/json": ["schema": schema(body.acceptingNull), "example": operation.example.body ?? .object([])]],
                    ]))
        }
        members.append(.init("responses", responses(operation)))
        members.append(.init("security", security(operation.access, isRead: operation.isQuery)))
        members.append(.init("x-contract", contract(operation)))
        return .object(members)
    }

    private func parameter(_ property: Schema.Property, in place: String) -> JSONValue {
        var own = property.schema
        own.isNullable = false
        // A cursor is good only where it was given: one to copy would only mislead.
        if own.rule?.format == "cursor" { own.example = nil }
        var members: [JSONValue.Member] = [
            .init("name", .string(property.name)), .init("in", .string(place)),
            .init("required", .bool(place == "path" || property.isRequired)), .init("schema", schema(own)),
        ]
        if let title = own.title { members.append(.init("description", .string([title, own.description].compactMap { $0 }.joined(separator: "：")))) }
        if case .array = own.kind {
            members.append(.init("style", "form"))
            members.append(.init("explode", true))
        }
        return .object(members)
    }

    private func header(_ name: String, _ description: String, isRequired: Bool, schema: JSONValue) -> JSONValue {
        ["name": .string(name), "in": "header", "required": .bool(isRequired), "description": .string(description), "schema": schema]
    }

    private func responses(_ operation: APIDescription.Operation) -> JSONValue {
        .object(
            operation.statuses.map { status in
                switch status {
                case 200:
                    var headers: [JSONValue.Member] = [.init("X-Request-Id", Self.field("请求编号"))]
                    if operation.isQuery {
                        headers.append(.init("ETag", Self.field("内容的版本")))
                        headers.append(.init("Link", Self.field("列表还有下一段时给出其地址，rel=\"next\"（RFC 8288）")))
                    }
                    return .init(
                        "200",
                        [
                            "description": "成功", "headers": .object(headers),
                            "content": [
                                "application/json": [
                                    "schema": open(schema(operation.reply)), "example": operation.reply.sample(required: false),
                                ]
                            ],
                        ])
                case 304: return .init("304", ["description": "内容未变"])
                default: return .init(String(status), problem(status, of: operation.plugin))
                }
            })
    }

    /// The responses of operations that are none of a plug-in's messages.
    private func responses(_ statuses: [Int]) -> [JSONValue.Member] { statuses.map { .init(String($0), problem($0, of: nil)) } }

    private func problem(_ status: Int, of plugin: String?) -> JSONValue {
        let own = plugin.flatMap { description.refusals[$0] }?.filter { $0.status == status } ?? []
        let about = own.map { "\($0.code)：\($0.about)" }.joined(separator: "；")
        var members: [JSONValue.Member] = [
            .init("description", .string(Refusal.title(status) + (about.isEmpty ? "" : "。" + about))),
            .init("content", ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]]),
        ]
        if status == 429 || status == 503 { members.append(.init("headers", ["Retry-After": Self.field("多少秒后再试")])) }
        if status == 401 { members.append(.init("headers", ["WWW-Authenticate": Self.field("可用的认证方式")])) }
        return .object(members)
    }

    private static func field(_ description: String) -> JSONValue { ["description": .string(description), "schema": ["type": "string"]] }

    private func security(_ access: Access, isRead: Bool) -> JSONValue {
        let schemes = security(isRead: isRead)
        return access == .anyone ? .array([.object([])] + (schemes.array ?? [])) : schemes
    }

    /// A person's session, or a partner's token or certificate.
    private func security(isRead: Bool) -> JSONValue {
        [Self.session(isRead: isRead), ["partner": []], ["certificate": []]]
    }

    /// Files are for persons: a partner's contract lists messages.
    private static func session(isRead: Bool) -> JSONValue { isRead ? ["session": []] : ["session": [], "csrf": []] }

    /// What a partner's contract must list before its client may call this; not a scope, since tokens carry none.
    private func contract(_ operation: APIDescription.Operation) -> JSONValue {
        var members: [JSONValue.Member] = [.init("message", .string(operation.id)), .init("direction", "call")]
        if case .roles(let roles) = operation.access { members.append(.init("role", .array(roles.map { .string($0.rawValue) }))) }
        return .object(members)
    }

    private var components: JSONValue {
        let id = site.card.id
        let definitions = description.operations.flatMap { operation in
            (operation.body?.definitions ?? []) + operation.reply.definitions
        }
        var schemas: [JSONValue.Member] = [.init("Problem", Self.problemSchema)]
        for definition in definitions where !schemas.contains(where: { $0.key == definition.name }) {
            schemas.append(.init(definition.name, schema(definition.schema)))
        }
        return [
            "schemas": .object(schemas),
            "securitySchemes": [
                "session": [
                    "type": "apiKey", "in": "cookie", "name": .string(CookieName.session(id)), "description": "网页登录后的会话",
                ],
                "csrf": ["type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "与会话配对的令牌，写操作必带"],
                "partner": [
                    "type": "oauth2",
                    "description": .string(
                        "合作方：客户端凭证（密钥、private_key_jwt 或证书）换取十分钟内有效的令牌（RFC 6749 第4.4节、RFC 7523、RFC 8705）。"
                            + "没有 scope：能调用什么由合约列出的消息决定，见各操作的 x-contract。"
                            + "元数据（RFC 8414）在 /.well-known/oauth-authorization-server/api/\(id)/oauth。"),
                    "flows": ["clientCredentials": ["tokenUrl": .string("/api/\(id)/oauth/token"), "scopes": .object([])]],
                ],
                "certificate": ["type": "mutualTLS", "description": "合作方：已登记的客户端证书，单独使用或与令牌绑定（RFC 8705）；同样只能调用合约列出的消息"],
            ],
        ]
    }

    private func schema(_ schema: Schema) -> JSONValue {
        var own = schema
        own.definitions = []
        return own.json(root: "#/components/schemas/")
    }

    /// A reply may gain members within its version, so its schema does not close itself.
    private func open(_ schema: JSONValue) -> JSONValue {
        switch schema {
        case .object(let members):
            .object(members.filter { $0.key != "additionalProperties" || $0.value != false }.map { .init($0.key, open($0.value)) })
        case .array(let elements): .array(elements.map(open))
        default: schema
        }
    }

    private static let problemSchema: JSONValue = [
        "type": "object", "title": "拒绝", "required": ["type", "title", "status", "detail", "code"],
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer", "minimum": 400, "maximum": 599],
            "detail": ["type": "string", "description": "中文说明与下一步"], "code": ["type": "string", "description": "稳定代码"],
            "instance": ["type": "string", "description": "请求编号"],
            "faults": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["field", "message"],
                    "properties": ["field": ["type": "string"], "value": ["type": "string"], "message": ["type": "string"]],
                ],
            ],
            "retryAfter": ["type": "integer", "description": "多少秒后再试"],
        ],
    ]
}

extension Schema {
    /// The schema as requests are read by it: a `null` stands for a member that need not be there.
    var acceptingNull: Schema {
        var copy = self
        switch kind {
        case .object(let properties):
            copy.kind = .object(
                properties.map { property in
                    var schema = property.schema.acceptingNull
                    if !property.isRequired { schema.isNullable = true }
                    return Property(property.name, schema, isRequired: property.isRequired)
                })
        case .array(let items): copy.kind = .array(items.acceptingNull)
        case .map(let values): copy.kind = .map(values.acceptingNull)
        default: break
        }
        return copy
    }

    /// Whether an object must have a member at all.
    var hasRequired: Bool {
        if case .object(let properties) = kind { properties.contains(where: \.isRequired) } else { true }
    }
}
