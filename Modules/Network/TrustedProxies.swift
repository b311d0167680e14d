/// Whose word about the client's address is believed: `Forwarded` (RFC 7239), else `X-Forwarded-For` and `X-Forwarded-Proto`.
///
/// Fields from anyone else say nothing. Of the addresses named, the last one that is not a trusted proxy is the client.
public struct TrustedProxies: Sendable, Hashable {
    public var ranges: [NetworkRange]

    public init(_ ranges: [NetworkRange] = []) { self.ranges = ranges }

    /// What a request's fields say.
    public enum Finding: Sendable, Hashable {
        /// Nothing that may be believed: the peer is the client.
        case none
        /// The client, and whether it spoke HTTPS to the first proxy (`nil`: not said).
        case client(NetworkAddress, isSecure: Bool?)
        /// Fields that break their grammar; nothing of them is believed.
        case malformed
    }

    public func trusts(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// - Parameter peer: whom the connection comes from.
    public func client(of headers: HTTPHeaders, peer: NetworkAddress) -> Finding {
        guard !ranges.isEmpty, trusts(peer) else { return .none }
        let forwarded = headers.all("Forwarded")
        if !forwarded.isEmpty {
            guard let hops = ForwardedField.hops(forwarded.joined(separator: ",")) else { return .malformed }
            return find(hops)
        }
        let list = headers.all("X-Forwarded-For")
        guard !list.isEmpty else { return .none }
        var hops: [ForwardedField.Hop] = []
        for part in list.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false) {
            guard hops.count < ForwardedField.most, let address = ForwardedField.address(ForwardedField.trimmed(part)) else { return .malformed }
            hops.append(.init(address: address, isSecure: nil))
        }
        let proto = headers.all("X-Forwarded-Proto").joined(separator: ",").split(separator: ",").last.map { ForwardedField.trimmed($0).lowercased() }
        guard proto == nil || proto == "http" || proto == "https" else { return .malformed }
        guard case .client(let address, _) = find(hops) else { return .none }
        return .client(address, isSecure: proto.map { $0 == "https" })
    }

    private func find(_ hops: [ForwardedField.Hop]) -> Finding {
        var found = Finding.none
        for hop in hops.reversed() {
            // Hidden from here on: what is known last is the client.
            guard let address = hop.address else { return found }
            found = .client(address, isSecure: hop.isSecure)
            guard trusts(address) else { return found }
        }
        return found
    }
}

/// The grammar of `Forwarded` (RFC 7239 §4).
enum ForwardedField {
    struct Hop {
        /// `nil`: `unknown` or hidden.
        var address: NetworkAddress?
        var isSecure: Bool?
    }

    static let most = 32

    static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.utf8.first, first == 32 || first == 9 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 32 || last == 9 { text = text.dropLast() }
        return String(text)
    }

    /// `nil` when the field breaks its grammar.
    static func hops(_ text: String) -> [Hop]? {
        guard let elements = split(text[...], at: ","), elements.count <= most else { return nil }
        var hops: [Hop] = []
        for element in elements {
            guard let pairs = split(element, at: ";") else { return nil }
            var hop = Hop(), names: Set<String> = []
            for pair in pairs {
                guard let equals = pair.firstIndex(of: "=") else { return nil }
                let name = trimmed(pair[..<equals]).lowercased()
                guard !name.isEmpty, names.insert(name).inserted, let value = unquoted(trimmed(pair[pair.index(after: equals)...])) else { return nil }
                switch name {
                case "for":
                    if value.lowercased() == "unknown" || value.hasPrefix("_") { continue }
                    guard let address = address(value) else { return nil }
                    hop.address = address
                case "proto":
                    guard ["http", "https"].contains(value.lowercased()) else { return nil }
                    hop.isSecure = value.lowercased() == "https"
                default: break
                }
            }
            hops.append(hop)
        }
        return hops
    }

    /// `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]`, `[2001:db8::1]:80`, and as X-Forwarded-For has it `2001:db8::1`.
    static func address(_ text: String) -> NetworkAddress? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || (rest.first == ":" && isPort(rest.dropFirst())) else { return nil }
            guard let address = NetworkAddress(String(text[text.index(after: text.startIndex)..<end])), text.contains(":") else { return nil }
            return address
        }
        if let address = NetworkAddress(text) { return address }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, isPort(parts[1]) else { return nil }
        return NetworkAddress(String(parts[0]))
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.hasPrefix("_") || ((1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) })
    }

    /// Parts outside quotes; `nil` when a quote does not end.
    private static func split(_ text: Substring, at mark: Character) -> [Substring]? {
        var parts: [Substring] = [], start = text.startIndex, isQuoted = false, isEscaped = false
        for place in text.indices {
            let letter = text[place]
            if isEscaped { isEscaped = false; continue }
            if isQuoted, letter == "\\" { isEscaped = true; continue }
            if letter == "\"" { isQuoted.toggle() }
            if letter == mark, !isQuoted {
                parts.append(text[start..<place])
                start = text.index(after: place)
            }
        }
        guard !isQuoted else { return nil }
        return parts + [text[start...]]
    }

    private static func unquoted(_ text: String) -> String? {
        guard text.hasPrefix("\"") else {
            return text.isEmpty || text.contains(where: { "\"[]:, \\".contains($0) }) ? nil : text
        }
        guard text.count >= 2, text.hasSuffix("\"") else { return nil }
        let inner = text.dropFirst().dropLast()
        return inner.contains("\"") || inner.contains("\\") ? nil : String(inner)
    }
}
