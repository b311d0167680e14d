import AppealsContracts
import Bus
import Messages
import PluginKit
import Store
import Vocabulary

/// What the public interface may read: the board, and whether a token's matter is registered.
extension Rulebook {
    func findRequests(_ query: FindRequests, _ snapshot: Snapshot) throws -> OpenRequests {
        var conditions = ["o.published_on IS NOT NULL"]
        var values: [any SQLValue] = []
        func narrow(_ sql: String, _ more: [any SQLValue]) {
            conditions.append(sql)
            values += more
        }
        func marks(_ count: Int) -> String { [String](repeating: "?", count: count).joined(separator: ", ") }
        if let numbers = query.numbers {
            narrow("o.number IN (\(marks(numbers.count)))", numbers)
        } else {
            if let categories = query.categories { narrow("o.category IN (\(marks(categories.count)))", categories) }
            if let from = query.from { narrow("o.submitted_on >= ?", [from]) }
            if let until = query.until { narrow("o.submitted_on <= ?", [until]) }
            if let closed = query.closed {
                narrow("\(closed ? "" : "NOT ")o.state IN ('answered', 'closed', 'refused')", [])
            }
        }
        let rows = try snapshot.cases(
            where: conditions.joined(separator: " AND "), values, "ORDER BY o.submitted_on DESC, o.id DESC LIMIT 1000")
        return OpenRequests(
            requests: try rows.map { row in
                let parts = try snapshot.parts(of: row.id)
                return OpenRequest(
                    number: row.number, isClosed: row.state.isSettled, category: row.category, region: row.region,
                    title: row.publishedTitle ?? "", text: row.publishedText ?? "", answer: Self.answer(parts),
                    departments: parts.filter { $0.state == .answered }.map(\.name), submittedOn: row.submittedOn,
                    publishedOn: try snapshot.value("SELECT published_on FROM appeal WHERE id = ?", row.id)
                        ?? row.submittedOn)
            })
    }

    /// In the box or registered; what is neither is answered like a wrong code.
    func lookUpToken(_ query: LookUpToken, _ snapshot: Snapshot) throws -> TokenStanding {
        if let dropped = try snapshot.value("SELECT lookup FROM box WHERE number = ?", query.number, as: String.self),
            try guesses.opens(
                query.code, dropped, for: Self.lookupPurpose, of: query.number.description, at: snapshot.now,
                refusal: "appeals.lookup-limit")
        {
            return TokenStanding(isRegistered: false)
        }
        _ = try known(query.number, query.code, at: snapshot.now, snapshot)
        return TokenStanding(isRegistered: true)
    }
}

extension CaseState {
    /// Open311 knows two states: what nobody works on any more is closed.
    var isSettled: Bool { [.answered, .closed, .refused].contains(self) }
}
