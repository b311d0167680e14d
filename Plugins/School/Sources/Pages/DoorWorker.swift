/// The service worker of a door's page: opens the page again without a network, and nothing else. It keeps no names: those lie in the
/// page's own store, which is emptied a day after the doors closed.
enum DoorWorker {
    static let text = #"""
        const kept = async (path) => (await caches.open('shuniu-door')).match(path);

        self.addEventListener('install', () => self.skipWaiting());
        self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
        self.addEventListener('fetch', (event) => {
          const request = event.request;
          const url = new URL(request.url);
          if (request.method !== 'GET' || url.origin !== self.location.origin) return;
          if (request.mode === 'navigate') {
            // The server's answer comes first, also when it says that the sign-in is over.
            event.respondWith(fetch(request).catch(async (error) => {
              const page = await kept(url.pathname);
              if (page) return page;
              throw error;
            }));
          } else if (url.pathname.startsWith('/assets/')) {
            // Named by its content: what is kept is what the server would send.
            event.respondWith(kept(url.pathname).then((file) => file || fetch(request)));
          }
        });
        """#
}
