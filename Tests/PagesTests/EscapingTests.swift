import Pages
import Testing

@Suite("Text and attributes are escaped")
struct EscapingTests {
    @Test(
        "text is written so that it reads as it was given",
        arguments: [
            ("株洲 & 湘潭", "株洲 &amp; 湘潭"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onmouseover=\"x", "&quot; onmouseover=&quot;x"),
            ("it's", "it&#39;s"),
            ("&amp;", "&amp;amp;"),
            ("a\u{0}b\u{1b}c", "a\u{FFFD}b\u{FFFD}c"),
            ("第一行\n第二行\t止", "第一行\n第二行\t止"),
            ("😀𠮷", "😀𠮷"),
            ("", ""),
        ])
    func textIsEscaped(given: String, expected: String) {
        #expect(HTML(text: given).description == expected)
        #expect(p(given).description == "<p>\(expected)</p>")
        #expect(span(.title(given)) {}.description == "<span title=\"\(expected)\"></span>")
        #expect(div { given }.description == "<div>\(expected)</div>")
    }

    @Test(
        "an address that could run a script or leave for another host becomes #",
        arguments: [
            "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
            "java\nscript:alert(1)", "\u{1}javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example/",
            "/\\evil.example/", "\\\\evil.example", "http://plain.example/", "file:///etc/passwd", "blob:x",
            " //evil.example",
        ])
    func unsafeAddressesAreRefused(address: String) {
        #expect(a("x", href: address).description == "<a href=\"#\">x</a>")
        #expect(form(.action(address)) {}.description == "<form action=\"#\"></form>")
        #expect(element("a", Attribute("href", address)) {}.description == "<a href=\"#\"></a>")
    }

    @Test(
        "paths, queries, fragments, https, tel and mailto pass",
        arguments: [
            "/hub/registry/nodes/430181", "?page=2", "#main", "nodes/1", "", "https://www.example.cn/a?b=c",
            "tel:96871",
            "mailto:kefu@example.cn", "/a?time=12:30", "./x:y",
        ])
    func safeAddressesPass(address: String) {
        #expect(SafeAddress.checked(address) == address)
    }

    @Test("only uncheckedMarkup lets markup through")
    func uncheckedMarkup() {
        #expect(div { HTML(uncheckedMarkup: "<b>x</b>") }.description == "<div><b>x</b></div>")
    }

    @Test("an inline style or handler stops the program at the first run instead of being blocked unseen in the browser")
    func forbiddenAttributes() async {
        await #expect(processExitsWith: .failure) { _ = Attribute("style", "color:red") }
        await #expect(processExitsWith: .failure) { _ = Attribute("onclick", "x()") }
        await #expect(processExitsWith: .success) { _ = Attribute("data-x", "y") }
    }

    @Test("absent attributes are not written, boolean ones without a value")
    func attributes() {
        let html = input(.none, Attribute("checked", when: true), Attribute("disabled", when: false), .value("1"))
        #expect(html.description == "<input checked value=\"1\">")
        #expect(input(Attribute("title", ifPresent: nil)).description == "<input>")
    }

    @Test("conditions, loops and optional parts of a builder keep their order")
    func builder() {
        let numbers = [1, 2, 3]
        let missing: Notice? = nil
        let html = ul {
            for number in numbers { if number != 2 { li("\(number)") } else { li(.class("two")) { "二" } } }
            missing
            if numbers.isEmpty { li("空") }
        }
        #expect(html.description == "<ul><li>1</li><li class=\"two\">二</li><li>3</li></ul>")
    }
}
