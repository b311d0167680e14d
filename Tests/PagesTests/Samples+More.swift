import Messages
import Pages
import Vocabulary

extension Samples {
    static let regions = [Choice("430181", "浏阳市"), Choice("430281", "醴陵市"), Choice("431222", "沅陵县")]

    @HTMLBuilder
    static func fields(_ form: FormScope) -> HTML {
        form.group("运营单位", hint: "与营业执照一致。") {
            form.text("name", "单位名称", example: "浏阳市示例企业服务有限公司", required: true)
            form.text("operator.creditCode", "统一社会信用代码", hint: "18 位，不含字母 I、O、S、V、Z。", required: true, width: .medium)
            form.phone("phone", "联系电话", example: "0731-00000000")
        }
        form.group("窗口") {
            form.select("region", "所在县市区", regions, required: true)
            form.radio(
                "kind", "窗口类型", [Choice("county", "县级综合窗口"), Choice("park", "园区窗口", hint: "设在产业园区内。")], value: "county",
                required: true)
            form.checkboxes(
                "services", "服务内容", [Choice("policy", "政策咨询"), Choice("finance", "融资对接"), Choice("legal", "法律服务")],
                values: ["policy"])
            form.date("opening", "拟开放日期", required: true)
            form.money("budget", "年度预算", example: "120000.00")
            form.number("area", "场地面积", unit: "平方米", required: true)
            form.textarea("reason", "申请理由", rows: 3, hint: "不超过 500 字。", required: true)
            form.file("lease", "场地证明", accept: ".pdf,.jpg,.png", hint: "PDF 或图片，不超过 10 MB。", required: true)
            form.checkbox("promise", "承诺以上内容真实")
        }
    }

    static let typed: [(name: String, value: String)] = [
        ("name", "浏阳市“示例”<公司>"), ("operator.creditCode", "91430100MA4L<8"), ("kind", "park"), ("services", "finance"),
        ("services", "legal"), ("reason", "第一行\n</textarea><script>"), ("promise", "yes"), ("_csrf", "old"),
        ("_id", "old"),
    ]

    static let forms: [(name: String, html: HTML)] = [
        (
            "form",
            Form(
                post: "/hub/registry/applications", of: request(), submit: "提交申请", cancel: "/hub/registry",
                confirm: "确定提交？",
                fields: fields
            ).html
        ),
        (
            "form-refused",
            Form(
                post: "/hub/registry/applications", of: request("/hub/registry/applications", typed), refusal: refusal,
                submit: "提交申请",
                fields: fields
            ).html
        ),
    ]

    static let figures: [(name: String, html: HTML)] = [
        (
            "stats",
            StatTiles([
                .init("综合窗口覆盖率", "88.5%", note: "108/122 个县市区", asOf: now, href: "/hub/registry/coverage"),
                .init(
                    "本年服务企业", "12,480", unit: "家", note: "比上年同期多 8.2%", asOf: now, href: "/hub/stats/1",
                    trend: [3, 5, 4, 8, 9, 12]),
                .init("平均办结时长", "2天6小时", asOf: now), .init("逾期未办", "3", unit: "件", href: "/hub/todo"),
            ]).html
        ),
        (
            "bars",
            BarChart(
                "各市州服务企业数", unit: "家",
                [Datum("长沙市", 3280, href: "/c/430100"), Datum("株洲市", 1820), Datum("湘潭市", 960), Datum("张家界市", 0)]
            ).html
        ),
        (
            "stacked",
            StackedBarChart(
                "窗口建设情况", unit: "个", parts: ["已认定", "建设中", "未启动"],
                rows: [.init("长沙市", [7, 2, 0]), .init("衡阳市", [6, 3, 3]), .init("永州市", [2, 1, 8])]
            ).html
        ),
        (
            "line",
            LineChart(
                "每月办件量", unit: "件",
                [("9月", 820), ("10月", 930), ("11月", 1210), ("12月", 1480), ("1月", 1130), ("2月", 640), ("3月", 1290)].map {
                    Datum($0.0, $0.1)
                }
            ).html
        ),
        ("line-empty", LineChart("每月办件量", unit: "件", []).html),
        ("gauge", Gauge("县级窗口覆盖", 108, of: 122, unit: "个", target: 0.95).html),
        ("tile-map", TileMap("湖南省平台网络", measure: "综合窗口覆盖", unit: "个", cities).html),
        ("tile-map-counties", TileMap("怀化市", measure: "综合窗口", unit: "个", counties).html),
    ]
}

