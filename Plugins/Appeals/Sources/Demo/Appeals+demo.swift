import AppealsContracts
import Bus
import Messages
public import PluginKit
import Vocabulary

extension Appeals {
    /// Fills the province's hub with invented matters in every state. Everything goes through the ordinary commands with fixed ids, so
    /// running it again changes nothing.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard demonstration.region == RegionCode("430000"), let lookup = LookupCode("DEMA-DEMA-2345")?.digest(for: Rulebook.lookupPurpose) else { return }
        // The hotline's directory arrives by events.
        await demonstration.bus.settle()
        let desk = try await demonstration.person("column", "专栏工作人员", [Grant(.provinceStaff)])
        let story = DemoStory(teller: DemoTeller(demonstration, of: manifest.id), bus: demonstration.bus, lookup: lookup, desk: desk)
        try await story.tellAll()
    }
}

private struct DemoStory {
    let teller: DemoTeller
    let bus: SiteBus
    let lookup: String
    let desk: Actor

    private func submit(_ title: String, _ content: String, _ category: String, _ region: String, _ signing: Signing = .signed) async throws -> CaseNumber? {
        guard let region = RegionCode(region), let phone = ContactNumber("0731-80000000") else { return nil }
        return try await teller.tell(
            SubmitAppeal(
                title: title, content: content, kind: .suggestion, category: category, region: region, signing: signing,
                submitter: Personal("演示提交人"), phone: Personal(phone), enterprise: "演示·某企业", lookup: lookup), as: .visitor
        ).number
    }

    func tellAll() async throws {
        _ = try await submit("建议简化出口退税的备案材料", "演示：同一材料在两个窗口重复提交，建议共享。", "05", "430181")
        _ = try await submit("希望延长夜间用电优惠时段", "演示：铸造企业夜间生产为主，建议延长优惠时段。", "07", "430121", .confidential)
        let departments = try bus.ask(ProposeDepartments(region: RegionCode("430181"), category: "04"), as: desk).departments
        guard let labour = departments.first(where: { $0.reason != nil }) else { return }
        var similar: [CaseNumber] = []
        for (index, region) in ["430104", "430111", "430181"].enumerated() {
            if let one = try await submit("社保费率阶段性下调何时到账（\(index + 1)）", "演示：企业反映阶段性下调的返还尚未到账。", "04", region) { similar.append(one) }
        }
        let common = try await teller.tell(
            MergeCases(cases: similar, title: "社保费率阶段性下调返还到账慢", summary: "演示：多家企业反映返还到账时间不明，希望公布进度。"), as: desk).number
        try await answer(common, labour.id, "演示答复：返还分三批到账，最后一批于本月底完成；进度可在平台查询。")
        try await teller.tell(
            PublishCase(number: common, title: "社保费率阶段性下调返还何时到账", text: "多家企业反映返还到账时间不明，希望公布进度和查询渠道。"), as: desk)
        if let open = try await submit("希望增加技能等级认定的考点", "演示：县域考点少，员工往返不便，建议增设。", "04", "430181") {
            try await teller.tell(AdvanceCase(number: open, action: .accept, departments: [labour.id]), as: desk)
        }
    }

    private func answer(_ number: CaseNumber, _ department: DepartmentID, _ text: String) async throws {
        try await teller.tell(AdvanceCase(number: number, action: .accept, departments: [department]), as: desk)
        let handler = Actor.system("appeals-demo")
        try await teller.tell(AdvancePart(number: number, department: department, action: .receive), as: handler)
        try await teller.tell(AdvancePart(number: number, department: department, action: .answer, text: text), as: handler)
    }
}
