import Messages
import PluginKit
import RegistryContracts
import Vocabulary

extension DemoStory {
    /// What became of nodes after recognition: a rectification under way, a change of operator under way and one done, an exit.
    func lives() async throws {
        try await order("430703", .orderRectification, opinion: "演示：活跃度低，限期整改。", daysAgo: 25, due: today + 35)
        try await order("430482", .beginOperatorChange, opinion: "演示：原运营单位合同到期。", daysAgo: 12)

        try await order("430224", .beginOperatorChange, opinion: "演示：与省平台协同少，更换运营单位。", daysAgo: 200)
        if let node = NodeID("430224") {
            try await teller.tell(
                ChangeOperator(
                    node: node, operatingUnit: organisation("茶陵县企服科技有限公司", 4001), mode: .entrustedEnterprise,
                    from: today - 170, reason: "演示：公开遴选确定新运营单位", documents: [paper]))
        }
        try await order("431024", .orderRectification, opinion: "演示：管理不规范，限期整改。", daysAgo: 400, due: today - 310)
        try await order(
            "431024", .exit, opinion: "演示：整改不到位，退出平台网络。", daysAgo: 300, documentNumber: "演示〔退〕1号")
    }

    private func order(
        _ id: String, _ action: StageAction, opinion: String, daysAgo: Int, due: Day? = nil, documentNumber: String? = nil
    ) async throws {
        guard let node = NodeID(id), let application = try? teller.ask(GetNode(id: node)).node.application else { return }
        try await teller.tell(
            AdvanceApplication(
                application: application, action: action, opinion: opinion, documentNumber: documentNumber, due: due,
                happenedOn: today - daysAgo))
    }

    /// One application in every stage; their steps lie in the weeks before today.
    func applications() async throws {
        let city: [(StageAction, Int)] = [(.accept, 3), (.passCityReview, 9), (.passProvinceReview, 18)]
        let built: [(StageAction, Int)] = city + [(.requestAcceptance, 60), (.passAcceptance, 70)]
        try await application("430522", submittedDaysAgo: 2, [])
        try await application("430525", submittedDaysAgo: 30, [(.accept, 3)])
        try await application("430623", submittedDaysAgo: 24, Array(city.prefix(2)))
        try await application("430681", submittedDaysAgo: 60, city)
        try await application("430921", submittedDaysAgo: 75, Array(built.prefix(4)))
        try await application("431221", submittedDaysAgo: 80, built)
        try await application("431223", submittedDaysAgo: 15, [(.accept, 2), (.sendBack, 6)])
        try await application("431322", submittedDaysAgo: 40, [(.accept, 3), (.refuse, 8)])
    }

    /// - Parameter steps: what was done, and how many days after the submission.
    private func application(_ code: String, submittedDaysAgo: Int, _ steps: [(StageAction, Int)]) async throws {
        guard let region = RegionCode(code), let serial = Int(code) else { return }
        let title = gazetteer.title(of: region)
        let submitted = today - submittedDaysAgo
        let receipt = try await teller.tell(
            SubmitApplication(
                kind: .county, region: region, title: "\(title)中小企业公共服务平台",
                builder: organisation("\(title)中小企业服务中心", 5000 + serial % 1000),
                operatingUnit: organisation("\(title)企业服务有限公司", 6000 + serial % 1000), mode: .entrustedEnterprise,
                summary: "演示：全县中小企业政策、融资、培训和诉求服务需求集中，现有场地和人员已落实，申请建设综合窗口平台。", documents: [paper],
                happenedOn: submitted), as: try await person(.windowStaff, "县级经办人", in: region))
        for (action, after) in steps {
            try await teller.tell(
                AdvanceApplication(
                    application: receipt.application, action: action, opinion: "演示：\(action.title)。",
                    documents: action == .requestAcceptance || action == .passAcceptance ? [paper] : [],
                    happenedOn: submitted + after), as: try await actor(for: action, region))
        }
    }

    private func actor(for action: StageAction, _ region: RegionCode) async throws -> Actor {
        switch action {
        case .requestAcceptance: try await person(.windowStaff, "县级经办人", in: region)
        case .passProvinceReview: try await person(.provinceStaff, "省级评审人", in: gazetteer.province)
        default: try await person(.cityStaff, "市级初审人", in: region.cityOrSelf)
        }
    }

    private func person(_ role: Role, _ name: String, in region: RegionCode) async throws -> Actor {
        try await demonstration.person("\(role.rawValue)-\(region)", name, [Grant(role, in: region)])
    }
}
