import Crypto
import SchoolContracts

/// What the QR code of a pass says: whose place it is, signed with the key of the class so that a door without a network can check it.
///
/// `S1.K2026-001-0007.1.` and 86 characters: the form's version, the registration, the issue, then ES256 over everything before the
/// last point, as 64 bytes in base 64 for addresses (RFC 7518 §3.4, RFC 4648 §5).
struct Ticket: Hashable {
    var registration: RegistrationID
    /// Counts up when another person takes the place.
    var issue: Int

    private static let form = "S1"

    var statement: String { "\(Self.form).\(registration).\(issue)" }

    func signed(by key: SigningKey) throws -> String {
        "\(statement).\(Base64.encodeURL(try key.signRaw(Array(statement.utf8))))"
    }

    /// A ticket with the signature it came with, not yet checked.
    struct Presented {
        var ticket: Ticket
        var signature: [UInt8]

        func isSigned(by key: VerifyingKey) -> Bool { key.isValid(raw: signature, of: Array(ticket.statement.utf8)) }
    }

    /// - Returns: `nil` for a text that is no ticket.
    static func read(_ text: String) -> Presented? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == form, let registration = RegistrationID(String(parts[1])),
            let issue = Int(parts[2]), issue > 0,
            "\(issue)" == parts[2], let signature = Base64.decodeURL(parts[3]), signature.count == 64
        else { return nil }
        return Presented(ticket: Ticket(registration: registration, issue: issue), signature: signature)
    }
}

extension RegistrationID {
    /// Whether it is a registration for that class.
    func belongs(to schoolClass: ClassID) -> Bool {
        let text = schoolClass.description + "-"
        return description.hasPrefix(text) && !description.dropFirst(text.count).contains("-")
    }
}
