import FoundationEssentials

/// A tar file as packages use it: POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"), plain files with relative names.
///
/// Reading is strict, because what is installed was sent by somebody else: no absolute paths, no `..`, no links, no devices, nothing
/// twice, bounded in number and size. What GNU or BSD tar writes for plain files and folders is read (`tar --format=ustar`).
enum TarArchive {
    struct File: Sendable, Equatable {
        var path: String
        var content: [UInt8]
        var isExecutable: Bool
    }

    /// What is wrong with an archive.
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    static let mostFiles = 2000
    static let mostBytes = 256 << 20
    private static let block = 512

    static func read(_ bytes: [UInt8]) throws(Fault) -> [File] {
        guard bytes.count <= mostBytes else { throw Fault(description: "the archive has \(bytes.count) bytes, at most \(mostBytes) are allowed") }
        var files: [File] = []
        var seen: Set<String> = []
        var place = 0
        while place + block <= bytes.count {
            let head = bytes[place..<place + block]
            if head.allSatisfy({ $0 == 0 }) { return files }
            guard text(head, 257, 6).hasPrefix("ustar") else { throw Fault(description: "no ustar header at byte \(place)") }
            let sum = head.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
            guard number(head, 148, 8) == sum else { throw Fault(description: "the header at byte \(place) has a wrong checksum") }
            let prefix = text(head, 345, 155)
            let name = (prefix.isEmpty ? "" : prefix + "/") + text(head, 0, 100)
            guard let size = number(head, 124, 12), size <= mostBytes, place + block + size <= bytes.count else {
                throw Fault(description: "\(name) ends after the archive")
            }
            let kind = head[head.startIndex + 156]
            place += block
            switch kind {
            case 48, 0:
                guard let path = safe(name) else { throw Fault(description: "the name '\(name.prefix(100))' is not a plain relative path") }
                guard seen.insert(path).inserted else { throw Fault(description: "\(path) stands twice in the archive") }
                guard files.count < mostFiles else { throw Fault(description: "more than \(mostFiles) files") }
                files.append(File(path: path, content: Array(bytes[place..<place + size]), isExecutable: (number(head, 100, 8) ?? 0) & 0o100 != 0))
            case 53:
                guard name == "." || name == "./" || safe(name.hasSuffix("/") ? String(name.dropLast()) : name) != nil else {
                    throw Fault(description: "the folder '\(name.prefix(100))' is not a plain relative path")
                }
            default: throw Fault(description: "\(name.prefix(100)) is neither a file nor a folder; links and devices are refused")
            }
            place += (size + block - 1) / block * block
        }
        throw Fault(description: "the archive ends without its closing blocks")
    }

    static func write(_ files: [File]) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in files {
            guard safe(file.path) == file.path, file.path.utf8.count <= 100 else { throw Fault(description: "the name '\(file.path)' does not fit into a tar header") }
            var head = [UInt8](repeating: 0, count: block)
            func put(_ text: String, _ offset: Int) { head.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
            func octal(_ value: Int, _ width: Int) -> String {
                let digits = String(value, radix: 8)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            }
            put(file.path, 0)
            put(octal(file.isExecutable ? 0o755 : 0o644, 7), 100)
            put(octal(0, 7), 108)
            put(octal(0, 7), 116)
            put(octal(file.content.count, 11), 124)
            // The same content gives the same archive.
            put(octal(0, 11), 136)
            put("        ", 148)
            head[156] = 48
            put("ustar", 257)
            put("00", 263)
            put(octal(head.reduce(0) { $0 + Int($1) }, 6), 148)
            head[154] = 0
            bytes += head
            bytes += file.content
            bytes += [UInt8](repeating: 0, count: (block - file.content.count % block) % block)
        }
        return bytes + [UInt8](repeating: 0, count: 2 * block)
    }

    /// The path without `./` in front; `nil` for anything that could lead elsewhere.
    static func safe(_ name: String) -> String? {
        let path = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        }
        return isPlain && path.utf8.count <= 200 ? path : nil
    }

    private static func text(_ head: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> String {
        let start = head.startIndex + offset
        return String(decoding: head[start..<start + length].prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func number(_ head: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> Int? {
        Int(text(head, offset, length).filter { $0 != " " }, radix: 8)
    }
}
