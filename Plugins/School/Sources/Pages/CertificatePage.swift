import Messages
import Pages
import SchoolContracts
import Vocabulary

/// A certificate, to be shown and printed; open to whoever has its number and code.
struct CertificatePage {
    var certificate: TrainingCertificate
    var code: String

    func page(_ request: PageRequest) -> Page {
        let one = certificate
        let address = "\(request.base)/certificates/\(one.number)/\(code)"
        let right = UnmaskingRight(purpose: "凭编号和查验码查验证书", holder: request.actor.id)
        let isErased = one.text.isErased
        var page = Page(
            title: "培训证书 \(one.number)", trail: [("证书查验", "\(request.base)/certificates")],
            header: PageHeader(
                state: one.revokedAt == nil ? StateBadge("有效", .success) : StateBadge("已撤销", .danger),
                lead: "本页由发证平台实时显示，可与纸质证书逐项核对。"
            ) {
                if !isErased { ButtonLink("下载电子证书（可离线核验）", href: "\(address)/file", .secondary) }
            }
        ) {
            if let at = one.revokedAt {
                Notice("该证书已于 \(Format.dateTime(at)) 撤销，原因：\(one.reason ?? "未注明")。不再有效。", tone: .danger)
            }
            article(
                .class(one.revokedAt == nil ? "certificate" : "certificate certificate-revoked"), .ariaLabel("培训证书")
            ) {
                p("培训结业证书", .class("certificate-title"))
                p(one.name.reveal(by: right) ?? PersonalData.erasedText, .class("certificate-name"))
                p(
                    "\(one.enterprise.name)（\(one.enterprise.creditCode)）人员，于 \(span) 参加「\(one.title)」培训，计 \(one.hours) 学时，\(attendance)准予结业。",
                    .class("certificate-text"))
                div(.class("certificate-foot")) {
                    div {
                        p("证书编号：\(one.number)")
                        p("查验码：\(code)")
                        p("发证单位：\(one.issuer)")
                        p("发证日期：\(Format.date(one.issuedOn))")
                    }
                    if let picture = QRCode(request.origin + address, saying: "证书查验地址的二维码") {
                        div(.class("certificate-code")) { picture }
                    }
                }
            }
            p("打印：使用浏览器的打印功能，选择 A4 纸、横向，可另存为 PDF。", .class("muted no-print"))
        }
        page.assets = [SchoolAssets.styles.path]
        return page
    }

    private var span: String {
        certificate.startsOn == certificate.endsOn
            ? Format.date(certificate.startsOn)
            : "\(Format.date(certificate.startsOn)) 至 \(Format.date(certificate.endsOn))"
    }

    private var attendance: String {
        certificate.sessions == 0 ? "" : "出勤 \(certificate.attended)/\(certificate.sessions) 场，"
    }
}

/// Where anybody checks a certificate: by number and code, or by its text.
struct VerificationPage {
    var check: CertificateCheck?
    /// The identifier of the key; `nil` while no certificate was ever issued.
    var key: String?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "证书查验", trail: [("商学院课堂", "\(request.base)/classes")],
            header: PageHeader(lead: "查验本平台签发的培训证书：凭编号和查验码查看原件，或核对电子证书文本是否被改动。无需登录。"), layout: .narrow
        ) {
            if let check { Notice(check.sentence, tone: Self.tone(check.verdict), title: Self.title(check.verdict)) }
            section {
                h2("凭编号和查验码")
                FilterBar(request, submit: "查看证书") { form in
                    form.text("number", "证书编号", example: "Z2026-000001")
                    form.text("code", "查验码", hint: "26 位字母和数字，印在证书上")
                }
            }
            section {
                h2("核对电子证书文本")
                Form(
                    post: "\(request.base)/certificates", of: check == nil ? request : request.withoutFields,
                    refusal: refusal, submit: "核对"
                ) { form in
                    form.textarea("text", "证书全文", rows: 8, hint: "从「枢纽培训证书 1」到「签名：…」全部粘贴；或上传文件")
                    form.file("file", "电子证书文件", accept: ".txt,text/plain", hint: "从证书页面下载的 .txt 文件")
                }
            }
            section {
                h2("离线核验")
                if let key {
                    p {
                        "公钥指纹 "
                        code(key)
                        "，"
                        a("下载公钥", href: "\(request.base)/certificates/key.pem")
                        "。在装有 OpenSSL 的计算机上："
                    }
                    pre(
                        """
                        head -n -1 Z2026-000001.txt > body.txt
                        tail -n 1 Z2026-000001.txt | sed 's/^签名：//' | base64 -d > body.sig
                        openssl dgst -sha256 -verify key.pem -signature body.sig body.txt
                        """)
                    p("显示 Verified OK 即内容未被改动。离线查不到是否已撤销，请以在线查验为准。", .class("muted"))
                } else {
                    p("本平台尚未签发过证书。", .class("muted"))
                }
            }
        }
    }

    static func title(_ verdict: CertificateVerdict) -> String {
        switch verdict {
        case .valid: "证书有效"
        case .revoked: "证书已撤销"
        case .changed: "内容被改动"
        case .foreignKey: "不是本平台签发"
        case .unknown: "查无此号"
        case .unreadable: "无法识别"
        }
    }

    static func tone(_ verdict: CertificateVerdict) -> Tone {
        verdict == .valid ? .success : verdict == .unreadable ? .warning : .danger
    }
}

