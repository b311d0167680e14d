import Foundation
import Messages
import Pages
import Testing
import Vocabulary

@Suite("Forms keep what was typed and say what is wrong")
struct FormTests {
    let refused = Samples.html("form-refused").description
    let fresh = Samples.html("form").description

    @Test("the summary stands first, counts the faults and links to their fields")
    func summary() {
        #expect(refused.hasPrefix("<div class=\"error-summary\" role=\"alert\""))
        #expect(refused.contains("有 3 处需要更正"))
        #expect(refused.contains("<a href=\"#f-operator-creditCode\">统一社会信用代码“91430100MA4L&lt;8”不足 18 位"))
        #expect(refused.contains("id=\"f-operator-creditCode\""))
        #expect(refused.contains("<a href=\"#f-region\">请选择所在县市区。</a>"))
        // A fault whose field is not on the page is told without a link to nowhere.
        #expect(refused.contains("<li>年度建设计划尚未公布，请联系市州主管部门。</li>"))
        #expect(!fresh.contains("error-summary"))
    }

    @Test("the fault stands at its field and is tied to it")
    func faultAtField() {
        #expect(
            refused.contains(
                "aria-describedby=\"f-operator-creditCode-hint f-operator-creditCode-error\" aria-invalid=\"true\""))
        #expect(refused.components(separatedBy: "aria-invalid").count == 3)
        #expect(!fresh.contains("aria-invalid"))
    }

    @Test("every value typed comes back, escaped; unticked boxes stay unticked")
    func valuesAreKept() {
        #expect(refused.contains("value=\"浏阳市“示例”&lt;公司&gt;\""))
        #expect(refused.contains(">\n第一行\n&lt;/textarea&gt;&lt;script&gt;</textarea>"))
        #expect(refused.contains("value=\"park\" checked"))
        #expect(refused.contains("value=\"finance\" checked") && refused.contains("value=\"legal\" checked"))
        #expect(!refused.contains("value=\"policy\" checked"))
        #expect(fresh.contains("value=\"policy\" checked") && fresh.contains("value=\"county\" checked"))
    }

    @Test("token and id come from the request, never from what was posted")
    func hiddenFields() {
        for form in [refused, fresh] {
            #expect(form.contains("<input type=\"hidden\" name=\"_csrf\" value=\"csrf-token\">"))
            #expect(
                form.contains("<input type=\"hidden\" name=\"_id\" value=\"0195507a-0b1c-7def-8123-456789abcdef\">"))
            #expect(!form.contains("value=\"old\""))
        }
    }

    @Test("a form with a file is multipart, one without is not")
    func encoding() {
        #expect(fresh.contains("enctype=\"multipart/form-data\""))
        let plain = Form(post: "/x", of: Samples.request(), submit: "保存") { $0.text("name", "名称") }.html.description
        #expect(!plain.contains("enctype"))
    }

    @Test("a password is never written back")
    func passwords() {
        let request = Samples.request("/hub/login", [("account", "li"), ("password", "secret-7")])
        let page = Page.login(
            post: "/hub/login", request: request,
            refusal: Refusal("identity.wrong-password", status: 401, message: "账号或密码不正确。", log: "wrong password"))
        #expect(page.status == 401)
        #expect(page.content.description.contains("value=\"li\""))
        #expect(!page.content.description.contains("secret-7"))
    }

    @Test("a page shown from an address may fill fields, a cleared field stays clear")
    func prefill() {
        func field(_ fields: [(name: String, value: String)], refusal: Refusal? = nil) -> String {
            Form(post: "/x", of: Samples.request("/x", fields), refusal: refusal, submit: "保存") {
                $0.text("name", "名称", value: "原名")
            }.html.description
        }
        #expect(field([]).contains("value=\"原名\""))
        #expect(field([("name", "新名")]).contains("value=\"新名\""))
        #expect(field([("name", "")], refusal: Samples.refusal).contains("value=\"\""))
    }

    @Test("filters post nothing, keep the sort order and start again at page one")
    func filters() {
        let filters = Samples.html("filters").description
        #expect(filters.contains("method=\"get\" action=\"/hub/registry/nodes\""))
        #expect(
            filters.contains("name=\"sort\" value=\"name\"") && !filters.contains("_csrf")
                && !filters.contains("name=\"page\""))
        #expect(filters.contains("<option value=\"recognised\" selected>") && filters.contains("清除条件"))
    }
}

@Suite("Lists keep their filters")
struct ListTests {
    @Test(
        "the page number stays inside what there is",
        arguments: [
            ("1", 1), ("3", 3), ("0", 1), ("-5", 1), ("999", 3), ("x", 1), ("", 1), ("99999999999999999999", 1),
        ])
    func pageNumbers(given: String, expected: Int) {
        let paging = Paging(Samples.request("/x", [("page", given)]), total: 45)
        #expect(paging.page == expected)
        #expect(paging.offset == (expected - 1) * 20 && paging.limit == 20 && paging.pages == 3)
    }

    @Test("no results are one empty page")
    func noResults() {
        let paging = Paging(page: 7, total: 0)
        #expect(paging.page == 1 && paging.pages == 1 && paging.offset == 0)
    }

    @Test("links carry the filters, encoded, and never the hidden fields")
    func links() {
        let request = Samples.request(
            "/hub/nodes", [("q", "长 沙&市"), ("kind", "a"), ("kind", "b"), ("page", "3"), ("_csrf", "secret")])
        #expect(
            request.link(setting: "page", to: "4")
                == "/hub/nodes?q=%E9%95%BF%20%E6%B2%99%26%E5%B8%82&kind=a&kind=b&page=4")
        #expect(request.link(setting: "q", to: nil) == "/hub/nodes?kind=a&kind=b")
        #expect(request.link(setting: "sort", to: "-name").hasSuffix("&sort=-name"))
        #expect(!Samples.html("pagination").description.contains("_csrf"))
    }

    @Test("a sorted column says so and offers the other direction")
    func sorting() {
        let table = Samples.html("table").description
        #expect(table.contains("aria-sort=\"descending\""))
        #expect(table.contains("href=\"/hub/registry/nodes?state=all&amp;sort=served\""))
        let up = DataTable(
            "表", columns: [.text("名称", sort: "name")], rows: [[.text("甲")]],
            request: Samples.request("/x", [("sort", "name")]))
        #expect(up.html.description.contains("aria-sort=\"ascending\"") && up.html.description.contains("sort=-name"))
    }

    @Test("work that waits is sorted by deadline, overdue first, without one last")
    func todos() throws {
        let list = Samples.html("todos").description
        let order = try ["浏阳市窗口申请", "醴陵市窗口整改验收", "岳阳县窗口申请", "补充场地证明"].map {
            try #require(list.firstRange(of: $0)).lowerBound
        }
        #expect(order == order.sorted())
        #expect(list.contains("已逾期 2天3小时") && list.contains("还剩 5小时"))
        #expect(list.components(separatedBy: "todo-overdue").count == 2)
    }

    @Test("the timeline says how long each step took")
    func timeline() {
        let line = Samples.html("timeline").description
        #expect(line.contains("距上一步 3天4小时") && line.contains("长沙市经办 李示例"))
    }
}
