// One function an element. Each takes attributes and a builder; those that often hold nothing but text also take a string.
// `h1` and `main` are the shell's alone, so that a page has exactly one of each.

public func div(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("div", attributes, content())
}
public func div(_ text: String, _ attributes: Attribute...) -> HTML { element("div", attributes, HTML(text: text)) }
public func span(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("span", attributes, content())
}
public func span(_ text: String, _ attributes: Attribute...) -> HTML { element("span", attributes, HTML(text: text)) }
public func section(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("section", attributes, content())
}
public func article(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("article", attributes, content())
}
public func aside(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("aside", attributes, content())
}
public func nav(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("nav", attributes, content())
}
public func header(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("header", attributes, content())
}
public func footer(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("footer", attributes, content())
}
func main(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("main", attributes, content())
}
public func figure(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("figure", attributes, content())
}
public func figcaption(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("figcaption", attributes, content())
}
public func figcaption(_ text: String, _ attributes: Attribute...) -> HTML {
    element("figcaption", attributes, HTML(text: text))
}
public func ul(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("ul", attributes, content())
}
public func ol(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("ol", attributes, content())
}
public func li(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("li", attributes, content())
}
public func li(_ text: String, _ attributes: Attribute...) -> HTML { element("li", attributes, HTML(text: text)) }
public func dl(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("dl", attributes, content())
}
public func dt(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("dt", attributes, content())
}
public func dt(_ text: String, _ attributes: Attribute...) -> HTML { element("dt", attributes, HTML(text: text)) }
public func dd(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("dd", attributes, content())
}
public func dd(_ text: String, _ attributes: Attribute...) -> HTML { element("dd", attributes, HTML(text: text)) }
public func p(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("p", attributes, content())
}
public func p(_ text: String, _ attributes: Attribute...) -> HTML { element("p", attributes, HTML(text: text)) }
func h1(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML { element("h1", attributes, content()) }
func h1(_ text: String, _ attributes: Attribute...) -> HTML { element("h1", attributes, HTML(text: text)) }
public func h2(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("h2", attributes, content())
}
public func h2(_ text: String, _ attributes: Attribute...) -> HTML { element("h2", attributes, HTML(text: text)) }
public func h3(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("h3", attributes, content())
}
public func h3(_ text: String, _ attributes: Attribute...) -> HTML { element("h3", attributes, HTML(text: text)) }
public func h4(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("h4", attributes, content())
}
public func h4(_ text: String, _ attributes: Attribute...) -> HTML { element("h4", attributes, HTML(text: text)) }
public func a(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("a", attributes, content())
}
public func strong(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("strong", attributes, content())
}
public func strong(_ text: String, _ attributes: Attribute...) -> HTML {
    element("strong", attributes, HTML(text: text))
}
public func em(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("em", attributes, content())
}
public func em(_ text: String, _ attributes: Attribute...) -> HTML { element("em", attributes, HTML(text: text)) }
public func small(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("small", attributes, content())
}
public func small(_ text: String, _ attributes: Attribute...) -> HTML { element("small", attributes, HTML(text: text)) }
public func code(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("code", attributes, content())
}
public func code(_ text: String, _ attributes: Attribute...) -> HTML { element("code", attributes, HTML(text: text)) }
public func pre(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("pre", attributes, content())
}
public func pre(_ text: String, _ attributes: Attribute...) -> HTML { element("pre", attributes, HTML(text: text)) }
public func blockquote(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("blockquote", attributes, content())
}
public func time(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("time", attributes, content())
}
public func time(_ text: String, _ attributes: Attribute...) -> HTML { element("time", attributes, HTML(text: text)) }
public func abbr(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("abbr", attributes, content())
}
public func abbr(_ text: String, _ attributes: Attribute...) -> HTML { element("abbr", attributes, HTML(text: text)) }
public func sub(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("sub", attributes, content())
}
public func sub(_ text: String, _ attributes: Attribute...) -> HTML { element("sub", attributes, HTML(text: text)) }
public func sup(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("sup", attributes, content())
}
public func sup(_ text: String, _ attributes: Attribute...) -> HTML { element("sup", attributes, HTML(text: text)) }
public func mark(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("mark", attributes, content())
}
public func mark(_ text: String, _ attributes: Attribute...) -> HTML { element("mark", attributes, HTML(text: text)) }
public func kbd(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("kbd", attributes, content())
}
public func kbd(_ text: String, _ attributes: Attribute...) -> HTML { element("kbd", attributes, HTML(text: text)) }
public func details(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("details", attributes, content())
}
public func summary(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("summary", attributes, content())
}
public func summary(_ text: String, _ attributes: Attribute...) -> HTML {
    element("summary", attributes, HTML(text: text))
}
public func table(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("table", attributes, content())
}
public func caption(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("caption", attributes, content())
}
public func caption(_ text: String, _ attributes: Attribute...) -> HTML {
    element("caption", attributes, HTML(text: text))
}
public func thead(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("thead", attributes, content())
}
public func tbody(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("tbody", attributes, content())
}
public func tfoot(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("tfoot", attributes, content())
}
public func tr(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("tr", attributes, content())
}
public func th(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("th", attributes, content())
}
public func th(_ text: String, _ attributes: Attribute...) -> HTML { element("th", attributes, HTML(text: text)) }
public func td(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("td", attributes, content())
}
public func td(_ text: String, _ attributes: Attribute...) -> HTML { element("td", attributes, HTML(text: text)) }
public func form(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("form", attributes, content())
}
public func fieldset(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("fieldset", attributes, content())
}
public func legend(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("legend", attributes, content())
}
public func legend(_ text: String, _ attributes: Attribute...) -> HTML {
    element("legend", attributes, HTML(text: text))
}
public func label(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("label", attributes, content())
}
public func label(_ text: String, _ attributes: Attribute...) -> HTML { element("label", attributes, HTML(text: text)) }
public func button(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("button", attributes, content())
}
public func button(_ text: String, _ attributes: Attribute...) -> HTML {
    element("button", attributes, HTML(text: text))
}
public func select(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("select", attributes, content())
}
public func option(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("option", attributes, content())
}
public func option(_ text: String, _ attributes: Attribute...) -> HTML {
    element("option", attributes, HTML(text: text))
}
public func textarea(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element("textarea", attributes, content())
}
public func textarea(_ text: String, _ attributes: Attribute...) -> HTML {
    element("textarea", attributes, HTML(text: text))
}

/// A link with its text; the address is checked by `SafeAddress`.
public func a(_ text: String, href: String, _ attributes: Attribute...) -> HTML {
    element("a", [.href(href)] + attributes, HTML(text: text))
}

public func input(_ attributes: Attribute...) -> HTML { voidElement("input", attributes) }
public func img(_ attributes: Attribute...) -> HTML { voidElement("img", attributes) }
public func br() -> HTML { voidElement("br", []) }
public func hr() -> HTML { voidElement("hr", []) }
public func wbr() -> HTML { voidElement("wbr", []) }

/// An element without a function of its own.
public func element(_ name: StaticString, _ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
    element(name, attributes, content())
}

/// An element from attributes made elsewhere.
public func element(_ name: StaticString, _ attributes: [Attribute], _ content: HTML) -> HTML {
    var html = HTML()
    html.reserve(content.bytes.count + 2 * name.utf8CodeUnitCount + 5 + 40 * attributes.count)
    html.append(markup: "<")
    html.append(markup: name)
    for attribute in attributes { attribute.write(to: &html) }
    html.append(markup: ">")
    html.append(content)
    html.append(markup: "</")
    html.append(markup: name)
    html.append(markup: ">")
    return html
}

func voidElement(_ name: StaticString, _ attributes: [Attribute]) -> HTML {
    var html = HTML()
    html.append(markup: "<")
    html.append(markup: name)
    for attribute in attributes { attribute.write(to: &html) }
    html.append(markup: ">")
    return html
}
