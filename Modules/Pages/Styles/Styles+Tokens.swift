/// The portal's style sheet, in parts that follow each other.
enum Styles {
    /// Colours, type and space. Everything below uses these names only.
    ///
    /// Contrast of every text colour with its ground is at least 4.5 : 1, of control borders 3 : 1; a test computes them.
    static let tokens = """
        :root{
        color-scheme:light dark;
        --ground:#f3f5f8;--surface:#ffffff;--sunken:#eef1f5;--text:#1a2230;--muted:#525d6b;
        --line:#d8dee6;--line-strong:#7f8997;
        --info:#1b4f8f;--info-soft:#e7f0fb;--success:#14623a;--success-soft:#e3f3e9;
        --warning:#824600;--warning-soft:#fff1d6;--danger:#b0231b;--danger-soft:#fdebe9;
        --neutral:#465160;--neutral-soft:#e9edf2;
        --accent:#1d4f91;--accent-strong:#163b6d;--accent-soft:#e8edf4;--accent-line:#a5b9d3;--on-accent:#ffffff;
        --bar:#194680;--on-bar:#ffffff;--shade-1:#e4eaf2;--shade-2:#c9d5e5;--shade-3:#a5b9d3;
        --shadow:0 1px 2px rgb(20 30 50/.06),0 2px 8px rgb(20 30 50/.05);
        --radius:6px;--radius-large:10px;
        --font:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif;
        --figures:"DIN Alternate","Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
        }
        @media screen and (prefers-color-scheme:dark){:root{
        --ground:#12161c;--surface:#1b212a;--sunken:#252d38;--text:#e7ebf1;--muted:#aab4c2;
        --line:#343e4c;--line-strong:#8793a2;
        --info:#a3c7f7;--info-soft:#1c2e47;--success:#86d8a6;--success-soft:#173424;
        --warning:#f2c272;--warning-soft:#3a2b10;--danger:#f7a79f;--danger-soft:#42201e;
        --neutral:#c0c9d5;--neutral-soft:#2c3540;
        --accent:#9db9de;--accent-strong:#bccfe9;--accent-soft:#2d3643;--accent-line:#566579;--on-accent:#10151c;
        --bar:#102b50;--on-bar:#ffffff;--shade-1:#2b3340;--shade-2:#3a4555;--shade-3:#4f5e72;--shadow:0 0 0 1px rgb(255 255 255/.04)
        }}
        @media (prefers-contrast:more){:root{
        --ground:#ffffff;--text:#000000;--muted:#2a2f36;--line:#5d6673;--line-strong:#000000;--shadow:none
        }}
        @media screen and (prefers-contrast:more) and (prefers-color-scheme:dark){:root{
        --ground:#000000;--surface:#000000;--sunken:#14181e;--text:#ffffff;--muted:#dfe4ea;--line:#a5afbb;--line-strong:#ffffff
        }}
        """
}
