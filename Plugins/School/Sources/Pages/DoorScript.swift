/// The module of the door's page: checks tickets with the class's public key, keeps scans in the browser until they are uploaded.
///
/// What it shows before the server has answered is a first opinion and says so; every scan is sent, whatever the opinion.
enum DoorScript {
    static let text = #"""
        const root = document.getElementById('door');
        const part = (name) => root.querySelector(`[data-${name}]`);
        const place = 'shuniu-door/' + root.dataset.door;
        const form = root.querySelector('form');
        const field = form.elements.namedItem('ticket');
        const device = form.elements.namedItem('device');
        const titles = {
          counted: '已签到', duplicate: '重复扫描', withdrawn: '已撤销', notEnrolled: '未录取或已取消', replaced: '换人前的旧凭证',
          forged: '凭证签名不符', foreign: '不是本班凭证', outOfTime: '不在签到时段', unreadable: '无法识别',
        };
        const tones = { counted: 'success', duplicate: 'warning', withdrawn: 'warning' };
        let csrf = root.dataset.csrf;
        let key = null;
        let isSending = false;
        let problem = '';

        // queue: scans not yet on the server; aside: those that the server refused, for people to look at; seen: whom this device saw; log: the last ones, newest first.
        let kept = { device: '', door: null, queue: [], aside: [], seen: {}, log: [] };

        function keep() {
          try { localStorage.setItem(place, JSON.stringify(kept)); return true; } catch { return false; }
        }

        // At most 412 bytes, as the server takes them, and never half a character.
        const clip = (text) => new TextDecoder().decode(new TextEncoder().encode(text).slice(0, 410));
        const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

