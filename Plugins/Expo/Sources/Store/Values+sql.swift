public import ExpoContracts
public import Store
public import Vocabulary

extension ExhibitionKind: SQLRawValue {}
extension ExhibitionState: SQLRawValue {}
extension HallKind: SQLRawValue {}
extension BoothState: SQLRawValue {}
extension LeadKind: SQLRawValue {}
extension LeadState: SQLRawValue {}
extension LeadAction: SQLRawValue {}

extension SQLValue where Self: TextCoded {
    public var sql: SQLScalar { .text(description) }
    public init?(sql: SQLScalar) {
        guard case .text(let text) = sql else { return nil }
        self.init(text)
    }
}

extension ExhibitionID: SQLValue {}
extension BoothID: SQLValue {}
extension PersonID: SQLValue {}
