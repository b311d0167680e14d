extension Styles {
    static let figures = ""
}
