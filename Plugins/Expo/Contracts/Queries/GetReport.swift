public import Messages

/// What came of an exhibition: for staff every exhibitor, for an exhibitor the own line.
public struct GetReport: Query {
    public typealias Reply = ExpoReport

    public static let name: WireName = "expo.get-report.v1"

    public var exhibition: ExhibitionID

    public init(exhibition: ExhibitionID) {
        self.exhibition = exhibition
    }
}
