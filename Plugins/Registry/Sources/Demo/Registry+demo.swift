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
            teller: DemoTeller(demonstration, of: manifest.id), demonstration: demonstration,
            gazetteer: Gazetteer(province: .hunan, reference: demonstration.reference), today: demonstration.now.day,
            paper: try DemoPaper.keep(in: demonstration.files))
        try await story.tellAll()
    }
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
        CreditCode.completing("91430000MA0D" + String(10_000 + serial % 10_000).suffix(4)).map { Organisation(creditCode: $0, name: "演示·\(name)") }
    }
}
