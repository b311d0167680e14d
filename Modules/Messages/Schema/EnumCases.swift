/// All cases of an enum without payloads, whether it is `CaseIterable` or not, in the order of declaration.
///
/// The compiler does not make the `CodingKeys` of an enum with associated values iterable, and a schema has to name
/// every case. So the number of cases is read from the type's metadata, whose layout the toolchain documents
/// (`docs/ABI/TypeMetadata.rst`): word 1 of an enum's metadata points to its descriptor, which holds the number of cases
/// with payload at byte 20 (low 24 bits) and of those without at byte 24. Case n of such an enum is stored as the number n.
enum EnumCases {
    /// `nil` where the type is no enum, or has payloads.
    static func all<T>(of type: T.Type) -> [T]? {
        let metadata = unsafeBitCast(type as Any.Type, to: UnsafeRawPointer.self)
        guard metadata.load(as: UInt.self) == 0x201 else { return nil }
        let descriptor = metadata.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
        let payloads = descriptor.load(fromByteOffset: 20, as: UInt32.self) & 0xFF_FFFF
        let count = Int(descriptor.load(fromByteOffset: 24, as: UInt32.self))
        guard payloads == 0, count > 0 else { return nil }
        switch MemoryLayout<T>.size {
        case 0: return count == 1 ? [unsafeBitCast((), to: T.self)] : nil
        case 1: return count <= 256 ? (0..<count).map { unsafeBitCast(UInt8($0), to: T.self) } : nil
        case 2: return count <= 65_536 ? (0..<count).map { unsafeBitCast(UInt16($0), to: T.self) } : nil
        default: return nil
        }
    }
}
