import MarketContracts
import Messages
import PluginKit
import Vocabulary

/// Checks of what commands bring; collects every fault of one input together.
struct InputRules {
    private(set) var faults: [Refusal.Fault] = []

    func refuseIfFaulty() throws { if !faults.isEmpty { throw MarketRefusal.invalid(faults) } }

    mutating func add(_ field: String, _ message: String, value: String? = nil) {
        faults.append(Refusal.Fault(field: field, value: value.map { String($0.prefix(60)) }, message: message))
    }

    /// A text of so many characters (as people count them), without control characters.
    mutating func text(_ field: String, _ title: String, _ value: String?, _ range: ClosedRange<Int>) {
        guard let value else { return }
        if !range.contains(value.count) {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(value.count) 个字。请修改。", value: value)
        } else if value.unicodeScalars.contains(where: { $0.value < 32 && ![9, 10, 13].contains($0.value) }) {
            add(field, "\(title)含有控制字符。请重新输入。")
        }
    }

    /// A postal address; an empty one is none.
    mutating func address(_ field: String, _ title: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        text(field, title, value, 5...120)
        if value.contains(where: \.isNewline) { add(field, "\(title)应写在一行内。请修改。") }
    }

    mutating func number(_ field: String, _ title: String, _ value: Int?, _ range: ClosedRange<Int>) {
        guard let value, !range.contains(value) else { return }
        add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound)，现为 \(value)。请修改。", value: "\(value)")
    }

    mutating func categories(_ field: String, _ ids: [String], known: [ServiceCategory]) {
        for id in ids where !known.contains(where: { $0.id == id }) {
            add(field, "没有服务类别“\(id.prefix(40))”。请从类别表中选择。", value: id)
        }
    }

    mutating func price(_ price: Price) {
        switch price.kind {
        case .fixed, .from:
            guard let amount = price.amount else { return add("price", "\(price.kind.title)须填写金额。请补充。") }
            if amount <= .zero { add("price", "金额须大于 0；免费的服务请选择“免费”。", value: amount.description) }
        case .free, .byQuote: if price.amount != nil { add("price", "\(price.kind.title)的服务不填金额。请去掉。") }
        }
        text("unit", "计价单位", price.unit, 1...10)
    }

    /// Of attachments that a command names: kept by the site, of an allowed kind and size.
    mutating func documents(_ field: String, _ documents: [AttachmentReference], largest: Int64, kept: (_ digest: String) -> Int?) {
        if documents.count > 20 { add(field, "附件最多 20 个，现有 \(documents.count) 个。请合并后上传。") }
        for one in documents {
            guard let size = kept(one.digest) else {
                add(field, "附件“\(one.name.prefix(60))”不在本平台收存的文件中。请先上传该文件，再引用其摘要。", value: one.digest)
                continue
            }
            if Int64(size) != one.length { add(field, "附件“\(one.name.prefix(60))”注明的字节数与平台收存的不符。请按上传后返回的信息填写。") }
            if one.name.isEmpty || one.name.count > 120 { add(field, "附件名称应为 1–120 个字。请改名后上传。", value: one.name) }
            if !(1...largest).contains(one.length) { add(field, "附件“\(one.name.prefix(60))”须不超过 \(largest / 1_048_576) MB。请压缩或拆分后上传。") }
        }
    }
}
