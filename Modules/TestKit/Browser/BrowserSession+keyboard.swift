import Messages

extension BrowserSession {
    /// What has the focus.
    public struct Focus: Sendable, Hashable {
        /// The element's name in lower case: `a`, `input`, `summary`.
        public let tag: String
        /// What a screen reader says: label, or text.
        public let name: String
        /// Whether a ring, or a changed border, shows where the focus is.
        public let isVisible: Bool
        /// Whether it stands inside the window.
        public let isOnScreen: Bool
        /// Its place among everything that can have the focus, in source order; -1 for none of them.
        public let place: Int
    }

    // Inside a date field the browser itself marks day, month and picker; a tile of a map thickens its edge.
    private static let focus = """
        const one = document.activeElement;
        if (!one || one === document.body) return null;
        const style = getComputedStyle(one);
        const label = one.labels && one.labels.length ? [...one.labels].map(l => l.textContent).join(' ') : '';
        const box = one.getBoundingClientRect();
        const all = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')];
        return [one.tagName.toLowerCase(), (one.getAttribute('aria-label') || label || one.textContent || '').replace(/\\s+/g, ' ').trim(),
          (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none' || one.type === 'date'
            || [...one.querySelectorAll('rect')].some(r => parseFloat(getComputedStyle(r).strokeWidth) >= 3),
          box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth, all.indexOf(one)];
        """

    public var focused: Focus? {
        get async throws {
            let found = try await run(Self.focus)
            guard let tag = found[0]?.string, let name = found[1]?.string else { return nil }
            return Focus(
                tag: tag, name: name, isVisible: found[2]?.bool ?? false, isOnScreen: found[3]?.bool ?? false,
                place: found[4]?.integer.map(Int.init) ?? -1)
        }
    }

    /// Presses Tab until something with that name has the focus, as a person without a mouse does.
    ///
    /// - Parameter tag: only elements of that name.
    /// - Throws: `TestProgram.Failure` with what was passed, when the end of the page came first or a focus could not be seen.
    @discardableResult
    public func tab(to name: String, tag: String? = nil, most: Int = 250) async throws -> Focus {
        var passed: [String] = []
        for _ in 0..<most {
            try await press(.tab)
            guard let focus = try await focused else { continue }
            guard focus.isVisible, focus.isOnScreen else { throw TestProgram.Failure(description: "the focus on \(focus.tag) “\(focus.name)” cannot be seen") }
            if focus.name.contains(name), tag.map({ $0 == focus.tag }) ?? true { return focus }
            passed.append("\(focus.tag) \(focus.name.prefix(20))")
        }
        throw TestProgram.Failure(description: "no \(tag ?? "element") “\(name)” at \(try await address); passed: \(passed.suffix(60).joined(separator: " | "))")
    }

    /// Goes to a link or button by Tab, presses Enter and waits for the page behind it.
    public func follow(_ name: String, tag: String? = nil) async throws {
        try await tab(to: name, tag: tag)
        try await enter()
    }

    /// Opens what is folded below that heading, by Tab and Enter.
    public func unfold(_ name: String) async throws {
        try await tab(to: name, tag: "summary")
        try await press(.enter)
    }

    /// Presses Enter on what leads to another page, and waits until that page stands there.
    public func enter() async throws {
        try await run("window.shuniuLeft = true")
        try await press(.enter)
        // WebDriver waits for a navigation that a key began only at its next command; ask until the old page is gone.
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            let isNew = try? await run("return !window.shuniuLeft && document.readyState === 'complete'").bool
            if isNew == true { return }
        }
        throw TestProgram.Failure(description: "Enter led nowhere from \(try await address)")
    }

    /// Chooses in the select field that has the focus, with the arrow keys.
    public func choose(_ text: String) async throws {
        for _ in 0..<400 {
            let chosen = try await run("return document.activeElement.selectedOptions[0].textContent").string ?? ""
            if chosen.contains(text) { return }
            try await press(.down)
        }
        throw TestProgram.Failure(description: "no choice “\(text)”")
    }
}
