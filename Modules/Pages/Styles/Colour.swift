/// A colour as red, green and blue, for checking contrast and deriving a site's theme from its accent.
public struct Colour: Sendable, Hashable, CustomStringConvertible {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#rrggbb`, either case; `nil` for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 7, text.hasPrefix("#"), let number = UInt32(text.dropFirst(), radix: 16),
            text.utf8.dropFirst().allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
        else { return nil }
        self.init(
            red: UInt8(number >> 16), green: UInt8(number >> 8 & 255), blue: UInt8(number & 255))
    }

    public var description: String {
        let hex = Array("0123456789abcdef")
        return [red, green, blue].reduce(into: "#") { text, part in
            text.append(hex[Int(part >> 4)])
            text.append(hex[Int(part & 15)])
        }
    }

    public static let white = Colour(red: 255, green: 255, blue: 255)
    public static let black = Colour(red: 0, green: 0, blue: 0)

    /// Relative luminance, 0…1. Source: WCAG 2.2, definition "relative luminance".
    public var luminance: Double {
        0.2126 * Self.linear[Int(red)] + 0.7152 * Self.linear[Int(green)] + 0.0722 * Self.linear[Int(blue)]
    }

    /// A share of another colour mixed in, 0…1.
    public func mixed(with other: Colour, _ share: Double) -> Colour {
        func part(_ own: UInt8, _ others: UInt8) -> UInt8 {
            UInt8((Double(own) * (1 - share) + Double(others) * share).rounded())
        }
        return Colour(
            red: part(red, other.red), green: part(green, other.green), blue: part(blue, other.blue))
    }

    /// This colour, mixed with another in steps of 2 % until its contrast with the ground reaches the ratio.
    func moved(towards other: Colour, until ratio: Double, on ground: Colour) -> Colour {
        for step in 0...50 {
            let candidate = mixed(with: other, Double(step) / 50)
            if contrast(candidate, ground) >= ratio { return candidate }
        }
        return other
    }

    /// sRGB to linear light for every byte. A series instead of `pow` keeps the module free of a C library; the result is
    /// exact to six places, which the tests compare with WCAG's published pairs.
    private static let linear: [Double] = (0...255).map { byte in
        let share = Double(byte) / 255
        if share <= 0.04045 { return share / 12.92 }
        let base = (share + 0.055) / 1.055
        // base^2.4 = base² · (base²)^(1/5), the fifth root by Newton's method.
        let square = base * base
        var root = 1.0
        for _ in 0..<40 {
            let fourth = root * root * root * root
            root = (4 * root + square / fourth) / 5
        }
        return square * root
    }
}

/// Contrast of two colours, 1…21. Text needs 4.5, large text and marks 3. Source: WCAG 2.2, 1.4.3 and 1.4.11.
public func contrast(_ first: Colour, _ second: Colour) -> Double {
    let (light, dark) = (max(first.luminance, second.luminance), min(first.luminance, second.luminance))
    return (light + 0.05) / (dark + 0.05)
}
