import Messages

extension BrowserSession {
    /// What is wrong with the page as a person meets it, one sentence each: language, headings, landmarks, names of fields, links and
    /// buttons, tables, and whether anything hangs over the edge of the window.
    public func faults() async throws -> [String] {
        try await run(Self.check).array?.compactMap(\.string) ?? ["the page could not be looked at"]
    }

    private static let check = """
        const faults = [];
        const say = (text, element) => faults.push(element ? text + ': ' + element.outerHTML.slice(0, 120) : text);
        const shown = element => !!(element.offsetWidth || element.offsetHeight || element.getClientRects().length);
        const root = document.documentElement;
        if (root.lang !== 'zh-CN') say('lang is “' + root.lang + '”');
        if (!document.title.trim()) say('no title');
        const headings = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(shown);
        if (document.querySelectorAll('h1').length !== 1) say(document.querySelectorAll('h1').length + ' h1');
        let level = 0;
        for (const heading of headings) {
          const own = Number(heading.tagName[1]);
          if (own > level + 1) say('heading jumps from ' + level, heading);
          level = own;
        }
        for (const name of ['main', 'body > header', 'body > footer'])
          if (document.querySelectorAll(name).length !== 1) say(document.querySelectorAll(name).length + ' × ' + name);
        const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
        for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) say('id “' + id + '” twice');
        const spoken = e => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ').map(id => (document.getElementById(id) || {}).textContent || '').join('') || e.textContent || '').trim();
        for (const field of document.querySelectorAll('input:not([type=hidden]):not([hidden]),select,textarea'))
          if (!spoken(field).length && !(field.labels && [...field.labels].some(l => l.textContent.trim())) && field.type !== 'submit') say('field without label', field);
        for (const field of document.querySelectorAll('select,textarea'))
          if (!(field.labels && field.labels.length) && !field.hasAttribute('aria-label')) say('field without label', field);
        for (const one of document.querySelectorAll('a[href],button,summary')) if (!spoken(one) && !one.querySelector('[aria-label],title')) say('nameless', one);
        for (const one of document.querySelectorAll('[tabindex]')) if (one.tabIndex > 0) say('tabindex above 0', one);
        for (const one of document.querySelectorAll('img')) if (!one.hasAttribute('alt')) say('picture without alt', one);
        for (const one of document.querySelectorAll('svg')) if (one.getAttribute('aria-hidden') !== 'true' && !one.closest('[aria-hidden=true]') && one.getAttribute('role') !== 'img' && !one.querySelector('title') && !one.hasAttribute('aria-label') && !one.hasAttribute('aria-labelledby')) say('figure without name', one);
        for (const table of document.querySelectorAll('table')) {
          if (!table.caption) say('table without caption', table);
          for (const cell of table.querySelectorAll('th')) if (!cell.scope) say('th without scope', cell);
        }
        for (const form of document.querySelectorAll('form[method=post]')) if (!form.querySelector('[name=_csrf]')) say('form without token', form);
        for (const one of document.querySelectorAll('[style],[onclick],[onload],script:not([src])')) say('inline code', one);
        if (root.scrollWidth > root.clientWidth) {
          say('scrolls sideways: ' + root.scrollWidth + ' in ' + root.clientWidth);
          for (const one of document.querySelectorAll('body *')) {
            const box = one.getBoundingClientRect();
            if (box.right > root.clientWidth + 1 && box.width) { say('over the edge', one); break; }
          }
        }
        // What is cut off without a way to scroll to it.
        for (const one of document.querySelectorAll('main *')) {
          const style = getComputedStyle(one);
          if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && !one.closest('.hidden') && style.display !== 'inline') say('cut off', one);
        }
        // Fingers: a link in running text is as tall as its line; what stands alone is at least 24 by 24 (WCAG 2.2, 2.5.8).
        for (const one of document.querySelectorAll('button,summary,input:not([type=hidden]),select,a.button')) {
          const box = one.getBoundingClientRect();
          if (shown(one) && !one.closest('.hidden') && box.width > 1 && (box.width < 24 || box.height < 24)) say('smaller than a finger', one);
        }
        return faults;
        """

    /// Where Tab leads from the top of the page: every stop must be seen, and they come in the order of the source.
    public func focusFaults(stops: Int) async throws -> [String] {
        var faults: [String] = []
        var last = -1
        try await run("document.activeElement.blur(); window.scrollTo(0, 0)")
        for stop in 0..<stops {
            try await press(.tab)
            guard let focus = try await focused else { break }
            if focus.tag == "body" || focus.tag == "html" { break }
            if !focus.isVisible { faults.append("stop \(stop), \(focus.tag) “\(focus.name.prefix(20))”: focus cannot be seen") }
            if !focus.isOnScreen { faults.append("stop \(stop), \(focus.tag) “\(focus.name.prefix(20))”: off the screen") }
            if focus.place >= 0 {
                // From the last one the focus goes round to the first.
                if focus.place < last { break }
                last = focus.place
            }
        }
        return faults
    }
}
