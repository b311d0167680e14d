public import Messages
public import Pages
import Store
public import Vocabulary

/// Turns a form's fields into values and collects everything that cannot be read, so that all faults are shown together.
///
/// ```swift
/// var form = FormInput(request)
/// let title = form.text("title", "名称", 4...60)
/// let amount = form.money("amount", "金额")
/// try form.refuseIfFaulty(as: "market.invalid-input")
/// ```
/// - Texts: `text`, `optionalText`; figures: `number`, `money`; days: `day`, `optionalDay`
/// - Choices: `choice`, `choices`, `region`, `creditCode`; files: `attachments`
public struct FormInput {
    public let request: PageRequest
    public private(set) var faults: [Refusal.Fault] = []

    public init(_ request: PageRequest) { self.request = request }

    /// Notes something wrong with a field; the value is shortened.
    public mutating func add(_ field: String, _ message: String, value: String? = nil) {
        faults.append(.init(field: field, value: value.map { String($0.prefix(60)) }, message: message))
    }

    /// Throws all faults as one refusal of the plug-in's code for wrong input.
    public func refuseIfFaulty(as code: String) throws(Refusal) {
        guard !faults.isEmpty else { return }
        throw .input(code, faults)
    }

    /// A required text of so many characters, as people count them.
    public mutating func text(_ field: String, _ title: String, _ range: ClosedRange<Int> = 1...2000) -> String {
        guard let text = request.fields[field] else {
            add(field, "请填写\(title)。")
            return ""
        }
        check(field, title, text, range)
        return text
    }

    public mutating func optionalText(_ field: String, _ title: String, _ range: ClosedRange<Int> = 1...2000) -> String? {
        guard let text = request.fields[field] else { return nil }
        check(field, title, text, range)
        return text
    }

    private mutating func check(_ field: String, _ title: String, _ text: String, _ range: ClosedRange<Int>) {
        if !range.contains(text.count) {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(text.count) 个字。请修改。", value: text)
        } else if text.unicodeScalars.contains(where: { $0.value < 32 && ![9, 10, 13].contains($0.value) }) {
            add(field, "\(title)含有控制字符。请重新输入。")
        }
    }

    /// A whole number inside the range; `nil` when the field is empty (a fault if it is required) or wrong.
    public mutating func number(_ field: String, _ title: String, _ range: ClosedRange<Int>, required: Bool = false) -> Int? {
        guard let text = request.fields[field] else {
            if required { add(field, "请填写\(title)。") }
            return nil
        }
        guard let number = Int(text), range.contains(number) else {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound) 的整数。请修改。", value: text)
            return nil
        }
        return number
    }

    /// An amount in yuan, not negative.
    public mutating func money(_ field: String, _ title: String, required: Bool = false) -> Fen? {
        guard let text = request.fields[field] else {
            if required { add(field, "请填写\(title)。") }
            return nil
        }
        do {
            let amount = try Fen.parse(yuan: text)
            if amount < .zero { add(field, "\(title)不能是负数。请修改。", value: text) }
            return amount
        } catch {
            add(field, error.description, value: text)
            return nil
        }
    }

    public mutating func optionalDay(_ field: String, _ title: String) -> Day? {
        guard let text = request.fields[field] else { return nil }
        if let day = Day(text) { return day }
        add(field, "\(title)不是有效日期，应形如 2026-03-01。请修改。", value: text)
        return nil
    }

    public mutating func day(_ field: String, _ title: String) -> Day? {
        if request.fields[field] == nil { add(field, "请填写\(title)。") }
        return optionalDay(field, title)
    }

    /// One of an enumeration; `nil` with a fault where the field is missing or foreign.
    public mutating func choice<T: RawRepresentable>(_ field: String, _ title: String, as type: T.Type = T.self) -> T?
    where T.RawValue == String {
        if let value = request.fields[field].flatMap({ T(rawValue: $0) }) { return value }
        add(field, "请选择\(title)。", value: request.fields[field])
        return nil
    }

    /// Those of an enumeration that are ticked; an empty choice is a fault where one is required.
    public mutating func choices<T: RawRepresentable>(_ field: String, _ title: String, required: Bool = false, as type: T.Type = T.self) -> [T]
    where T.RawValue == String {
        let found = request.fields.all(field).compactMap { T(rawValue: $0) }
        if found.isEmpty, required { add(field, "请至少选择一项\(title)。") }
        return found
    }

    public mutating func region(_ field: String, _ title: String) -> RegionCode? {
        if let region = request.fields[field].flatMap({ RegionCode($0) }) { return region }
        add(field, "请选择\(title)。", value: request.fields[field])
        return nil
    }

    public mutating func creditCode(_ field: String, _ title: String) -> CreditCode? {
        guard let text = request.fields[field] else {
            add(field, "请填写\(title)。")
            return nil
        }
        if let code = CreditCode(text) { return code }
        add(field, "\(title)有误：应为 18 位，且校验码正确（GB 32100-2015）。请对照证照核对。", value: text)
        return nil
    }

    /// Keeps the uploaded files of a field; an empty file field sends one file without name and content.
    public mutating func attachments(_ field: String, _ context: PageContext) -> [AttachmentReference] {
        var kept: [AttachmentReference] = []
        for file in request.files where file.field == field && !(file.name.isEmpty && file.bytes.isEmpty) {
            do {
                let one = try context.keep(file)
                kept.append(AttachmentReference(digest: one.digest, name: one.name, type: one.type.mediaType, length: Int64(one.size)))
            } catch let refusal as Refusal {
                for fault in refusal.faults { add(field, fault.message, value: fault.value) }
                if refusal.faults.isEmpty { add(field, refusal.message) }
            } catch {
                add(field, "附件“\(file.name)”未能保存。请稍后重试。")
            }
        }
        return kept
    }

    /// What file fields say below their label.
    public static let fileHint = "PDF、PNG、JPEG、Word（docx）或 Excel（xlsx），单个不超过 20 MB。"
}

extension Refusal {
    /// Wrong input of a form or a command, all faults together, under a plug-in's own code.
    public static func input(_ code: String, _ faults: [Fault]) -> Refusal {
        Refusal(
            code, status: 422, message: "有 \(faults.count) 处内容需要更正：\(faults.map(\.message).joined(separator: " "))",
            log: "invalid input in \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }
}
