/// The module of a lesson's page: reports which pieces were really played. What they are worth is the server's decision.
enum LessonScript {
    static let text = #"""
        const root = document.getElementById('lesson');
        const part = (name) => root.querySelector(`[data-${name}]`);
        const video = part('video');
        const length = Number(root.dataset.length);
        const counts = root.dataset.counts === 'yes';
        let csrf = root.dataset.csrf;
        // Pieces not yet reported, and the one that is being played; seconds.
        let pieces = [];
        let open = null;
        let isSending = false;
        let isWaiting = false;
        let mustConfirm = false;
        // Why it paused, where that was not the learner's own doing.
        let why = '';

        const say = (text) => { part('say').textContent = text; };
        const clock = (seconds) => {
          const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
          return (h > 0 ? [h, m, s] : [m, s]).map((one) => String(one).padStart(2, '0')).join(':');
        };

        function close() {
          if (open && open.to - open.from > 0.05) pieces.push(open);
          open = null;
        }

        // A jump is no time played: only what runs on from where it was, at most two seconds at once, counts.
        video.addEventListener('timeupdate', () => {
          const at = video.currentTime;
          if (video.paused || video.seeking) return;
          if (open && at >= open.to && at - open.to < 2) open.to = at;
          else { close(); open = { from: at, to: at }; }
        });
        video.addEventListener('seeking', close);
        video.addEventListener('ratechange', () => {
          if (video.playbackRate > 1) { video.playbackRate = 1; say('学习时间只按 1 倍速计时，已恢复 1 倍速。'); }
        });
        video.addEventListener('play', async () => {
          if (!counts) return;
          if (mustConfirm) { video.pause(); ask(); return; }
          say('正在计时。');
          await send(false);
        });
        for (const name of ['pause', 'ended']) {
          video.addEventListener(name, () => {
            if (open) open.to = Math.max(open.to, Math.min(video.currentTime, open.to + 2));
            close();
            if (!counts) return;
            if (!mustConfirm) say(why || '已暂停，暂停时不计时。');
            why = '';
            send(false);
          });
        }
        document.addEventListener('visibilitychange', () => {
          if (document.hidden && !video.paused) { why = '已切换到其他窗口，播放和计时已暂停。'; video.pause(); }
        });
        setInterval(() => { if (counts && !video.paused) send(false); }, 15000);

        async function send(isPresent) {
          if (isSending) { isWaiting = true; return; }
          isSending = true;
          if (open) { const at = open.to; close(); open = { from: at, to: at }; }
          const some = pieces.slice(0, 50);
          try {
            const list = some.map((one) => ({ from: Math.round(one.from * 1000), to: Math.round(one.to * 1000) })).filter((one) => one.to > one.from);
            const body = new URLSearchParams({ _csrf: csrf, _id: crypto.randomUUID(), pieces: JSON.stringify(list) });
            if (isPresent) body.set('present', 'yes');
            const reply = await fetch(root.dataset.report, { method: 'POST', body, redirect: 'manual' });
            if (reply.status === 403 && await renew()) { isSending = false; return send(isPresent); }
            if (!reply.ok) throw new Error(String(reply.status));
            pieces = pieces.slice(some.length);
            const receipt = await reply.json();
            keepRest(list, receipt);
            show(receipt);
          } catch (error) {
            pieces = [];
            why = /^\d+$/.test(error.message) ? `服务器没有接受学习记录（${error.message}），已暂停。请刷新本页后继续。` : '网络中断，已暂停；断网期间不计时。恢复联网后请继续播放。';
            say(why);
            if (video.paused) why = ''; else video.pause();
          }
          isSending = false;
          if (isWaiting) { isWaiting = false; if (pieces.length > 0) await send(false); }
        }

        // Networks are not exact: what came a moment too early is sent again with the next report; more than five seconds is not a matter of moments.
        function keepRest(list, receipt) {
          let credited = receipt.credited;
          const rest = [];
          for (const one of list) {
            const taken = Math.min(credited, one.to - one.from);
            credited -= taken;
            if (one.from + taken < one.to) rest.push({ from: (one.from + taken) / 1000, to: one.to / 1000 });
          }
          const missing = rest.reduce((sum, one) => sum + one.to - one.from, 0);
          if (missing < 5 && !receipt.mustConfirm) pieces = rest.concat(pieces);
        }

        function show(receipt) {
          const progress = receipt.progress;
          const percent = Math.floor(progress.studied * 100 / Math.max(1, length));
          const needed = Math.ceil(length * progress.requiredPercent / 100);
          part('figure').textContent = `已学习 ${clock(progress.studied)} / ${clock(length)}（${percent}%），`
            + (progress.completedAt ? '已达到要求。' : `须学习 ${clock(needed)}。`);
          const svg = part('strip').querySelector('svg');
          for (const old of svg.querySelectorAll('.meter-fill')) old.remove();
          for (const piece of receipt.pieces) {
            const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
            const from = piece.from / length;
            for (const [name, value] of [['class', 'meter-fill'], ['x', from], ['y', 0], ['width', Math.max(2, (piece.to - piece.from) / length)], ['height', 10]]) bar.setAttribute(name, value);
            svg.append(bar);
          }
          mustConfirm = receipt.mustConfirm;
          if (mustConfirm) { video.pause(); ask(); }
        }

        function ask() {
          part('confirm-block').hidden = false;
          say('请确认您在学习：确认前不计时。');
          part('confirm-button').focus();
        }

        part('confirm-button').addEventListener('click', async () => {
          part('confirm-block').hidden = true;
          mustConfirm = false;
          await send(true);
          if (!mustConfirm) await video.play();
        });

        // After a new sign-in in another tab the page's token is an old one; once for each refusal.
        let renewedAt = 0;
        async function renew() {
          if (Date.now() - renewedAt < 10000) return false;
          renewedAt = Date.now();
          const reply = await fetch(location.href, { redirect: 'manual' });
          if (!reply.ok) return false;
          const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('lesson');
          if (!fresh) return false;
          csrf = fresh.dataset.csrf;
          return true;
        }

        for (const link of document.querySelectorAll('[data-second]')) {
          link.addEventListener('click', (event) => {
            event.preventDefault();
            video.currentTime = Number(link.dataset.second);
            video.focus();
          });
        }
        """#
}
