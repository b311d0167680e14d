import Messages
import Pages
import Vocabulary

/// Every component with invented content, one golden file each.
enum Samples {
    /// 2026年3月1日 14:05 in China.
    static let now = Timestamp(milliseconds: 1_772_345_100_000)

    static func hours(_ hours: Int64) -> Timestamp { Timestamp(milliseconds: now.milliseconds + hours * 3_600_000) }

    static let site = SiteCard(
        id: "hub", title: "湖南省中小企业公共服务平台", subtitle: "省级枢纽平台", region: RegionCode("430000"),
        footer: ["主办单位：示例省级主管部门", "运营单位：示例服务中心", "地址：长沙市示例路 1 号", "备案号：湘ICP备00000000号"])

    static func request(_ path: String = "/hub/registry/nodes", _ fields: [(name: String, value: String)] = [])
        -> PageRequest
    {
        PageRequest(
            site: site, base: "/hub/registry", path: path, fields: FormFields(fields), actor: .visitor,
            id: MessageID(high: 0x0195_507a_0b1c_7def, low: 0x8123_4567_89ab_cdef), now: now,
            csrfToken: "csrf-token")
    }

    static let refusal = Refusal(
        "registry.application-incomplete", status: 422, message: "申请未能提交：下列内容需要更正，其余内容已为您保留。",
        log: "application has 3 faults",
        faults: [
            .init(
                field: "/operator/creditCode", value: "91430100MA4L<8",
                message: "统一社会信用代码“91430100MA4L<8”不足 18 位，请按营业执照填写。"),
            .init(field: "region", message: "请选择所在县市区。"),
            .init(field: "plan", message: "年度建设计划尚未公布，请联系市州主管部门。"),
        ])

    static let components: [(name: String, html: HTML)] =
        basics + lists + forms + figures

    static func city(_ code: String, _ name: String, _ done: Int, _ all: Int) -> TileMap.Tile? {
        RegionCode(code).map { TileMap.Tile($0, name, done, of: all, href: "/hub/registry/map/\(code)") }
    }

    static let cities: [TileMap.Tile] = [
        city("430100", "长沙市", 9, 9), city("430200", "株洲市", 8, 9), city("430300", "湘潭市", 5, 5),
        city("430400", "衡阳市", 9, 12), city("430500", "邵阳市", 7, 12), city("430600", "岳阳市", 8, 9),
        city("430700", "常德市", 9, 9), city("430800", "张家界市", 2, 4), city("430900", "益阳市", 4, 6),
        city("431000", "郴州市", 10, 11), city("431100", "永州市", 3, 11), city("431200", "怀化市", 5, 12),
        city("431300", "娄底市", 5, 5), city("433100", "湘西土家族苗族自治州", 0, 8),
    ].compactMap { $0 }

    static let counties: [TileMap.Tile] = [
        city("431202", "鹤城区", 1, 1), city("431221", "中方县", 1, 1), city("431222", "沅陵县", 0, 1),
        city("431227", "新晃侗族自治县", 1, 1), city("431228", "芷江侗族自治县", 0, 1), city("431281", "洪江市", 1, 1),
    ].compactMap { $0 }
}

