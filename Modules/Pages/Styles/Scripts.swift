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
        const summary = document.querySelector('.error-summary');
        if (summary) summary.focus();
        """
}
