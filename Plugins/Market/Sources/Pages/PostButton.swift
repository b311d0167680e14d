import Pages

/// One button that does one thing to one row.
struct PostButton: Component {
    let title: String
    let path: String
    let fields: [(name: String, value: String)]
    /// What the button does, for those who do not see the row.
    let spoken: String
    let request: PageRequest

    init(
        _ title: String, _ path: String, _ fields: [(name: String, value: String)], spoken: String,
        of request: PageRequest
    ) {
        self.title = title
        self.path = path
        self.fields = fields
        self.spoken = spoken
        self.request = request
    }

    var html: HTML {
        form(Attribute("method", "post"), .action(path), .class("inline")) {
            input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
            for field in fields { input(.type("hidden"), .name(field.name), .value(field.value)) }
            button(title, .type("submit"), .class("button-link"), .ariaLabel(spoken))
        }
    }
}
