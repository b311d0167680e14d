import Messages
import RegistryContracts
import Vocabulary

/// Checks of what people fill in; collects every fault of one input together.
struct InputRules {
    private(set) var faults: [Refusal.Fault] = []

    /// Throws all faults as one refusal.
    func refuseIfFaulty() throws {
        if !faults.isEmpty { throw RegistryRefusal.invalid(faults) }
    }

    mutating func add(_ field: String, _ message: String, value: String? = nil) {
        faults.append(Refusal.Fault(field: field, value: value.map { String($0.prefix(60)) }, message: message))
    }

    mutating func add(_ more: [Refusal.Fault]) { faults += more }

    /// A text of so many characters (as people count them).
    mutating func text(_ field: String, _ title: String, _ value: String, _ range: ClosedRange<Int>) {
        let count = value.count
        if !range.contains(count) {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(count) 个字。请修改。", value: value)
        } else if value.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\t" && $0 != "\r" }) {
            add(field, "\(title)含有控制字符。请重新输入。")
        }
    }

    mutating func optionalText(_ field: String, _ title: String, _ value: String?, _ range: ClosedRange<Int>) {
        if let value { text(field, title, value, range) }
    }

    mutating func organisation(_ field: String, _ title: String, _ value: Organisation) {
        text("\(field)Name", "\(title)名称", value.name, 2...80)
    }

    mutating func notInFuture(_ field: String, _ title: String, _ day: Day?, today: Day) {
        if let day, day > today {
            add(field, "\(title)不能晚于今天（\(today)）。请填写实际日期。", value: day.description)
        }
    }

    /// - Parameter kept: how many bytes the site keeps under a digest; what was never uploaded cannot be attached.
    mutating func documents(
        _ field: String, _ documents: [DocumentReference], largest: Int64, kept: (_ digest: String) -> Int?
    ) {
        if documents.count > 20 { add(field, "附件最多 20 个，现有 \(documents.count) 个。请合并后上传。") }
        for document in documents {
            if document.digest.utf8.count != 64
                || !document.digest.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
            {
                add(field, "附件「\(document.name)」的摘要不是 64 位十六进制数（SHA-256）。请重新上传。", value: document.digest)
            } else if let size = kept(document.digest) {
                if Int64(size) != document.length {
                    add(field, "附件「\(document.name)」注明 \(document.length) 字节，平台收存的是 \(size) 字节。请按上传后返回的信息填写。")
                }
            } else {
                add(field, "附件「\(document.name)」不在本平台收存的文件中。请先上传该文件，再引用其摘要。", value: document.digest)
            }
            if document.name.isEmpty || document.name.count > 120 {
                add(field, "附件名称应为 1–120 个字。请改名后上传。", value: document.name)
            }
            if !(1...largest).contains(document.length) {
                add(field, "附件「\(document.name)」大小须在 1 字节至 \(largest / 1_048_576) MB 之间。请压缩或拆分后上传。")
            }
            if !Self.types.contains(document.type) {
                add(field, "附件「\(document.name)」的类型 \(document.type) 不在允许范围（PDF、JPEG、PNG、docx、xlsx）。请转换格式。")
            }
        }
    }

    /// What may be attached; nothing a browser would run.
    static let types: Set<String> = [
        "application/pdf", "image/jpeg", "image/png",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
}
