import Bus
import Crypto
import Messages
import SchoolContracts
import Store
import Vocabulary

/// Goes on with an issue until nobody is left.
struct ContinueIssue: Job {
    static let name = "continue-issue"

    var run: Int
    /// Of the command that the job tells: drawn when it is put on the list, since numbers of jobs come again.
    var step: MessageID
}

extension Academy {
    /// How many certificates are issued in one transaction: others wait for it.
    static let batch = 50

    func issueCertificates(_ command: IssueCertificates, _ tx: Transaction) throws -> IssueProgress {
        let row = try tx.schoolClass(command.schoolClass)
        guard Rights.manages(tx.actor, row.card.region) else { throw SchoolRefusal.region(row.card.region.description) }
        guard row.card.state == .published || row.card.state == .finished else {
            throw SchoolRefusal.make(
                "no-certificates", "班次\(row.card.state.title)，不能发证。请先发布并办完课程。",
                log: "class \(row.id) is \(row.card.state.rawValue)")
        }
        guard try !tx.issue(of: row.id).isRunning else {
            throw SchoolRefusal.make(
                "issue-running", "本班正在发证，请等待完成后再办理。可在证书管理页面查看进度。", log: "an issue of \(row.id) is under way")
        }
        try tx.secret(.passes)
        try tx.makeSigningKey(.certificates)
        let due = try tx.registrations(of: row.id, in: [.enrolled]).filter { one in
            let held = try tx.certificate(of: one.id).map { $0.revokedAt == nil } ?? false
            return try !held && tx.completion(of: one, in: row, now: tx.now).isReached
        }.map(\.id)
        guard !due.isEmpty else {
            throw SchoolRefusal.make(
                "no-certificates", "没有可发证的人员：尚无人达到出勤（\(row.attendancePercent)%）和测验要求，或都已有证书。请先核对签到和测验。",
                log: "nobody of \(row.id) is eligible")
        }
        let run: Int = (try tx.value("SELECT max(id) FROM issue_run") ?? 0) + 1
        try tx.run(
            "INSERT INTO issue_run (id, class, total, started_at) VALUES (?, ?, ?, ?)", run, row.id, due.count, tx.now)
        for id in due { try tx.run("INSERT INTO issue_task (run, registration) VALUES (?, ?)", run, id) }
        try tx.enqueue(ContinueIssue(run: run, step: tx.newID()))
        return try tx.issue(run: run)
    }

    func issueBatch(_ command: IssueBatch, _ tx: Transaction) throws -> IssueProgress {
        let key = try tx.makeSigningKey(.certificates)
        let ids = try tx.rows(
            "SELECT registration FROM issue_task WHERE run = ? ORDER BY registration LIMIT ?", command.run, Self.batch
        ) {
            try $0.get(0, as: RegistrationID.self)
        }
        for id in ids {
            if try issue(id, signedBy: key, tx) {
                try tx.run("UPDATE issue_run SET issued = issued + 1 WHERE id = ?", command.run)
            }
            try tx.run("DELETE FROM issue_task WHERE run = ? AND registration = ?", command.run, id)
        }
        let progress = try tx.issue(run: command.run)
        if progress.isRunning { try tx.enqueue(ContinueIssue(run: command.run, step: tx.newID())) }
        return progress
    }

    /// - Returns: false for somebody who has one already, is not eligible any more, or was erased.
    private func issue(_ id: RegistrationID, signedBy key: SigningKey, _ tx: Transaction) throws -> Bool {
        let row = try tx.registration(id)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        let completion = try tx.completion(of: row, in: schoolClass, now: tx.now)
        if let held = try tx.certificate(of: id), held.revokedAt == nil { return false }
        let right = UnmaskingRight(purpose: "签发培训证书", holder: "school")
        guard row.state == .enrolled, completion.isReached,
            let name = try tx.unseal(String.self, row.sealedName).reveal(by: right)
        else { return false }
        let course = try tx.course(schoolClass.card.course)
        let content = CertificatePaper.Content(
            number: try tx.nextCertificate(), name: name, enterprise: row.enterprise, title: schoolClass.card.title,
            hours: course.hours,
            startsOn: schoolClass.card.startsAt.day, endsOn: schoolClass.card.endsAt.day, attended: completion.attended,
            sessions: completion.sessions,
            issuer: settings.issuer ?? "\(title(of: schoolClass.card.region))中小企业公共服务平台", issuedOn: tx.now.day)
        let statement = content.statement(keyID: key.verifyingKey.identifier)
        try tx.run(
            """
            INSERT INTO certificate (number, registration, person, statement, signature, title, hours, starts_on, ends_on, attended, sessions, issuer,
              issued_on, issued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, content.number, id, row.person, try tx.seal(Personal(statement, of: row.person)),
            try key.sign(Array(statement.utf8)), content.title,
            content.hours, content.startsOn, content.endsOn, content.attended, content.sessions, content.issuer,
            content.issuedOn, tx.now)
        try tx.announce(
            CertificateIssued(
                number: content.number, registration: id, schoolClass: row.schoolClass,
                enterprise: row.enterprise.creditCode))
        return true
    }

    func revokeCertificate(_ command: RevokeCertificate, _ tx: Transaction) throws -> CertificateReceipt {
        guard let row = try tx.certificate(command.number) else { throw SchoolRefusal.unknown(command.number) }
        let schoolClass = try tx.schoolClass(tx.registration(row.registration).schoolClass)
        guard Rights.manages(tx.actor, schoolClass.card.region) else {
            throw SchoolRefusal.region(schoolClass.card.region.description)
        }
        var input = InputRules()
        input.text("reason", "撤销原因", command.reason, 2...300)
        try input.refuseIfFaulty()
        if let at = row.revokedAt {
            throw SchoolRefusal.make(
                "certificate-revoked", "证书 \(row.number) 已于 \(Words.dateTime(at)) 撤销，无需再办理。",
                log: "certificate is revoked already")
        }
        try tx.run(
            "UPDATE certificate SET revoked_at = ?, reason = ? WHERE number = ?", tx.now, command.reason, row.number)
        try tx.announce(CertificateRevoked(number: row.number, registration: row.registration, reason: command.reason))
        return CertificateReceipt(number: row.number)
    }
}

extension Transaction {
    fileprivate func nextCertificate() throws -> CertificateNumber {
        let year = now.day.year
        let last: String? = try value(
            "SELECT max(number) FROM certificate WHERE number >= ? AND number < ?", "Z\(year)-", "Z\(year).")
        return CertificateNumber(year: year, serial: (last.flatMap { Int($0.dropFirst(6)) } ?? 0) + 1)
    }
}
