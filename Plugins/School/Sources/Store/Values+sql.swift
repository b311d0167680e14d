public import SchoolContracts
public import Store
public import Vocabulary

extension CourseTheme: SQLRawValue {}
extension Audience: SQLRawValue {}
extension SessionMode: SQLRawValue {}
extension ClassState: SQLRawValue {}
extension RegistrationState: SQLRawValue {}
extension CheckInWay: SQLRawValue {}
extension ScanOutcome: SQLRawValue {}
extension QuestionKind: SQLRawValue {}
extension PrerequisiteProof: SQLRawValue {}
extension TrainingState: SQLRawValue {}
extension MatchingProgress: SQLRawValue {}

extension CourseID: SQLValue {}
extension ClassID: SQLValue {}
extension SeriesID: SQLValue {}
extension TraineeID: SQLValue {}
extension RegistrationID: SQLValue {}
extension CertificateNumber: SQLValue {}
extension PersonID: SQLValue {}
