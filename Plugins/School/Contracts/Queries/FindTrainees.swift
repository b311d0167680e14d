public import Messages
public import Vocabulary

/// Staff to be trained of the asker's regions, by number.
public struct FindTrainees: ListQuery {
    public typealias Item = TraineeCard
    public typealias Reply = Listing<TraineeCard>

    public static let name: WireName = "school.find-trainees.v1"

    /// Only this division and what lies in it.
    public var region: RegionCode?
    public var standing: TrainingState?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        region: RegionCode? = nil, standing: TrainingState? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.region = region
        self.standing = standing
        self.after = after
        self.limit = limit
    }
}

extension FindTrainees: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
        schema.name(["standing": "达标情况"])
    }
}
