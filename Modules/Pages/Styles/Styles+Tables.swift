extension Styles {
    /// Tables and paging. Below 640 px each row is a card: the column's heading stands before its value.
    static let tables = """
        .table-block{overflow:hidden}
        .table{width:100%;border-collapse:collapse}
        .table caption,.table-title{text-align:left;font-weight:600;font-size:1.0625rem;padding:14px 20px 10px}
        .table th,.table td{padding:10px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        .table th:first-child,.table td:first-child{padding-left:20px}
        .table th:last-child,.table td:last-child{padding-right:20px}
        .table thead th{background:var(--sunken);color:var(--muted);font-weight:500;font-size:.9375rem;white-space:nowrap}
        .table thead th .unit{font-size:.8125rem}
        .table tbody tr:hover{background:var(--ground)}
        .table .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .table tfoot td{font-weight:600;border-top:2px solid var(--line-strong)}
        .sort{display:inline-block;min-height:24px;color:inherit;text-decoration:none;white-space:nowrap}.table td>a{display:inline-block;min-height:24px}.sort:hover{color:var(--accent)}
        .sort-mark{margin-left:.3em;font-size:.75em}
        th[aria-sort] .sort{color:var(--accent);font-weight:600}
        .table-tools{padding:10px 20px;border-top:1px solid var(--line);font-size:.9375rem}
        .pagination{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:10px 24px;margin-top:16px!important}
        .pagination-count{color:var(--muted)}
        .pagination ul{display:flex;flex-wrap:wrap;gap:6px;list-style:none}
        .pagination a{display:block;min-width:40px;padding:.3rem .7rem;text-align:center;border:1px solid var(--line);border-radius:var(--radius);background:var(--surface);text-decoration:none}
        .pagination a:hover{border-color:var(--accent)}
        .pagination a[aria-current]{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:600}
        .pagination .gap{padding:.3rem .2rem;color:var(--muted)}
        @media (min-width:641px){.table .number+:not(.number){padding-left:32px}}
        @media (max-width:640px){
        .table td:empty{display:none!important}.table tfoot tr{border-top:2px solid var(--line-strong)}
        .table,.table tbody,.table tfoot,.table tr,.table td,.table caption{display:block;width:auto}
        .table thead{display:block;background:var(--sunken)}.table thead tr{display:flex;flex-wrap:wrap;gap:0 20px;padding:0 16px;border:0}.table thead th,.table thead th:first-child,.table thead th:last-child{display:none;padding:8px 0;border:0}.table thead th:has(.sort){display:block}
        .table caption{padding:14px 16px 10px}
        .table tr{padding:10px 16px;border-top:1px solid var(--line)}
        .table td,.table tfoot td,.table td:first-child,.table td:last-child{display:flex;gap:16px;border:0;padding:3px 0}.table td,.table .number{text-align:left}
        .table td::before{content:attr(data-label);color:var(--muted);flex:0 0 7.5em}
        .table td .moment,.table td .nowrap{white-space:normal;overflow-wrap:anywhere}
        .table td:first-child{font-weight:600;font-size:1.0625rem}
        .table td:first-child::before{content:none}
        }
        """
}