        async function load(door) {
          const body = door.key.split('\n').filter((line) => line && !line.startsWith('-----')).join('');
          key = await crypto.subtle.importKey('spki', bytesOf(body), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
          kept.door = door;
        }

        async function refresh() {
          try {
            const reply = await fetch(root.dataset.roster, { headers: { Accept: 'application/json' } });
            if (reply.ok) { await load(await reply.json()); keep(); }
            if (problem === '离线') problem = '';
          } catch { problem = '离线'; }
          show();
        }

        // What can be said without the server.
        async function judge(text) {
          const parts = text.split('.');
          const isTicket = parts.length === 4 && parts[0] === 'S1';
          const id = isTicket ? parts[1] : text;
          if (!/^K\d{4}-\d{3,5}-\d{4,6}$/.test(id)) return ['unreadable', null];
          if (!id.startsWith(root.dataset.class + '-')) return ['foreign', id];
          if (isTicket && key) {
            let isRight = false;
            try {
              isRight = await crypto.subtle.verify(
                { name: 'ECDSA', hash: 'SHA-256' }, key, bytesOf(parts[3]), new TextEncoder().encode(parts.slice(0, 3).join('.')));
            } catch { }
            if (!isRight) return ['forged', id];
          }
          const entry = kept.door && kept.door.roster.find((one) => one.registration === id);
          if (kept.door && !entry) return ['notEnrolled', id];
          if (isTicket && entry && String(entry.issue) !== parts[2]) return ['replaced', id];
          if (kept.seen[id] || (entry && entry.isPresent)) return ['duplicate', id];
          return ['counted', id];
        }

        let last = { text: '', at: 0 };
        async function scan(text) {
          text = text.trim();
          // A camera reads the same code many times a second.
          if (!text || (text === last.text && Date.now() - last.at < 3000)) return;
          last = { text, at: Date.now() };
          const [outcome, id] = await judge(text);
          const one = { id: crypto.randomUUID(), ticket: clip(text), at: new Date().toISOString() };
          kept.queue.push(one);
          kept.log.unshift({ scan: one.id, registration: id, outcome, at: one.at, isSure: false });
          kept.log.length = Math.min(kept.log.length, 20);
          const wasSeen = kept.seen[id];
          if (outcome === 'counted') kept.seen[id] = one.at;
          if (!keep()) {
            kept.queue.pop(); kept.log.shift(); if (!wasSeen) delete kept.seen[id];
            answer('danger', '未能保存', '本机存储已满或被禁用，这次扫描没有记录。请先联网上传，或改用其他设备。');
            return;
          }
          answer(tones[outcome] || 'danger', titles[outcome], line(id, key || !text.includes('.') ? '本机核对，待服务器确认' : '尚未取得公钥，未能核对签名'));
          show();
          send();
        }

        function line(id, note) {
          const entry = kept.door && kept.door.roster.find((one) => one.registration === id);
          return [id, entry && entry.name, note].filter(Boolean).join(' · ');
        }

        function answer(tone, title, text) {
          const box = part('answer');
          box.dataset.tone = tone;
          box.replaceChildren(Object.assign(document.createElement('strong'), { textContent: title }), Object.assign(document.createElement('p'), { textContent: text }));
        }

        async function send() {
          if (isSending || kept.queue.length === 0) return;
          isSending = true;
          let most = 100;
          try {
            while (kept.queue.length > 0) {
              const some = kept.queue.slice(0, most);
              const body = new URLSearchParams({ _csrf: csrf, _id: crypto.randomUUID(), device: [...device.value.trim()].slice(0, 40).join('') || '签到台', scans: JSON.stringify(some) });
              const reply = await fetch(root.dataset.scans, { method: 'POST', body, redirect: 'manual' });
              if (reply.status === 403 && await renew()) continue;
              if (reply.type === 'opaqueredirect' || reply.status === 401 || reply.status === 403) {
                problem = '登录已失效：请在新标签页登录，记录仍在本机'; break;
              }
              // One bad scan must not hold up the others: sent singly, it is found and set aside.
              if (reply.status === 422 && some.length > 1) { most = 1; continue; }
              if (reply.status === 422) { setAside(some[0]); most = 100; continue; }
              if (!reply.ok) { problem = `服务器未接受（${reply.status}），稍后重试`; break; }
              const receipt = await reply.json();
              problem = '';
              const done = new Set(some.map((one) => one.id));
              kept.queue = kept.queue.filter((one) => !done.has(one.id));
              for (const result of receipt.results) {
                const entry = kept.log.find((one) => one.scan === result.id);
                if (entry) Object.assign(entry, { outcome: result.outcome, isSure: true, countedBy: result.countedBy });
                if (result.outcome === 'counted') kept.seen[result.registration] = result.countedAt;
                else if (result.outcome === 'withdrawn' || result.outcome === 'notEnrolled') delete kept.seen[result.registration];
                if (kept.log[0] && kept.log[0].scan === result.id) {
                  const where = result.outcome === 'duplicate' && result.countedBy ? `已在「${result.countedBy}」签到` : '服务器已确认';
                  answer(tones[result.outcome] || 'danger', titles[result.outcome], line(result.registration, where));
                }
              }
              keep();
            }
          } catch {
            problem = '离线';
          }
          isSending = false;
          show();
        }

        function setAside(one) {
          kept.queue = kept.queue.filter((other) => other.id !== one.id);
          kept.log = kept.log.filter((other) => other.scan !== one.id);
          kept.aside.push(one);
          keep();
          answer('danger', '服务器未接受', '有一条扫描记录有误，未能上传，已单独留在本机（见“本机最近的扫描”）。请人工核对后补登。');
        }

        // After a new sign-in in another tab the page's token is an old one; once for each refusal.
        let renewedAt = 0;
        async function renew() {
          if (Date.now() - renewedAt < 10000) return false;
          renewedAt = Date.now();
          const reply = await fetch(location.href, { redirect: 'manual' });
          if (!reply.ok) return false;
          const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('door');
          if (!fresh) return false;
          csrf = fresh.dataset.csrf;
          return true;
        }

        function show() {
          part('state').hidden = false;
          part('online').textContent = problem || (navigator.onLine ? '已联网' : '离线');
          part('waiting').textContent = `待上传 ${kept.queue.length} 条` + (kept.aside.length > 0 ? `，未被接受 ${kept.aside.length} 条` : '');
          const asOf = kept.door && new Date(kept.door.asOf);
          part('as-of').textContent = asOf ? `名单截至 ${asOf.toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' })}` : '名单尚未下载';
          part('log-block').hidden = kept.log.length + kept.aside.length === 0;
          const refused = kept.aside.map((one) => Object.assign(document.createElement('li'), {
            textContent: [new Date(one.at).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' }), one.ticket.slice(0, 40), '服务器未接受，请人工核对后补登'].join(' '),
          }));
          part('log').replaceChildren(...refused, ...kept.log.map((one) => Object.assign(document.createElement('li'), {
            textContent: [new Date(one.at).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' }), one.registration, titles[one.outcome], one.isSure ? '' : '（待上传）'].filter(Boolean).join(' '),
          })));
        }

        // So that the page opens again without a network. What it needs is fetched once more, since this first visit went past the worker.
        async function keepPage() {
          if (!navigator.serviceWorker || !window.caches) return;
          if (kept.door && Date.now() > Date.parse(kept.door.closesAt) + 86400000) {
            const worker = await navigator.serviceWorker.getRegistration(root.dataset.scope);
            if (worker) await worker.unregister();
            await (await caches.open('shuniu-door')).delete(location.pathname);
            return;
          }
          try {
            await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
            const cache = await caches.open('shuniu-door');
            const files = [...document.querySelectorAll('link[rel~=stylesheet], link[rel~=icon], script[src]')].map((one) => new URL(one.href || one.src).pathname);
            for (const file of new Set(files)) if (!await cache.match(file)) await cache.add(file);
            const reply = await fetch(location.pathname, { redirect: 'manual' });
            if (reply.ok) await cache.put(location.pathname, reply);
          } catch { }
          try {
            const page = await (await caches.open('shuniu-door')).match(location.pathname);
            const isActive = await navigator.serviceWorker.getRegistration(root.dataset.scope);
            if (page && isActive) part('kept').textContent = '本页已存入本机，断网也能打开';
          } catch { }
        }

        async function start() {
          try { kept = Object.assign(kept, JSON.parse(localStorage.getItem(place) || '{}')); } catch { }
          // Nobody needs the names a day after the doors closed.
          if (kept.queue.length === 0 && kept.door && Date.now() > Date.parse(kept.door.closesAt) + 86400000) {
            kept = { device: kept.device, door: null, queue: [], aside: kept.aside, seen: {}, log: [] };
            if (kept.aside.length > 0) keep(); else localStorage.removeItem(place);
          }
          if (kept.device) device.value = kept.device;
          device.addEventListener('change', () => { kept.device = device.value; keep(); });
          // In front of the portal's own listener, which lets a form go once only.
          form.addEventListener('submit', (event) => {
            event.preventDefault();
            event.stopImmediatePropagation();
            const text = field.value;
            field.value = '';
            field.focus();
            scan(text);
          }, { capture: true });
          camera();
          window.addEventListener('online', () => { problem = ''; refresh(); send(); });
          window.addEventListener('offline', show);
          if (kept.door) await load(kept.door).catch(() => { });
          await refresh();
          send();
          keepPage();
          setInterval(send, 15000);
          setInterval(refresh, 60000);
          field.focus();
        }

        function camera() {
          const block = part('camera');
          if ('BarcodeDetector' in window && navigator.mediaDevices) {
            block.hidden = false;
            part('camera-button').addEventListener('click', async () => {
              const video = part('video');
              try {
                video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
              } catch {
                answer('danger', '摄像头未打开', '请允许本页使用摄像头，或改用扫码枪、键入编号。');
                return;
              }
              video.hidden = false;
              part('camera-button').hidden = true;
              await video.play();
              const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
              const look = async () => {
                try { for (const code of await detector.detect(video)) await scan(code.rawValue); } catch { }
                setTimeout(look, 200);
              };
              look();
            });
          } else {
            part('no-camera').hidden = false;
          }
        }

        // Two windows on one store would overwrite each other's scans: the second one goes without the module, ticket by ticket.
        const isOnly = await new Promise((resolve) => {
          if (!navigator.locks) { resolve(true); return; }
          navigator.locks.request(place, { ifAvailable: true }, (lock) => { resolve(lock !== null); return lock && new Promise(() => { }); });
        });
        if (isOnly) await start();
        else answer('warning', '本页已在另一个窗口打开', '断网扫码只在先打开的窗口有效；在这里仍可联网逐条签到。');
        """#
}
