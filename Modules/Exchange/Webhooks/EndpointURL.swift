/// Where an endpoint listens: `https://host[:port]/path[?query]`, ASCII, at most 2,000 characters, without user or fragment.
struct EndpointURL: Sendable, Hashable, CustomStringConvertible {
    /// Name or numeric address, without brackets.
    let host: String
    let port: Int
    /// Path and query, beginning with `/`.
    let target: String
    let description: String

    /// Either the parts or a Chinese sentence that says what is wrong.
    static func parse(_ text: String) -> (url: EndpointURL?, problem: String?) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            return (nil, "须为不超过 2000 字符的 ASCII 网址，中文域名请写成 xn-- 形式。")
        }
        guard text.hasPrefix("https://") else { return (nil, "须以 https:// 开头，平台只向加密地址发送。") }
        guard !text.contains("#"), !text.contains("\\") else { return (nil, "不得含有 # 或反斜杠。") }
        let rest = text.dropFirst(8)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return (nil, "不得含有用户名或密码。") }
        var host = String(authority)
        var port = 443
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return (nil, "IPv6 地址缺少右方括号。") }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let tail = authority[authority.index(after: end)...]
            if !tail.isEmpty {
                guard tail.first == ":", let number = Int(tail.dropFirst()), (1...65_535).contains(number) else { return (nil, "端口应为 1 至 65535。") }
                port = number
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = String(authority[..<colon])
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return (nil, "端口应为 1 至 65535。")
            }
            port = number
        }
        let isName = host.utf8.allSatisfy { (97...122).contains($0 | 32) || (48...58).contains($0) || $0 == 45 || $0 == 46 }
        guard !host.isEmpty, host.utf8.count <= 253, isName else { return (nil, "主机名有误。") }
        let path = rest.dropFirst(authority.count)
        let target = path.isEmpty ? "/" : path.first == "?" ? "/" + path : String(path)
        return (EndpointURL(host: host.lowercased(), port: port, target: target, description: text), nil)
    }

    /// The value of the field `Host`.
    var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 443 ? name : "\(name):\(port)"
    }
}
