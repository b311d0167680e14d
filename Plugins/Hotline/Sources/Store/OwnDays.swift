import HotlineContracts
import PluginKit
import Vocabulary

/// Days on which a unit is closed or open on its own account, as they are kept, checked and counted.
enum OwnDays {
    static func read(_ text: String?) -> [Day] { (text ?? "").split(separator: " ").compactMap { Day(String($0)) } }

    static func text(_ days: [Day]) -> String? {
        days.isEmpty ? nil : Set(days).sorted().map(\.description).joined(separator: " ")
    }

    static func check(_ closed: [Day], _ open: [Day], _ input: inout InputRules) {
        for (field, title, days) in [("closedDays", "本单位休息日", closed), ("openDays", "本单位上班日", open)]
        where days.count > 200 {
            input.add(field, "\(title)最多 200 天，现有 \(days.count) 天。请删去已过去的日期。", value: String(days.count))
        }
        for day in Set(closed).intersection(open).sorted() {
            input.add("openDays", "\(day) 不能既是本单位休息日又是上班日。请删去一处。", value: day.description)
        }
    }
}