/// Who of a class has a certificate, and the issue of many at once.
struct IssuingPage {
    var detail: ClassDetail
    var progress: IssueProgress
    var found: Listing<CertificateStanding>
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let address = "\(request.base)/classes/\(card.id)"
        var page = Page(
            status: refusal?.status ?? 200, title: "证书管理",
            trail: [("课堂管理", "\(request.base)/manage"), (card.title, address)],
            header: PageHeader(
                caption: "班次 \(card.id)", state: card.badge(now: request.now),
                lead: "出勤达到 \(detail.attendancePercent ?? 80)% 的人员可以发证；证书带签名和二维码，任何人可在「证书查验」核对。"
            ) { ButtonLink("签到管理", href: "\(address)/attendance", .secondary) }
        ) {
            if let refusal { Notice(refusal.message, tone: .danger) }
            if progress.total > 0 {
                Panel(progress.isRunning ? "正在发证" : "最近一次发证") {
                    Progress(
                        "已处理 \(progress.done)/\(progress.total) 人，签发 \(progress.issued) 份", done: progress.done,
                        of: progress.total)
                }
            }
            if !progress.isRunning {
                Form(
                    post: "\(address)/certificates", of: request.withoutFields, submit: "为达到要求且没有证书的人员发证",
                    prefix: "issue"
                ) { _ in HTML() }
            }
            table(request, address)
            Continuation(total: nil, next: found.next, of: request)
        }
        if progress.isRunning { page.refresh = .seconds(5) }
        return page
    }

    private func table(_ request: PageRequest, _ address: String) -> HTML {
        DataTable(
            "发证情况", columns: [.text("编号"), .text("企业"), .text("参加人员"), .text("出勤"), .text("证书"), .text("办理")],
            rows: found.items.map { item in
                [
                    .link(item.registration.description, "\(request.base)/registrations/\(item.registration)"),
                    .text(item.enterprise.name),
                    .text(item.name.masked), .text(item.explanation),
                    DataTable.Cell {
                        if let link = item.certificate {
                            a(link.number.description, href: "\(request.base)/certificates/\(link.number)/\(link.code)")
                            if link.isRevoked { StateBadge("已撤销", .danger) }
                        } else {
                            StateBadge(item.isEligible ? "可发证" : "未达要求", item.isEligible ? .info : .neutral)
                        }
                    },
                    DataTable.Cell {
                        if let link = item.certificate, !link.isRevoked {
                            Disclosure("撤销") {
                                Form(
                                    post: "\(address)/certificates/revoke", of: request.withoutFields, submit: "撤销证书",
                                    confirm: "确认撤销证书 \(link.number)？撤销后不能恢复，可重新发证。", weight: .danger,
                                    prefix: "r-\(link.number)"
                                ) { form in
                                    form.hidden("number", link.number.description)
                                    form.text("reason", "原因", hint: "查验时公开显示", required: true)
                                }
                            }
                        }
                    },
                ]
            }, empty: EmptyState("还没有录取的人员")
        ).html
    }
}
