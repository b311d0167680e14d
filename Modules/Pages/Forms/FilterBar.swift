/// Filters above a list: a GET form, so that every choice stands in the address and can be sent to a colleague.
///
/// ```swift
/// FilterBar(request) { form in
///     form.text("q", "名称")
///     form.select("state", "状态", states)
/// }
/// ```
public struct FilterBar: Component {
    let request: PageRequest
    let fields: HTML
    let isFiltered: Bool
    let word: String
    let address: String

    /// - Parameters:
    ///   - address: the page that shows the list, where that is another one.
    ///   - submit: 筛选 narrows a list that is shown; 查找 looks for what is not.
    public init(_ request: PageRequest, at address: String? = nil, submit: String = "筛选", @HTMLBuilder fields: (FormScope) -> HTML) {
        let scope = FormScope(values: request.fields, refusal: nil, prefix: "q", marksOptional: false)
        self.request = request
        self.address = address ?? request.path
        word = submit
        self.fields = fields(scope)
        isFiltered = scope.names.contains { request.fields[$0] != nil }
    }

    public var html: HTML {
        form(.class("filters"), Attribute("method", "get"), .action(address), .ariaLabel(word)) {
            if let sort = request.fields["sort"] { input(.type("hidden"), .name("sort"), .value(sort)) }
            fields
            div(.class("filter-actions")) {
                button(word, .type("submit"), .class("button button-secondary"))
                if isFiltered { a("清除条件", href: request.path, .class("button button-quiet")) }
            }
        }
    }
}