extension Samples {
    static let shell = Shell(
        site: site,
        navigation: [
            NavigationItem("首页", "/hub/"), NavigationItem("网络地图", "/hub/registry/map"),
            NavigationItem("平台网络", "/hub/registry"),
            NavigationItem("建设计划", "/hub/plan"), NavigationItem("待办", "/hub/todo"),
        ],
        account: .person(name: "李示例", accountPath: "/hub/account", logoutPath: "/hub/logout", csrfToken: "csrf-token"),
        searchPath: "/hub/search", stylesheets: ["base.css", "theme.css"], modules: ["enhance.js"],
        path: "/hub/registry/applications/42", notices: [Notice("意见已保存。", tone: .success)])

    static func html(_ name: String) -> HTML { components.first { $0.name == name }?.html ?? HTML() }

    /// Whole pages as people meet them; also what `Preview` writes for the eye.
    static var pages: [(name: String, shell: Shell, page: Page)] {
        var front = shell
        front.path = "/hub/"
        front.account = .visitor(loginPath: "/hub/login")
        front.notices = []
        let trail = [(title: "平台网络", path: "/hub/registry"), (title: "窗口申请", path: "/hub/registry/applications")]
        return [
            (
                "home", front,
                Page(
                    title: "中小企业办事，从这里开始", header: PageHeader(lead: "一个入口，连接省、市、县三级平台。"), layout: .home
                ) {
                    html("entrances")
                    Columns {
                        html("tile-map")
                    } side: {
                        Panel("平台数据") {
                            html("gauge")
                            p("截至2026年3月1日", .class("muted"))
                        }
                        Panel("通知") {
                            ul {
                                li { a("关于开展 2026 年县级综合窗口申报的通知", href: "/hub/news/1") }
                                li { a("服务机构年度评价结果公示", href: "/hub/news/2") }
                            }
                        }
                    }
                    h2("近期活动")
                    html("cards")
                }
            ),
            (
                "subject", shell,
                Page(
                    title: "浏阳市综合窗口申请", trail: trail,
                    header: PageHeader(
                        caption: "申请 SQ-2026-0042", state: StateBadge("省级审核中", .info), nextStep: "由省级主管人员在2026年3月6日前审核。"
                    ) {
                        ButtonLink("填写审核意见", href: "/hub/registry/applications/42/review")
                        ButtonLink("下载申请表", href: "/hub/registry/applications/42.pdf", .secondary)
                    }
                ) {
                    html("steps")
                    Columns {
                        html("facts")
                        html("timeline")
                    } side: {
                        Panel("提示") { p("审核通过后，窗口有 90 天建设期。") }
                    }
                }
            ),
            (
                "list", shell,
                Page(title: "县级综合窗口", trail: [trail[0]]) {
                    for name in ["filters", "table", "pagination", "table-empty"] { html(name) }
                }
            ),
            ("form", shell, Page(title: "申请县级综合窗口", trail: trail, layout: .narrow) { html("form-refused") }),
            (
                "sink", shell,
                Page(title: "全部组件", trail: trail) {
                    for name in [
                        "stats", "subnav", "notices", "badges", "actions", "todos", "bars", "stacked", "line",
                        "tile-map-counties", "progress", "disclosure", "panel", "empty", "steps-failed",
                    ] {
                        html(name)
                    }
                }
            ),
            ("login", front, Page.login(post: "/hub/login", request: request("/hub/login"), returnPath: "/hub/todo")),
            (
                "failure", shell,
                Page.failure(
                    Refusal("host.unexpected", status: 500, message: "系统在处理时遇到意外情况，您的内容没有保存。请稍后重试。", log: "x"),
                    incident: "7F3K-92QD", home: "/hub/")
            ),
        ]
    }
}
