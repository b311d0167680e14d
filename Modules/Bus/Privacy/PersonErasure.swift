import Messages
import Store
import Vocabulary

/// Who may ask for the erasure of a person in a file: the site that brought the values, or one above it, and only where nobody else
/// brought some and this site did not know the person by itself. Identifiers of persons are given out by sites, so two may meet by
/// accident, and a site that was broken into may name anybody.
/// - Source: 个人信息保护法 art. 47 (whoever handles the data erases on the person's request); 23 (each receiver answers for itself)
struct PersonErasure {
    /// Whether anything of the person may be here.
    let isKnown: Bool
    /// The sites on whose word values are here that the asking one speaks for.
    let withdrawn: [String]
    /// On whose word they stay; this site itself is among them where it knew the person first.
    let keepers: [String]

    init(of person: PersonID, askedBy source: String, at site: String, in reading: some SQLReading, _ map: SiteMap?) throws {
        let sites = try reading.sitesBringing(person)
        let isOwn = try reading.isOwnPerson(person)
        isKnown = isOwn != nil || !sites.isEmpty
        let theirs = sites.filter { $0 == source || map?.isAbove(source, $0) ?? false }
        withdrawn = theirs
        keepers = sites.filter { !theirs.contains($0) } + (isOwn == true ? [site] : [])
    }

    /// Whom the sealed values of a payload are about.
    static func persons(in payload: [UInt8]) throws -> Set<PersonID> {
        guard Plug.mayHoldSealed(payload) else { return [] }
        var persons: Set<PersonID> = []
        func look(_ value: JSONValue) {
            switch value {
            case .string(let text): if let person = SealedText.parse(text)?.person { persons.insert(person) }
            case .array(let elements): for element in elements { look(element) }
            case .object(let members): for member in members { look(member.value) }
            default: break
            }
        }
        look(try JSONValue(parsing: payload))
        return persons
    }
}
