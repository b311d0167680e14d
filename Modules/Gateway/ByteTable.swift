#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds values by texts that lie somewhere as bytes, without making a `String` of them first.
///
/// Hashed under the process's own key: nobody outside can choose texts that meet in one place.
struct ByteTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let hash: UInt64
        let key: [UInt8]
        var value: Value
    }

    private var entries: [Entry] = []
    /// Places of entries, -1 where none is; a power of two, at most half full.
    private var places: [Int32] = [-1, -1]

    init() {}

    var isEmpty: Bool { entries.isEmpty }

    /// The value of a text.
    func find(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        guard !entries.isEmpty else { return nil }
        let hash = QuickHash.of(UnsafeRawBufferPointer(text)).low
        return self.place(of: text, hash).map { entries[$0].value }
    }

    /// The value of a text; setting replaces.
    subscript(_ text: String) -> Value? {
        get {
            var text = text
            return text.withUTF8(find)
        }
        set {
            var text = text
            text.withUTF8 { bytes in
                let hash = QuickHash.of(UnsafeRawBufferPointer(bytes)).low
                if let known = place(of: bytes, hash) {
                    if let newValue { return entries[known].value = newValue }
                    entries.remove(at: known)
                    return arrange(size: places.count)
                }
                guard let newValue else { return }
                entries.append(Entry(hash: hash, key: Array(bytes), value: newValue))
                if entries.count * 2 > places.count { arrange(size: places.count * 2) } else { settle(entries.count - 1) }
            }
        }
    }

    private func place(of text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int? {
        let mask = places.count &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] >= 0 {
            let index = Int(places[place])
            if entries[index].hash == hash, isSame(entries[index].key, text) { return index }
            place = (place &+ 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func isSame(_ key: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard key.count == text.count, let start = text.baseAddress else { return key.count == text.count }
        return key.withUnsafeBufferPointer { $0.baseAddress.map { memcmp($0, start, text.count) == 0 } ?? true }
    }

    private mutating func arrange(size: Int) {
        places = Array(repeating: -1, count: size)
        for index in entries.indices { settle(index) }
    }

    private mutating func settle(_ index: Int) {
        var place = Int(truncatingIfNeeded: entries[index].hash) & (places.count - 1)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = Int32(index)
    }
}
