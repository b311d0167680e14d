import MarketContracts
import Vocabulary

/// What the demo network offers; all of it invented.
enum DemoCatalogue {
    struct Agency {
        var region: String
        var name: String
        var categories: [String]
        var summary: String
        var qualification: String
        var isCore = false
        var isDemo = false
        var isWaiting = false
        var services: [Service] = []
        var resources: [Resource] = []
    }

    struct Resource {
        var kind: AgencyResource.Kind
        var title: String
        var profile: String
        var categories: [String]
        var seats: Int?
    }

    struct Service {
        var title: String
        var category: String
        var nature: ServiceNature
        var price: Price
        var modes: [ServiceMode]
        var days: Int?
        var places: Int?
        var region: String?
        var summary: String
        var deliverables: String
        var isWaiting = false
        /// How many slots are opened a week from now, with the agency's first expert or venue.
        var slots = 0
        var isSoftware = false
        var trialDays: Int?
    }

    static let agencies: [Agency] = [
        Agency(
            region: "430200", name: "株洲智造服务有限公司", categories: ["digital", "technology", "management"],
            summary: "为中小制造企业提供数字化诊断、设备联网和精益管理服务，服务过轨道交通、硬质合金、服饰等行业的三百多家企业。", qualification: "智能制造系统服务能力证书",
            isCore: true, isDemo: true,
            services: [
                Service(
                    title: "中小企业数字化转型免费诊断", category: "digital", nature: .publicGood, price: Price(.free), modes: [.onSite, .online], days: 10,
                    places: 30, region: "430000", summary: "由两名顾问用一天走访车间和办公室，按国家中小企业数字化水平评测指标逐项打分，指出最先值得改的三件事。适合还没有系统或系统用得不好的企业。",
                    deliverables: "数字化水平评测报告一份，改进路线图一张。"),
                Service(
                    title: "设备联网与产线看板", category: "digital", nature: .paid, price: Price(.from, amount: Fen(3_800_000), unit: "条线"), modes: [.onSite], days: 45,
                    region: "430000", summary: "采集机床、注塑机、空压机等设备的运行数据，在车间看板和手机上显示开机率、产量和故障。旧设备可以加装采集器。", deliverables: "采集器、看板软件一年使用权、操作培训两次。"),
                Service(
                    title: "精益生产现场改善", category: "management", nature: .paid, price: Price(.fixed, amount: Fen(1_200_000), unit: "周"), modes: [.onSite], days: 20,
                    summary: "顾问驻厂一周，带领班组用价值流图找出等待和返工，当场改善一条产线，教会骨干自己做。", deliverables: "改善前后对比表、标准作业书、骨干培训记录。"),
                Service(
                    title: "制造业定制软件开发", category: "digital", nature: .custom, price: Price(.byQuote), modes: [.online, .onSite], days: nil, region: "430000",
                    summary: "按企业的流程定做报工、质检、追溯等小系统，先做两周的原型，满意再签合同。", deliverables: "需求书、原型、源代码和部署文档。"),
                Service(
                    title: "数字化专家到厂把脉", category: "digital", nature: .publicGood, price: Price(.free), modes: [.onSite], days: 5, region: "430000",
                    summary: "专家到车间看一个小时，当场说出三处可以马上改的地方。先选时段，专家按约到厂。", deliverables: "把脉记录一页。", slots: 4),
                Service(
                    title: "云上产线看板", category: "digital", nature: .paid, price: Price(.fixed, amount: Fen(360_000), unit: "年"), modes: [.online], days: 2,
                    region: "430000", summary: "云服务，接入设备数据即可在电脑和手机上看开机率、产量和停机原因，可先免费试用一个月。", deliverables: "一年使用权，开通账号五个。",
                    isSoftware: true, trialDays: 30),
            ],
            resources: [
                Resource(kind: .expert, title: "陈高工", profile: "从事注塑和机加工车间数字化改造二十年，主持过四十多条产线的设备联网。", categories: ["digital", "technology"]),
                Resource(kind: .expert, title: "周顾问", profile: "精益生产顾问，擅长价值流分析和班组建设。", categories: ["management"]),
                Resource(kind: .venue, title: "智造体验中心培训室", profile: "有投影、音响和一条演示产线，工作日可借用。", categories: ["digital", "training"], seats: 48),
            ]),
        Agency(
            region: "430200", name: "株洲正衡知识产权代理事务所", categories: ["ip", "legal"], summary: "专利、商标代理和知识产权维权援助，代理人十二名，覆盖机械、材料、电气等领域。",
            qualification: "专利代理机构执业许可证",
            services: [
                Service(
                    title: "发明专利申请代理", category: "ip", nature: .paid, price: Price(.fixed, amount: Fen(450_000), unit: "件"), modes: [.online], days: 15, region: "430000",
                    summary: "技术交底、检索、撰写、递交和答复审查意见的全过程代理，不授权退代理费的一半。", deliverables: "申请文件、受理通知书、答复意见陈述书。"),
                Service(
                    title: "知识产权维权咨询日", category: "ip", nature: .publicGood, price: Price(.free), modes: [.counter, .phone], days: 3, places: 20,
                    summary: "每月第二个周三在窗口面对面咨询侵权、被诉、海外参展等问题，电话也可以。", deliverables: "书面咨询意见一份。", isWaiting: true),
            ]),
        Agency(
            region: "430181", name: "浏阳创业辅导中心", categories: ["startup", "training"], summary: "浏阳本地的创业培训与企业管理辅导机构，每年举办公益培训四十余场。", qualification: "民办职业培训学校办学许可证",
            services: [
                Service(
                    title: "小微企业主财务与用工基础课", category: "training", nature: .publicGood, price: Price(.free), modes: [.counter, .park], days: 7, places: 60,
                    summary: "两个半天，讲清楚看报表、管现金、签劳动合同和交社保，面向员工三十人以下的企业主。", deliverables: "讲义、模板、答疑群一个月。"),
                Service(
                    title: "企业注册与变更代办", category: "startup", nature: .paid, price: Price(.fixed, amount: Fen(80_000), unit: "次"), modes: [.counter, .online], days: 5,
                    summary: "核名、章程、开户、税务登记一次办好，变更、注销也可以办。", deliverables: "营业执照、公章、税务登记回执。"),
                Service(
                    title: "创业导师面对面", category: "startup", nature: .publicGood, price: Price(.free), modes: [.counter], days: 1,
                    summary: "在辅导中心和创业导师单独谈四十分钟，项目、合伙、融资都可以问。", deliverables: "导师书面建议。", slots: 3),
            ],
            resources: [
                Resource(kind: .expert, title: "罗导师", profile: "连续创业者，辅导过一百二十多个小微项目。", categories: ["startup"]),
                Resource(kind: .venue, title: "创业路演厅", profile: "八十个座位，有直播设备，晚上和周末也开放。", categories: ["startup", "training"], seats: 80),
            ]),
        Agency(
            region: "430181", name: "浏阳花炮检测技术有限公司", categories: ["testing"], summary: "烟花爆竹及包装材料检验检测。", qualification: "检验检测机构资质认定证书", isWaiting: true),
        Agency(
            region: "430100", name: "长沙湘融企业服务有限公司", categories: ["finance", "credit"], summary: "为中小企业撮合银行、担保和风险投资，熟悉专精特新贷、知识产权质押等产品。", qualification: "融资咨询服务备案", isCore: true,
            services: [
                Service(
                    title: "专精特新企业信用贷款对接", category: "finance", nature: .publicGood, price: Price(.free), modes: [.online, .counter], days: 10, region: "430000",
                    summary: "根据企业的纳税、订单和专利情况匹配三家银行的信用贷款，帮助准备材料，陪同面谈。", deliverables: "融资方案一份，银行反馈意见。"),
                Service(
                    title: "融资路演辅导", category: "finance", nature: .paid, price: Price(.fixed, amount: Fen(600_000), unit: "次"), modes: [.onSite, .online], days: 15, region: "430000",
                    summary: "梳理商业计划书，模拟路演两次，推荐给合适的投资人。", deliverables: "商业计划书、路演稿、投资人名单。"),
            ]),
        Agency(
            region: "430100", name: "长沙麓谷检测认证有限公司", categories: ["testing", "technology"], summary: "电子、机械产品检测，计量校准，体系认证辅导。", qualification: "实验室认可证书",
            services: [
                Service(
                    title: "产品可靠性检测", category: "testing", nature: .paid, price: Price(.from, amount: Fen(200_000), unit: "项"), modes: [.counter], days: 12, region: "430000",
                    summary: "高低温、振动、盐雾、跌落等环境可靠性试验，出具有资质标志的报告。", deliverables: "检测报告。"),
            ]),
        Agency(
            region: "430000", name: "湖南三湘企业管理咨询有限公司", categories: ["management", "training", "tax"], summary: "全省性的管理咨询与培训机构，提供高新技术企业、专精特新企业申报辅导和财税规范服务。",
            qualification: "管理咨询服务等级证书", isCore: true,
            services: [
                Service(
                    title: "高新技术企业认定辅导", category: "technology", nature: .paid, price: Price(.fixed, amount: Fen(1_800_000), unit: "家"), modes: [.online, .onSite], days: 60, region: "430000",
                    summary: "评估条件、整理研发费用、准备知识产权和成果转化材料，直到递交。", deliverables: "整套申报材料。"),
                Service(
                    title: "财税规范体检", category: "tax", nature: .publicGood, price: Price(.free), modes: [.online], days: 5, places: 100, region: "430000",
                    summary: "对照二十项常见问题检查账务、发票和申报，指出风险和补救办法。", deliverables: "体检报告一份。"),
            ]),
        Agency(
            region: "430000", name: "湖南会展推广中心", categories: ["exhibition", "market"], summary: "组织企业参加省内外和境外展会，提供展位设计与市场推广。", qualification: "会展服务机构备案",
            services: [
                Service(
                    title: "中博会湖南展团组展", category: "exhibition", nature: .paid, price: Price(.fixed, amount: Fen(500_000), unit: "展位"), modes: [.onSite], days: 30, places: 40, region: "430000",
                    summary: "统一布展、运输和现场服务，对接采购商三家以上。", deliverables: "标准展位一个，对接记录。"),
                Service(
                    title: "工业品牌形象设计", category: "design", nature: .custom, price: Price(.byQuote), modes: [.online], days: nil, region: "430000",
                    summary: "标识、包装、展厅和产品外观设计，先出两个方向的草案。", deliverables: "设计稿和源文件。"),
            ]),
    ]
}
