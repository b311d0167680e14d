import Messages
import Vocabulary

/// Settings that the hub locks (D31): below it a site may repeat the hub's value or leave the key out, and gets the hub's either way.
///
/// A plug-in that lets its settings be locked has the member `lockedByHub`, a list of keys. What counts is the hub's list; a hub on
/// another host cannot be asked here.
extension ConfigurationReader {
    mutating func applyLocks(_ sites: inout [SiteConfiguration], _ folder: String) {
        for site in sites { checkLockedKeys(site, folder) }
        for index in sites.indices {
            guard let hub = Self.hub(above: sites[index], in: sites) else { continue }
            for (id, value) in sites[index].plugins {
                guard let plugin = plugins.first(where: { $0.id == id }), let upper = hub.plugins[id].flatMap(plugin.effective)
                else { continue }
                var own = value
                for key in Self.lockedKeys(upper) {
                    guard let wanted = upper[key] else { continue }
                    if own[key] == nil {
                        own = .object((own.object ?? []) + [.init(key, wanted)])
                    } else if let given = plugin.effective(value)?[key], given != wanted {
                        note(
                            "\(folder)/\(sites[index].id)/plugins/\(id).json5", key: key,
                            "此项由省枢纽站点 \(hub.id) 锁定（lockedByHub），须为 \(Self.shown(wanted))，现为 \(Self.shown(given))。请删除此项，即采用省枢纽的设置。")
                    }
                }
                sites[index].plugins[id] = own
            }
        }
    }

    /// Only keys that exist can be locked.
    private mutating func checkLockedKeys(_ site: SiteConfiguration, _ folder: String) {
        for (id, value) in site.plugins {
            guard value["lockedByHub"] != nil, let effective = plugins.first(where: { $0.id == id })?.effective(value) else { continue }
            let known = (effective.object ?? []).map(\.key).filter { $0 != "lockedByHub" }
            for key in Self.lockedKeys(effective) where !known.contains(key) {
                let hint = Nearest.name(to: key, among: known).map { "是否想写“\($0)”？" } ?? "可锁定的设置：\(known.joined(separator: "、"))。"
                note("\(folder)/\(site.id)/plugins/\(id).json5", key: "lockedByHub", "没有名为“\(key)”的设置可锁定，\(hint)请改正。")
            }
        }
    }

    private static func lockedKeys(_ settings: JSONValue) -> [String] {
        settings["lockedByHub"]?.array?.compactMap(\.string).filter { $0 != "lockedByHub" } ?? []
    }

    /// The hub at the end of the site's chain of parents, when all of it is on this host.
    private static func hub(above site: SiteConfiguration, in sites: [SiteConfiguration]) -> SiteConfiguration? {
        var seen: Set<String> = [site.id]
        var next = site.parent
        while let parent = next, seen.insert(parent).inserted, let found = sites.first(where: { $0.id == parent }) {
            if found.kind == .hub { return found }
            next = found.parent
        }
        return nil
    }

    private static func shown(_ value: JSONValue) -> String {
        let text = String(decoding: value.serialized(), as: UTF8.self)
        return text.count > 60 ? text.prefix(60) + "…" : text
    }
}
