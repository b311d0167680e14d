/// Names a person (个人信息主体) within one site without saying who it is: an account's identifier, or one that a plug-in made up
/// for a caller or a contact. 1…64 of `A–Z a–z 0–9 . _ -`. Never a telephone number or an identity number.
public struct PersonID: Hashable, Sendable, TextCoded {
    public let description: String

    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46 || $0 == 95 })
        else { return nil }
        description = text
    }

    public static var textForm: String { "an identifier of a person" }
}
