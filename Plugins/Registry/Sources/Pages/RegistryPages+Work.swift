import Messages
import Pages
import PluginKit
import RegistryContracts
import Vocabulary

/// What staff work with. Every form, refused, comes back as the page with what was typed and what is wrong.
extension RegistryPages {
    func review(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            ReviewDeskPage(
                waiting: try context.ask(FindApplications(waiting: true, limit: 200)).items,
                all: try context.ask(
                    FindApplications(
                        stage: request.coded("stage"), kind: request.coded("kind"), after: request.fields["after"].flatMap { Cursor($0) })),
                maySubmit: request.actor.holds(.windowStaff, .cityStaff, .provinceStaff), gazetteer: rulebook.gazetteer
            ).page(request))
    }

    func mine(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            MyApplicationsPage(
                all: try context.ask(FindApplications(mine: true, after: request.fields["after"].flatMap { Cursor($0) })), gazetteer: rulebook.gazetteer
            ).page(request))
    }

    func times(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            StageTimesPage(
                times: try context.ask(
                    GetStageTimes(
                        from: request.fields["from"].flatMap { Day($0) }, until: request.fields["until"].flatMap { Day($0) }))
            ).page(request))
    }

    // MARK: - Applying

    func newApplication(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try formPage(request, context, refusal: nil))
    }

    private func formPage(
        _ request: PageRequest, _ context: PageContext, mending: ApplicationDetail? = nil, refusal: Refusal?
    ) throws -> Page {
        let today = request.today
        let divisions =
            rulebook.gazetteer.divisions(.province, on: today) + rulebook.gazetteer.divisions(.city, on: today)
            + rulebook.gazetteer.divisions(.county, on: today)
        let units = try [CoverageLevel.cluster, .park, .base].flatMap {
            try context.ask(FindEligibleUnits(level: $0, limit: 500)).items
        }
        return ApplicationFormPage(
            regions: divisions.filter { Rights.maySubmit(request.actor, for: $0.region) }.map { unit in
                var unit = unit
                unit.title = rulebook.gazetteer.longTitle(of: unit.region)
                return unit
            }.sorted { $0.code < $1.code },
            units: units,
            mayOverride: request.actor.grants.contains { rulebook.settings.overrideRoles.contains($0.role) },
            mending: mending, refusal: refusal
        ).page(request)
    }

    func submit(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let kind = form.choice("kind", "平台类型", or: NodeKind.county)
            let region = form.region("region", "所在区划")
            let title = form.text("title", "平台名称")
            let builder = form.organisation("builder", "建设主体")
            let operatingUnit = form.organisation("operatingUnit", "运营单位")
            let mode = form.choice("mode", "运营方式", or: OperatingMode.publicInstitution)
            let summary = form.text("summary", "申报理由")
            let happenedOn = form.optionalDay("happenedOn", "实际申报日期")
            let documents = form.documents("documents", context)
            try form.refuseIfFaulty()
            guard let region, let builder, let operatingUnit else { return .page(try formPage(request, context, refusal: nil)) }
            let receipt = try await context.tell(
                SubmitApplication(
                    kind: kind, region: region, title: title, builder: builder, operatingUnit: operatingUnit, mode: mode,
                    carrierPark: request.fields["carrierPark"], chain: request.fields["chain"], unit: request.fields["unit"],
                    summary: summary, documents: documents, overrideReason: request.fields["overrideReason"],
                    happenedOn: happenedOn))
            return .redirect(
                to: request.path(receipt.application), notice: "申报已提交，编号 \(receipt.application)。可在「我的申报」中查看进展。")
        } catch let refusal as Refusal {
            return .page(try formPage(request, context, refusal: refusal))
        }
    }

    private func applicationID(_ request: PageRequest) throws -> ApplicationID {
        let text = request.parameters["id"] ?? ""
        guard let id = ApplicationID(text) else {
            throw RegistryRefusal.make(
                "application-unknown", "没有编号为“\(text.prefix(40))”的申报。编号形如 2026-430181-01，请核对。",
                log: "malformed application number")
        }
        return id
    }

    func correctForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            try formPage(
                request, context, mending: context.ask(GetApplication(id: applicationID(request))), refusal: nil))
    }

    func correct(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try applicationID(request)
        let detail = try context.ask(GetApplication(id: id))
        do {
            var form = FormReader(request)
            let title = form.text("title", "平台名称")
            let builder = form.organisation("builder", "建设主体")
            let operatingUnit = form.organisation("operatingUnit", "运营单位")
            let mode = form.choice("mode", "运营方式", or: detail.mode)
            let summary = form.text("summary", "申报理由")
            let documents = form.documents("documents", context)
            try form.refuseIfFaulty()
            guard let builder, let operatingUnit else {
                return .page(try formPage(request, context, mending: detail, refusal: nil))
            }
            _ = try await context.tell(
                ResubmitApplication(
                    application: id, title: title, builder: builder, operatingUnit: operatingUnit, mode: mode,
                    carrierPark: request.fields["carrierPark"], chain: request.fields["chain"], summary: summary,
                    documents: documents))
            return .redirect(to: request.path(id), notice: "已重新提交。")
        } catch let refusal as Refusal {
            return .page(try formPage(request, context, mending: detail, refusal: refusal))
        }
    }

    // MARK: - Reviewing

    func application(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try applicationPage(request, context, refusal: nil))
    }

    private func applicationPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetApplication(id: applicationID(request)))
        return ApplicationDetailPage(
            detail: detail, regionTitle: rulebook.gazetteer.longTitle(of: detail.card.region),
            parentName: detail.parent.flatMap { try? context.ask(GetNode(id: $0)).node.name }, refusal: refusal
        ).page(request)
    }

    func advance(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try applicationID(request)
        do {
            var form = FormReader(request)
            let action = form.choice("action", "办理事项", or: StageAction.accept)
            let happenedOn = form.optionalDay("happenedOn", "实际办理日期")
            let due = form.optionalDay("due", "整改期限")
            let documents = form.documents("documents", context)
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                AdvanceApplication(
                    application: id, action: action, expected: request.coded("expected"), opinion: request.fields["opinion"],
                    documentNumber: request.fields["documentNumber"], due: due, documents: documents,
                    happenedOn: happenedOn))
            return .redirect(
                to: request.path(id), notice: "已办理「\(action.title)」，现处于「\(receipt.stage.title)」阶段。")
        } catch let refusal as Refusal {
            return .page(try applicationPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Nodes

    func changeOperator(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try nodeID(request)
        do {
            var form = FormReader(request)
            let unit = form.organisation("operatingUnit", "新运营单位")
            let mode = form.choice("mode", "运营方式", or: OperatingMode.publicInstitution)
            let from = form.day("from", "交接日期")
            let reason = form.text("reason", "更换原因")
            let documents = form.documents("documents", context)
            try form.refuseIfFaulty()
            guard let unit else { return .page(try nodePage(request, context, refusal: nil)) }
            _ = try await context.tell(
                ChangeOperator(
                    node: id, operatingUnit: unit, mode: mode, from: from, reason: reason, documents: documents))
            return .redirect(to: request.path(id), notice: "交接已完成，运营单位为 \(unit.name)。")
        } catch let refusal as Refusal {
            return .page(try nodePage(request, context, refusal: refusal))
        }
    }

    func move(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try nodeID(request)
        do {
            var form = FormReader(request)
            let parent = form.optionalNode("parent", "上级平台")
            if parent == nil { _ = form.text("parent", "新的上级平台") }
            let from = form.day("from", "生效日期")
            let reason = form.text("reason", "调整原因")
            try form.refuseIfFaulty()
            guard let parent else { return .page(try nodePage(request, context, refusal: nil)) }
            _ = try await context.tell(MoveNode(node: id, parent: parent, from: from, reason: reason))
            return .redirect(to: request.path(id), notice: "自\(from.shown)起，上级平台为 \(parent)。")
        } catch let refusal as Refusal {
            return .page(try nodePage(request, context, refusal: refusal))
        }
    }

    func recordCheck(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try nodeID(request)
        do {
            var form = FormReader(request)
            let item = form.text("item", "检查项")
            let points = form.number("points", "得分")
            let checkedOn = form.day("checkedOn", "检查日期")
            let evidence = form.documents("evidence", context)
            try form.refuseIfFaulty()
            _ = try await context.tell(
                RecordChecklistItem(
                    node: id, item: item, points: points, checkedOn: checkedOn, remark: request.fields["remark"],
                    evidence: evidence))
            return .redirect(to: "\(request.path(id))/checklist", notice: "检查记录已保存。")
        } catch let refusal as Refusal {
            return .page(try checklistPage(request, context, refusal: refusal))
        }
    }

    func setPlan(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormReader(request)
            let year = form.number("year", "年度")
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                SetAnnualPlan(
                    year: year, counties: request.fields.all("counties").compactMap { RegionCode($0) },
                    document: request.fields["document"]))
            return .redirect(
                to: QueryLink.make("\(request.base)/plan", [("year", String(receipt.year))]),
                notice: receipt.revision == 1 ? "\(receipt.year)年计划已下达。" : "\(receipt.year)年计划已修订（第 \(receipt.revision) 版）。")
        } catch let refusal as Refusal {
            return .page(try planPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Files

    /// A document, for whoever may see the application or the node it belongs to.
    func file(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let document = try context.ask(GetDocument(digest: request.parameters["digest"] ?? ""))
        let kept = Attachment(
            digest: document.digest, size: Int(document.length), name: document.name,
            type: FileKind(fileName: document.name) ?? .pdf)
        return .file(
            path: context.files.path(of: kept), length: document.length, name: document.name, type: document.type)
    }
}
