/// A division during the days its code is valid. A division that changed its code or name stands in several of these.
public struct Region: Hashable, Sendable {
    public enum Tier: String, Codable, Sendable, CaseIterable, Comparable {
        case province, city, county

        /// 省级、市州级、县市区级
        public var title: String {
            switch self {
            case .province: "省"
            case .city: "市州"
            case .county: "县市区"
            }
        }

        public static func < (left: Tier, right: Tier) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .province ? 0 : self == .city ? 1 : 2 }
    }

    public let code: RegionCode
    /// Full name, such as 湘西土家族苗族自治州.
    public let name: String
    /// Name without its kind, such as 湘西; the full name where no short one is known.
    public let shortName: String
    public let tier: Tier
    /// 省, 地级市, 自治州, 市辖区, 县级市, 县, 自治县; `nil` outside Hunan.
    public let kind: String?
    /// The division above; a county directly under a province has the province here. `nil` for a province.
    public let parent: RegionCode?
    /// Lower-case letters without tones, and their initials; `nil` outside Hunan.
    public let pinyin: String?
    public let initials: String?
    /// Seat of government in degrees, GCJ-02: for schematic drawings only, as a map in public needs an approval number.
    public let longitude: Double?
    public let latitude: Double?
    /// Telephone area code with its 0, and digits of a local number; known for the cities of Hunan.
    public let areaCode: String?
    public let localDigits: Int?
    /// First and last day the code is valid; `nil` where open.
    public let from: Day?
    public let until: Day?
    /// Whether `from` and `until` are the days of the decision, not a stand-in for a change known only by its year.
    public let hasExactDays: Bool
    /// The codes that followed after `until`.
    public let successors: [RegionCode]

    public init(
        code: RegionCode, name: String, shortName: String? = nil, tier: Tier, kind: String? = nil, parent: RegionCode?,
        pinyin: String? = nil, initials: String? = nil, longitude: Double? = nil, latitude: Double? = nil,
        areaCode: String? = nil, localDigits: Int? = nil, from: Day? = nil, until: Day? = nil,
        hasExactDays: Bool = true,
        successors: [RegionCode] = []
    ) {
        self.code = code
        self.name = name
        self.shortName = shortName ?? name
        self.tier = tier
        self.kind = kind
        self.parent = parent
        self.pinyin = pinyin
        self.initials = initials
        self.longitude = longitude
        self.latitude = latitude
        self.areaCode = areaCode
        self.localDigits = localDigits
        self.from = from
        self.until = until
        self.hasExactDays = hasExactDays
        self.successors = successors
    }

    /// Whether the code is valid on a day.
    public func isValid(on day: Day) -> Bool {
        if let from, day < from { return false }
        if let until, day > until { return false }
        return true
    }
}
