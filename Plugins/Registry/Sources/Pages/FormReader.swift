import Messages
import Pages
import PluginKit
import RegistryContracts
import Vocabulary

/// Turns a form's fields into values; collects everything that cannot be read, so that all faults are shown together.
struct FormReader {
    let request: PageRequest
    private var input = InputRules()

    static let fileHint = "PDF、PNG、JPEG、Word（docx）或 Excel（xlsx），单个不超过 20 MB。"

    init(_ request: PageRequest) { self.request = request }

    /// Throws all faults as one refusal.
    func refuseIfFaulty() throws { try input.refuseIfFaulty() }

    /// A required text; an empty one is a fault.
    mutating func text(_ field: String, _ title: String) -> String {
        guard let text = request.fields[field] else {
            input.add(field, "请填写\(title)。")
            return ""
        }
        return text
    }

    mutating func number(_ field: String, _ title: String) -> Int {
        let text = text(field, title)
        if let number = Int(text) { return number }
        if !text.isEmpty { input.add(field, "\(title)应为整数。请修改。", value: text) }
        return 0
    }

    mutating func optionalDay(_ field: String, _ title: String) -> Day? {
        guard let text = request.fields[field] else { return nil }
        if let day = Day(text) { return day }
        input.add(field, "\(title)不是有效日期，应形如 2026-03-01。请修改。", value: text)
        return nil
    }

    mutating func day(_ field: String, _ title: String) -> Day {
        if request.fields[field] == nil { input.add(field, "请填写\(title)。") }
        return optionalDay(field, title) ?? request.today
    }

    /// One of the choices; the first one stands in where the field is missing, after the fault is noted.
    mutating func choice<T: RawRepresentable & CaseIterable>(_ field: String, _ title: String, or fallback: T) -> T
    where T.RawValue == String {
        if let value: T = request.coded(field) { return value }
        input.add(field, "请选择\(title)。", value: request.fields[field])
        return fallback
    }

    mutating func region(_ field: String, _ title: String) -> RegionCode? {
        if let region = request.region(field) { return region }
        input.add(field, "请选择\(title)。", value: request.fields[field])
        return nil
    }

    mutating func optionalNode(_ field: String, _ title: String) -> NodeID? {
        guard let text = request.fields[field] else { return nil }
        if let node = NodeID(text) { return node }
        input.add(field, "\(title)的编号应形如 430181 或 430181-p01。请修改。", value: text)
        return nil
    }

    /// Name and credit code of an organisation, fields `…Name` and `…Code`.
    mutating func organisation(_ field: String, _ title: String) -> Organisation? {
        let name = text("\(field)Name", "\(title)名称")
        let code = text("\(field)Code", "\(title)统一社会信用代码")
        if let creditCode = CreditCode(code) { return Organisation(creditCode: creditCode, name: name) }
        if !code.isEmpty {
            input.add(
                "\(field)Code", "\(title)统一社会信用代码有误：应为 18 位，且校验码正确（GB 32100-2015）。请对照证照核对。", value: code)
        }
        return nil
    }

    /// Keeps the uploaded files of a field; an empty file field sends one file without name and content.
    mutating func documents(_ field: String, _ context: PageContext) -> [DocumentReference] {
        var kept: [DocumentReference] = []
        for file in request.files where file.field == field && !(file.name.isEmpty && file.bytes.isEmpty) {
            do {
                let attachment = try context.keep(file)
                kept.append(
                    DocumentReference(
                        digest: attachment.digest, name: attachment.name, type: attachment.type.mediaType,
                        length: Int64(attachment.size)))
            } catch let refusal as Refusal {
                for fault in refusal.faults { input.add(field, fault.message, value: fault.value) }
                if refusal.faults.isEmpty { input.add(field, refusal.message) }
            } catch {
                input.add(field, "附件「\(file.name)」未能保存。请稍后重试。")
            }
        }
        return kept
    }
}
