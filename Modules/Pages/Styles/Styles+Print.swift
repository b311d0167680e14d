extension Styles {
    /// On paper: black on white, no navigation, addresses of outer links written out, tables whole.
    static let print = """
        @media print{
        :root{--ground:#fff;--surface:#fff;--sunken:#fff;--text:#000;--muted:#333;--line:#999;--line-strong:#555;--accent:#000;--accent-soft:#fff;--shadow:none;
        --info:#000;--success:#000;--warning:#000;--danger:#000;--neutral:#000;
        --info-soft:#fff;--success-soft:#fff;--warning-soft:#fff;--danger-soft:#fff;--neutral-soft:#fff}
        @page{size:A4;margin:18mm 16mm}
        body{font-size:10.5pt;line-height:1.5;display:block}
        .skip,.site-nav,.search,.account,.trail,.pagination ul,.actions,.table-tools,.filters,.site-footer nav{display:none!important}
        .site-header-in,.frame,.site-footer-in{max-width:none;padding-inline:0}
        .site-header{border-bottom:1.5pt solid #000}
        .frame{padding-block:6mm 0}
        .badge,.notice{border:1px solid #000}
        .panel,.facts,.table-block,.timeline-section,.form{border-color:#999;border-radius:0}
        .table{font-size:9pt}.table th,.table td{padding:5px 6px;overflow-wrap:break-word}
        tr,.fact,.timeline-item,.card,.stat{break-inside:avoid}
        thead{display:table-header-group}
        h2,h3{break-after:avoid}
        a{color:inherit;text-decoration:none}
        main a[href^="https:"]::after{content:"（" attr(href) "）";font-size:.85em}
        .site-footer{border-top:1px solid #999}
        details>*{display:block}
        }
        """
}
