import AppealsContracts
import Messages
import PluginKit
import Vocabulary

/// What a request's id is made of: the case's number and the secret code, `AP20260302-430181-0001.K7QP3M9XW2RT`.
struct GeoReportToken: CustomStringConvertible {
    let number: CaseNumber
    let code: String

    init(number: CaseNumber, code: LookupCode) {
        self.number = number
        self.code = code.description.filter { $0 != "-" }
    }

    init?(_ text: String) {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, let number = CaseNumber(String(halves[0])), let code = LookupCode(String(halves[1]))
        else { return nil }
        self.init(number: number, code: code)
    }

    var description: String { "\(number).\(code)" }
}

extension GeoReport {
    /// Days only, in the zone of the site: nothing finer is told of any matter.
    private func moment(_ day: Day) -> JSONValue { .string("\(day)T00:00:00+08:00") }

    private func entry(
        _ id: String, closed: Bool, notes: String, category: String?, description: String, agency: [String],
        requested: Day, updated: Day,
        expected: Timestamp?, region: RegionCode?
    ) -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null }
        return [
            "service_request_id": .string(id), "status": closed ? "closed" : "open", "status_notes": text(notes),
            "service_name": text(category.map(rulebook.categoryTitle)), "service_code": text(category),
            "description": .string(description),
            "agency_responsible": text(agency.joined(separator: "、")), "service_notice": .null,
            "requested_datetime": moment(requested),
            "updated_datetime": moment(updated), "expected_datetime": expected.map { .string($0.description) } ?? .null,
            "address": text(region.map { rulebook.regions.path(of: $0) }), "address_id": text(region?.description),
            "zipcode": .null,
            "lat": .null, "long": .null, "media_url": .null,
        ]
    }

    func published(_ request: OpenRequest) -> JSONValue {
        entry(
            request.number.description, closed: request.isClosed, notes: request.answer, category: request.category,
            description: "\(request.title)\n\(request.text)", agency: request.departments,
            requested: request.submittedOn,
            updated: request.publishedOn, expected: nil, region: request.region)
    }

    /// What look-up with number and code tells; the text itself stays where it is.
    func own(_ token: GeoReportToken, _ found: PublicCase) -> JSONValue {
        let isClosed =
            found.state == .merged ? !found.parts.contains { $0.state.isOpen } && found.mayRate : found.state.isSettled
        let notes =
            [found.state.title + (found.mergedTitle.map { "：\($0)" } ?? "")]
            + found.notices.map { "\($0.title)：\($0.text)" }
        return entry(
            token.description, closed: isClosed, notes: notes.joined(separator: "\n"), category: found.category,
            description: found.title,
            agency: found.parts.filter { $0.state != .handedOn }.map(\.name), requested: found.submittedOn,
            updated: found.notices.map(\.on).max() ?? found.submittedOn, expected: found.parts.compactMap(\.due).min(),
            region: found.region)
    }
}

/// A field of the form beyond the standard's own.
struct GeoReportAttribute {
    var code: String
    var datatype: String
    var isRequired: Bool
    var title: String
    var values: [(key: String, name: String)] = []

    static func all(departments: [(String, String)]) -> [GeoReportAttribute] {
        [
            .init(
                code: "kind", datatype: "singlevaluelist", isRequired: true, title: "性质",
                values: CaseKind.allCases.map { ($0.rawValue, $0.title) }),
            .init(code: "title", datatype: "string", isRequired: false, title: "标题，4–60 字；不填则取内容的开头"),
            .init(code: "enterprise", datatype: "string", isRequired: false, title: "企业名称，2–80 字；匿名件不填"),
            .init(
                code: "signing", datatype: "singlevaluelist", isRequired: false, title: "署名方式；不留姓名和电话的即为匿名",
                values: Signing.allCases.map { ($0.rawValue, $0.title) }),
            .init(
                code: "department", datatype: "singlevaluelist", isRequired: false, title: "希望由哪个部门办理；不选由平台转办",
                values: departments.map { ($0.0, $0.1) }),
        ]
    }

    func described(order: Int) -> JSONValue {
        [
            "variable": true, "code": .string(code), "datatype": .string(datatype), "required": .bool(isRequired),
            "datatype_description": .null,
            "order": .integer(Int64(order)), "description": .string(title),
            "values": .array(values.map { ["key": .string($0.key), "name": .string($0.name)] }),
        ]
    }
}
