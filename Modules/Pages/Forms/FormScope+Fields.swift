import Messages

extension FormScope {
    /// One line of text.
    public func text(
        _ name: String, _ title: String, value: String? = nil, hint: String? = nil, example: String? = nil,
        required: Bool = false, autocomplete: String? = nil, width: FieldWidth = .full
    ) -> HTML {
        line(
            name, title, type: "text", value: value, hint: hint, example: example, required: required, width: width,
            more: [Attribute("autocomplete", ifPresent: autocomplete)])
    }

    /// A whole number; the unit stands behind the field.
    public func number(
        _ name: String, _ title: String, value: String? = nil, unit: String? = nil, hint: String? = nil,
        example: String? = nil, required: Bool = false
    ) -> HTML {
        line(
            name, title, type: "text", value: value, hint: hint, example: example, required: required, width: .short,
            suffix: unit, more: [Attribute("inputmode", "numeric")])
    }

    /// An amount in yuan with at most two decimals, as text; parse it with `Fen`.
    public func money(
        _ name: String, _ title: String, value: String? = nil, hint: String? = nil, example: String? = nil,
        required: Bool = false
    ) -> HTML {
        line(
            name, title, type: "text", value: value, hint: hint, example: example, required: required, width: .short,
            prefix: "¥", suffix: "元", more: [Attribute("inputmode", "decimal")])
    }

    /// A civil date, sent as `2026-03-01`.
    public func date(
        _ name: String, _ title: String, value: String? = nil, hint: String? = nil, required: Bool = false
    ) -> HTML {
        line(name, title, type: "date", value: value, hint: hint, example: nil, required: required, width: .short)
    }

    /// A telephone number.
    public func phone(
        _ name: String, _ title: String, value: String? = nil, hint: String? = nil, example: String? = nil,
        required: Bool = false
    ) -> HTML {
        line(
            name, title, type: "tel", value: value, hint: hint, example: example, required: required, width: .short,
            more: [Attribute("inputmode", "tel"), Attribute("autocomplete", "tel")])
    }

    /// A secret; never written back into the page.
    public func password(
        _ name: String, _ title: String, hint: String? = nil, required: Bool = true,
        autocomplete: String = "current-password"
    ) -> HTML {
        field(name, title, hint: hint, example: nil, required: required) { id, aria in
            HTML {
                // Tells the gateway what must never be in a draft.
                hidden("_secret", name)
                voidElement(
                    "input",
                    [
                        .type("password"), .id(id), .name(name), .class("control control-medium"),
                        Attribute("autocomplete", autocomplete),
                    ] + aria)
            }
        }
    }

    /// Several lines of text.
    public func textarea(
        _ name: String, _ title: String, value: String? = nil, rows: Int = 5, hint: String? = nil,
        example: String? = nil, required: Bool = false
    ) -> HTML {
        field(name, title, hint: hint, example: example, required: required) { id, aria in
            // A line feed right after the tag is dropped by browsers; written always, the first of the text stays.
            element(
                "textarea", [.id(id), .name(name), .class("control"), Attribute("rows", String(rows))] + aria,
                HTML(text: "\n" + (current(name, or: value) ?? "")))
        }
    }

    /// One of many, in a list that opens. Before the choices stands 请选择; above a list, where no choice narrows nothing, 不限.
    public func select(
        _ name: String, _ title: String, _ choices: [Choice], value: String? = nil, hint: String? = nil,
        required: Bool = false
    ) -> HTML {
        field(name, title, hint: hint, example: nil, required: required) { id, aria in
            let chosen = current(name, or: value) ?? ""
            let options = HTML {
                option(marksOptional ? "请选择" : "不限", .value(""), Attribute("selected", when: chosen.isEmpty))
                for choice in choices {
                    option(choice.title, .value(choice.value), Attribute("selected", when: choice.value == chosen))
                }
            }
            return element("select", [.id(id), .name(name), .class("control")] + aria, options)
        }
    }

