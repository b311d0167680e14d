import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Lists to take away. Whom to reach stands in them only for the staff of the agency's region, who sees it on the pages, too.
extension MarketPages {
    private static let most = 50_000

    func agenciesCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let isStaff = request.actor.holds(.windowStaff, .cityStaff, .provinceStaff)
        let right = UnmaskingRight(purpose: "下载服务机构名录", holder: request.actor.id)
        var rows = [
            ["机构名称", "统一社会信用代码", "区划代码", "所在地", "服务类别", "核心机构", "在架服务", "完成单数", "满意", "已评价", "未评价", "登记站点"] + (isStaff ? ["联系人", "联系电话"] : [])
        ]
        var query = FindAgencies(
            text: request.fields["q"].map { String($0.prefix(60)) }, category: request.fields["category"], region: request.fields["region"].flatMap { RegionCode($0) },
            isCore: request.fields["core"] == "true" ? true : nil, limit: 500)
        while rows.count <= Self.most {
            let part = try context.ask(query)
            for card in part.items {
                var row = [
                    card.name, card.code.description, card.region.description, rulebook.title(of: card.region),
                    card.categories.map(rulebook.title(ofCategory:)).joined(separator: "、"), card.isCore ? "是" : "否", "\(card.services)", "\(card.completed)",
                    "\(card.satisfaction.satisfied)", "\(card.satisfaction.rated)", "\(card.satisfaction.unrated)", card.site,
                ]
                if isStaff {
                    let contact = Rights.isStaff(request.actor, in: card.region) ? try context.ask(GetAgency(code: card.code)).contact : nil
                    row += [contact?.name.reveal(by: right) ?? "", contact?.phone.reveal(by: right)?.digits ?? ""]
                }
                rows.append(row)
            }
            guard let next = part.next else { break }
            query.after = next
        }
        return .csv(name: "服务机构.csv", rows: rows)
    }

    func servicesCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        var rows = [
            ["服务名称", "服务机构", "统一社会信用代码", "服务类别", "服务性质", "计价方式", "金额（元）", "服务方式", "服务地区", "承诺工作日", "服务券", "预约", "完成单数", "满意", "已评价", "未评价"]
        ]
        var query = ListServices(category: request.fields["category"], region: request.fields["region"].flatMap { RegionCode($0) }, limit: 500)
        while rows.count <= Self.most {
            let part = try context.ask(query)
            rows += part.items.map { card in
                [
                    card.title, card.agencyName, card.agency.description, rulebook.title(ofCategory: card.category), card.nature.title, card.price.kind.title,
                    card.price.amount?.description ?? "", card.modes.map(\.title).joined(separator: "、"), rulebook.regionTitles(card.regions),
                    card.days.map(String.init) ?? "", card.takesVouchers ? "可用" : "", card.isByAppointment ? "须预约" : "", "\(card.completed)",
                    "\(card.satisfaction.satisfied)", "\(card.satisfaction.rated)", "\(card.satisfaction.unrated)",
                ]
            }
            guard let next = part.next else { break }
            query.after = next
        }
        return .csv(name: "服务产品.csv", rows: rows)
    }
}
