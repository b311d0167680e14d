/// Line drawings for entrances and empty states: 24 × 24, in the colour of the text, decoration only.
public enum Icon: String, Sendable, CaseIterable {
    case search, demand, appeal, course, booth, hotline, building, map, chart, calendar, document, people, shield, inbox

    public var html: HTML {
        HTML(
            uncheckedMarkup: """
                <svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" \
                stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">\
                <path d="\(path)"/></svg>
                """)
    }

    private var path: StaticString {
        switch self {
        case .search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20"
        case .demand: "M4 5h16v11H9l-4 4v-4H4zM12 8v5M9.5 10.5h5"
        case .appeal: "M4 10v4h3l7 4V6l-7 4zM17 9.5a4 4 0 0 1 0 5M19.5 7a7.5 7.5 0 0 1 0 10M7 14l1.2 5h2.3L9.6 15.3"
        case .course: "M12 5 2.5 9.5 12 14l9.5-4.5zM6 11.5V16c1.6 1.6 3.6 2.4 6 2.4s4.4-.8 6-2.4v-4.5M21.5 9.5V15"
        case .booth: "M4 10v10h16V10M3 10l2-6h14l2 6zM3 10a3 3 0 0 0 6 0 3 3 0 0 0 6 0 3 3 0 0 0 6 0M10 20v-5h4v5"
        case .hotline:
            "M5.5 3.5h3.2l1.6 4.2-2.1 1.6a11.5 11.5 0 0 0 5.5 5.5l1.6-2.1 4.2 1.6v3.2c0 1.4-1.2 2.5-2.6 2.4C9.4 19.3 4.7 14.6 3.1 6.1 3 4.7 4.1 3.5 5.5 3.5Z"
        case .building: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3M16.5 13h.01M16.5 17h.01"
        case .map: "M9 4 3 6.5V20l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20"
        case .chart: "M4 4v16h16M8 16v-4M12 16V8M16 16v-6M20 16V6"
        case .calendar: "M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8M8 14h3M8 17h6"
        case .document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"
        case .people:
            "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M16 4.500a3.3 3.3 0 0 1 0 6.300M18 14.500c2 .8 3.2 2.6 3.5 5.5"
        case .shield: "M12 3 4.5 6v6c0 4.5 3 7.5 7.5 9 4.5-1.5 7.5-4.5 7.5-9V6zM8.5 12l2.5 2.5 4.5-5"
        case .inbox: "M4 13 6.5 5h11L20 13v6H4zM4 13h5l1.5 2.500h3L15 13h5"
        }
    }
}

extension Icon: Component {}
