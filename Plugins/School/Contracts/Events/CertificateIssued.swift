public import Messages
public import Vocabulary

/// A certificate was issued; the event says for which registration, not who it is.
public struct CertificateIssued: Event {
    public static let name: WireName = "school.certificate-issued.v1"
    public var subject: String { registration.subject }

    public var number: CertificateNumber
    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var enterprise: CreditCode

    public init(number: CertificateNumber, registration: RegistrationID, schoolClass: ClassID, enterprise: CreditCode) {
        self.number = number
        self.registration = registration
        self.schoolClass = schoolClass
        self.enterprise = enterprise
    }
}
