/// Hexadecimal digits, eight at a time.
package enum HexadecimalDigits {
    /// The eight lower-case digits of a number, as the bytes of a little-endian word that is stored as it is.
    @inline(__always)
    package static func of(_ number: UInt32) -> UInt64 {
        // Each half byte moves to a byte of its own.
        var spread = UInt64(number)
        spread = (spread & 0xFFFF_0000) << 16 | spread & 0xFFFF
        spread = (spread << 8 | spread) & 0x00FF_00FF_00FF_00FF
        spread = (spread << 4 | spread) & 0x0F0F_0F0F_0F0F_0F0F
        // One where it is ten or more: those are letters.
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).byteSwapped
    }

    /// Writes the sixteen lower-case digits of a number.
    package static func write(_ number: UInt64, to place: UnsafeMutablePointer<UInt8>) {
        let raw = UnsafeMutableRawPointer(place)
        raw.storeBytes(of: of(UInt32(truncatingIfNeeded: number >> 32)).littleEndian, as: UInt64.self)
        (raw + 8).storeBytes(of: of(UInt32(truncatingIfNeeded: number)).littleEndian, as: UInt64.self)
    }

    /// Writes a UUID: 8-4-4-4-12 lower-case digits.
    package static func write(uuid high: UInt64, _ low: UInt64, to place: UnsafeMutablePointer<UInt8>) {
        let raw = UnsafeMutableRawPointer(place)
        let middle = of(UInt32(truncatingIfNeeded: high)), after = of(UInt32(truncatingIfNeeded: low >> 32))
        raw.storeBytes(of: of(UInt32(truncatingIfNeeded: high >> 32)).littleEndian, as: UInt64.self)
        (raw + 9).storeBytes(of: UInt32(truncatingIfNeeded: middle).littleEndian, as: UInt32.self)
        (raw + 14).storeBytes(of: UInt32(truncatingIfNeeded: middle >> 32).littleEndian, as: UInt32.self)
        (raw + 19).storeBytes(of: UInt32(truncatingIfNeeded: after).littleEndian, as: UInt32.self)
        (raw + 24).storeBytes(of: UInt32(truncatingIfNeeded: after >> 32).littleEndian, as: UInt32.self)
        (raw + 28).storeBytes(of: of(UInt32(truncatingIfNeeded: low)).littleEndian, as: UInt64.self)
        place[8] = 45
        place[13] = 45
        place[18] = 45
        place[23] = 45
    }
}
