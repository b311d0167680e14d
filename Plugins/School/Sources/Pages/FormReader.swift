import Messages
import Pages
import PluginKit
import SchoolContracts
import Store
import Vocabulary

/// Reads a form's fields into values; collects everything that cannot be read, so that all faults are shown together.
struct FormReader {
    let request: PageRequest
    private var input = InputRules()

    init(_ request: PageRequest) { self.request = request }

    func refuseIfFaulty() throws { try input.refuseIfFaulty() }

    mutating func add(_ field: String, _ message: String) { input.add(field, message) }

    mutating func text(_ field: String, _ title: String) -> String {
        if let text = request.fields[field] { return text }
        input.add(field, "请填写\(title)。")
        return ""
    }

    mutating func number(_ field: String, _ title: String, or fallback: Int? = nil) -> Int {
        guard let text = request.fields[field] else {
            if let fallback { return fallback }
            input.add(field, "请填写\(title)。")
            return 0
        }
        if let number = Int(text) { return number }
        input.add(field, "\(title)应为整数。请修改。", value: text)
        return 0
    }

    mutating func choice<T: RawRepresentable & CaseIterable>(_ field: String, _ title: String, or fallback: T) -> T where T.RawValue == String {
        if let value: T = request.coded(field) { return value }
        input.add(field, "请选择\(title)。", value: request.fields[field])
        return fallback
    }

    mutating func region(_ field: String, _ title: String) -> RegionCode? {
        if let region = request.fields[field].flatMap({ RegionCode($0) }) { return region }
        input.add(field, "请选择\(title)。", value: request.fields[field])
        return nil
    }

    /// A day and a time of day in China, fields `…Day` and `…Time`.
    mutating func moment(_ field: String, _ title: String) -> Timestamp? {
        guard let dayText = request.fields["\(field)Day"], let day = Day(dayText) else {
            input.add("\(field)Day", "\(title)的日期应形如 2026-03-01。请填写。", value: request.fields["\(field)Day"])
            return nil
        }
        return moment(day, "\(field)Time", title)
    }

    mutating func moment(_ day: Day, _ field: String, _ title: String) -> Timestamp? {
        let parts = (request.fields[field] ?? "").replacing("：", with: ":").split(separator: ":")
        if parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), let moment = day.moment(hour: hour, minute: minute) {
            return moment
        }
        input.add(field, "\(title)的时间应形如 09:00。请填写。", value: request.fields[field])
        return nil
    }

    /// One person, fields with this number behind them; `nil` when nothing was typed.
    mutating func participant(_ number: Int) -> ParticipantDraft? {
        let name = request.fields["name\(number)"]
        let mobile = request.fields["mobile\(number)"]
        if name == nil, mobile == nil { return nil }
        if name == nil { input.add("name\(number)", "请填写第 \(number) 位参加人员的姓名。") }
        let known = mobile.flatMap { Mobile($0) }
        if known == nil { input.add("mobile\(number)", "第 \(number) 位参加人员的手机号应为 11 位数字。请核对。") }
        guard let name, let known else { return nil }
        return ParticipantDraft(name: Personal(name), mobile: Personal(known), position: request.fields["position\(number)"])
    }

    /// An enterprise by name and code, fields `enterpriseName` and `enterpriseCode`.
    mutating func enterprise() -> EnterpriseName? {
        let name = text("enterpriseName", "企业名称")
        let code = text("enterpriseCode", "统一社会信用代码")
        if let creditCode = CreditCode(code) { return EnterpriseName(creditCode: creditCode, name: name) }
        if !code.isEmpty { input.add("enterpriseCode", "统一社会信用代码有误：应为 18 位，且校验码正确（GB 32100-2015）。请对照证照核对。", value: code) }
        return nil
    }

    /// Keeps the uploaded files of a field; an empty file field sends one file without name and content.
    mutating func materials(_ field: String, isOpen: Bool, _ context: PageContext) -> [Material] {
        var kept: [Material] = []
        for file in request.files where file.field == field && !(file.name.isEmpty && file.bytes.isEmpty) {
            do {
                let attachment = try context.keep(file)
                kept.append(
                    Material(
                        digest: attachment.digest, name: attachment.name, type: attachment.type.mediaType, length: Int64(attachment.size),
                        isOpen: isOpen))
            } catch let refusal as Refusal {
                input.add(field, refusal.faults.first?.message ?? refusal.message)
            } catch {
                input.add(field, "资料「\(file.name)」未能保存。请稍后重试。")
            }
        }
        return kept
    }
}
