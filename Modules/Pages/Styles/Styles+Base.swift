extension Styles {
    /// Elements without a class, and the few helpers.
    static let base = """
        *,*::before,*::after{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--text);font:400 16px/1.7 var(--font);
        text-autospace:normal;overflow-wrap:anywhere;min-height:100vh;display:flex;flex-direction:column}
        h1,h2,h3,h4,p,ul,ol,dl,dd,figure,blockquote,fieldset{margin:0;padding:0}
        h1,h2,h3,h4{line-height:1.35;font-weight:600;text-wrap:balance}
        input[type=checkbox],input[type=radio]{min-width:24px;min-height:24px}
        h1{font-size:1.75rem;letter-spacing:.01em}h2{font-size:1.25rem}h3{font-size:1.0625rem}h4{font-size:1rem}
        a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.22em}
        a:hover{color:var(--accent-strong);text-decoration-thickness:2px}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
        main:focus{outline:none}
        small{font-size:.875rem}
        blockquote{border-left:3px solid var(--line);padding-left:.875rem}
        img,svg{max-width:100%}
        button,input,select,textarea{font:inherit;color:inherit}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .muted,.relative,.unit,.optional{color:var(--muted)}
        .unit,.optional,.relative{font-weight:400;font-size:.875rem}
        .missing{color:var(--muted)}
        .moment{white-space:nowrap;font-variant-numeric:tabular-nums}
        .inline{display:inline}
        .prose{max-width:40em}.prose>*+*{margin-top:1em}
        main>*+*,[data-live]>*+*{margin-top:1.75rem}
        main>h2,section>h2{margin-bottom:.75rem}
        section:where(:not([class]))>:where(:not(h2))+*{margin-top:1rem}section>.disclosure+.disclosure{margin-top:0}
        main>p{max-width:40em}
        main>ul,main>ol{padding-left:1.5em;max-width:40em}
        li>ul,li>ol,.group>ul{padding-left:1.25em}
        @media (max-width:640px){h1{font-size:1.5rem}}
        @media (prefers-reduced-motion:no-preference){a,button,.card,.entrance{transition:background-color .12s,border-color .12s,color .12s,box-shadow .12s}}
        """
}
