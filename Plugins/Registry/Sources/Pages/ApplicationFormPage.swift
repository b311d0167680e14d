import Messages
import Pages
import RegistryContracts
import Vocabulary

/// The form of an application: for a new one, or to mend one that was sent back.
struct ApplicationFormPage: Sendable {
    /// Divisions the one who asks may apply for, city before its counties.
    var regions: [EligibleUnit]
    var units: [EligibleUnit]
    /// Whether a second window may be asked for.
    var mayOverride: Bool
    /// The application to mend; `nil` for a new one.
    var mending: ApplicationDetail?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: mending == nil ? "申报平台" : "补正申报材料",
            trail: [("我的申报", "\(request.base)/applications/mine")]
                + (mending.map { [("申报 \($0.card.id)", request.path($0.card.id))] } ?? []),
            header: PageHeader(lead: lead), layout: .narrow
        ) {
            if mending == nil, regions.isEmpty {
                EmptyState("您的账号没有可申报的辖区", hint: "请联系安全管理员为账号授予窗口人员或主管人员角色及辖区。")
            } else {
                form(request)
            }
        }
    }

    private var lead: String {
        if let last = mending?.steps.last(where: { $0.to == .returned }) {
            return "退回意见：\(last.opinion ?? "（无）")"
        }
        return "流程：申报 → 市级初审 → 省级评审 → 建设 → 验收 → 认定。"
    }

    private func form(_ request: PageRequest) -> HTML {
        let address = mending.map { "\(request.path($0.card.id))/correct" } ?? "\(request.base)/applications"
        return Form(
            post: address, of: request, refusal: refusal, submit: mending == nil ? "提交申报" : "重新提交",
            cancel: mending.map { request.path($0.card.id) } ?? "\(request.base)/map",
            draft: mending.map { "补正申报 \($0.card.id)" } ?? "平台申报"
        ) { form in
            form.group("平台") {
                if mending == nil {
                    form.select(
                        "kind", "平台类型",
                        NodeKind.allCases.filter { $0 != .hub }.map { Choice($0.rawValue, $0.title) },
                        value: NodeKind.county.rawValue, required: true)
                    form.select(
                        "region", "所在区划", regions.map { Choice($0.code, "\($0.title)（\($0.code)）") },
                        value: regions.count == 1 ? regions.first?.code : nil, required: true)
                }
                form.text(
                    "title", "平台名称", value: mending?.card.name, hint: "4–60 个字", example: "浏阳市中小企业公共服务平台", required: true)
                form.text("carrierPark", "载体园区", value: mending?.carrierPark, hint: "以园区为载体建设的，填写园区名称")
                form.text("chain", "服务产业链", value: mending?.chain)
                if mending == nil, !units.isEmpty {
                    form.select("unit", "覆盖单位", units.map { Choice($0.code, "\($0.level.title)·\($0.title)") }, hint: "产业链、园区和双创基地平台填写")
                }
            }
            form.group("建设和运营") {
                form.text("builderName", "建设主体名称", value: mending?.builder.name, required: true)
                form.text(
                    "builderCode", "建设主体统一社会信用代码", value: mending?.builder.creditCode.description, hint: "18 位",
                    required: true, width: .medium)
                form.text("operatingUnitName", "运营单位名称", value: mending?.operatingUnit.name, required: true)
                form.text(
                    "operatingUnitCode", "运营单位统一社会信用代码", value: mending?.operatingUnit.creditCode.description,
                    hint: "18 位", required: true, width: .medium)
                form.select(
                    "mode", "运营方式", OperatingMode.allCases.map { Choice($0.rawValue, $0.title) },
                    value: mending?.mode.rawValue, required: true)
            }
            form.group("理由和材料") {
                form.textarea(
                    "summary", "申报理由", value: mending?.summary, rows: 6, hint: "10–2000 个字：服务需求、场地、人员和资金安排", required: true)
                form.file("documents", "申报材料", hint: FormReader.fileHint, multiple: true)
                if mending == nil { form.date("happenedOn", "实际申报日期", hint: "补录以前的申报时填写，不填为今天") }
                if mayOverride {
                    form.textarea("overrideReason", "增设理由", rows: 3, hint: "每个县市区建设 1 个综合窗口平台；确需增设第二个时填写")
                }
            }
        }.html
    }
}
