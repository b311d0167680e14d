/// Addresses that keep the filters of the page they stand on.
public struct QueryLink {
    /// A path with a query, every name and value percent-encoded; pairs without a value are left out.
    public static func make(_ path: String, _ pairs: [(name: String, value: String)]) -> String {
        let query = pairs.filter { !$0.value.isEmpty }.map { "\(encode($0.name))=\(encode($0.value))" }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }

    /// One path segment or query part: everything but unreserved characters (RFC 3986, 2.3) is percent-encoded.
    public static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PageRequest {
    /// This page's address with one query field set (or removed by `nil`), the others kept; the page number starts again
    /// unless it is what is set. Hidden fields (`_csrf`, `_id`) never go into an address.
    public func link(setting name: String, to value: String?) -> String {
        var pairs = fields.pairs.filter { $0.name != name && $0.name != "page" && $0.name != "after" && !$0.name.hasPrefix("_") }
        if let value { pairs.append((name, value)) }
        return QueryLink.make(path, pairs)
    }
}
