public import Messages

/// Publishes an exhibition or closes it.
public struct AdvanceExhibition: Command {
    public typealias Reply = ExhibitionReceipt

    public static let name: WireName = "expo.advance-exhibition.v1"

    public var exhibition: ExhibitionID
    public var action: ExhibitionAction

    public init(exhibition: ExhibitionID, action: ExhibitionAction) {
        self.exhibition = exhibition
        self.action = action
    }
}

extension AdvanceExhibition: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["action": "办理事项"])
    }
}
