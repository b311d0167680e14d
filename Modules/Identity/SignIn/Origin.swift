/// Where a sign-in comes from.
public struct Origin: Sendable, Hashable {
    /// The peer's IP address as text.
    public var address: String
    /// Browser and system in a few words, for the person's list of sessions.
    public var device: String
    /// The value of the cookie `CookieName.browser(site)`; `nil` from a browser that never signed in here.
    public var browser: String?

    public init(address: String, userAgent: String? = nil, browser: String? = nil) {
        self.address = address
        device = userAgent.map(DeviceName.make) ?? ""
        self.browser = browser
    }
}

/// A `User-Agent` field as people speak of it: `Chrome · Windows`. The field itself is not kept.
enum DeviceName {
    // The first that occurs counts: Edge calls itself Chrome too, and everybody Safari.
    private static let browsers = [
        ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("OPR/", "Opera"), ("QQBrowser", "QQ 浏览器"), ("360SE", "360 浏览器"),
        ("UCBrowser", "UC 浏览器"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems = [
        ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("UOS", "统信 UOS"), ("Kylin", "麒麟"), ("Linux", "Linux"),
    ]

    static func make(_ userAgent: String) -> String {
        let text = userAgent.prefix(1000)
        func first(_ names: [(mark: String, name: String)]) -> String? { names.first { text.contains($0.mark) }?.name }
        let parts = [first(browsers), first(systems)].compactMap { $0 }
        return parts.isEmpty ? "其他设备" : parts.joined(separator: " · ")
    }
}
