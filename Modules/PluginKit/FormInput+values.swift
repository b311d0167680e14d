import Pages

extension FormInput {
    /// A value of an optional field; what cannot be read is a fault.
    ///
    /// - Parameter sentence: the rule and the next step, Chinese.
    public mutating func optional<T>(_ field: String, _ sentence: String, _ read: (String) -> T?) -> T? {
        guard let text = request.fields[field] else { return nil }
        if let value = read(text) { return value }
        add(field, sentence, value: text)
        return nil
    }

    /// A value of a required field.
    public mutating func required<T>(_ field: String, _ title: String, _ sentence: String, _ read: (String) -> T?) -> T? {
        if request.fields[field] == nil { add(field, "请填写\(title)。") }
        return optional(field, sentence, read)
    }

    /// One of the choices; `fallback` stands in where the field is missing or foreign, after the fault is noted.
    public mutating func choice<T: RawRepresentable>(_ field: String, _ title: String, or fallback: T) -> T where T.RawValue == String {
        choice(field, title, as: T.self) ?? fallback
    }
}
