public import Vocabulary

// How the values of the vocabulary look in JSON. They stand here because the vocabulary knows no schemas.

extension RegionCode: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "region-code", pattern: "^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}$", title: "行政区划代码", description: "GB/T 2260 六位数字行政区划代码",
            sentence: "应为六位数字的行政区划代码（GB/T 2260），如湖南省填 430000。", example: "430000"
        ) { RegionCode($0) != nil }
    }
}

extension CreditCode: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "credit-code", pattern: "^[0-9A-HJ-NPQRTUWXY]{18}$", title: "统一社会信用代码",
            description: "GB 32100-2015 统一社会信用代码，18 位，末位为校验码", sentence: "应为 18 位统一社会信用代码（GB 32100-2015），请对照营业执照核对，注意校验位和字母 O 与数字 0。",
            example: "91430100MA4L0EXYX2"
        ) { CreditCode($0) != nil }
    }
}

extension Day: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "date", title: "日期", description: "公历日期，YYYY-MM-DD", sentence: "应为实际存在的日期，写成 2026-03-01 的形式。", example: "2026-03-01"
        ) { Day($0) != nil }
    }
}

extension Timestamp: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "date-time", title: "时间", description: "ISO 8601 时刻（UTC），精确到毫秒", sentence: "应为带时区的时刻，写成 2026-03-01T06:05:00.000Z 的形式。",
            example: "2026-03-01T06:05:00.000Z"
        ) { Timestamp($0) != nil }
    }
}

extension MessageID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "uuid", title: "编号", description: "UUID（RFC 9562），通常为第 7 版", sentence: "应为 UUID，写成 8-4-4-4-12 位十六进制数字的形式。",
            example: "00000000-0000-7000-8000-000000000001"
        ) { MessageID($0) != nil }
    }
}

extension WireName: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "wire-name", pattern: "^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*\\.v[1-9][0-9]{0,2}$", title: "消息名",
            description: "插件.消息.版本，如 registry.submit-application.v1", sentence: "应写成“插件.消息.v版本”的形式，如 registry.submit-application.v1。",
            example: "registry.submit-application.v1"
        ) { WireName($0) != nil }
    }
}

extension Fen: SchemaDescribing {
    public static var schema: Schema {
        .integer(-Int64(Fen.limit), Int64(Fen.limit), title: "金额", description: "人民币金额，单位为分的整数：1234.50 元写作 123450")
    }
}

extension IndustryCode: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "industry-code", pattern: "^([A-T]|[0-9]{2,4})$", title: "行业代码", description: "GB/T 4754-2017 行业代码：门类字母或二至四位数字",
            sentence: "应为国民经济行业分类代码（GB/T 4754-2017），门类为字母，其余为二至四位数字，如 C 或 3411。", example: "C"
        ) { IndustryCode($0) != nil }
    }
}

extension Mobile: SchemaDescribing {
    public static var schema: Schema {
        var schema = Schema.text(
            "cn-mobile", title: "手机号码", description: "中国内地 11 位手机号码", sentence: "应为 11 位手机号码，以 1 开头，请核对后填写完整号码。",
            example: "13800000000"
        ) { Mobile($0) != nil }
        schema.isPersonal = true
        return schema
    }
}

extension Landline: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "cn-landline", title: "固定电话", description: "带区号的固定电话，可带分机", sentence: "应为带区号的固定电话，写成 0731-88888888 的形式，分机写在最后。",
            example: "0731-88880000"
        ) { Landline($0) != nil }
    }
}

extension ContactNumber: SchemaDescribing {
    public static var schema: Schema {
        var schema = Schema.text(
            "cn-telephone", title: "联系电话", description: "手机号码、带区号的固定电话或服务号码",
            sentence: "应为手机号码或带区号的固定电话，如 0731-88888888，请核对后填写完整号码。", example: "13800000000"
        ) { ContactNumber($0) != nil }
        schema.isPersonal = true
        return schema
    }
}

extension Personal: SchemaDescribing, SchemaSpeaking where Value: Decodable {
    /// As the value's own, marked personal: faults do not repeat it, and a masked value (`*`) is refused.
    public static var schema: Schema {
        var schema = Schema.of(Value.self)
        schema.isPersonal = true
        schema.isSealable = true
        guard var rule = schema.rule else {
            if case .string = schema.kind {
                schema.rule = Schema.TextRule("personal", sentence: "应填完整内容；带 * 的为脱敏内容，不能提交。") { !$0.contains("*") }
            }
            return schema
        }
        let accepts = rule.accepts
        rule.accepts = { accepts($0) && !$0.contains("*") }
        schema.rule = rule
        return schema
    }
}