extension Samples {
    static let basics: [(name: String, html: HTML)] = [
        (
            "notices",
            HTML {
                Notice("本年度县级综合窗口申报将于2026年3月31日截止。")
                Notice("申请已提交，编号 SQ-2026-0042。", tone: .success)
                Notice("距验收期限还有3天。", tone: .warning, title: "请尽快补充材料")
                Notice(title: "整改未完成", tone: .danger) {
                    p {
                        "请在期限前提交整改报告，"
                        a("查看整改要求", href: "/hub/registry/rectification/7")
                    }
                }
            }
        ),
        (
            "badges",
            p {
                StateBadge("草稿")
                " "
                StateBadge("市级初审", .info)
                " "
                StateBadge("已认定", .success)
                " "
                StateBadge("退回补正", .warning)
                " "
                StateBadge("已逾期", .danger)
            }
        ),
        (
            "actions",
            Actions {
                ButtonLink("提交申请", href: "/hub/registry/applications/new")
                ButtonLink("下载通知", href: "/hub/files/1", .secondary)
                ButtonLink("退出网络", href: "/hub/registry/exit", .danger)
                ButtonLink("返回列表", href: "/hub/registry", .quiet)
            }.html
        ),
        (
            "facts",
            FactList([
                Fact("平台名称", "浏阳市中小企业服务窗口"), Fact("运营单位", "浏阳市示例企业服务有限公司 & 分公司"),
                Fact("统一社会信用代码") { code("91430181MA4LXXXX0X") }, Fact("认定时间", at: hours(-2000), now: now),
                Fact("场地面积", "320 平方米"), Fact("撤销时间", nil),
            ]).html
        ),
        (
            "timeline",
            Timeline(
                [
                    .init(at: hours(-300), actor: "浏阳市窗口 王示例", title: "提交申请"),
                    .init(
                        at: hours(-224), actor: "长沙市经办 李示例", title: "退回补正", note: "场地证明缺少第二页，请补充后重新提交。", tone: .warning),
                    .init(
                        at: hours(-200), actor: "浏阳市窗口 王示例", title: "重新提交",
                        details: p { a("场地证明.pdf", href: "/hub/files/2") }),
                    .init(at: hours(-50), actor: "长沙市经办 李示例", title: "市级初审通过", note: "材料齐全，同意上报。", tone: .success),
                ], now: now
            ).html
        ),
        (
            "steps",
            Steps([
                .init("提交申请", .done, note: "2月17日"), .init("市级初审", .done, note: "2月27日"),
                .init("省级审核", .current, note: "期限3月6日"),
                .init("建设", .ahead), .init("验收", .ahead), .init("认定", .ahead),
            ]).html
        ),
        (
            "steps-failed",
            Steps([.init("提交申请", .done), .init("市级初审", .failed, note: "未通过"), .init("省级审核", .ahead)]).html
        ),
        (
            "subnav",
            Subnav(
                [
                    NavigationItem("概况", "/n/1"), NavigationItem("标准对照", "/n/1/standards"),
                    NavigationItem("办理过程", "/n/1/log"),
                ],
                path: "/n/1"
            ).html
        ),
        ("disclosure", Disclosure("认定标准（8 项）") { p("有固定服务场所，面积不少于 200 平方米。") }.html),
        ("panel", Panel("运营单位") { p("示例企业服务有限公司，2025年4月起运营。") }.html),
        ("progress", Progress("正在导入企业名录", done: 1230, of: 4000).html),
        ("empty", EmptyState("还没有窗口申请", hint: "县市区窗口提交的申请会列在这里。", action: ButtonLink("新建申请", href: "/x")).html),
    ]

