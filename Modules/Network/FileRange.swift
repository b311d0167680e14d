/// A single byte range of a file (RFC 9110 §14.1.2).
enum FileRange: Equatable {
    /// No range, several, or one that is not understood: the whole file.
    case whole
    case part(from: Int64, to: Int64)
    case unsatisfiable

    init(_ value: String?, length: Int64) {
        guard let value, value.utf8.count < 64, value.lowercased().hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let ends = value.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        func number(_ text: Substring) -> Int64? {
            guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
            return Int64(text)
        }
        guard ends.count == 2 else {
            self = .whole
            return
        }
        switch (number(ends[0]), number(ends[1])) {
        case (let from?, nil) where ends[1].isEmpty:
            self = from < length ? .part(from: from, to: length - 1) : .unsatisfiable
        case (nil, let last?) where ends[0].isEmpty:
            self = last > 0 && length > 0 ? .part(from: max(0, length - last), to: length - 1) : .unsatisfiable
        case (let from?, let to?) where from <= to:
            self = from < length ? .part(from: from, to: min(to, length - 1)) : .unsatisfiable
        default: self = .whole
        }
    }
}
