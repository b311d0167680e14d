#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One tab-separated file of reference data: `#` lines are comments, the first other line names the columns, UTF-8, no quoting.
///
/// The cells stay bytes in one buffer until they are asked for; five thousand rows are read in a few milliseconds.
struct ReferenceTable {
    let file: String
    let columns: [String]
    private let bytes: [UInt8]
    private var cells: [Range<Int>] = []
    private var lines: [Int] = []
    private var found: [ReferenceData.Problem] = []

    var problems: [ReferenceData.Problem] { found }
    var count: Int { lines.count }

    /// Reads a file and checks its header; rows of another width are left out and reported.
    init(folder: String, file: String, columns: [String]) {
        self.file = file
        self.columns = columns
        switch Self.read(folder + "/" + file) {
        case .success(let content): bytes = content
        case .failure(let failure):
            bytes = []
            found.append(.init(file: file, line: 0, rule: failure.reason))
            return
        }
        split()
    }

    struct ReadFailure: Error { let reason: String }

    private static func read(_ path: String) -> Result<[UInt8], ReadFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return .failure(.init(reason: "cannot be opened: \(String(cString: strerror(errno)))")) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= 0, status.st_size < 64 << 20 else {
            return .failure(.init(reason: "is no regular file below 64 MiB"))
        }
        let size = Int(status.st_size)
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = readBytes(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if failure != 0 { return .failure(.init(reason: "cannot be read: \(String(cString: strerror(failure)))")) }
        return .success(bytes)
    }

    private mutating func split() {
        var start = 0
        var number = 0
        var hasHeader = false
        while start < bytes.count {
            number += 1
            var end = start
            while end < bytes.count, bytes[end] != 10 { end += 1 }
            defer { start = end + 1 }
            let last = end > start && bytes[end - 1] == 13 ? end - 1 : end
            if last == start || bytes[start] == UInt8(ascii: "#") { continue }
            let before = cells.count
            var cell = start
            for index in start..<last where bytes[index] == 9 {
                cells.append(cell..<index)
                cell = index + 1
            }
            cells.append(cell..<last)
            let width = cells.count - before
            if !hasHeader {
                hasHeader = true
                let header = cells[before...].map { String(decoding: bytes[$0], as: UTF8.self) }
                cells.removeAll()
                if header != columns {
                    let expected = columns.joined(separator: ", ")
                    found.append(
                        .init(
                            file: file, line: number,
                            rule: "columns must be \(expected); found \(header.joined(separator: ", "))"))
                    return
                }
            } else if width != columns.count {
                cells.removeLast(width)
                found.append(.init(file: file, line: number, rule: "must have \(columns.count) cells, has \(width)"))
            } else {
                lines.append(number)
            }
        }
        if !hasHeader {
            found.append(.init(file: file, line: 0, rule: "is empty; the first line must name the columns"))
        }
    }

    mutating func complain(_ row: Int, _ rule: String) {
        found.append(.init(file: file, line: lines[row], rule: rule))
    }

    func slice(_ row: Int, _ column: Int) -> ArraySlice<UInt8> { bytes[cells[row * columns.count + column]] }
    func isEmpty(_ row: Int, _ column: Int) -> Bool { cells[row * columns.count + column].isEmpty }
    func text(_ row: Int, _ column: Int) -> String { String(decoding: slice(row, column), as: UTF8.self) }

    /// A text that must not be empty.
    mutating func required(_ row: Int, _ column: Int) -> String? {
        if isEmpty(row, column) {
            complain(row, "\(columns[column]) must not be empty")
            return nil
        }
        return text(row, column)
    }

    /// The value a parser makes of a cell; `.some(nil)` for an empty cell, `nil` and a complaint for one it refuses.
    mutating func optional<Value>(_ row: Int, _ column: Int, _ what: String, _ parse: (String) -> Value?) -> Value?? {
        if isEmpty(row, column) { return .some(nil) }
        let text = text(row, column)
        guard let value = parse(text) else {
            complain(row, "\(columns[column]) '\(text)' is not \(what)")
            return nil
        }
        return .some(value)
    }

    /// The value a parser makes of a cell; `nil` and a complaint for an empty cell or one it refuses.
    mutating func value<Value>(_ row: Int, _ column: Int, _ what: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = required(row, column) else { return nil }
        guard let value = parse(text) else {
            complain(row, "\(columns[column]) '\(text)' is not \(what)")
            return nil
        }
        return value
    }
}

// Inside the type `read` is its own function.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
