import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// Certificates: for anybody to check, for staff to issue.
extension SchoolPages {
    func certificates(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        if let number = request.fields["number"].flatMap({ CertificateNumber($0.uppercased()) }),
            let code = request.fields["code"]?.lowercased(),
            code.utf8.count == 26, code.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) })
        {
            return .redirect(to: "\(request.base)/certificates/\(number)/\(code)")
        }
        var check: CertificateCheck?
        if request.fields["number"] != nil || request.fields["code"] != nil {
            check = CertificateCheck(verdict: .unreadable, sentence: "证书编号形如 Z2026-000001，查验码为 26 位字母和数字。请对照证书核对后再试。")
        }
        return .page(verificationPage(request, context, check: check, refusal: nil))
    }

    private func verificationPage(
        _ request: PageRequest, _ context: PageContext, check: CertificateCheck?, refusal: Refusal?
    ) -> Page {
        VerificationPage(check: check, key: (try? context.ask(GetCertificateKey()))?.id, refusal: refusal).page(request)
    }

    func verify(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let file = request.files.first { $0.field == "file" && !$0.bytes.isEmpty }
            // Not trimmed: a certificate is checked to the byte.
            var text = request.fields.pairs.first { $0.name == "text" }?.value ?? ""
            if let file, let own = String(validating: file.bytes, as: UTF8.self) { text = own }
            if text.isEmpty { form.add("text", "请粘贴证书全文，或上传电子证书文件。") }
            if text.count > 4000 { form.add("text", "文本超过 4000 个字，不是本平台的电子证书。请只提供证书全文。") }
            try form.refuseIfFaulty()
            return .page(
                verificationPage(request, context, check: try context.ask(VerifyCertificate(text: text)), refusal: nil))
        } catch let refusal as Refusal {
            return .page(verificationPage(request, context, check: nil, refusal: refusal))
        }
    }

    func certificateKey(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        guard let pem = try context.ask(GetCertificateKey()).pem else {
            return .redirect(to: "\(request.base)/certificates", notice: "本平台尚未签发过证书，没有公钥可下载。")
        }
        return .download(name: "key.pem", type: "application/x-pem-file", bytes: Array(pem.utf8))
    }

    func certificate(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let (one, code) = try asked(request, context)
        return .page(CertificatePage(certificate: one, code: code).page(request))
    }

    func certificateFile(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let (one, _) = try asked(request, context)
        let right = UnmaskingRight(purpose: "凭编号和查验码下载电子证书", holder: request.actor.id)
        guard let text = one.text.reveal(by: right) else { throw SchoolRefusal.unknown(one.number) }
        return .download(name: "\(one.number).txt", type: "text/plain; charset=utf-8", bytes: Array(text.utf8))
    }

    private func asked(_ request: PageRequest, _ context: PageContext) throws -> (TrainingCertificate, code: String) {
        guard let number = request.parameters["number"].flatMap({ CertificateNumber($0) }) else {
            throw SchoolRefusal.make(
                "certificate-unknown", "没有这份证书。证书编号形如 Z2026-000001，请核对链接。", log: "malformed certificate number")
        }
        let code = request.parameters["code"] ?? ""
        return (try context.ask(GetCertificate(number: number, code: code)), code)
    }

    // MARK: - Issuing

    func issuing(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try issuingPage(request, context, refusal: nil))
    }

    private func issuingPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try request.classID()
        return IssuingPage(
            detail: try context.ask(GetClass(id: id)), progress: try context.ask(GetIssue(schoolClass: id)),
            found: try context.ask(
                FindCertificates(schoolClass: id, after: request.fields["after"].flatMap { Cursor($0) }, limit: 100)),
            refusal: refusal
        ).page(request)
    }

    func issue(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.classID()
            let progress = try await context.tell(IssueCertificates(schoolClass: id))
            return .redirect(to: "\(request.base)/classes/\(id)/certificates", notice: "已开始为 \(progress.total) 人发证。")
        } catch let refusal as Refusal where refusal.status == 409 {
            return .page(try issuingPage(request, context, refusal: refusal))
        }
    }

    func revoke(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let reason = form.text("reason", "撤销原因")
            let number = request.fields["number"].flatMap { CertificateNumber($0) }
            if number == nil { form.add("number", "请从名单中选择要撤销的证书。") }
            try form.refuseIfFaulty()
            guard let number else { return .page(try issuingPage(request, context, refusal: nil)) }
            _ = try await context.tell(RevokeCertificate(number: number, reason: reason))
            return .redirect(
                to: "\(request.base)/classes/\(try request.classID())/certificates", notice: "已撤销证书 \(number)。")
        } catch let refusal as Refusal where refusal.status == 409 || refusal.status == 422 {
            return .page(try issuingPage(request, context, refusal: refusal))
        }
    }
}
