public import Messages
public import RegistryContracts

/// What an operator sets for the registry of a site (`registry.json5`). Every key is optional; these are the defaults.
public struct RegistrySettings: Codable, Sendable, Hashable {
    /// The province whose divisions are to be covered, by its six-digit code as text; 430000 is Hunan.
    public var province = "430000"
    /// Levels shown on the coverage page and the home page.
    public var coverageLevels: [CoverageLevel] = CoverageLevel.allCases
    /// Working days for each review; 1…250.
    public var reviewWorkingDays = ReviewDeadlines()
    /// Who may have a second window for a county, with a reason.
    public var overrideRoles: [Role] = [.provinceStaff]
    /// The standard in force for checklists (D14).
    public var standard = Standard.example
    /// At the hub: settings that hold for every site below it on this host, names of the keys above; `shuniu check` refuses others there.
    public var lockedByHub: [String] = ["standard", "overrideRoles"]
    /// Largest attachment in bytes; 1…104857600.
    public var largestAttachment: Int64 = 20 * 1024 * 1024

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        province = try container.decodeIfPresent(String.self, forKey: .province) ?? province
        coverageLevels = try container.decodeIfPresent([CoverageLevel].self, forKey: .coverageLevels) ?? coverageLevels
        reviewWorkingDays =
            try container.decodeIfPresent(ReviewDeadlines.self, forKey: .reviewWorkingDays) ?? reviewWorkingDays
        overrideRoles = try container.decodeIfPresent([Role].self, forKey: .overrideRoles) ?? overrideRoles
        standard = try container.decodeIfPresent(Standard.self, forKey: .standard) ?? standard
        lockedByHub = try container.decodeIfPresent([String].self, forKey: .lockedByHub) ?? lockedByHub
        largestAttachment = try container.decodeIfPresent(Int64.self, forKey: .largestAttachment) ?? largestAttachment
    }

    /// Working days within which each stage is to be left.
    public struct ReviewDeadlines: Codable, Sendable, Hashable {
        /// 受理
        public var submitted = 5
        /// 市级初审
        public var cityReview = 10
        /// 省级评审
        public var provinceReview = 20
        /// 验收
        public var acceptance = 20
        /// 认定
        public var accepted = 10

        public init() {}

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            submitted = try container.decodeIfPresent(Int.self, forKey: .submitted) ?? submitted
            cityReview = try container.decodeIfPresent(Int.self, forKey: .cityReview) ?? cityReview
            provinceReview = try container.decodeIfPresent(Int.self, forKey: .provinceReview) ?? provinceReview
            acceptance = try container.decodeIfPresent(Int.self, forKey: .acceptance) ?? acceptance
            accepted = try container.decodeIfPresent(Int.self, forKey: .accepted) ?? accepted
        }

        /// Working days for a stage; `nil` for a stage without a clock of its own.
        func workingDays(in stage: Stage) -> Int? {
            switch stage {
            case .submitted: submitted
            case .cityReview: cityReview
            case .provinceReview: provinceReview
            case .acceptance: acceptance
            case .accepted: accepted
            default: nil
            }
        }
    }

    /// A named, versioned list of standard items.
    public struct Standard: Codable, Sendable, Hashable {
        public var title: String
        public var items: [Item]

        public init(title: String, items: [Item]) {
            self.title = title
            self.items = items
        }

        /// One item; the points of all items are what can be reached.
        public struct Item: Codable, Sendable, Hashable {
            /// 1…20 lower-case letters, digits and hyphens; permanent.
            public var code: String
            public var title: String
            public var requirement: String
            /// 1…100
            public var points: Int

            public init(code: String, title: String, requirement: String, points: Int) {
                self.code = code
                self.title = title
                self.requirement = requirement
                self.points = points
            }
        }
    }
}

extension RegistrySettings.Standard {
    /// An example to start from: the province's own table (494号) is not public, so its items come from the clauses of the notice.
    /// - Source: 湘经信中小服务〔2017〕711号 二, 三, 五, 六, 八
    public static let example = RegistrySettings.Standard(
        title: "窗口平台标准化建设检查表（示例）",
        items: [
            Item(code: "premises", title: "固定服务场所", requirement: "有固定的服务场所和统一标识，公开96871热线。", points: 15),
            Item(code: "staff", title: "专职服务人员", requirement: "配备专职服务人员，职责明确并公示。", points: 10),
            Item(code: "rules", title: "服务规范与制度", requirement: "执行全省统一的服务规范、共享机制和考核办法（三）。", points: 10),
            Item(code: "disclosure", title: "服务信息公开", requirement: "服务机构、产品、活动和政策在平台公开（三）。", points: 15),
            Item(code: "records", title: "服务即时有记录", requirement: "所有服务活动在平台后台即时有记录、能跟踪、可考核（六）。", points: 20),
            Item(code: "column", title: "意见建议专栏", requirement: "设立专栏听取共性意见和建议，处理结果可评价（五）。", points: 10),
            Item(code: "reports", title: "按季报送", requirement: "按时完成大数据报送和季度通报所需数据（八）。", points: 10),
            Item(code: "satisfaction", title: "服务满意度", requirement: "服务满意度达到95%以上（二）。", points: 10),
        ])
}
