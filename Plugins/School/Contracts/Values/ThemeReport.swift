/// What the classes of a year brought, by theme; those that began in it and were published.
public struct ThemeReport: Codable, Sendable, Hashable {
    public var year: Int
    public var themes: [Line]

    public init(year: Int, themes: [Line]) {
        self.year = year
        self.themes = themes
    }

    /// One theme.
    public struct Line: Codable, Sendable, Hashable {
        public var theme: CourseTheme
        public var figures: ClassFigures

        public init(theme: CourseTheme, figures: ClassFigures) {
            self.theme = theme
            self.figures = figures
        }
    }
}
