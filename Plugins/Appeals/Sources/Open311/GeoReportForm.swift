import Messages
import PluginKit
import Vocabulary

/// How GeoReport v2 writes its answers: one tree, as JSON or as XML.
/// - Source: Open311 GeoReport v2, "Format Support", "Errors"
enum GeoReportForm: String, Sendable, CaseIterable {
    case json, xml

    /// By the end of the path; XML is the standard's own, so everything else gets that.
    init(of path: String) { self = path.hasSuffix(".json") ? .json : .xml }

    /// - Parameter root: the XML element around it; JSON has none.
    func answer(_ root: String, _ value: JSONValue, status: Int = 200) -> PageReply {
        let (type, bytes) = written(root, value)
        return .answer(status: status, type: type, bytes: bytes)
    }

    func written(_ root: String, _ value: JSONValue) -> (type: String, bytes: [UInt8]) {
        switch self {
        case .json: ("application/json; charset=utf-8", value.serialized())
        case .xml:
            (
                "text/xml; charset=utf-8",
                Array(("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + Self.element(root, value) + "\n").utf8)
            )
        }
    }

    /// Every fault of a request, each an error of its own.
    static func errors(_ faults: [(code: Int, sentence: String)]) -> JSONValue {
        .array(faults.map { ["code": .integer(Int64($0.code)), "description": .string($0.sentence)] })
    }

    /// How a refusal, also one of the gateway, is written.
    static func refused(_ status: Int, _ sentence: String, _ path: String) -> (type: String, bytes: [UInt8]) {
        GeoReportForm(of: path).written("errors", errors([(status, sentence)]))
    }

    /// The element of each list.
    private static let singular = [
        "services": "service", "service_requests": "request", "attributes": "attribute", "values": "value",
        "errors": "error",
        "endpoints": "endpoint", "formats": "format",
    ]

    private static func element(_ name: String, _ value: JSONValue) -> String {
        if let list = value.array {
            return "<\(name)>" + list.map { element(singular[name] ?? "item", $0) }.joined() + "</\(name)>"
        }
        if let members = value.object {
            return "<\(name)>" + members.map { element($0.key, $0.value) }.joined() + "</\(name)>"
        }
        if value.isNull { return "<\(name)/>" }
        return "<\(name)>\(escaped(value.string ?? String(decoding: value.serialized(), as: UTF8.self)))</\(name)>"
    }

    /// Text of an element (XML 1.0 §2.2, §2.4): control characters cannot stand in it at all.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
            default:
                if scalar.value >= 32, scalar.value != 0xFFFE, scalar.value != 0xFFFF {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}
