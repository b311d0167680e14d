public import Messages
public import Vocabulary

/// Makes the one who tells it the 服务专员 of enterprises, or of all of a county that have none. For staff of the region.
public struct TakeServiceDuty: Command {
    public typealias Reply = EnterpriseReceipt

    public static let name: WireName = "matching.take-service-duty.v1"

    /// 0…500
    public var enterprises: [CreditCode]
    /// All of this county that have no specialist.
    public var region: RegionCode?

    public init(enterprises: [CreditCode] = [], region: RegionCode? = nil) {
        self.enterprises = enterprises
        self.region = region
    }
}

extension TakeServiceDuty: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("enterprises", "企业", 0...500)
    }
}
