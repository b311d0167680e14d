/// The ES modules of the portal, as text. Each is optional and touches nothing that does not ask for it.
enum Scripts {
    static let enhance = """
        for (const form of document.querySelectorAll('form[method="post"]')) {
          form.addEventListener('submit', (event) => {
            if (form.dataset.sent) { event.preventDefault(); return; }
            if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) { event.preventDefault(); return; }
            form.dataset.sent = '1';
            for (const button of form.querySelectorAll('button[type="submit"]')) button.setAttribute('aria-disabled', 'true');
          });
        }
        // A page taken back from the history may be sent again.
        window.addEventListener('pageshow', () => {
          for (const form of document.querySelectorAll('form[data-sent]')) {
            delete form.dataset.sent;
            for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
          }
        });
        // An open fold of the navigation closes with Escape and a click elsewhere.
        const folds = document.querySelectorAll('.site-nav details');
        const close = (keep) => { for (const fold of folds) if (fold !== keep) fold.open = false; };
        document.addEventListener('click', (event) => close(event.target.closest('.site-nav details')));
        document.addEventListener('keydown', (event) => {
          const open = event.key === 'Escape' && [...folds].find((fold) => fold.open);
          if (!open) return;
          close();
          if (open.contains(document.activeElement)) open.querySelector('summary').focus();
        });
        // Parts that show themselves anew.
        for (const part of document.querySelectorAll('[data-live]')) {
          const until = Date.now() + 8 * 3600000;
          let shown = '', source;
          const watch = () => {
            if (source) source.close();
            source = undefined;
            if (document.hidden || Date.now() > until) return;
            source = new EventSource(part.dataset.live);
            source.addEventListener('show', (event) => {
              const held = part.contains(document.activeElement) ? document.activeElement : undefined;
              if (event.data === shown || (held && held.localName !== 'a')) return;
              shown = event.data;
              const address = held && held.getAttribute('href');
              const fresh = new DOMParser().parseFromString(event.data, 'text/html');
              part.replaceChildren(...fresh.body.childNodes);
              const wanted = [...part.querySelectorAll('a')].find((link) => held && link.getAttribute('href') === address)
                || part.querySelector('[autofocus]');
              if (wanted && document.activeElement === document.body) wanted.focus();
            });
          };
          document.addEventListener('visibilitychange', watch);
          watch();
        }
        const summary = document.querySelector('.error-summary');
        if (summary) summary.focus();
        """
}
