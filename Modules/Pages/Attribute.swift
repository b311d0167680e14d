/// One attribute of an element. The value is escaped when written; addresses are checked when made.
///
/// Names are literals of the program, so no outside input can become one. `style` and `on…` are refused: the
/// Content-Security-Policy of every page forbids them, and the mistake should show at the first run.
public struct Attribute: Sendable {
    enum Value: Sendable {
        case text(String)
        /// A boolean attribute: present, without a value.
        case present
        /// Nothing is written.
        case absent
    }

    let name: StaticString
    let value: Value

    private init(_ name: StaticString, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// Any attribute by name. `href`, `src`, `action` and `formaction` go through `SafeAddress`.
    public init(_ name: StaticString, _ text: String) {
        let word = name.description
        precondition(
            word != "style" && !word.hasPrefix("on") && word != "srcdoc",
            "the Content-Security-Policy forbids the attribute '\(word)': use a class or a module in Assets")
        switch word {
        case "href", "src", "action", "formaction", "xlink:href": self.init(name, .text(SafeAddress.checked(text)))
        default: self.init(name, .text(text))
        }
    }

    /// An attribute that is written only if there is a value.
    public init(_ name: StaticString, ifPresent text: String?) {
        if let text { self.init(name, text) } else { self = .none }
    }

    /// A boolean attribute, written when the condition holds.
    public init(_ name: StaticString, when condition: Bool) { self.init(name, condition ? .present : .absent) }

    /// No attribute; the other side of a `?:`.
    public static let none = Attribute("", .absent)

    func write(to html: inout HTML) {
        if case .absent = value { return }
        html.append(markup: " ")
        html.append(markup: name)
        guard case .text(let text) = value else { return }
        html.append(markup: "=\"")
        html.append(text: text)
        html.append(markup: "\"")
    }
}

extension Attribute {
    public static func `class`(_ names: String) -> Attribute { Attribute("class", .text(names)) }
    public static func id(_ id: String) -> Attribute { Attribute("id", .text(id)) }
    /// A checked address: a path, `?query`, `#fragment`, `https:`, `tel:`, `mailto:` or `otpauth:`; anything else becomes `#`.
    public static func href(_ address: String) -> Attribute { Attribute("href", .text(SafeAddress.checked(address))) }
    public static func src(_ address: String) -> Attribute { Attribute("src", .text(SafeAddress.checked(address))) }
    public static func action(_ address: String) -> Attribute {
        Attribute("action", .text(SafeAddress.checked(address)))
    }
    public static func name(_ name: String) -> Attribute { Attribute("name", .text(name)) }
    public static func value(_ value: String) -> Attribute { Attribute("value", .text(value)) }
    public static func type(_ type: StaticString) -> Attribute { Attribute("type", .text(type.description)) }
    public static func title(_ text: String) -> Attribute { Attribute("title", .text(text)) }
    public static func alt(_ text: String) -> Attribute { Attribute("alt", .text(text)) }
    public static func role(_ role: StaticString) -> Attribute { Attribute("role", .text(role.description)) }
    public static func scope(_ scope: StaticString) -> Attribute { Attribute("scope", .text(scope.description)) }
    public static func `for`(_ id: String) -> Attribute { Attribute("for", .text(id)) }
    public static func rel(_ rel: StaticString) -> Attribute { Attribute("rel", .text(rel.description)) }
    public static func datetime(_ text: String) -> Attribute { Attribute("datetime", .text(text)) }
    public static func colspan(_ columns: Int) -> Attribute { Attribute("colspan", .text(String(columns))) }
    public static func rowspan(_ rows: Int) -> Attribute { Attribute("rowspan", .text(String(rows))) }
    public static func ariaLabel(_ text: String) -> Attribute { Attribute("aria-label", .text(text)) }
    public static func ariaLabelledBy(_ id: String) -> Attribute { Attribute("aria-labelledby", .text(id)) }
    public static func ariaDescribedBy(_ ids: String) -> Attribute { Attribute("aria-describedby", .text(ids)) }
    /// The item of a list that is the page itself.
    public static let currentPage = Attribute("aria-current", .text("page"))
    /// Decoration that a screen reader passes over.
    public static let ariaHidden = Attribute("aria-hidden", .text("true"))
}

/// Addresses that may stand in a link or a form.
public enum SafeAddress {
    /// The address itself when it is a path of this host, a query, a fragment, `https:`, `tel:`, `mailto:` or
    /// `otpauth:` (an authenticator app); otherwise `#`.
    ///
    /// `javascript:` and `data:` never pass, nor `//host` and `/\host`, which browsers read as another host, nor control
    /// characters, which browsers drop before they look at the scheme.
    public static func checked(_ address: String) -> String { isSafe(address) ? address : "#" }

    public static func isSafe(_ address: String) -> Bool {
        var bytes = address.utf8[...]
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\\") }) { return false }
        if bytes.starts(with: "//".utf8) || bytes.first == UInt8(ascii: " ") { return false }
        let end = bytes.firstIndex { byte in
            byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
                || byte == UInt8(ascii: "#")
        }
        guard let end, bytes[end] == UInt8(ascii: ":") else { return true }
        bytes = bytes[..<end]
        return ["https", "tel", "mailto", "otpauth"].contains(String(Substring(bytes)).lowercased())
    }
}