    /// One of a few, all visible.
    public func radio(
        _ name: String, _ title: String, _ choices: [Choice], value: String? = nil, hint: String? = nil,
        required: Bool = false
    ) -> HTML {
        let chosen = current(name, or: value)
        return question(name, title, hint: hint, required: required) { id in
            marks("radio", name, id, choices) { $0 == chosen }
        }
    }

    /// Several of a few.
    public func checkboxes(
        _ name: String, _ title: String, _ choices: [Choice], values: [String] = [], hint: String? = nil,
        required: Bool = false
    ) -> HTML {
        let chosen = currentAll(name, or: values)
        return question(name, title, hint: hint, required: required) { id in
            marks("checkbox", name, id, choices) { chosen.contains($0) }
        }
    }

    /// A single yes; sends `value` when ticked and nothing otherwise.
    public func checkbox(
        _ name: String, _ title: String, value: String = "yes", isOn: Bool = false, hint: String? = nil
    ) -> HTML {
        let on = currentAll(name, or: isOn ? [value] : []).contains(value)
        let faults = faults(name)
        return HTML {
            for fault in faults { p(fault.message, .class("field-error")) }
            marks("checkbox", name, id(name), [Choice(value, title, hint: hint)]) { _ in on }
        }
    }

    /// A file to hand in. The browser does not keep it after an error, and the hint says so.
    public func file(
        _ name: String, _ title: String, accept: String? = nil, hint: String? = nil, required: Bool = false,
        multiple: Bool = false
    ) -> HTML {
        field(name, title, hint: hint, example: nil, required: required) { id, aria in
            voidElement(
                "input",
                [
                    .type("file"), .id(id), .name(name), .class("control control-file"),
                    Attribute("accept", ifPresent: accept), Attribute("multiple", when: multiple),
                ] + aria)
        }
    }

    public func hidden(_ name: String, _ value: String) -> HTML { input(.type("hidden"), .name(name), .value(value)) }

    /// Whose password the form changes, for password managers; nobody sees it and the gateway ignores it.
    public func account(_ login: String) -> HTML {
        input(.type("text"), .name("account"), .value(login), Attribute("autocomplete", "username"), Attribute("hidden", ""))
    }

    /// Fields that belong together, under a heading.
    public func group(_ title: String, hint: String? = nil, @HTMLBuilder content: () -> HTML) -> HTML {
        fieldset(.class("group")) {
            legend(title)
            if let hint { p(hint, .class("hint")) }
            content()
        }
    }

    private func line(
        _ name: String, _ title: String, type: String, value: String?, hint: String?, example: String?, required: Bool,
        width: FieldWidth, prefix: String? = nil, suffix: String? = nil, more: [Attribute] = []
    ) -> HTML {
        field(name, title, hint: hint, example: example, required: required) { id, aria in
            let control = voidElement(
                "input",
                [
                    Attribute("type", type), .id(id), .name(name), .class("control \(width.rawValue)"),
                    .value(current(name, or: value) ?? ""),
                ] + more + aria)
            guard prefix != nil || suffix != nil else { return control }
            return div(.class("control-line")) {
                if let prefix { span(prefix, .class("affix"), .ariaHidden) }
                control
                if let suffix { span(suffix, .class("affix")) }
            }
        }
    }

    private func marks(
        _ type: String, _ name: String, _ id: String, _ choices: [Choice], isChosen: (String) -> Bool
    ) -> HTML {
        div(.class("choices")) {
            for (index, choice) in choices.enumerated() {
                // The first bears the field's own id, so that the summary's link lands on it.
                let own = index == 0 ? id : "\(id)-\(index + 1)"
                div(.class("choice")) {
                    input(
                        Attribute("type", type), .id(own), .name(name), .value(choice.value),
                        Attribute("checked", when: isChosen(choice.value)),
                        choice.hint == nil ? .none : .ariaDescribedBy("\(own)-hint"))
                    label(.for(own)) { choice.title }
                    if let hint = choice.hint { p(hint, .class("hint"), .id("\(own)-hint")) }
                }
            }
        }
    }
}

/// How wide a field of one line is: as wide as its usual answer.
public enum FieldWidth: String, Sendable {
    case full = "control-full"
    case medium = "control-medium"
    case short = "control-short"
}
