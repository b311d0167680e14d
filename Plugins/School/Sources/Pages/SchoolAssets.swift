import Pages

/// The school's own style sheet and module; pages name them in `Page.assets`.
enum SchoolAssets {
    static let styles = Asset(
        name: "school", extension: "css", type: "text/css; charset=utf-8", bytes: Array(SchoolStyles.text.utf8))
    static let door = Asset(
        name: "school-door", extension: "js", type: "text/javascript; charset=utf-8", bytes: Array(DoorScript.text.utf8)
    )

    static let lesson = Asset(
        name: "school-lesson", extension: "js", type: "text/javascript; charset=utf-8",
        bytes: Array(LessonScript.text.utf8))

    static let doorWorker = Asset(
        name: "school-door-worker", extension: "js", type: "text/javascript; charset=utf-8",
        bytes: Array(DoorWorker.text.utf8), isWorker: true)

    static let all = [styles, door, lesson, doorWorker]
}

/// What the portal's own styles do not have: the door's large answer.
enum SchoolStyles {
    static let text = """
        .door-answer{border:2px solid var(--line-strong);border-radius:var(--radius-large);padding:1rem;margin-block:1rem;min-height:6rem;background:var(--surface)}
        .door-answer strong{display:block;font-size:1.75rem;line-height:1.3}
        .door-answer p{margin:.25rem 0 0}
        .door-answer[data-tone=success]{border-color:var(--success);background:var(--success-soft);color:var(--success)}
        .door-answer[data-tone=warning]{border-color:var(--warning);background:var(--warning-soft);color:var(--warning)}
        .door-answer[data-tone=danger]{border-color:var(--danger);background:var(--danger-soft);color:var(--danger)}
        .door video{display:block;width:100%;max-width:30rem;border-radius:var(--radius);background:#000}
        .door>*+*{margin-block-start:1rem}
        .door h2{margin:1rem 0 .5rem}
        .door [hidden]{display:none}
        .door-state{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:0 0 1rem;padding:0;list-style:none}
        .door-log{padding-left:1.5rem}
        .lesson video{display:block;width:100%;border-radius:var(--radius);background:#000;aspect-ratio:16/9}
        .lesson video:is(:focus,:focus-within){outline:3px solid var(--accent);outline-offset:2px}
        .lesson-strip svg{display:block;width:100%;height:.5rem;border-radius:var(--radius)}
        .lesson>*+*{margin-block-start:.75rem}
        .lesson-figure{font-weight:600}
        .lesson-say{color:var(--muted)}
        .lesson [hidden]{display:none}
        .lesson-chapters{padding-left:0;list-style:none}
        .lesson-chapters li+li{margin-block-start:.5rem}
        .certificate{position:relative;max-width:56rem;margin:1.5rem auto;padding:2.5rem clamp(1rem,5vw,3.5rem);border:3px double var(--accent);\
        border-radius:var(--radius);background:var(--surface);text-align:center}
        .certificate-title{font-size:clamp(1.5rem,5vw,2.25rem);font-weight:700;letter-spacing:.3em;text-indent:.3em;color:var(--accent-strong);margin:0 0 1.5rem}
        .certificate-name{font-size:clamp(1.25rem,4vw,1.75rem);font-weight:600;margin:0 0 1rem}
        .certificate-text{font-size:1.0625rem;line-height:2;text-align:left;text-indent:2em;margin:0 0 2rem}
        .certificate-foot{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:flex-end;gap:1rem;text-align:left}
        .certificate-foot p{margin:.25rem 0;overflow-wrap:anywhere}
        .certificate-foot>div:first-child{flex:1 1 16rem;min-width:0}
        .certificate-code svg{width:8.5rem;height:8.5rem;display:block}
        .certificate-revoked::after{content:"已撤销";position:absolute;inset:0;display:grid;place-items:center;font-size:clamp(3rem,12vw,6rem);\
        font-weight:700;color:var(--danger);opacity:.25;transform:rotate(-18deg);pointer-events:none}
        @media print{
        body:has(.certificate) :is(.site-header,.site-footer,.trail,.no-print),body:has(.certificate) main>:not(.certificate,.notice){display:none!important}
        .certificate{margin:0 auto;max-width:none;min-height:150mm;padding:20mm;border-color:#000}
        .certificate-title,.certificate-name{color:#000}
        }
        """
}
