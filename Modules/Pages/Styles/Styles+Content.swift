extension Styles {
    /// Badges, notices, buttons, facts, timeline, lists.
    static let content = """
        .badge{display:inline-flex;align-items:center;gap:.35em;padding:.1em .65em;border-radius:1em;font-size:.875rem;line-height:1.6;font-weight:500;white-space:nowrap;border:1px solid transparent}
        .badge+.badge{margin-left:6px}
        .badge-mark{font-size:.8em}
        .badge-neutral{color:var(--neutral);background:var(--neutral-soft)}
        .badge-info{color:var(--info);background:var(--info-soft)}
        .badge-success{color:var(--success);background:var(--success-soft)}
        .badge-warning{color:var(--warning);background:var(--warning-soft)}
        .badge-danger{color:var(--danger);background:var(--danger-soft)}
        @media (prefers-contrast:more){.badge{border-color:currentColor}}
        .notice{display:flex;gap:12px;padding:14px 18px;border-radius:var(--radius);border-left:4px solid;color:var(--text)}
        .notice-mark{flex:none;display:grid;place-items:center;width:22px;height:22px;margin-top:3px;border-radius:50%;font:700 .8125rem/1 var(--figures);color:var(--surface)}
        .notice-title{font-weight:600}
        .notice-body>*+*{margin-top:4px}
        .notice-neutral,.notice-info{background:var(--info-soft);border-color:var(--info)}.notice-neutral .notice-mark,.notice-info .notice-mark{background:var(--info)}
        .notice-success{background:var(--success-soft);border-color:var(--success)}.notice-success .notice-mark{background:var(--success)}
        .notice-warning{background:var(--warning-soft);border-color:var(--warning)}.notice-warning .notice-mark{background:var(--warning)}
        .notice-danger{background:var(--danger-soft);border-color:var(--danger)}.notice-danger .notice-mark{background:var(--danger)}
        .actions{display:flex;flex-wrap:wrap;gap:12px;align-items:center}
        .button{display:inline-block;min-height:44px;padding:.5rem 1.4rem;border:1px solid transparent;border-radius:var(--radius);text-decoration:none;cursor:pointer;line-height:1.6;font-weight:500;text-align:center}
        .button-primary{background:var(--accent);color:var(--on-accent)}
        .button-primary:hover{background:var(--accent-strong);color:var(--on-accent)}
        .button-secondary{background:var(--surface);border-color:var(--accent);color:var(--accent)}
        .button-secondary:hover{background:var(--accent-soft)}
        .button-quiet{background:none;color:var(--accent);padding-inline:.75rem;text-decoration:underline;text-underline-offset:.22em;text-decoration-thickness:1px}
        .button-danger{background:var(--surface);border-color:var(--danger);color:var(--danger)}
        .button-danger:hover{background:var(--danger);color:var(--surface)}
        .button[aria-disabled]{opacity:.6} td .button{white-space:nowrap}
        .nowrap{white-space:nowrap}
        .button-link{background:none;border:0;padding:0;min-height:24px;color:var(--accent);font:inherit;cursor:pointer;text-decoration:underline;text-underline-offset:.22em;text-decoration-thickness:1px}
        .button-link:hover{color:var(--accent-strong)}
        .qr{display:block;width:min(240px,100%);height:auto;border:1px solid var(--line)}
        .secret{white-space:pre-wrap;overflow-wrap:anywhere;font-size:1.0625rem}
        .codes{display:grid;grid-template-columns:repeat(auto-fill,minmax(15em,1fr));gap:8px 32px;font-size:1.0625rem}
        .panel,.facts,.table-block,.timeline-section,.empty{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large)}
        .panel{padding:20px 24px}.panel>*+*{margin-top:12px}.panel>ul,.panel>ol,.disclosure-body>ul,.disclosure-body>ol{padding-left:1.25em}.panel li+li,.panel li>ul{margin-top:4px}
        .column-side .panel{padding:18px 20px}.column-side h2{font-size:1.0625rem}
        .facts{padding:6px 24px}
        .fact{display:grid;grid-template-columns:9.5em 1fr;gap:16px;padding:10px 0}
        .fact+.fact{border-top:1px solid var(--line)}
        .fact dt{color:var(--muted)}
        .timeline-section{padding:20px 24px}
        .timeline{list-style:none;margin-top:4px}
        .timeline-item{position:relative;padding:0 0 22px 28px}
        .timeline-item:last-child{padding-bottom:0}
        .timeline-item::before{content:"";position:absolute;left:2px;top:.5em;width:12px;height:12px;border-radius:50%;background:var(--surface);border:3px solid var(--accent)}
        .timeline-item::after{content:"";position:absolute;left:7px;top:calc(.5em + 14px);bottom:-.4em;width:2px;background:var(--line)}
        .timeline-item:last-child::after{display:none}
        .timeline-item:last-child::before{background:var(--accent)}
        .timeline-success::before{border-color:var(--success)}.timeline-success:last-child::before{background:var(--success)}
        .timeline-warning::before{border-color:var(--warning)}.timeline-warning:last-child::before{background:var(--warning)}
        .timeline-danger::before{border-color:var(--danger)}.timeline-danger:last-child::before{background:var(--danger)}
        .timeline-head{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline}
        .timeline-head strong{font-weight:600}
        .timeline-actor{color:var(--muted)}
        .timeline-when{font-size:.875rem;color:var(--muted)}
        .timeline-took{display:inline-block}
        .timeline-took::before{content:"·";margin:0 .5em}
        .timeline-note{margin-top:6px;max-width:40em}
        .empty{padding:40px 24px;text-align:center;color:var(--muted);border-style:dashed}
        .empty-title{font-size:1.0625rem;color:var(--text);font-weight:500}
        .empty .button{margin-top:14px}
        .table-block>.empty{border:0}
        .operation{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:0 20px;margin-top:10px}
        .operation>summary{cursor:pointer;padding:12px 0;overflow-wrap:anywhere}
        .operation>summary code{color:var(--muted);font-size:.875rem}
        .operation[open]{padding-bottom:20px}.operation>*+*{margin-top:14px}.operation h3{font-size:1rem}
        .operation .facts{border:0;padding:0}
        @media (min-width:641px){.operation td:nth-child(-n+3),.operation td code{white-space:nowrap}}
        pre{max-width:100%;overflow-x:auto;padding:12px 16px;background:var(--sunken);border-radius:var(--radius);font-size:.8125rem;line-height:1.6}
        @media (max-width:640px){
        .fact{grid-template-columns:1fr;gap:0}.facts{padding-inline:16px}.timeline-section,.panel{padding:16px}
        .actions .button{flex:1 1 auto}
        }
        """
}
