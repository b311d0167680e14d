public import Messages

/// A form that posts: hidden `_csrf` and `_id`, the summary of faults on top, fields in one column, one submit button.
///
/// After a refusal the same page is shown again with the refusal: every value typed stands where it was typed, each fault
/// stands at its field and in the summary, which links to the field. Passwords and files cannot be kept.
///
/// ```swift
/// Form(post: "\(request.base)/applications", of: request, refusal: refusal, submit: "提交申请") { form in
///     form.text("name", "平台名称", hint: "与营业执照一致", example: "浏阳市中小企业服务窗口", required: true)
///     form.select("region", "所在县市区", counties.map { Choice($0.code, $0.name) })
/// }
/// ```
public struct Form: Component {
    let address: String
    let request: PageRequest
    let refusal: Refusal?
    let submit: String
    let cancel: String?
    let confirm: String?
    let weight: ButtonLink.Weight
    let draft: String?
    let aside: (name: String, title: String)?
    let content: HTML
    let known: Set<String>
    let prefix: String

    /// - Parameters:
    ///   - address: the path posted to; plug-ins begin it with `request.base`.
    ///   - refusal: what the last attempt met, if anything.
    ///   - submit: what the button does, as a verb: 提交申请.
    ///   - cancel: path of the page without the form.
    ///   - confirm: a question asked before sending where scripts run; the form works without.
    ///   - draft: what the form is called among somebody's drafts; with it comes a button 保存草稿, for people who are signed in.
    ///   - aside: a second button, which sends the same fields and its own name with `yes`: 预览.
    ///   - prefix: begins the ids of its fields; forms beside each other on a page need different ones, or their labels mix.
    public init(
        post address: String, of request: PageRequest, refusal: Refusal? = nil, submit: String, cancel: String? = nil,
        confirm: String? = nil, weight: ButtonLink.Weight = .primary, draft: String? = nil, aside: (name: String, title: String)? = nil, prefix: String = "f",
        @HTMLBuilder fields: (FormScope) -> HTML
    ) {
        let scope = FormScope(values: request.fields, refusal: refusal, prefix: prefix)
        content = fields(scope)
        known = scope.names
        self.address = address
        self.request = request
        self.refusal = refusal
        self.submit = submit
        self.cancel = cancel
        self.confirm = confirm
        self.weight = weight
        self.draft = draft
        self.aside = aside
        self.prefix = prefix
    }

    public var html: HTML {
        HTML {
            if let refusal { ErrorSummary(refusal, known: known, prefix: prefix) }
            form(
                .class("form"), Attribute("method", "post"), .action(address), Attribute("novalidate", when: true),
                // Always multipart: a form with a file needs it, and the gateway reads both.
                hasFile ? Attribute("enctype", "multipart/form-data") : .none,
                Attribute("data-confirm", ifPresent: confirm)
            ) {
                input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
                input(.type("hidden"), .name("_id"), .value(request.id.description))
                // Where the form stands, so that the gateway can show it again when it comes too late.
                input(.type("hidden"), .name("_page"), .value(request.fields["_page"] ?? request.path))
                if let kept = request.fields["_draft"] { input(.type("hidden"), .name("_draft"), .value(kept)) }
                content
                div(.class("actions")) {
                    button(submit, .type("submit"), .class("button button-\(weight.rawValue)"))
                    if let aside { button(aside.title, .type("submit"), .class("button button-secondary"), .name(aside.name), .value("yes")) }
                    if let draft {
                        button("保存草稿", .type("submit"), .class("button button-secondary"), .name("_save"), .value(draft))
                    }
                    if let cancel { a("取消", href: cancel, .class("button button-quiet")) }
                }
            }
        }
    }

    private var hasFile: Bool { content.contains("type=\"file\"") }
}

/// All faults together, above the form, each linked to its field.
public struct ErrorSummary: Component, Sendable {
    public var refusal: Refusal
    /// Names of the fields that stand on the page; a fault of another name is written without a link.
    public var known: Set<String>
    private let prefix: String

    /// - Parameter prefix: the form's, where it has one of its own.
    public init(_ refusal: Refusal, known: Set<String>, prefix: String = "f") {
        self.refusal = refusal
        self.known = known
        self.prefix = prefix
    }

    public var html: HTML {
        div(
            .class("error-summary"), .role("alert"), .ariaLabelledBy("error-summary-title"), Attribute("tabindex", "-1")
        ) {
            h2(refusal.faults.isEmpty ? "未能提交" : "有 \(refusal.faults.count) 处需要更正", .id("error-summary-title"))
            p(refusal.message)
            if !refusal.faults.isEmpty {
                ul {
                    for fault in refusal.faults {
                        li {
                            if known.contains(FormScope.key(fault.field)) {
                                a(fault.message, href: "#\(FormScope.id(fault.field, prefix: prefix))")
                            } else {
                                fault.message
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One of several answers.
public struct Choice: Sendable, Hashable {
    public var value: String
    public var title: String
    public var hint: String?

    public init(_ value: String, _ title: String, hint: String? = nil) {
        self.value = value
        self.title = title
        self.hint = hint
    }
}

extension HTML {
    /// Whether the markup holds these bytes; forms use it to know that one of their fields takes a file.
    func contains(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard let first = wanted.first, wanted.count <= bytes.count else { return false }
            for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
                if bytes[start..<start + wanted.count].elementsEqual(wanted) { return true }
            }
            return false
        }
    }
}
