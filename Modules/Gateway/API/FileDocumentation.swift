import Messages
import PluginKit
import Store

/// How the files of a site are described in OpenAPI.
enum FileDocumentation {
    static let uploadStatuses = [400, 401, 403, 404, 406, 408, 413, 414, 415, 422, 429, 431, 500, 503]
    static let downloadStatuses = [400, 401, 403, 404, 406, 414, 416, 429, 431, 500, 503]

    static func operations(
        of site: SiteFace, security: JSONValue, readSecurity: JSONValue, refusals: ([Int]) -> [JSONValue.Member]
    ) -> [(path: String, method: String, operation: JSONValue)] {
        let folder = "/api/\(site.card.id)/files"
        let binary: JSONValue = .object([])
        let kinds = FileKind.allCases.map { JSONValue.Member($0.mediaType, ["schema": binary]) }
        let form = JSONValue.Member(
            "multipart/form-data",
            ["schema": ["type": "object", "required": ["file"], "additionalProperties": false, "properties": ["file": ["type": "array", "minItems": 1, "maxItems": .integer(Int64(Upload.most)), "items": ["type": "string", "contentMediaType": "application/octet-stream"]]]]])
        let reply = Schema.of(ReceivedFiles.self)
        let upload: JSONValue = [
            "operationId": "files.upload.v1", "tags": ["files"], "summary": "上传附件",
            "description": .string("内容边收边写入磁盘并计算 SHA-256，合计不超过 \(site.files.limit) 字节。回复中的 digest 用于后续提交，须在 \(site.fileRules.looseTime.components.seconds / 3600) 小时内提交，逾期未用的内容会被清除。类型以内容核对。"),
            "parameters": [
                [
                    "name": "name", "in": "query", "required": false, "description": "文件名，只作标签；直接上传时可给出",
                    "schema": ["type": "string", "minLength": 1, "maxLength": 255],
                ]
            ],
            "requestBody": ["required": true, "content": .object(kinds + [form])],
            "responses": .object(
                [
                    .init(
                        "201",
                        [
                            "description": "已保存",
                            "headers": ["Location": ["description": "单个文件的地址", "schema": ["type": "string"]]],
                            "content": ["application/json": ["schema": reply.json]],
                        ])
                ] + refusals(uploadStatuses)),
            "security": security,
        ]
        let download: JSONValue = [
            "operationId": "files.download.v1", "tags": ["files"], "summary": "下载附件",
            "description": "谁可以看由保存该附件的插件决定。支持 Range、If-Range 与 If-None-Match。",
            "parameters": [
                [
                    "name": "digest", "in": "path", "required": true, "description": "内容的 SHA-256",
                    "schema": ["type": "string", "pattern": "^[0-9a-f]{64}$"],
                ]
            ],
            "responses": .object(
                [
                    .init("200", ["description": "附件内容", "content": .object(kinds)]),
                    .init("206", ["description": "附件的一段", "content": .object(kinds)]),
                    .init("304", ["description": "内容未变"]),
                ] + refusals(downloadStatuses)),
            "security": readSecurity,
        ]
        var put = upload
        put["operationId"] = "files.put.v1"
        return [(folder, "POST", upload), (folder, "PUT", put), (folder + "/{digest}", "GET", download)]
    }
}
