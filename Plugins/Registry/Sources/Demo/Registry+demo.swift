import Bus
import Messages
public import PluginKit
import RegistryContracts
import Store
import Vocabulary

extension Registry {
    /// Fills an empty registry with an invented network, so that every page shows something: a hub, the cities, 104 county
    /// windows (77 before 2020, 27 in 2020 as in that year's bulletin), parks, bases, chains, and applications in every state.
    /// The province's hub gets the whole invented network; the registries of other sites stay empty.
    ///
    /// All organisations are invented and say so (演示·…). Everything goes through the ordinary commands. The command ids are
    /// fixed, so that running it again changes nothing.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard demonstration.region == .hunan else { return }
        let story = DemoStory(
            teller: DemoTeller(bus: demonstration.bus), demonstration: demonstration,
            gazetteer: Gazetteer(province: .hunan, reference: demonstration.reference), today: demonstration.now.day,
            paper: try DemoPaper.keep(in: demonstration.files))
        try await story.tellAll()
    }
}

/// Tells commands with ids that are the same at every run.
final class DemoTeller {
    private let bus: SiteBus
    private var count: UInt64 = 0

    init(bus: SiteBus) { self.bus = bus }

    @discardableResult
    func tell<C: Command>(_ command: C, as actor: Actor = .system("registry-demo")) async throws -> C.Reply {
        count += 1
        // Version 7 and the RFC's variant, with a time long past: no real command can have this id.
        return try await bus.tell(
            command, as: actor, id: MessageID(high: 0x0000_0000_00DE_7000, low: 0x8000_0000_0000_0000 | count))
    }

    func ask<Q: Query>(_ query: Q) throws -> Q.Reply { try bus.ask(query, as: .system("registry-demo")) }
}

/// An invented attachment: a PDF of one empty page.
enum DemoPaper {
    static func keep(in files: FileStore) throws -> DocumentReference {
        let text = """
            %PDF-1.4
            1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
            2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
            trailer<</Root 1 0 R>>
            %%EOF

            """
        let kept = try files.keep(Array(text.utf8), name: "演示材料.pdf")
        return DocumentReference(
            digest: kept.digest, name: kept.name, type: kept.type.mediaType, length: Int64(kept.size))
    }
}

/// Organisations that cannot be real: their names say so, and their organisation codes are MA0D and a number counted up.
enum DemoOrganisation {
    static func make(_ name: String, _ serial: Int) -> Organisation? {
        let organisation = "MA0D" + String(String(10_000 + serial % 10_000).suffix(4))
        let base = "91430000" + organisation + check(organisation)
        return CreditCode(base + lastCharacter(base)).map { Organisation(creditCode: $0, name: "演示·\(name)") }
    }

    /// The ninth character of the organisation code (GB 11714).
    private static func check(_ text: String) -> String {
        let weights = [3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(text.utf8, weights).reduce(0) { $0 + value($1.0, letters: 55) * $1.1 }
        let rest = 11 - sum % 11
        return rest == 10 ? "X" : rest == 11 ? "0" : String(rest)
    }

    /// The eighteenth character (GB 32100-2015).
    private static func lastCharacter(_ text: String) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
        var weight = 1
        var sum = 0
        for character in text {
            sum += (alphabet.firstIndex(of: character) ?? 0) * weight
            weight = weight * 3 % 31
        }
        return String(alphabet[(31 - sum % 31) % 31])
    }

    private static func value(_ byte: UInt8, letters: Int) -> Int { byte < 58 ? Int(byte) - 48 : Int(byte) - letters }
}
