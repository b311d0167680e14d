import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// Training of the network's own staff.
extension SchoolPages {
    func training(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            FindTrainees(
                region: request.fields["region"].flatMap { RegionCode($0) }, standing: request.coded("standing"),
                after: request.fields["after"].flatMap { Cursor($0) }, limit: 50))
        return .page(
            TrainingPage(found: found, academy: academy).page(request))
    }

    func trainingCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let right = UnmaskingRight(purpose: "下载本地区培训台账", holder: request.actor.id)
        var rows = [["编号", "姓名", "岗位", "地区", "须达到学时", "有效学时", "本年度学时", "达标情况", "有效至", "离岗日期"]]
        var after: Cursor?
        repeat {
            let found = try context.ask(
                FindTrainees(
                    region: request.fields["region"].flatMap { RegionCode($0) }, standing: request.coded("standing"),
                    after: after, limit: 500))
            rows += found.items.map { card in
                [
                    card.id.description, card.name.reveal(by: right) ?? PersonalData.erasedText, card.role,
                    academy.title(of: card.region), card.rule.map { String($0.hours) } ?? "", String(card.hours),
                    String(card.hoursThisYear), card.standing.title, card.fallsShortOn?.description ?? "",
                    card.leftOn?.description ?? "",
                ]
            }
            after = found.next
        } while after != nil
        return .csv(name: "培训台账.csv", rows: rows)
    }

    func trainee(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetTrainee(id: request.traineeID()))
        return .page(
            TraineePage(
                details: [detail], title: "培训档案", region: academy.title(of: detail.card.region),
                mayEdit: Rights.manages(request.actor, detail.card.region)
            ).page(request))
    }

    // MARK: - Somebody's own

    func ownTraining(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try ownTrainingPage(request, context, refusal: nil))
    }

    private func ownTrainingPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let own = try context.ask(FindOwnTraining())
        return TraineePage(
            details: own.entries, title: "我的培训", region: own.entries.first.map { academy.title(of: $0.card.region) },
            mayEdit: false, mayClaim: true, refusal: refusal
        ).page(request)
    }

    func claimTrainee(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let trainee = request.fields["trainee"].flatMap { TraineeID($0) }
            if trainee == nil { form.add("trainee", "培训人员编号应形如 T2026-0001。请向登记人员查询。") }
            let mobile = request.fields["mobile"].flatMap { Mobile($0) }
            if mobile == nil { form.add("mobile", "手机号应为 11 位数字。请核对。") }
            try form.refuseIfFaulty()
            guard let trainee, let mobile else { return .page(try ownTrainingPage(request, context, refusal: nil)) }
            _ = try await context.tell(ClaimTrainee(trainee: trainee, mobile: Personal(mobile)))
            return .redirect(to: "\(request.base)/training/mine", notice: "已认领培训档案 \(trainee)。")
        } catch let refusal as Refusal {
            return .page(try ownTrainingPage(request, context, refusal: refusal))
        }
    }

    // MARK: - The list

    func newTrainee(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try traineeForm(nil, request, context, refusal: nil))
    }

    func editTrainee(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try traineeForm(context.ask(GetTrainee(id: request.traineeID())).card, request, context, refusal: nil))
    }

    private func traineeForm(_ old: TraineeCard?, _ request: PageRequest, _ context: PageContext, refusal: Refusal?)
        throws -> Page
    {
        let right = UnmaskingRight(purpose: "修改培训人员信息", holder: request.actor.id)
        let roles = Set(try context.ask(FindTrainingRules()).rules.map(\.role)).sorted()
        let back = old.map { "\(request.base)/training/people/\($0.id)" } ?? "\(request.base)/training"
        return Page(
            status: refusal?.status ?? 200, title: old == nil ? "登记培训人员" : "修改培训人员",
            trail: [("人员培训", "\(request.base)/training")],
            header: PageHeader(lead: "学时按手机号从课堂的证书、出勤和录播学习中汇总，请填写报名时使用的手机号。"), layout: .narrow
        ) {
            if roles.isEmpty { Notice("还没有任何岗位的培训要求。请先由市州、省级主管人员在“培训要求”中设置。", tone: .warning) }
            Form(
                post: old == nil ? "\(request.base)/training/people/new" : "\(back)/edit", of: request,
                refusal: refusal,
                submit: old == nil ? "登记" : "保存修改", cancel: back
            ) { form in
                form.text("name", "姓名", value: old?.name.reveal(by: right), required: true, width: .medium)
                form.phone("mobile", "手机号", value: old?.mobile.reveal(by: right)?.digits, required: true)
                form.select("role", "岗位", roles.map { Choice($0, $0) }, value: old?.role, required: true)
                form.region(
                    "region", "所在地区", in: academy.regions, below: request.site.region?.province, on: request.now.day,
                    value: old?.region.description ?? region(of: request), required: true)
                if let old { form.date("leftOn", "离岗日期", value: old.leftOn?.description, hint: "离岗后不再要求学时") }
            }
        }
    }

    func saveTrainee(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let old = try request.parameters["id"] == nil ? nil : context.ask(GetTrainee(id: request.traineeID())).card
        do {
            var form = FormReader(request)
            let name = form.text("name", "姓名")
            let role = form.text("role", "岗位")
            let region = form.region("region", "所在地区")
            let mobile = request.fields["mobile"].flatMap { Mobile($0) }
            if mobile == nil { form.add("mobile", "手机号应为 11 位数字。请核对。") }
            let leftOn = request.fields["leftOn"].flatMap { Day($0) }
            if request.fields["leftOn"] != nil, leftOn == nil { form.add("leftOn", "离岗日期应形如 2026-03-01。请修改。") }
            try form.refuseIfFaulty()
            guard let region, let mobile else { return .page(try traineeForm(old, request, context, refusal: nil)) }
            let receipt = try await context.tell(
                SaveTrainee(
                    trainee: old?.id, name: Personal(name), mobile: Personal(mobile), role: role, region: region,
                    leftOn: leftOn))
            return .redirect(
                to: "\(request.base)/training/people/\(receipt.trainee)",
                notice: old == nil ? "已登记，编号 \(receipt.trainee)。" : "已修改。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try traineeForm(old, request, context, refusal: refusal))
        }
    }

    // MARK: - What roles need

    func trainingRules(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try rulesPage(request, context, refusal: nil))
    }

    private func rulesPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let rules = try context.ask(FindTrainingRules()).rules
        return Page(
            status: refusal?.status ?? 200, title: "培训要求", trail: [("人员培训", "\(request.base)/training")],
            header: PageHeader(lead: "各岗位每年须达到的学时，以及学时从取得之日起的有效期。")
        ) {
            DataTable(
                "各岗位要求", columns: [.number("年度"), .text("岗位"), .number("须达到", unit: "学时"), .number("有效期", unit: "月")],
                rows: rules.map {
                    [.text(String($0.year)), .text($0.role), .number($0.hours), .number($0.validMonths)]
                }, empty: EmptyState("还没有培训要求", hint: "由市州、省级主管人员设置。"))
            if Rights.setsTrainingRules(request.actor) {
                section {
                    h2("设置要求")
                    Form(post: "\(request.base)/training/rules", of: request, refusal: refusal, submit: "保存") { form in
                        form.text(
                            "role", "岗位", hint: "2–20 个字；与已有岗位同名则替换", example: "窗口服务人员", required: true, width: .medium)
                        form.number("year", "年度", value: String(request.now.day.year), required: true)
                        form.number("hours", "须达到的学时", unit: "学时", hint: "填 0 则取消该岗位当年的要求", required: true)
                        form.number("validMonths", "有效期", value: "12", unit: "月", required: true)
                    }
                }
            }
        }
    }

    func saveTrainingRule(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let role = form.text("role", "岗位")
            let year = form.number("year", "年度")
            let hours = form.number("hours", "须达到的学时")
            let months = form.number("validMonths", "有效期")
            try form.refuseIfFaulty()
            _ = try await context.tell(SaveTrainingRule(role: role, year: year, hours: hours, validMonths: months))
            return .redirect(
                to: "\(request.base)/training/rules",
                notice: hours == 0 ? "已取消 \(year) 年「\(role)」的要求。" : "已保存 \(year) 年「\(role)」的要求。")
        } catch let refusal as Refusal where refusal.status == 422 {
            return .page(try rulesPage(request, context, refusal: refusal))
        }
    }
}

extension PageRequest {
    fileprivate func traineeID() throws -> TraineeID {
        guard let id = parameters["id"].flatMap({ TraineeID($0) }) else {
            throw SchoolRefusal.make(
                "trainee-unknown", "没有这份培训档案。编号形如 T2026-0001，请在人员培训中查找。", log: "malformed trainee number")
        }
        return id
    }
}
