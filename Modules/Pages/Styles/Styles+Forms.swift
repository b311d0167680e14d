extension Styles {
    static let forms = """
        .form{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:24px 28px;max-width:46em}
        .form:has(table){max-width:none}
        .form>*+*{margin-top:22px}
        .field,fieldset.question{border:0;min-width:0}
        .field-label{display:block;font-weight:600;padding:0}
        .hint{color:var(--muted);font-size:.9375rem;line-height:1.55}
        .field>.control,.field>.control-line,.field>.choices{margin-top:6px}
        .control{display:block;width:100%;min-height:44px;padding:.5rem .75rem;border:1px solid var(--line-strong);border-radius:var(--radius);background:var(--surface)}
        textarea.control{resize:vertical;line-height:1.7}
        .control:hover{border-color:var(--text)}
        .control:focus-visible{outline-offset:0;border-color:var(--accent)}
        .control-medium{max-width:24em}.control-short{max-width:14em}
        select.control{max-width:24em}
        .control-file{padding:.45rem .6rem;border-style:dashed;max-width:30em}
        .control-line{display:flex;align-items:center;gap:8px}
        .control-line .control{margin:0}
        .affix{color:var(--muted);white-space:nowrap}
        .choices{display:grid;gap:8px}
        .choice{position:relative;padding-left:34px;min-height:28px}
        .choice input{position:absolute;left:0;top:2px;width:24px;height:24px;margin:0;accent-color:var(--accent)}
        .choice label{display:block;padding-block:0}
        .field-wrong{border-left:4px solid var(--danger)!important;padding-left:14px!important}
        .field-wrong .control{border-color:var(--danger);border-width:2px}
        .field-error{color:var(--danger);font-weight:500;margin-top:2px}
        .group{border:0;border-top:1px solid var(--line);padding-top:18px!important}
        .form>input[type=hidden]+*{margin-top:0}.form>input[type=hidden]+.group{border-top:0;padding-top:0!important}
        .group>legend{padding:0;float:left;width:100%;font-size:1.125rem;font-weight:600;margin-bottom:12px}
        .group>legend+*{clear:both}
        .group>*+*+*{margin-top:20px}
        .error-summary{border:3px solid var(--danger);border-radius:var(--radius);background:var(--surface);padding:16px 20px;max-width:46em}
        .error-summary h2{color:var(--danger);font-size:1.125rem;margin:0 0 4px}
        .error-summary ul{padding-left:1.3em;margin-top:6px}
        .error-summary a{color:var(--danger);font-weight:500}
        @media (max-width:640px){.form{padding:18px 16px}}
        """
}
