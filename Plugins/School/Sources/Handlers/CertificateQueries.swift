import Bus
import Crypto
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func getCertificate(_ query: GetCertificate, _ snapshot: Snapshot) throws -> TrainingCertificate {
        guard let row = try snapshot.certificate(query.number), let code = try snapshot.certificateCode(of: row.number),
            Secrets.areEqual(Array(code.utf8), Array(query.code.utf8))
        else { throw SchoolRefusal.unknown(query.number) }
        let registration = try snapshot.registration(row.registration)
        let right = UnmaskingRight(purpose: "凭编号和查验码查验证书", holder: snapshot.actor.id)
        let statement = try snapshot.unseal(String.self, row.sealedStatement)
        let text = statement.reveal(by: right).map { CertificatePaper.text($0, row.signature) }
        return TrainingCertificate(
            number: row.number, name: try snapshot.unseal(String.self, registration.sealedName),
            enterprise: registration.enterprise, title: row.title,
            hours: row.hours, startsOn: row.startsOn, endsOn: row.endsOn, attended: row.attended,
            sessions: row.sessions, issuer: row.issuer,
            issuedOn: row.issuedOn, revokedAt: row.revokedAt, reason: row.reason,
            text: text.map { Personal($0, of: row.person) } ?? statement)
    }

    func verifyCertificate(_ query: VerifyCertificate, _ snapshot: Snapshot) throws -> CertificateCheck {
        guard let paper = CertificatePaper(query.text) else {
            return CertificateCheck(
                verdict: .unreadable, sentence: "不是完整的证书文本：须从首行「枢纽培训证书 1」到末行「签名：…」全部提供。请重新复制或上传证书文件。")
        }
        guard let key = try snapshot.signingKey(.certificates)?.verifyingKey, key.identifier == paper.keyID else {
            return CertificateCheck(
                verdict: .foreignKey, sentence: "不是本平台签发：证书注明的签发密钥是 \(paper.keyID)，不属于本平台。请到证书上的发证单位所在平台查验。",
                number: paper.number)
        }
        guard key.isValid(paper.signature, of: Array(paper.statement.utf8)) else {
            return CertificateCheck(
                verdict: .changed, sentence: "内容与签名不符：证书注明由本平台签发，但文本至少有一处被改动。请以持证人原始证书为准，可凭编号和查验码在线查看。",
                number: paper.number)
        }
        guard let row = try snapshot.certificate(paper.number) else {
            return CertificateCheck(
                verdict: .unknown, sentence: "签名属于本平台，但登记册中查不到 \(paper.number)。请联系发证单位核实。", number: paper.number)
        }
        if let at = row.revokedAt {
            return CertificateCheck(
                verdict: .revoked,
                sentence: "证书 \(row.number) 已于 \(Words.dateTime(at)) 撤销，原因：\(row.reason ?? "未注明")。该证书不再有效。",
                number: row.number,
                revokedAt: at, reason: row.reason)
        }
        return CertificateCheck(
            verdict: .valid, sentence: "证书 \(row.number) 有效：由本平台签发，内容未被改动，未被撤销。", number: row.number)
    }

    func getCertificateKey(_ query: GetCertificateKey, _ snapshot: Snapshot) throws -> CertificateKey {
        guard let key = try snapshot.signingKey(.certificates)?.verifyingKey else { return CertificateKey() }
        return CertificateKey(id: key.identifier, pem: String(decoding: key.pem, as: UTF8.self))
    }

    func getIssue(_ query: GetIssue, _ snapshot: Snapshot) throws -> IssueProgress {
        try snapshot.issue(of: managed(query.schoolClass, snapshot).id)
    }

    func findCertificates(_ query: FindCertificates, _ snapshot: Snapshot) throws -> Listing<CertificateStanding> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(RegistrationID.self)
        let row = try managed(query.schoolClass, snapshot)
        let standings = try snapshot.registrations(
            enterprise: nil, enteredBy: nil, schoolClass: row.id, state: .enrolled, after: place, limit: limit + 1
        ).map { registration in
            let completion = try snapshot.completion(of: registration, in: row, now: snapshot.now)
            return CertificateStanding(
                registration: registration.id, enterprise: registration.enterprise,
                name: try snapshot.unseal(String.self, registration.sealedName),
                attended: completion.attended, sessions: completion.sessions, isEligible: completion.isReached,
                explanation: completion.sentence,
                certificate: try snapshot.certificateLink(of: registration.id))
        }
        return try Listing(probing: standings, limit: limit) { $0.registration }
    }
}
