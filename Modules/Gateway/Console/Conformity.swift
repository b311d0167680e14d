import Bus
import Pages

/// Whether a site speaks the same versions as the uppermost site of its tree (D13): an older one keeps working for what it understands,
/// the rest waits there until its upgrade.
struct Conformity: Sendable, Hashable {
    /// In Chinese.
    var title: String
    var isGood: Bool
    /// Plug-ins whose versions differ, with both; `nil`: none.
    var difference: String?

    /// - Parameter hub: `nil`: the site is uppermost itself, or the uppermost one is not known here.
    init(_ site: SiteEntry, with hub: SiteEntry?) {
        guard let hub else {
            self.init(title: site.parent == nil ? "基准" : "不详", isGood: site.parent == nil)
            return
        }
        guard let own = site.versions, let wanted = hub.versions else {
            self.init(title: "不详", isGood: false)
            return
        }
        var older: [String] = [], newer: [String] = []
        for plugin in site.plugins.sorted() {
            guard let version = own[plugin], let other = wanted[plugin], version != other else { continue }
            if Self.parts(version).lexicographicallyPrecedes(Self.parts(other)) {
                older.append("\(plugin) \(version)（基准 \(other)）")
            } else {
                newer.append("\(plugin) \(version)（基准 \(other)）")
            }
        }
        let difference = (older + newer).joined(separator: "、")
        self.init(
            title: !older.isEmpty ? "较旧" : !newer.isEmpty ? "较新" : "一致", isGood: older.isEmpty && newer.isEmpty, difference: difference.isEmpty ? nil : difference)
    }

    /// The same of one plug-in, in Chinese, with its tone.
    static func verdict(_ plugin: String, of site: SiteEntry, with hub: SiteEntry) -> (title: String, tone: Tone) {
        guard site.plugins.contains(plugin) else { return ("未启用", .info) }
        guard hub.plugins.contains(plugin) else { return ("基准未启用", .info) }
        guard let own = site.versions?[plugin], let wanted = hub.versions?[plugin] else { return ("不详", .warning) }
        if own == wanted { return ("一致", .success) }
        return parts(own).lexicographicallyPrecedes(parts(wanted)) ? ("较旧", .warning) : ("较新", .warning)
    }

    /// Whether the site's program and the other one's can be joined directly, in Chinese, with its tone. An older or newer program is no
    /// fault as long as both speak a version of the protocol between sites.
    static func link(_ site: SiteEntry, with other: SiteEntry) -> (title: String, tone: Tone) {
        guard let theirs = site.protocols, let ours = other.protocols else { return ("不详", .info) }
        guard let version = LinkProtocol.common(theirs, ours) else {
            return ((theirs.max() ?? 0) < (ours.max() ?? 0) ? "不能互联，该站点须升级程序" : "不能互联，本站点须升级程序", .danger)
        }
        return ("可互联，使用版本 \(version)", .success)
    }

    /// The same of the program's version.
    static func program(_ site: SiteEntry, with hub: SiteEntry) -> (title: String, tone: Tone) {
        guard let own = site.program, let wanted = hub.program else { return ("不详", .info) }
        if own == wanted { return ("一致", .success) }
        return parts(own).lexicographicallyPrecedes(parts(wanted)) ? ("较旧", .info) : ("较新", .info)
    }

    private init(title: String, isGood: Bool, difference: String? = nil) {
        self.title = title
        self.isGood = isGood
        self.difference = difference
    }

    private static func parts(_ version: String) -> [Int] { version.split(whereSeparator: { $0 == "." || $0 == "-" }).map { Int($0) ?? 0 } }
}
