extension Styles {
    /// Figures, cards, entrances, steps, charts and the tile map.
    static let figures = """
        .stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:16px;list-style:none}.stats+.chart,.stats+.tile-map{margin-top:20px}.stats+.cards{margin-top:16px}.cards+p{margin-top:12px}
        main>.stats,main>.cards,main>.entrances,main>.todos,main>.bars{padding-left:0;max-width:none}
        .stat{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:16px 20px 14px;position:relative}
        .stat-title{font-size:.9375rem;color:var(--muted)}
        .stat-title a::after{content:"";position:absolute;inset:0;border-radius:var(--radius-large)}
        .stat:has(a):hover{border-color:var(--accent)}
        .stat-figure{display:flex;align-items:baseline;gap:6px;margin-top:2px}
        .stat-figure strong{font:600 2rem/1.25 var(--figures);font-variant-numeric:tabular-nums;letter-spacing:-.01em}
        .stat-figure strong small{font-size:1rem;font-weight:400;color:var(--muted);white-space:nowrap}
        .stat-unit{color:var(--muted);font-size:.9375rem}
        .stat-note{font-size:.9375rem}.stat-date{font-size:.8125rem;color:var(--muted)}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:16px;list-style:none}
        .card{position:relative;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:18px 20px}
        .card:hover{border-color:var(--accent);box-shadow:var(--shadow)}
        .card-head{display:flex;justify-content:space-between;gap:12px;align-items:flex-start}
        .card-head :is(h2,h3){font-size:1.0625rem}
        .card-head a{text-decoration:none}.card:hover .card-head a{text-decoration:underline}
        .card-head a::after{content:"";position:absolute;inset:0;border-radius:var(--radius-large)}
        .card p{margin-top:6px;color:var(--muted)}
        .card-notes{display:flex;flex-wrap:wrap;gap:0 16px;list-style:none;padding:0;margin-top:8px;font-size:.875rem;color:var(--muted)}
        .entrances{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:16px;list-style:none}
        .entrance{display:flex;gap:16px;align-items:center;height:100%;padding:18px 20px;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);color:var(--text);text-decoration:none}
        .entrance:hover{border-color:var(--accent);box-shadow:var(--shadow);color:var(--text)}
        .entrance-icon{flex:none;display:grid;place-items:center;width:48px;height:48px;border-radius:12px;background:var(--accent-soft);color:var(--accent)}
        .entrance-text{display:flex;flex-direction:column;line-height:1.5}
        .entrance-text strong{font-size:1.0625rem;font-weight:600}.entrance-text span{color:var(--muted);font-size:.9375rem}
        .steps{display:flex;list-style:none;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:20px 12px 16px}
        main>.steps{max-width:none;padding-left:12px}
        .step{flex:1;position:relative;display:flex;flex-direction:column;align-items:center;text-align:center;gap:4px;padding-inline:4px;color:var(--muted);line-height:1.4;font-size:.9375rem}
        .step+.step::before{content:"";position:absolute;top:14px;right:calc(50% + 20px);left:calc(-50% + 20px);border-top:2px solid var(--line-strong)}
        .step-mark{display:grid;place-items:center;width:30px;height:30px;border-radius:50%;border:2px solid var(--line-strong);font:600 .875rem/1 var(--figures);background:var(--surface)}
        .step-done,.step-current{color:var(--text)}
        .step-done .step-mark{border-color:var(--accent);color:var(--accent)}
        .step-done+.step::before{border-color:var(--accent)}
        .step-current .step-mark{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
        .step-current .step-title{font-weight:600;color:var(--accent)}
        .step-failed .step-mark{background:var(--danger);border-color:var(--danger);color:var(--surface)}
        .step-failed .step-title{color:var(--danger);font-weight:600}
        .step-note{font-size:.8125rem;color:var(--muted)}
        .subnav ul{display:flex;flex-wrap:wrap;gap:0 4px;list-style:none;border-bottom:1px solid var(--line)}
        .subnav a{display:block;padding:.5rem 1rem;margin-bottom:-1px;border-bottom:3px solid transparent;color:var(--muted);text-decoration:none}
        .subnav a:hover{color:var(--accent);border-color:var(--accent-line)}
        .subnav a[aria-current]{color:var(--accent);border-color:var(--accent);font-weight:600}
        .disclosure>summary{cursor:pointer;color:var(--accent);padding:.25rem 0;width:fit-content}
        .progress{max-width:46em}
        .disclosure-body{padding:10px 0 4px}
        .columns{display:grid;grid-template-columns:minmax(0,1fr) 340px;gap:24px;align-items:start}
        .column-main>*+*,.column-side>*+*{margin-top:24px}
        .todos{list-style:none;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);overflow:hidden}
        .todo{display:flex;justify-content:space-between;gap:8px 24px;padding:14px 20px;border-left:4px solid transparent}
        .todo+.todo{border-top:1px solid var(--line)}
        .todo-overdue{border-left-color:var(--danger)}
        .todo-kind,.todo .muted{font-size:.875rem}.todo-kind{color:var(--muted)}
        .todo-title{font-weight:500}
        .todo-due{text-align:right;flex:none}
        .filters{display:flex;flex-wrap:wrap;gap:12px 16px;align-items:flex-end;padding:16px 20px;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large)}
        .filters .field{flex:0 1 200px;margin:0}.filters .field-label{font-weight:500;font-size:.9375rem}
        .filters .control{margin-top:2px;max-width:none;height:44px}
        .filter-actions{display:flex;gap:4px}
        .filters+.table-block{margin-top:16px}
        figure.chart,figure.tile-map{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:18px 22px}
        figcaption{font-weight:600;font-size:1.0625rem;margin-bottom:10px}
        .chart .disclosure,.tile-map .disclosure{margin-top:12px;border-top:1px solid var(--line);padding-top:8px;font-size:.9375rem}
        .bars{list-style:none;display:grid;gap:9px}
        .bar-row{display:grid;grid-template-columns:7em minmax(0,1fr) auto;gap:12px;align-items:center;line-height:1.4}
        .bar-row svg,.progress svg{display:block}
        .bar-value{font-variant-numeric:tabular-nums;text-align:right;white-space:nowrap;min-width:4.5em}.bar-value .unit{margin-left:.2em}
        .bar-ground,.meter-ground{fill:var(--sunken)}.meter-fill{fill:var(--accent)}
        .series-1{fill:var(--accent)}.series-2{fill:var(--shade-3)}.series-3{fill:var(--line-strong)}.series-4{fill:var(--warning)}.series-5{fill:var(--success)}.series-6{fill:var(--danger)}
        .segment{stroke:var(--surface);stroke-width:1.5}rect.series-2{stroke:var(--accent);stroke-width:1}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:10px 0;font-size:.875rem;color:var(--muted)}
        .legend li{display:flex;align-items:center;gap:6px}
        .line{display:block;overflow:visible}.line .grid{stroke:var(--line)}.stroke{stroke:var(--accent);stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
        .point{fill:var(--surface);stroke:var(--accent);stroke-width:2}
        .point-label{font:600 14px var(--figures);fill:var(--text)}.axis-label{font:13px var(--font);fill:var(--muted)}
        .sparkline{display:block;margin:4px 0}
        .gauge{display:flex;align-items:center;gap:18px}.gauge figcaption{display:flex;flex-direction:column;margin:0}.gauge .muted{font-weight:400;font-size:.9375rem}
        .gauge-ring{flex:none}.ring-ground{stroke:var(--sunken);stroke-width:12}.ring-fill{stroke:var(--accent);stroke-width:12}.ring-target{stroke:var(--text);stroke-width:16}
        .gauge-share{font:600 21px var(--figures);fill:var(--text)}.gauge-count{font:11.5px var(--font);fill:var(--muted)}
        .tiles{display:block;width:100%;max-width:580px;height:auto;margin-inline:auto;overflow:visible}.tiles-narrow{max-width:430px}
        .tile{text-decoration:none}
        .tile-face{fill:var(--surface);stroke:var(--line-strong);stroke-width:1}
        .tile-0 .tile-face{stroke-dasharray:4 3}
        .tile-1 .tile-face{fill:var(--shade-1)}.tile-2 .tile-face{fill:var(--shade-2)}.tile-3 .tile-face{fill:var(--shade-3)}
        .tile-4 .tile-face{fill:var(--accent);stroke:var(--accent)}
        .tile-name{font:600 20px var(--font);fill:var(--text)}.tile-name-long{font-size:17px}
        .tile-value{font:500 21px var(--figures);fill:var(--text)}
        .tile-4 .tile-name,.tile-4 .tile-value{fill:var(--on-accent)}
        .tile-bar-ground{fill:var(--surface);stroke:var(--line-strong)}.tile-bar{fill:var(--accent-strong)}
        .tile-4 .tile-bar-ground{fill:none;stroke:var(--on-accent)}.tile-4 .tile-bar{fill:var(--on-accent)}
        a.tile:hover .tile-face{stroke:var(--text);stroke-width:2.5}
        a.tile:focus-visible{outline:none}a.tile:focus-visible .tile-face{stroke:var(--text);stroke-width:5}
        .tile-map .legend{justify-content:center;margin-top:14px}
        figure.plan{margin-block:12px;overflow-x:auto}.plan svg{display:block;width:100%;min-width:560px;max-width:760px;height:auto}
        .plan-booth{fill:var(--surface);stroke:var(--line-strong)}.plan-featured{fill:var(--accent-soft);stroke:var(--accent)}
        .plan a:hover .plan-booth,.plan a:focus-visible .plan-booth{stroke:var(--accent);stroke-width:3}.plan a:focus-visible{outline:none}
        .plan figcaption{margin:6px 0 0;font-weight:400;font-size:.875rem}.plan-number{font:13px var(--figures);fill:var(--muted)}.plan-title{font:600 15px var(--font);fill:var(--text)}
        .exhibits{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:16px}.exhibit h3{font-size:1.0625rem}
        .pictures{display:flex;gap:8px;overflow-x:auto}.pictures img{height:180px;max-width:100%;object-fit:cover;border-radius:var(--radius);background:var(--sunken)}
        .price{font-weight:600;color:var(--accent)}
        .results{list-style:none;display:grid;gap:14px}main>.results,main>.files{padding-left:0;max-width:none}
        .result{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);padding:16px 20px}
        .result h2{font-size:1.0625rem}.result-kind{font-size:.875rem;color:var(--muted)}.result p+p,.result h2+p{margin-top:4px}
        .facet{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;max-width:none;margin-top:10px}.facet-title{font-weight:600;white-space:nowrap}
        .facet ul{display:flex;flex-wrap:wrap;gap:6px 8px;flex:1 1 16em;list-style:none;padding:0}
        .facet a{display:inline-block;padding:2px 12px;border:1px solid var(--line-strong);border-radius:1em;background:var(--surface);text-decoration:none;white-space:nowrap}
        .facet a:hover{background:var(--accent-soft)}.facet a[aria-current]{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
        mark{background:var(--warning-soft);color:inherit;border-bottom:2px solid var(--warning)}
        .files{list-style:none}.files li{display:flex;flex-wrap:wrap;gap:0 12px;align-items:baseline;padding:4px 0}
        .incident code{font-size:1.0625rem;padding:.1em .4em;background:var(--sunken);border-radius:4px;letter-spacing:.05em}
        @media (max-width:900px){.columns{grid-template-columns:1fr}}
        @media (max-width:640px){
        .stats{grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px}.stat{padding:12px 14px}.stat-figure strong{font-size:1.625rem}
        .cards{grid-template-columns:1fr;gap:12px}
        .entrances{grid-template-columns:1fr 1fr;gap:10px}.entrance{flex-direction:column;gap:8px;padding:14px 10px;text-align:center}.layout-home .entrance-text span{display:none}
        .entrance-icon{width:44px;height:44px}.entrance-text strong{font-size:1rem}.entrance-text span{font-size:.875rem}
        .steps{flex-direction:column;gap:12px;padding:16px}
        .step{flex-direction:row;text-align:left;gap:12px;font-size:1rem}
        .step+.step::before{top:-13px;left:18px;right:auto;height:14px;border-top:0;border-left:2px solid var(--line-strong)}
        .todo{flex-direction:column;padding:12px 16px}.todo-due{text-align:left}
        .filters{padding:14px 16px}.filters .field{flex:1 1 calc(50% - 8px);min-width:132px}
        figure.chart,figure.tile-map{padding:14px 16px}
        .bar-row{grid-template-columns:4.5em minmax(0,1fr) auto;gap:8px}
        .tile-name{font-size:24px}.tile-name-long{font-size:19px}.tile-value{font-size:23px}
        }
        """
}
