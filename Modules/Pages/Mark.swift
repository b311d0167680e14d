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
}