    static let lists: [(name: String, html: HTML)] = [
        (
            "table",
            DataTable(
                "县级综合窗口",
                columns: [
                    .text("名称", sort: "name"), .text("状态"), .number("服务企业", unit: "家", sort: "served"),
                    .number("满意度"), .text("认定日期"),
                ],
                rows: [
                    [
                        .link("浏阳市窗口", "/hub/registry/nodes/1"), .state("已认定", .success), .number(1280),
                        .share(1190, of: 1280), .date(hours(-2000)),
                    ],
                    [
                        .link("醴陵市窗口", "/hub/registry/nodes/2"), .state("整改中", .warning), .number(96),
                        .share(80, of: 96), .date(hours(-9000)),
                    ],
                    [
                        .link("沅陵县<窗口>", "/hub/registry/nodes/3"), .state("建设中", .info), .number(nil), .share(0, of: 0),
                        .date(nil),
                    ],
                ],
                footer: [.text("合计"), .text(""), .number(1376), .share(1270, of: 1376), .text("")],
                csv: "/hub/registry/nodes.csv",
                request: request("/hub/registry/nodes", [("state", "all"), ("sort", "-served")])
            ).html
        ),
        ("table-empty", DataTable("县级综合窗口", columns: [.text("名称")], rows: []).html),
        (
            "pagination",
            Pagination(
                Paging(page: 4, total: 1376),
                of: request("/hub/registry/nodes", [("state", "已认定"), ("page", "4"), ("_csrf", "x")])
            ).html
        ),
        (
            "continuation",
            Continuation(
                total: 1376, next: Cursor("5b22343330313831225d"),
                of: request("/hub/registry/nodes", [("state", "已认定"), ("after", "5b22343330313032225d"), ("_csrf", "x")])
            ).html
        ),
        (
            "filters",
            FilterBar(request("/hub/registry/nodes", [("state", "recognised"), ("sort", "name")])) { form in
                form.text("name", "名称")
                form.select("state", "状态", [Choice("building", "建设中"), Choice("recognised", "已认定")])
                form.date("from", "认定日期起")
            }.html
        ),
        (
            "todos",
            TodoList(
                [
                    .init("岳阳县窗口申请", href: "/t/3", kind: "窗口申请 · 省级审核", deadline: hours(70)),
                    .init("补充场地证明", href: "/t/4", kind: "材料补正"),
                    .init("浏阳市窗口申请", href: "/t/1", kind: "窗口申请 · 省级审核", deadline: hours(-51), note: "长沙市已初审通过"),
                    .init("醴陵市窗口整改验收", href: "/t/2", kind: "整改", deadline: hours(5)),
                ], now: now
            ).html
        ),
        (
            "results",
            SearchResults(
                "窗口",
                [
                    .init(
                        "浏阳市窗口", href: "/hub/registry/nodes/1", kind: "平台节点",
                        excerpt: [("浏阳市中小企业服务", false), ("窗口", true), ("，<2025>年认定。", false)]),
                    .init("窗口建设标准", href: "/hub/files/9", kind: "文件"),
                ]
            ).html
        ),
        ("results-empty", SearchResults("<x>", []).html),
        (
            "facet",
            FacetLine(
                "服务类别",
                [
                    .init("创业辅导", 2, href: "?category=startup", isChosen: false), .init("融资<服务>", 1200, href: "?", isChosen: true),
                ]).html
        ),
        (
            "files",
            FileList([
                .init("场地证明.pdf", href: "/hub/files/2", bytes: 1_532_000, kind: "PDF"),
                .init("a<b>.png", href: "/hub/files/3", bytes: 20_480),
            ]).html
        ),
        ("todos-empty", TodoList([], now: now).html),
        (
            "cards",
            CardGrid([
                Card(
                    "专精特新政策解读会", href: "/c/1", text: "面向拟申报企业，讲解 2026 年认定条件与材料要求。", state: StateBadge("报名中", .info),
                    notes: ["3月12日 14:30", "线上", "余 120 席"]),
                Card("中小企业数字化诊断", href: "/c/2", text: "服务机构到厂诊断，出具改造建议书。", notes: ["免费", "长沙市、株洲市、湘潭市"]),
            ]).html
        ),
        (
            "entrances",
            EntranceGrid([
                .init("找服务", "按行业和地区查找服务机构", href: "/hub/services", icon: .search),
                .init("提需求", "说明需要，由机构来响应", href: "/hub/demands", icon: .demand),
                .init("反映诉求", "困难和问题，限期答复", href: "/hub/appeals", icon: .appeal),
                .init("上课堂", "线上线下培训课程", href: "/hub/courses", icon: .course),
                .init("逛展会", "网上展厅与供需对接", href: "/hub/fairs", icon: .booth),
                .init("打热线", "96871，工作日 9:00–17:30", href: "tel:96871", icon: .hotline),
            ]).html
        ),
    ]
}
