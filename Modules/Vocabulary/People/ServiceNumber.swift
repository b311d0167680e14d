/// A public service number: a hotline of five digits (96871, 12345), a 400 or 800 number, or an emergency call.
public struct ServiceNumber: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case hotline
        case shared = "400"
        /// Reached from fixed lines only.
        case free = "800"
        /// 110, 119, 120, 122: never a contact.
        case emergency
    }

    public let kind: Kind
    /// The number without its area code.
    public let number: String
    /// The area code typed before a hotline, with its 0.
    public let area: String?

    /// The area's hotline as `0731-96871`, 400 and 800 numbers as `400-000-0000`.
    public var digits: String {
        switch kind {
        case .hotline, .emergency: area.map { "\($0)-\(number)" } ?? number
        case .shared, .free: "\(number.prefix(3))-\(number.dropFirst(3).prefix(3))-\(number.dropFirst(6))"
        }
    }

    /// Parses what people type; `nil` when it is no service number.
    public init?(_ text: String) {
        guard var parts = PhoneParts(text) else { return nil }
        var number = String(decoding: parts.joined, as: UTF8.self)
        var area: String?
        if number.hasPrefix("0") {
            guard let taken = parts.takeArea(), let rest = parts.rest, rest.utf8.count == 5 else { return nil }
            (area, number) = (taken, rest)
        }
        switch number.utf8.count {
        case 3 where ["110", "119", "120", "122"].contains(number): kind = .emergency
        case 5 where number.hasPrefix("9") || ["10", "11", "12"].contains(number.prefix(2)): kind = .hotline
        case 10 where number.hasPrefix("400"): kind = .shared
        case 10 where number.hasPrefix("800"): kind = .free
        default: return nil
        }
        self.number = number
        self.area = area
    }
}

/// A number at which somebody can be reached: mobile, fixed line, or a service number other than an emergency call.
public enum ContactNumber: Hashable, Sendable {
    case mobile(Mobile)
    case landline(Landline)
    case service(ServiceNumber)

    /// Parses any of the three; `nil` when the text is none of them.
    public init?(_ text: String) {
        if let mobile = Mobile(text) {
            self = .mobile(mobile)
        } else if let landline = Landline(text) {
            self = .landline(landline)
        } else if let service = ServiceNumber(text), service.kind != .emergency {
            self = .service(service)
        } else {
            return nil
        }
    }

    /// The number in full; personal data, see `Personal`.
    public var digits: String {
        switch self {
        case .mobile(let number): number.digits
        case .landline(let number): number.digits
        case .service(let number): number.digits
        }
    }
}
