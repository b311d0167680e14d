import PluginKit

/// Finds what stands behind a method and a path. Fixed paths are looked up, patterns with parameters are tried in turn;
/// a fixed segment goes before a parameter.
struct RouteTable<Target: Sendable>: Sendable {
    enum Match {
        case found(Target, parameters: [(name: String, value: String)])
        /// The path exists, but not with this method; what it allows.
        case otherMethod(allowed: [String])
        case nothing
    }

    private enum Segment {
        case fixed(String)
        case parameter(String)
    }

    /// A segment for comparing bytes: those that must stand there, none where a parameter stands, and its name.
    private struct Piece: Sendable {
        let bytes: [UInt8]
        let parameter: String?

        @inline(__always)
        func takes(_ path: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
            guard parameter == nil else { return end > start }
            guard end &- start == bytes.count else { return false }
            var place = 0
            while place < bytes.count {
                if bytes[place] != path[start &+ place] { return false }
                place &+= 1
            }
            return true
        }
    }

    private struct Pattern: Sendable {
        let segments: [Segment]
        let pieces: [Piece]
        var targets: [String: Target] { didSet { get = targets["GET"] } }
        let text: String
        private(set) var get: Target?

        init(_ segments: [Segment], _ text: String) {
            self.segments = segments
            self.text = text
            targets = [:]
            pieces = segments.map { segment in
                switch segment {
                case .fixed(let text): Piece(bytes: Array(text.utf8), parameter: nil)
                case .parameter(let name): Piece(bytes: [], parameter: name)
                }
            }
        }

        /// Fixed segments first, from the left.
        var rank: [Int] {
            segments.map { segment in
                if case .fixed = segment { 0 } else { 1 }
            }
        }
    }

    /// Every route, in the order in which they were added.
    private(set) var shapes: [RouteShape] = []
    private var fixed: [String: [String: Target]] = [:]
    private var patterns: [Pattern] = []
    /// What stands behind GET at fixed paths.
    private var fixedGets = ByteTable<Target>()

    mutating func add(_ route: RouteShape, _ target: Target) {
        shapes.append(route)
        guard route.pattern.contains("{") else {
            fixed[route.pattern, default: [:]][route.method] = target
            if route.method == "GET" { fixedGets[route.pattern] = target }
            return
        }
        if let index = patterns.firstIndex(where: { $0.text == route.pattern }) {
            patterns[index].targets[route.method] = target
            return
        }
        let segments = route.pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part -> Segment in
            part.first == "{" ? .parameter(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
        var pattern = Pattern(segments, route.pattern)
        pattern.targets[route.method] = target
        patterns.append(pattern)
        patterns.sort { $0.rank.lexicographicallyPrecedes($1.rank) }
    }

    /// - Parameter path: begins with `/`, still percent-encoded.
    func match(_ method: String, _ path: Substring) -> Match {
        let method = method == "HEAD" ? "GET" : method
        var allowed: [String] = []
        if let targets = fixed[String(path)] {
            if let target = targets[method] { return .found(target, parameters: []) }
            allowed += targets.keys
        }
        guard !patterns.isEmpty else { return allowed.isEmpty ? .nothing : .otherMethod(allowed: allowed.sorted()) }
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for pattern in patterns where pattern.segments.count == parts.count {
            guard let parameters = Self.parameters(pattern.segments, parts) else { continue }
            if let target = pattern.targets[method] { return .found(target, parameters: parameters) }
            allowed += pattern.targets.keys
        }
        return allowed.isEmpty ? .nothing : .otherMethod(allowed: Array(Set(allowed)).sorted())
    }

    /// What stands behind GET and a path; `nil` where that takes a closer look: nothing there, or an escape in a parameter.
    ///
    /// - Parameter path: begins with `/`.
    func get(_ path: UnsafeBufferPointer<UInt8>) -> (target: Target, parameters: [(name: String, value: String)])? {
        if let target = fixedGets.find(path) { return (target, []) }
        for pattern in patterns {
            guard let target = pattern.get, Self.fits(pattern.pieces, path) else { continue }
            var parameters: [(name: String, value: String)] = []
            var start = 1
            for piece in pattern.pieces {
                let end = Self.end(of: path, from: start)
                if let name = piece.parameter {
                    let bytes = UnsafeBufferPointer(rebasing: path[start..<end])
                    guard !bytes.contains(UInt8(ascii: "%")) else { return nil }
                    parameters.append((name, String(decoding: bytes, as: UTF8.self)))
                }
                start = end + 1
            }
            return (target, parameters)
        }
        return nil
    }

    private static func fits(_ pieces: [Piece], _ path: UnsafeBufferPointer<UInt8>) -> Bool {
        var start = 1
        for piece in pieces {
            guard start <= path.count else { return false }
            let end = Self.end(of: path, from: start)
            guard piece.takes(path, start, end) else { return false }
            start = end + 1
        }
        return start == path.count + 1
    }

    @inline(__always)
    private static func end(of path: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end < path.count, path[end] != UInt8(ascii: "/") { end &+= 1 }
        return end
    }

    private static func parameters(_ segments: [Segment], _ parts: [Substring.UTF8View]) -> [(name: String, value: String)]? {
        var parameters: [(name: String, value: String)] = []
        for (segment, part) in zip(segments, parts) {
            switch segment {
            case .fixed(let text): if !text.utf8.elementsEqual(part) { return nil }
            case .parameter(let name):
                guard !part.isEmpty, let value = FormDecoding.percentDecoded(part, plusIsSpace: false) else { return nil }
                parameters.append((name, value))
            }
        }
        return parameters
    }
}
