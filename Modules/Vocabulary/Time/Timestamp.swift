/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z; ISO 8601 text (`2026-03-01T06:05:00.000Z`) on the wire.
///
/// The store keeps `milliseconds`; JSON carries the text. Decoding accepts any offset and zero to nine fractional digits
/// (cut to milliseconds) and refuses a text without an offset, as it would name another moment in another zone.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch.
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Parses RFC 3339 text such as `2026-03-01T14:05:00+08:00`; `nil` for another shape or a date that does not exist.
    public init?(_ text: String) {
        guard let value = DigitReader.read(text, Self.parse) else { return nil }
        milliseconds = value
    }

    private static func parse(_ reader: inout DigitReader) -> Int64? {
        guard let date = reader.date(), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(2), hour < 24, reader.skip(":"),
            let minute = reader.number(2), minute < 60, reader.skip(":"),
            let second = reader.number(2), second < 60,
            let fraction = reader.milliseconds(), let offset = reader.offsetMinutes()
        else { return nil }
        let minutes = Int64(date.number) * 1440 + Int64(hour * 60 + minute - offset)
        return minutes * 60_000 + Int64(second * 1000 + fraction)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment later by `duration`, cut to milliseconds; the last or first representable moment instead of an overflow.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (product, tooLarge) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflow) = milliseconds.addingReportingOverflow(tooLarge ? 0 : product)
        let (total, carry) = sum.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        if tooLarge || overflow || carry { return Timestamp(milliseconds: seconds < 0 ? .min : .max) }
        return Timestamp(milliseconds: total)
    }

    /// The time from `other` to this moment; negative when this one is earlier.
    public func since(_ other: Timestamp) -> Duration {
        .milliseconds(milliseconds) - .milliseconds(other.milliseconds)
    }

    public static func + (moment: Timestamp, duration: Duration) -> Timestamp { moment.advanced(by: duration) }
    public static func - (moment: Timestamp, duration: Duration) -> Timestamp { moment.advanced(by: .zero - duration) }

    /// The moments that have an ISO 8601 text with a four-digit year: 0001-01-01 to 9999-12-31, both in UTC.
    static let writable =
        Int64(Day.first.number) * 86_400_000...Int64(Day.last.number) * 86_400_000 + 86_399_999
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// `2026-03-01T06:05:00.000Z`; a moment outside the years 1…9999 prints as the nearest one inside.
    public var description: String {
        String(unsafeUninitializedCapacity: 24) { bytes in
            write(text: bytes)
            return 24
        }
    }

    /// Writes the 24 characters.
    package func write(text bytes: UnsafeMutableBufferPointer<UInt8>) {
        let inside = min(max(milliseconds, Self.writable.lowerBound), Self.writable.upperBound)
        let day = Day(clamping: Int(inside.floorDivided(by: 86_400_000)))
        let time = Int(inside - Int64(day.number) * 86_400_000)
        let date = day.components
        bytes.write(date.year, digits: 4, at: 0, then: "-")
        bytes.write(date.month, digits: 2, at: 5, then: "-")
        bytes.write(date.day, digits: 2, at: 8, then: "T")
        bytes.write(time / 3_600_000, digits: 2, at: 11, then: ":")
        bytes.write(time / 60_000 % 60, digits: 2, at: 14, then: ":")
        bytes.write(time / 1000 % 60, digits: 2, at: 17, then: ".")
        bytes.write(time % 1000, digits: 3, at: 20, then: "Z")
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is not a moment like 2026-03-01T06:05:00.000Z (RFC 3339, with offset)")
            )
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        guard Self.writable.contains(milliseconds) else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "moment outside the years 1…9999"))
        }
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
