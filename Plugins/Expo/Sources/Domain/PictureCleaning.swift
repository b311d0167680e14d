import Synchronization

/// Takes out of a picture what does not show in it: place, device, author, comments.
///
/// - Source: PNG (W3C 2003) 4.7 ancillary chunks; JPEG (ITU-T T.81) B.2.4.6 application data
enum PictureCleaning {
    /// Whether it is a kind of picture that booths show.
    static func isPicture(_ type: String) -> Bool { type == "image/png" || type == "image/jpeg" }

    /// The same picture without metadata; `nil` where the file is not a whole PNG or JPEG.
    static func clean(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return png(bytes) }
        if bytes.starts(with: [0xFF, 0xD8]) { return jpeg(bytes) }
        return nil
    }

    /// Text, time and EXIF chunks go; whatever decides how the picture looks stays.
    private static func png(_ bytes: [UInt8]) -> [UInt8]? {
        let dropped: Set<String> = ["tEXt", "zTXt", "iTXt", "tIME", "eXIf"]
        var out = Array(bytes[..<8])
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = place + 12 + length
            guard end <= bytes.count else { return nil }
            let name = String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)
            if !dropped.contains(name) { out += bytes[place..<end] }
            // What stands behind the end is no picture.
            if name == "IEND" { return out }
            place = end
        }
        return nil
    }

    /// APP1…APP15 but Adobe's colour mark (APP14), and comments, go; APP0 and everything from the scan on stays.
    private static func jpeg(_ bytes: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = [0xFF, 0xD8]
        var place = 2
        while place + 4 <= bytes.count {
            guard bytes[place] == 0xFF else { return nil }
            let mark = bytes[place + 1]
            // Bytes that fill up before a mark.
            if mark == 0xFF {
                place += 1
                continue
            }
            if mark == 0xDA { return end(of: bytes, from: place).map { out + bytes[place..<$0] } }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            guard length >= 2, place + 2 + length <= bytes.count else { return nil }
            let isDropped = (0xE1...0xEF).contains(mark) && mark != 0xEE || mark == 0xFE
            if !isDropped { out += bytes[place..<place + 2 + length] }
            place += 2 + length
        }
        return nil
    }

    /// Behind the mark EOI; cameras hang a second picture, with its own metadata, behind it.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        while place + 1 < bytes.count {
            if bytes[place] == 0xFF, bytes[place + 1] == 0xD9 { return place + 2 }
            place += 1
        }
        return nil
    }
}

/// Pictures whose file is known to hold no metadata. One that was handed in over the API is shown without, too.
final class CleanPictures: Sendable {
    private let known = Mutex<Set<String>>([])
    /// Few bytes each; beyond it all are looked at again.
    private static let most = 10_000

    /// What to show instead of the file; `nil`: the file itself.
    ///
    /// - Parameter content: of the file; asked for once.
    func replacement(for digest: String, _ content: () throws -> [UInt8]) throws -> [UInt8]? {
        if known.withLock({ $0.contains(digest) }) { return nil }
        let bytes = try content()
        // What cannot be read as a picture is shown to nobody.
        guard let clean = PictureCleaning.clean(bytes) else { return [] }
        guard clean == bytes else { return clean }
        known.withLock { known in
            if known.count >= Self.most { known = [] }
            known.insert(digest)
        }
        return nil
    }
}
