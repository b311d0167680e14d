public import Pages
public import Vocabulary

extension RegionTable {
    /// A division and all below it, for forms: a city before its counties, these with the city's name in front.
    public func choices(below root: RegionCode?, on day: Day) -> [Choice] {
        guard let root, let own = region(root) else { return [] }
        return ([own] + descendants(of: root, on: day)).map { Choice($0.code.description, title(of: $0.code)) }
    }
}

extension FormScope {
    /// A division, chosen by name; where the table does not know any, its six digits. What is sent is the number either way.
    ///
    /// - Parameters:
    ///   - root: what is offered lies in it.
    ///   - hasAbove: the divisions above it are offered, too.
    ///   - value: a number; one that is not offered any more stands in front.
    public func region(
        _ name: String, _ title: String, in table: RegionTable, below root: RegionCode?, hasAbove: Bool = false, on day: Day, value: String? = nil,
        hint: String? = nil, required: Bool = false
    ) -> HTML {
        var choices = table.choices(below: root, on: day)
        if hasAbove, let root { choices = table.ancestors(of: root).reversed().map { Choice($0.code.description, $0.name) } + choices }
        guard !choices.isEmpty else {
            return text(name, title, value: value, hint: (hint.map { "\($0)。" } ?? "") + "六位行政区划代码。", required: required, width: .medium)
        }
        if let code = value.flatMap({ RegionCode($0) }), !choices.contains(where: { $0.value == value }) {
            choices.insert(Choice(code.description, table.title(of: code)), at: 0)
        }
        return select(name, title, choices, value: value, hint: hint, required: required)
    }
}
