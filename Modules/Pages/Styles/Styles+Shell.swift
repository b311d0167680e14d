extension Styles {
    /// Header, navigation, trail, title, footer.
    static let shell = """
        .skip{position:absolute;left:1rem;top:-4rem;z-index:9;background:var(--surface);padding:.5rem 1rem;border-radius:0 0 var(--radius) var(--radius);box-shadow:var(--shadow)}
        .skip:focus{top:0}
        .site-header{background:var(--surface)}
        .site-header-in,.site-nav ul,.frame,.site-footer-in{width:100%;max-width:1200px;margin-inline:auto;padding-inline:24px}
        .site-header-in{display:flex;align-items:center;gap:12px 28px;flex-wrap:wrap;padding-block:16px}
        .brand{display:flex;align-items:center;gap:12px;color:var(--text);text-decoration:none;min-width:0}
        .brand:hover{color:var(--accent)}
        .brand-mark{flex:none;width:44px;height:44px}
        .brand-tile{fill:var(--bar)}.brand-lines{stroke:var(--on-bar)}.brand-dots{fill:var(--on-bar)}
        .brand-text{display:flex;flex-direction:column;line-height:1.35}
        .brand-title{font-size:1.1875rem;font-weight:600;letter-spacing:.02em}
        .brand-region{font-size:.875rem;color:var(--muted)}
        .search{display:flex;flex:1 1 260px;max-width:420px;margin-left:auto}
        .search input{flex:1;min-width:0;height:42px;padding:0 .75rem;border:1px solid var(--line-strong);border-right:0;border-radius:var(--radius) 0 0 var(--radius);background:var(--surface);appearance:none}
        .search input::placeholder{color:var(--muted);opacity:1}
        .search button{height:42px;padding:0 1.1rem;border:0;border-radius:0 var(--radius) var(--radius) 0;background:var(--accent);color:var(--on-accent);cursor:pointer;white-space:nowrap}
        .search button:hover{background:var(--accent-strong)}
        .search input:focus-visible,.search button:focus-visible{z-index:1;border-radius:var(--radius)}
        .site-side{display:flex;align-items:center;gap:20px}
        .layout-home .site-side{margin-left:auto}
        .hotline{display:flex;flex-direction:column;line-height:1.25;text-decoration:none;color:var(--text)}
        .hotline-label{font-size:.8125rem;color:var(--muted)}
        .hotline strong{font:600 1.25rem/1.2 var(--figures);color:var(--accent);letter-spacing:.03em}
        .account{display:flex;align-items:center;gap:12px;padding-left:20px;border-left:1px solid var(--line)}
        .account-name{max-width:10em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .account-link{display:inline-block;padding:.35rem .9rem;border:1px solid var(--line-strong);border-radius:var(--radius);background:none;color:var(--text);text-decoration:none;cursor:pointer;line-height:1.5}
        .account-link:hover{border-color:var(--accent);color:var(--accent)}
        .site-nav{background:var(--bar);color:var(--on-bar)}
        .site-menu{display:block;position:static;width:auto;height:auto;margin:0;padding:0;border:0;overflow:visible;background:none;color:inherit}
        .site-menu-open,.site-menu-close{display:none}
        .site-nav ul{display:flex;flex-wrap:wrap;list-style:none;padding-inline:8px}
        .site-nav a,.site-nav summary{display:block;padding:.7rem 1rem .55rem;border-bottom:3px solid transparent;color:var(--on-bar);text-decoration:none;line-height:1.5;cursor:pointer}
        .site-nav a:hover,.site-nav summary:hover{background:rgb(255 255 255/.12)}
        .site-nav :is(a,summary)[aria-current]{border-bottom-color:currentColor;font-weight:600;background:rgb(255 255 255/.1)}
        .site-nav :is(a,summary,button):focus-visible{outline-color:var(--on-bar);outline-offset:-4px}
        .site-nav details{position:relative}
        .site-nav summary{list-style:none}.site-nav summary::-webkit-details-marker{display:none}
        .site-nav summary::after{content:"";display:inline-block;width:.4em;height:.4em;margin:0 0 .2em .5em;border:solid currentColor;border-width:0 2px 2px 0;transform:rotate(45deg)}
        .site-nav [open]>summary{background:rgb(0 0 0/.18)}.site-nav [open]>summary::after{transform:translateY(.25em) rotate(225deg)}
        .site-nav details ul{position:absolute;z-index:8;top:100%;left:0;width:max-content;min-width:100%;max-width:none;margin:0;flex-direction:column;padding:6px 0;background:var(--surface);border:1px solid var(--line);border-radius:0 0 var(--radius) var(--radius);box-shadow:var(--shadow)}
        .site-nav li:nth-child(n+6) details ul{left:auto;right:0}
        .site-nav details a{padding:.55rem 1.1rem;border:0;color:var(--text);white-space:nowrap}
        .site-nav details a:hover{background:var(--accent-soft)}
        .site-nav details a[aria-current]{color:var(--accent);background:var(--accent-soft)}
        .site-nav details a:focus-visible{outline-color:var(--accent)}
        .frame{flex:1;padding-block:24px 56px}
        .trail{font-size:.875rem;margin-bottom:16px;color:var(--muted)}
        .trail ol{display:flex;flex-wrap:wrap;list-style:none;column-gap:.5rem}
        .trail li+li::before{content:"›";margin-right:.5rem;color:var(--muted)}
        .trail a{display:inline-block;padding-block:.1rem}
        .page-head{margin-bottom:1.75rem}
        .page-title{display:flex;flex-wrap:wrap;align-items:center;gap:6px 14px}
        .page-caption{color:var(--muted);font-size:.9375rem;margin-bottom:2px}
        .lead{margin-top:8px;color:var(--muted);max-width:40em}
        .page-head .actions{margin-top:16px}
        .next-step{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:baseline;margin-top:16px;padding:12px 18px;background:var(--accent-soft);border-left:4px solid var(--accent);border-radius:0 var(--radius) var(--radius) 0;max-width:52em}
        .next-step-label{font-weight:600;color:var(--accent);white-space:nowrap}
        .layout-narrow main{max-width:42em}
        .layout-home .page-head{text-align:center;padding:28px 0 12px}
        .layout-home .page-title{justify-content:center}
        .layout-home h1{font-size:2.125rem}
        .layout-home .lead{margin-inline:auto}
        .layout-home .page-head .search{max-width:640px;margin:22px auto 0}
        .layout-home .page-head .search input,.layout-home .page-head .search button{height:52px}
        .layout-home .page-head .search button{padding-inline:1.75rem;font-size:1.0625rem}
        .site-footer{background:var(--sunken);border-top:1px solid var(--line);color:var(--muted);font-size:.875rem}
        .site-footer-in{padding-block:24px 32px}
        .footer-title{color:var(--text);font-weight:600;margin-bottom:4px}
        .site-footer ul{display:flex;flex-wrap:wrap;gap:2px 24px;list-style:none}
        .site-footer nav{margin-top:6px}
        @media (max-width:640px){
        .site-header-in,.site-nav ul,.frame,.site-footer-in{padding-inline:16px}
        .site-header-in{padding-block:12px}
        .brand{flex:1 1 100%}.brand-mark{width:38px;height:38px}.brand-title{font-size:1.0625rem}
        .search{order:3;flex-basis:100%;max-width:none}
        .site-side{order:2;flex:1 1 100%;justify-content:space-between;margin:0}
        .layout-home .site-side{margin:0}
        .hotline{flex:none;flex-direction:row;align-items:baseline;gap:8px}.site-side:has(.account-name) .hotline-label{display:none}
        .account{padding:0;border:0;min-width:0}.account-name{min-width:0}.account-link{flex:none;white-space:nowrap}
        .layout-home .page-head{padding:12px 0 4px}.layout-home h1{font-size:min(1.625rem,5.8vw)}
        .layout-home .page-head .search input,.layout-home .page-head .search button{height:48px}
        .layout-home .page-head .search button{padding-inline:1.1rem}
        }
        @supports selector(:popover-open){
        @media (max-width:640px){
        .site-menu-open{display:flex;align-items:center;gap:.6em;width:100%;padding:.6rem 16px;border:0;background:none;color:inherit;font-size:1rem;cursor:pointer}
        .site-menu-open::before{content:"";width:1.1em;height:.8em;border:solid currentColor;border-width:2px 0;background:linear-gradient(currentColor,currentColor) center/100% 2px no-repeat}
        .site-menu:not(:popover-open){display:none}
        .site-menu:popover-open{position:fixed;inset:0 0 auto;width:100%;max-width:none;max-height:100%;overflow:auto;background:var(--bar);box-shadow:var(--shadow)}
        .site-menu::backdrop{background:rgb(0 0 0/.45)}
        .site-menu-close{display:block;margin:6px 8px 0 auto;padding:.5rem .8rem;border:0;background:none;color:inherit;font-size:1rem;cursor:pointer}
        .site-nav .site-menu>ul{flex-direction:column;padding:0 0 12px}
        .site-nav a,.site-nav summary{padding:.7rem 16px;border:0;border-left:3px solid transparent}
        .site-nav :is(a,summary)[aria-current]{border-left-color:currentColor}
        .site-nav details ul{position:static;width:100%;padding:0 0 6px;background:rgb(0 0 0/.18);border:0;box-shadow:none;border-radius:0}
        .site-nav details a,.site-nav details a[aria-current]{padding-left:32px;color:var(--on-bar);background:none}
        .site-nav details a:focus-visible{outline-color:var(--on-bar)}
        }}
        """
}
