import Messages

/// The fields of one form while it is being written: it knows what was typed and what was wrong with it.
///
/// - One line: `text`, `money`, `date`, `number`, `phone`, `password`
/// - Many lines: `textarea`
/// - Choosing: `select`, `radio`, `checkboxes`, `checkbox`
/// - Other: `file`, `hidden`, `group`
public final class FormScope {
    private let values: FormFields
    private let refusal: Refusal?
    /// Begins the ids, so that a filter and a form may stand on one page.
    private let prefix: String
    /// It asks for something to be sent; otherwise it filters a list, and everything in it is optional.
    let marksOptional: Bool
    /// The keys of the fields written so far.
    private(set) var names: Set<String> = []

    init(values: FormFields, refusal: Refusal?, prefix: String = "f", marksOptional: Bool = true) {
        self.values = values
        self.refusal = refusal
        self.prefix = prefix
        self.marksOptional = marksOptional
    }

    /// JSON pointer `/operator/creditCode`, dotted `operator.creditCode` and form name mean the same field.
    static func key(_ field: String) -> String {
        var key = field.replacing(".", with: "/")
        if key.hasPrefix("/") { key.removeFirst() }
        return key
    }

    func id(_ field: String) -> String { Self.id(field, prefix: prefix) }

    static func id(_ field: String, prefix: String = "f") -> String {
        prefix + "-" + key(field).replacing("/", with: "-").replacing(" ", with: "-")
    }

    /// What stands in the field: what was typed, or the value given by the page.
    func current(_ name: String, or value: String?) -> String? {
        values.pairs.first { $0.name == name }?.value ?? value
    }

    func currentAll(_ name: String, or given: [String]) -> [String] {
        // An unticked box sends nothing, so after an attempt an absent name means "none", not "as given".
        refusal == nil && !values.pairs.contains { $0.name == name } ? given : values.all(name)
    }

    func faults(_ name: String) -> [Refusal.Fault] {
        guard let refusal else { return [] }
        let wanted = Self.key(name)
        return refusal.faults.filter { Self.key($0.field) == wanted }
    }

    /// Label above, then hint and example, then what is wrong, then the control.
    func field(
        _ name: String, _ title: String, hint: String?, example: String?, required: Bool,
        control: (_ id: String, _ aria: [Attribute]) -> HTML
    ) -> HTML {
        names.insert(Self.key(name))
        let id = self.id(name)
        let faults = faults(name)
        return div(.class(faults.isEmpty ? "field" : "field field-wrong")) {
            label(.for(id), .class("field-label")) { marked(title, required) }
            notes(id, hint: hint, example: example, faults: faults)
            control(id, describe(id, hint: hint, example: example, faults: faults, required: required))
        }
    }

    /// A fieldset with a legend, for controls that answer one question together.
    func question(
        _ name: String, _ title: String, hint: String?, required: Bool, controls: (_ id: String) -> HTML
    ) -> HTML {
        names.insert(Self.key(name))
        let id = self.id(name)
        let faults = faults(name)
        let described = describe(id, hint: hint, example: nil, faults: faults, required: false)
        let body = HTML {
            legend(.class("field-label")) { marked(title, required) }
            notes(id, hint: hint, example: nil, faults: faults)
            controls(id)
        }
        let style = faults.isEmpty ? "field question" : "field question field-wrong"
        return element("fieldset", [.class(style)] + described.filter { $0.name.description != "aria-invalid" }, body)
    }

    private func marked(_ title: String, _ required: Bool) -> HTML {
        HTML {
            title
            if marksOptional, !required { span("（选填）", .class("optional")) }
        }
    }

    private func notes(_ id: String, hint: String?, example: String?, faults: [Refusal.Fault]) -> HTML {
        HTML {
            if let hint { p(hint, .class("hint"), .id("\(id)-hint")) }
            if let example { p("例如：\(example)", .class("hint"), .id("\(id)-example")) }
            if !faults.isEmpty {
                div(.class("field-error"), .id("\(id)-error")) {
                    for fault in faults {
                        p {
                            span("错误：", .class("hidden"))
                            fault.message
                        }
                    }
                }
            }
        }
    }

    private func describe(
        _ id: String, hint: String?, example: String?, faults: [Refusal.Fault], required: Bool
    ) -> [Attribute] {
        var ids: [String] = []
        if hint != nil { ids.append("\(id)-hint") }
        if example != nil { ids.append("\(id)-example") }
        if !faults.isEmpty { ids.append("\(id)-error") }
        return [
            ids.isEmpty ? .none : .ariaDescribedBy(ids.joined(separator: " ")),
            faults.isEmpty ? .none : Attribute("aria-invalid", "true"),
            required ? Attribute("aria-required", "true") : .none,
        ]
    }
}
