import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// What staff work with at the door and afterwards.
extension SchoolPages {
    func attendance(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try request.classID()
        return .page(
            AttendancePage(
                detail: try context.ask(GetClass(id: id)), summary: try context.ask(GetAttendance(schoolClass: id)),
                found: try context.ask(
                    FindAttendance(schoolClass: id, after: request.fields["after"].flatMap { Cursor($0) }, limit: 100)),
                scans: try context.ask(FindScans(schoolClass: id, limit: 100)),
                study: try context.ask(FindStudy(schoolClass: id, limit: 100))
            ).page(request))
    }

    func session(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try sessionPage(request, context, refusal: nil))
    }

    private func sessionPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try request.classID()
        let number = try request.sessionNumber()
        let found = try context.ask(FindAttendance(schoolClass: id, limit: 500))
        let detail = try context.ask(GetClass(id: id))
        guard let session = detail.sessions.first(where: { $0.number == number }) else {
            throw SchoolRefusal.make(
                "session-unknown", "班次 \(id) 没有第 \(number) 场课。请从签到管理页面打开。", log: "no session \(number) of \(id)")
        }
        return SessionPage(
            detail: detail, session: session, cards: found.items, isWhole: found.next == nil, refusal: refusal
        ).page(request)
    }

    func checkIn(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.classID()
            let number = try request.sessionNumber()
            var form = FormReader(request)
            let ids = request.fields.all("registrations").compactMap { RegistrationID($0) }
            if ids.isEmpty { form.add("registrations", "请勾选到场人员。") }
            let way = form.choice("way", "方式", or: CheckInWay.counter)
            let isLater = request.fields["atDay"] != nil || request.fields["atTime"] != nil
            if way == .manual, !isLater { form.add("atDay", "补录须填写到场日期和时间。") }
            let at = isLater ? form.moment("at", "到场") : nil
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                CheckIn(schoolClass: id, session: number, registrations: ids, way: way, at: at))
            let known = receipt.known.isEmpty ? "" : "；另有 \(receipt.known.count) 人此前已签到"
            return .redirect(
                to: "\(request.base)/classes/\(id)/attendance/\(number)",
                notice: "已登记 \(receipt.counted.count) 人到场\(known)。")
        } catch let refusal as Refusal where refusal.status != 404 && refusal.status != 403 {
            return .page(try sessionPage(request, context, refusal: Self.atField(refusal)))
        }
    }

    /// Faults of the command point at `registrations/0` and `at`; the form calls those fields `registrations` and `atDay`.
    private static func atField(_ refusal: Refusal) -> Refusal {
        var refusal = refusal
        refusal.faults = refusal.faults.map { fault in
            var fault = fault
            if fault.field.hasPrefix("registrations/") { fault.field = "registrations" }
            if fault.field == "at" { fault.field = "atTime" }
            return fault
        }
        return refusal
    }

    func withdraw(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.classID()
            let number = try request.sessionNumber()
            var form = FormReader(request)
            let reason = form.text("reason", "原因")
            let registration = request.fields["registration"].flatMap { RegistrationID($0) }
            if registration == nil { form.add("registration", "请从名单中选择要撤销的签到。") }
            try form.refuseIfFaulty()
            guard let registration else { return .page(try sessionPage(request, context, refusal: nil)) }
            _ = try await context.tell(
                WithdrawCheckIn(schoolClass: id, session: number, registration: registration, reason: reason))
            return .redirect(
                to: "\(request.base)/classes/\(id)/attendance/\(number)", notice: "已撤销 \(registration) 的签到。")
        } catch let refusal as Refusal where refusal.status != 404 && refusal.status != 403 {
            return .page(try sessionPage(request, context, refusal: refusal))
        }
    }

    // MARK: - The door

    func door(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try doorPage(request, context, result: nil, refusal: nil))
    }

    private func doorPage(_ request: PageRequest, _ context: PageContext, result: ScanResult?, refusal: Refusal?) throws
        -> Page
    {
        let door = try context.ask(GetDoor(schoolClass: request.classID(), session: request.sessionNumber()))
        return DoorPage(door: door, result: result, refusal: refusal).page(request)
    }

    /// One ticket typed or read by a scanner that types, without a module on the page.
    func typed(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let ticket = form.text("ticket", "凭证或报名编号")
            let device = form.text("device", "设备名称")
            if ticket.utf8.count > 412 { form.add("ticket", "凭证过长，不是本平台签发的。请重新扫描。") }
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                MergeScans(
                    schoolClass: request.classID(), session: request.sessionNumber(), device: device,
                    scans: [ScanDraft(id: request.id, ticket: ticket, at: request.now)]))
            return .page(try doorPage(request, context, result: receipt.results.first, refusal: nil))
        } catch let refusal as Refusal where refusal.status != 404 && refusal.status != 403 {
            return .page(try doorPage(request, context, result: nil, refusal: refusal))
        }
    }

    /// Scans of the page's module, as JSON both ways.
    func scans(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let drafts = try JSONLines.read([ScanDraft].self, "scans", request.fields["scans"] ?? "", saying: "扫描记录")
        let receipt = try await context.tell(
            MergeScans(
                schoolClass: request.classID(), session: request.sessionNumber(),
                device: request.fields["device"] ?? "", scans: drafts))
        return .download(name: "receipt.json", type: "application/json", bytes: try JSON.encode(receipt))
    }
}
