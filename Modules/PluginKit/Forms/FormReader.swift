public import Messages
public import Pages
public import Vocabulary

/// Turns a form's fields into values; collects everything that cannot be read, so that all faults are shown together.
///
///     var form = FormReader(request, refusal: MarketRefusal.invalid)
///     let title = form.text("title", "标题")
///     let region = form.region("region", "区划")
///     try form.refuseIfFaulty()
public struct FormReader {
    public let request: PageRequest
    private var input = InputRules()
    private let refusal: ([Refusal.Fault]) -> Refusal

    /// - Parameter refusal: the plug-in's own refusal of bad input.
    public init(_ request: PageRequest, refusal: @escaping ([Refusal.Fault]) -> Refusal) {
        self.request = request
        self.refusal = refusal
    }

    public func refuseIfFaulty() throws { try input.refuseIfFaulty(refusal) }

    /// A required text; an empty one is a fault.
    public mutating func text(_ field: String, _ title: String) -> String {
        guard let text = request.fields[field] else {
            input.add(field, "请填写\(title)。")
            return ""
        }
        return text
    }

    /// One of the choices; `fallback` stands in where the field is missing, after the fault is noted.
    public mutating func choice<T: RawRepresentable & CaseIterable>(_ field: String, _ title: String, or fallback: T) -> T
    where T.RawValue == String {
        if let value = request.fields[field].flatMap({ T(rawValue: $0) }) { return value }
        input.add(field, "请选择\(title)。", value: request.fields[field])
        return fallback
    }

    public mutating func region(_ field: String, _ title: String) -> RegionCode? {
        if let region = request.fields[field].flatMap({ RegionCode($0) }) { return region }
        input.add(field, "请选择\(title)。", value: request.fields[field])
        return nil
    }

    /// A value of an optional field; what cannot be read is a fault.
    ///
    /// - Parameter sentence: the rule and the next step, Chinese.
    public mutating func optional<T>(_ field: String, _ sentence: String, _ read: (String) -> T?) -> T? {
        guard let text = request.fields[field] else { return nil }
        if let value = read(text) { return value }
        input.add(field, sentence, value: text)
        return nil
    }

    /// A value of a required field.
    public mutating func required<T>(_ field: String, _ title: String, _ sentence: String, _ read: (String) -> T?) -> T? {
        if request.fields[field] == nil { input.add(field, "请填写\(title)。") }
        return optional(field, sentence, read)
    }
}
