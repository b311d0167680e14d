public import Messages
public import Vocabulary

/// Submits an opinion or a matter under the submitter's name (实名), or so that only the desk knows it (保密). Open to everybody.
/// - Source: 湘经信中小服务〔2017〕711号 五
public struct SubmitAppeal: Command {
    public typealias Reply = CaseReceipt
    public static let name: WireName = "appeals.submit-appeal.v1"

    public var title: String
    public var content: String
    public var kind: CaseKind
    /// Two digits or more of the site's category list.
    public var category: String
    public var region: RegionCode
    /// `signed` or `confidential`.
    public var signing: Signing
    /// The department meant, when the submitter knows it.
    public var department: DepartmentID?
    public var submitter: Personal<String>
    public var phone: Personal<ContactNumber>
    public var enterprise: String?
    /// HMAC-SHA-256 (64 hexadecimal digits) of `appeals` under the secret code for looking it up.
    public var lookup: String
    /// Files that were handed in before, at most five. Departments see them only of a matter under the submitter's name.
    public var attachments: [AttachmentReference]?

    public init(
        title: String, content: String, kind: CaseKind, category: String, region: RegionCode,
        signing: Signing = .signed,
        department: DepartmentID? = nil, submitter: Personal<String>, phone: Personal<ContactNumber>,
        enterprise: String? = nil, lookup: String,
        attachments: [AttachmentReference]? = nil
    ) {
        self.title = title
        self.content = content
        self.kind = kind
        self.category = category
        self.region = region
        self.signing = signing
        self.department = department
        self.submitter = submitter
        self.phone = phone
        self.enterprise = enterprise
        self.lookup = lookup
        self.attachments = attachments
    }
}

extension SubmitAppeal: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "标题", 4...60)
        schema.limit("content", "内容", 10...4000)
        schema.limit("category", "类别", 2...6)
        schema.limit("enterprise", "企业名称", 2...80)
        schema.limit("lookup", "查询码摘要", 64...64)
        schema.limit("attachments", "附件", 0...5)
        schema.name(["kind": "性质", "signing": "署名方式", "submitter": "姓名", "phone": "电话"])
    }
}
