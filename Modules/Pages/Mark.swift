/// Small drawings that stand in markup: single colour (`currentColor`), hidden from screen readers, no style attributes.
enum Mark {
    /// The sign beside the site's name: a hub and the places joined to it.
    static let brand = HTML(
        uncheckedMarkup: """
            <svg class="brand-mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">\
            <rect class="brand-tile" width="40" height="40" rx="9"/>\
            <g class="brand-lines" fill="none" stroke-width="2.4" stroke-linecap="round">\
            <path d="M20 20 10.5 12M20 20 29.5 12M20 20 10.5 28M20 20 29.5 28M20 20V8.5"/></g>\
            <g class="brand-dots"><circle cx="20" cy="20" r="4.6"/><circle cx="10.5" cy="12" r="2.5"/>\
            <circle cx="29.5" cy="12" r="2.5"/><circle cx="10.5" cy="28" r="2.5"/><circle cx="29.5" cy="28" r="2.5"/>\
            <circle cx="20" cy="8.5" r="2.5"/></g></svg>
            """)

    /// The same sign for the browser's tabs and bookmarks, in the standard blue: a picture of its own knows no page's colours.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="#1d4f91"/>\
        <path d="M20 20 10.5 12M20 20 29.5 12M20 20 10.5 28M20 20 29.5 28M20 20V8.5" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>\
        <g fill="#fff"><circle cx="20" cy="20" r="4.6"/><circle cx="10.5" cy="12" r="2.5"/><circle cx="29.5" cy="12" r="2.5"/>\
        <circle cx="10.5" cy="28" r="2.5"/><circle cx="29.5" cy="28" r="2.5"/><circle cx="20" cy="8.5" r="2.5"/></g></svg>
        """
}
