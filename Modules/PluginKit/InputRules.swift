public import Messages

/// Checks of what people fill in; collects every fault of one input together.
public struct InputRules {
    public private(set) var faults: [Refusal.Fault] = []

    public init() {}

    /// Throws all faults as one refusal.
    ///
    /// - Parameter refusal: the plug-in's own refusal of bad input.
    public func refuseIfFaulty(_ refusal: ([Refusal.Fault]) -> Refusal) throws { if !faults.isEmpty { throw refusal(faults) } }

    public mutating func add(_ field: String, _ message: String, value: String? = nil) {
        faults.append(Refusal.Fault(field: field, value: value.map { String($0.prefix(60)) }, message: message))
    }

    /// A text of so many characters, as people count them, without control characters.
    public mutating func text(_ field: String, _ title: String, _ value: String, _ range: ClosedRange<Int>) {
        let count = value.count
        if !range.contains(count) {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(count) 个字。请修改。", value: value)
        } else if value.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\t" && $0 != "\r" }) {
            add(field, "\(title)含有控制字符。请重新输入。")
        }
    }

    public mutating func optionalText(_ field: String, _ title: String, _ value: String?, _ range: ClosedRange<Int>) {
        if let value { text(field, title, value, range) }
    }
}
