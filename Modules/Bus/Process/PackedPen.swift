import Glibc
import Messages
import Vocabulary

/// Writes the packed notation (`Packed`) member by member.
struct PackedPen {
    var bytes: [UInt8]

    static let object: UInt8 = 0x7B
    static let endOfObject: UInt8 = 0x7D
    static let array: UInt8 = 0x5B
    static let endOfArray: UInt8 = 0x5D

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { source in
            if source.count < 0x80 {
                bytes.append(Packed.shortText | UInt8(truncatingIfNeeded: source.count))
            } else {
                bytes.append(Packed.text)
                varint(UInt64(source.count))
            }
            bytes.append(contentsOf: source)
        }
    }

    mutating func text(_ key: StaticString) {
        bytes.append(Packed.shortText | UInt8(truncatingIfNeeded: key.utf8CodeUnitCount))
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func whole(_ value: UInt64) {
        if value < Packed.smallWholes { return bytes.append(UInt8(truncatingIfNeeded: value)) }
        bytes.append(Packed.whole)
        varint(value)
    }

    mutating func integer(_ value: Int64) {
        if value >= 0 { return whole(UInt64(value)) }
        bytes.append(Packed.negative)
        varint(UInt64(~value))
    }

    mutating func member(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        text(key)
        text(value)
    }

    mutating func member(_ key: StaticString, _ value: UInt64?) {
        guard let value else { return }
        text(key)
        whole(value)
    }

    mutating func member(_ key: StaticString, _ value: Int64?) {
        guard let value else { return }
        text(key)
        integer(value)
    }

    mutating func member(_ key: StaticString, _ value: Bool?) {
        guard let value else { return }
        text(key)
        bytes.append(value ? Packed.yes : Packed.no)
    }

    mutating func actor(_ actor: Actor) {
        bytes.append(Self.object)
        member("kind", actor.kind.rawValue)
        member("id", actor.id)
        member("name", actor.name)
        text("grants")
        bytes.append(Self.array)
        for grant in actor.grants {
            bytes.append(Self.object)
            member("role", grant.role.rawValue)
            member("region", grant.region?.description)
            bytes.append(Self.endOfObject)
        }
        bytes.append(Self.endOfArray)
        member("organisation", actor.organisation?.description)
        member("organisationName", actor.organisationName)
        bytes.append(Self.endOfObject)
    }
}

/// Reads what `PackedPen` writes, in its order. What it does not expect it does not judge: the caller asks the full decoder then.
struct PackedEye {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    /// Something was not as expected; nothing matches from here on.
    private var isLost = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { !isLost && at == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard !isLost, at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    /// Goes past the key, if it stands here.
    mutating func take(_ key: StaticString) -> Bool {
        let length = key.utf8CodeUnitCount
        guard !isLost, at + length < bytes.count, bytes[at] == Packed.shortText | UInt8(truncatingIfNeeded: length) else { return false }
        for offset in 0..<length where bytes[at + 1 + offset] != key.utf8Start[offset] { return false }
        at += 1 + length
        return true
    }

    /// The value of a member that may be absent; one that is there and cannot be read makes the whole unreadable here.
    mutating func member<T>(_ key: StaticString, _ read: (inout PackedEye) -> T?) -> T? {
        guard take(key) else { return nil }
        if let value = read(&self) { return value }
        isLost = true
        return nil
    }

    mutating func text() -> String? {
        guard !isLost, at < bytes.count else { return nil }
        var length = Int(bytes[at] & 0x7F)
        if bytes[at] == Packed.text {
            at += 1
            guard let long = varint(), long >= 0x80, long <= UInt64(bytes.count) else { return nil }
            length = Int(long)
        } else {
            guard bytes[at] >= Packed.shortText else { return nil }
            at += 1
        }
        guard length <= bytes.count - at else { return nil }
        let source = UnsafeBufferPointer(rebasing: bytes[at..<at + length])
        at += length
        // Repairing is cheaper than validating; what had to be repaired is no text.
        var text = String(decoding: source, as: UTF8.self)
        let isWhole = text.withUTF8 { copy in
            guard copy.count == length, let mine = copy.baseAddress, let theirs = source.baseAddress else { return length == 0 }
            return memcmp(mine, theirs, length) == 0
        }
        return isWhole ? text : nil
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return byte > 0 || shift == 0 ? value : nil }
            shift += 7
        }
        return nil
    }

    mutating func whole() -> UInt64? {
        guard !isLost, at < bytes.count else { return nil }
        let byte = bytes[at]
        at += 1
        if UInt64(byte) < Packed.smallWholes { return UInt64(byte) }
        return byte == Packed.whole ? varint() : nil
    }

    mutating func integer() -> Int64? {
        guard !isLost, at < bytes.count else { return nil }
        guard bytes[at] == Packed.negative else { return whole().flatMap { Int64(exactly: $0) } }
        at += 1
        return varint().flatMap { Int64(exactly: $0) }.map { ~$0 }
    }

    mutating func bool() -> Bool? {
        if take(Packed.yes) { return true }
        return take(Packed.no) ? false : nil
    }

    /// The bytes of one value, whatever it is; `nil` where its end cannot be found. What they hold is not checked.
    mutating func value() -> ArraySlice<UInt8>? {
        let start = at
        var depth = 0
        repeat {
            guard !isLost, at < bytes.count else { return nil }
            switch bytes[at] {
            case PackedPen.object, PackedPen.array:
                depth += 1
                at += 1
            case PackedPen.endOfObject, PackedPen.endOfArray:
                depth -= 1
                at += 1
            case Packed.null, Packed.yes, Packed.no: at += 1
            case Packed.whole, Packed.negative:
                at += 1
                guard varint() != nil else { return nil }
            case Packed.real: at += 9
            case Packed.text, Packed.shortText...: guard text() != nil else { return nil }
            case let byte:
                guard UInt64(byte) < Packed.smallWholes else { return nil }
                at += 1
            }
        } while depth > 0
        guard depth == 0, at <= bytes.count else { return nil }
        return Array(bytes[start..<at])[...]
    }

    private mutating func actorKind() -> Actor.Kind? {
        if take("person") { return .person }
        if take("visitor") { return .visitor }
        if take("system") { return .system }
        return take("partner") ? .partner : nil
    }

    mutating func actor() -> Actor? {
        guard take(PackedPen.object), take("kind"), let kind = actorKind(), take("id"), let id = text(), take("name"),
            let name = text(), take("grants"), take(PackedPen.array)
        else { return nil }
        var grants: [Grant] = []
        while take(PackedPen.object) {
            guard take("role"), let role = text() else { return nil }
            let region = member("region") { $0.text().flatMap { RegionCode($0) } }
            guard take(PackedPen.endOfObject) else { return nil }
            grants.append(Grant(Role(rawValue: role), in: region))
        }
        guard take(PackedPen.endOfArray) else { return nil }
        let organisation = member("organisation") { $0.text().flatMap { CreditCode($0) } }
        let organisationName = member("organisationName") { $0.text() }
        guard take(PackedPen.endOfObject) else { return nil }
        return Actor(kind: kind, id: id, name: name, grants: grants, organisation: organisation, organisationName: organisationName)
    }
}
