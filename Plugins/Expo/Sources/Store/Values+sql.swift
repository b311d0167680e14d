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

extension ExhibitionID: SQLValue {}
extension BoothID: SQLValue {}
extension PersonID: SQLValue {}
