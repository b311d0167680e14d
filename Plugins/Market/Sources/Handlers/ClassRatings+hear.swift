// A house without the school has no classes to hear of.
#if canImport(SchoolContracts)
import Bus
import Messages
import SchoolContracts
import PluginKit
import Store
import Vocabulary

/// What the school says of its classes, for satisfaction (D12).
extension Rulebook {
    /// Where the class is; and once it is over, for how many it was.
    func hear(_ event: ClassAdvanced, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO class_rating (site, class, region, taken) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (site, class) DO UPDATE SET region = ?3, taken = ?4
            """, tx.envelope.site, event.schoolClass.description, event.region, event.action == .finish ? event.taken : 0)
    }

    func hear(_ event: SurveyAnswered, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO class_rating (site, class, rated, satisfied) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT (site, class) DO UPDATE SET rated = rated + 1, satisfied = satisfied + ?3
            """, tx.envelope.site, event.schoolClass.description, event.overall >= 4 ? 1 : 0)
    }
}
#endif
