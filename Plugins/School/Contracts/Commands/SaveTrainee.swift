public import Messages
public import Vocabulary

/// Puts somebody on a node's list of staff to be trained, or changes the entry. Hours are found by the mobile number with which they register for classes.
///
/// Who may: staff of the region.
public struct SaveTrainee: Command {
    public typealias Reply = TraineeReceipt

    public static let name: WireName = "school.save-trainee.v1"

    /// Missing for a new entry.
    public var trainee: TraineeID?
    /// 1…40 characters.
    public var name: Personal<String>
    public var mobile: Personal<Mobile>
    /// 2…20 characters, as in a rule.
    public var role: String
    public var region: RegionCode
    /// From then on nothing is required any more.
    public var leftOn: Day?

    public init(
        trainee: TraineeID? = nil, name: Personal<String>, mobile: Personal<Mobile>, role: String, region: RegionCode,
        leftOn: Day? = nil
    ) {
        self.trainee = trainee
        self.name = name
        self.mobile = mobile
        self.role = role
        self.region = region
        self.leftOn = leftOn
    }
}

extension SaveTrainee: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("role", "岗位", 2...20)
        schema.name(["name": "姓名", "mobile": "手机号", "leftOn": "离岗日期"])
    }
}
