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

        /// Whether the bytes of a path's segment may stand here.
        @inline(__always)
        func takes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            switch self {
            case .parameter: return !bytes.isEmpty
            case .fixed(let text):
                guard text.utf8.count == bytes.count else { return false }
                return text.utf8.elementsEqual(bytes)
            }
        }
    }

    private struct Pattern: Sendable {
        let segments: [Segment]
        var targets: [String: Target]
        let text: String
        var get: Target? { targets["GET"] }

        /// Fixed segments first, from the left.
        var rank: [Int] {
            segments.map { segment in
                if case .fixed = segment { 0 } else { 1 }
            }
        }
    }

    private var fixed: [String: [String: Target]] = [:]
    private var patterns: [Pattern] = []

    mutating func add(_ route: RouteShape, _ target: Target) {
        guard route.pattern.contains("{") else {
            fixed[route.pattern, default: [:]][route.method] = target
            return
        }
        if let index = patterns.firstIndex(where: { $0.text == route.pattern }) {
            patterns[index].targets[route.method] = target
            return
        }
        let segments = route.pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part -> Segment in
            part.first == "{" ? .parameter(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
        patterns.append(Pattern(segments: segments, targets: [route.method: target], text: route.pattern))
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
        if !fixed.isEmpty, let targets = fixed[String(decoding: path, as: UTF8.self)] { return targets["GET"].map { ($0, []) } }
        for pattern in patterns {
            guard let target = pattern.get, Self.fits(pattern.segments, path) else { continue }
            var parameters: [(name: String, value: String)] = []
            var start = 1
            for segment in pattern.segments {
                let end = Self.end(of: path, from: start)
                if case .parameter(let name) = segment {
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

    private static func fits(_ segments: [Segment], _ path: UnsafeBufferPointer<UInt8>) -> Bool {
        var start = 1
        for segment in segments {
            guard start <= path.count else { return false }
            let end = Self.end(of: path, from: start)
            guard segment.takes(UnsafeBufferPointer(rebasing: path[start..<end])) else { return false }
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
