public import Messages

/// A certificate was taken back.
public struct CertificateRevoked: Event {
    public static let name: WireName = "school.certificate-revoked.v1"
    public var subject: String { registration.subject }

    public var number: CertificateNumber
    public var registration: RegistrationID
    public var reason: String

    public init(number: CertificateNumber, registration: RegistrationID, reason: String) {
        self.number = number
        self.registration = registration
        self.reason = reason
    }
}
