/// A QR code of a short text: ISO/IEC 18004, byte mode, error correction level M (15 % may be lost), versions 1 to 15.
///
/// Drawn on the server, so that a secret for an authenticator app never leaves for a picture service.
public struct QRCode: Sendable {
    /// 1…15; `17 + 4 × version` modules a side.
    public let version: Int
    /// 0…7, the pattern under which the modules lie.
    public let mask: Int
    /// Rows from the top; true is dark.
    public let modules: [[Bool]]
    /// What it is for, said to whoever does not see it.
    public let label: String

    public var size: Int { modules.count }

    /// - Parameters:
    ///   - mask: 0…7; `nil`: the one that reads best (§7.8.3).
    ///   - label: what it is for.
    /// - Returns: `nil` when the text has more than 412 bytes of UTF-8.
    public init?(_ text: String, mask wanted: Int? = nil, saying label: String = "二维码，用验证器扫描") {
        self.label = label
        let bytes = Array(text.utf8)
        guard let version = QRTables.version(for: bytes.count) else { return nil }
        var canvas = QRCanvas(version: version)
        canvas.drawFunctionPatterns()
        canvas.place(QRData.codewords(bytes, version: version))
        let masks = wanted.map { [$0] } ?? Array(0..<8)
        let drawn = masks.map { mask in
            var one = canvas
            one.apply(mask: mask)
            return (mask, one)
        }
        guard let best = drawn.min(by: { $0.1.penalty < $1.1.penalty }) else { return nil }
        self.version = version
        mask = best.0
        modules = best.1.rows
    }
}

extension QRCode: Component {
    /// An SVG with the quiet zone of four modules, dark on white in every colour scheme: scanners want it so.
    public var html: HTML {
        let side = size + 8
        var path = ""
        for (y, row) in modules.enumerated() {
            var x = 0
            while x < size {
                guard row[x] else {
                    x += 1
                    continue
                }
                let start = x
                while x < size, row[x] { x += 1 }
                path += "M\(start + 4) \(y + 4)h\(x - start)v1h-\(x - start)z"
            }
        }
        return element(
            "svg",
            [
                .class("qr"), Attribute("viewBox", "0 0 \(side) \(side)"), Attribute("width", "\(side * 4)"), Attribute("height", "\(side * 4)"),
                Attribute("shape-rendering", "crispEdges"), .role("img"), .ariaLabel(label), Attribute("focusable", "false"),
            ],
            HTML {
                element("rect", [Attribute("width", "\(side)"), Attribute("height", "\(side)"), Attribute("fill", "#ffffff")], HTML())
                element("path", [Attribute("fill", "#000000"), Attribute("d", path)], HTML())
            })
    }
}
