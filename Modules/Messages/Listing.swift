public import Vocabulary

/// One stretch of a list and where it goes on; the reply of every query that can have many answers.
///
/// On the API a list takes `after` and `limit`, and answers `items`, `next` and, where counting is cheap, `total`; while there is
/// more, `next` also stands in a `Link` field with `rel="next"` (RFC 8288).
public struct Listing<Item: Codable & Sendable>: Codable, Sendable, Listed {
    public var items: [Item]
    /// What to give as `after` for the next stretch; absent at the end.
    public var next: Cursor?
    /// All that match, where counting them is cheap.
    public var total: Int?

    public init(_ items: [Item], next: Cursor? = nil, total: Int? = nil) {
        self.items = items
        self.next = next
        self.total = total
    }

    /// From one row more than wanted: the surplus row only says that there is more.
    ///
    /// - Parameter position: where a row stands in the list's order; what the next query begins after.
    public init(
        probing rows: [Item], limit: Int, total: Int? = nil, position: (Item) throws -> some Encodable
    ) throws {
        let shown = Array(rows.prefix(limit))
        self.init(shown, next: rows.count > limit ? try shown.last.map { try Cursor(position($0)) } : nil, total: total)
    }
}

extension Listing: Equatable where Item: Equatable {}
extension Listing: Hashable where Item: Hashable {}

extension Listing: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("items") { $0.title = "本段各项" }
        schema.property("total") {
            $0.title = "总数"
            $0.minimum = 0
        }
    }
}

/// A reply that goes on elsewhere.
public protocol Listed {
    var next: Cursor? { get }
}

/// Asks for a list. The order is the handler's; a cursor is a place in it, so rows added or removed meanwhile shift nothing.
public protocol ListQuery: Query where Reply == Listing<Item> {
    associatedtype Item: Codable & Sendable
    /// Only what stands after this place.
    var after: Cursor? { get }
    /// Most items of one answer; 1…500, 20 when missing.
    var limit: Int? { get }
}

extension ListQuery {
    /// The wanted number of items, 1…500; 20 when missing.
    ///
    /// - Throws: a `Refusal` for anything else.
    public func checkedLimit() throws(Refusal) -> Int {
        let limit = limit ?? 20
        guard (1...500).contains(limit) else {
            throw .invalid([.init(field: "/limit", value: String(limit), message: "每次取的条数须在 1 至 500 之间，请改正。")])
        }
        return limit
    }

    /// What a list query says of `limit` in its schema.
    public static func refineLimit(_ schema: inout Schema) {
        schema.property("limit") {
            $0.title = "条数"
            $0.description = "每次最多返回的条数，缺省 20"
            $0.minimum = 1
            $0.maximum = 500
        }
    }
}

/// A place in a list, opaque to callers: 2…1200 hexadecimal digits.
public struct Cursor: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// Names a place by the values that a list is ordered by.
    public init(_ position: some Encodable) throws {
        description = try JSON.encode(position).hexadecimal
    }

    /// Takes a text that has the shape of a cursor.
    public init?(_ text: String) {
        guard (2...1200).contains(text.utf8.count), [UInt8](hexadecimal: text) != nil else { return nil }
        description = text
    }

    /// The values that the cursor was made of.
    ///
    /// - Throws: a `Refusal` when it is none that such a list gives.
    public func position<T: Decodable>(_ type: T.Type) throws(Refusal) -> T {
        do {
            return try JSON.decode(type, from: [UInt8](hexadecimal: description) ?? [])
        } catch {
            throw Refusal(
                "messages.cursor", status: 400, message: "参数 after 不是本列表给出的续取位置。请照用上一次回复中的 next，或去掉 after 从头取。",
                log: "foreign or damaged cursor", faults: [.init(field: "/after", message: "请照用上一次回复中的 next。")])
        }
    }
}

extension Cursor: TextCoded {
    public static var textForm: String { "a cursor" }
}

extension Cursor: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "cursor", pattern: "^([0-9a-f]{2}){1,600}$", title: "续取位置", description: "上一次回复中的 next，照原样给出；内容不作约定",
            sentence: "应照用上一次回复中的 next。", example: "5b22343330313831225d"
        ) { Cursor($0) != nil }
    }
}
