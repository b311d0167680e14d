import ExpoContracts
import Messages
import Pages
import Vocabulary

/// How the expo's values stand on a page.
extension BoothState {
    var badge: StateBadge {
        switch self {
        case .applied: StateBadge(title, .info)
        case .returned: StateBadge(title, .warning)
        case .approved: StateBadge(title, .success)
        case .rejected: StateBadge(title, .danger)
        case .withdrawn: StateBadge(title, .neutral)
        }
    }
}

extension LeadState {
    var badge: StateBadge {
        switch self {
        case .new: StateBadge(title, .warning)
        case .contacted: StateBadge(title, .info)
        case .agreed: StateBadge(title, .success)
        case .closed: StateBadge(title, .neutral)
        }
    }
}

extension ExhibitionCard {
    func badge(on day: Day) -> StateBadge {
        switch state {
        case .draft: StateBadge(state.title, .neutral)
        case .closed: StateBadge(state.title, .neutral)
        case .published:
            if day < opensOn {
                StateBadge("即将开展", .info)
            } else if let closesOn, day > closesOn {
                StateBadge("已结束", .neutral)
            } else {
                StateBadge(kind == .permanent ? "常年开放" : "展出中", .success)
            }
        }
    }

    var days: String { closesOn.map { "\(Format.date(opensOn)) 至 \(Format.date($0))" } ?? "\(Format.date(opensOn)) 起常年开放" }
}

/// Booths as cards; those of other sites lead there.
enum BoothCards {
    static func address(_ card: BoothCard, _ request: PageRequest) -> String {
        // The same plug-in at another site of this host, and the tag of a campaign link goes along.
        let base = card.site.map { "/\($0)/expo" } ?? request.base
        return QueryLink.make("\(base)/booths/\(card.id)", [("via", tag(request) ?? "")])
    }

    /// The tag of the campaign link that led here.
    static func tag(_ request: PageRequest) -> String? {
        request.fields["via"].flatMap { tag in (1...40).contains(tag.utf8.count) && tag.utf8.allSatisfy(Fair.isTag) ? tag : nil }
    }

    /// - Parameter region: a division's name, where booths of several exhibitions stand beside each other.
    static func grid(_ cards: [BoothCard], _ request: PageRequest, isBelowHeading: Bool = true, region: ((RegionCode) -> String)? = nil) -> CardGrid {
        CardGrid(
            cards.map { card in
                Card(
                    card.title, href: address(card, request), text: card.exhibitor.name, state: card.isFeatured ? StateBadge("推荐", .info) : nil,
                    notes: (region.map { [$0(card.region)] } ?? []) + [card.hallTitle, "\(card.exhibits) 件展品"])
            }, isBelowHeading: isBelowHeading)
    }
}

/// The plan of a hall, drawn from the sizes of its booths; the list of booths beside it says the same in words.
struct PlanDrawing: Component {
    var booths: [BoothCard]
    var request: PageRequest

    private static let width = 90
    private static let height = 72
    private static let aisle = 26

    var html: HTML {
        let plan = FloorPlan(booths.sorted { $0.id.description < $1.id.description }.map { ($0.id, $0.size) })
        let height = plan.rows * Self.height + (plan.rows - 1) / 2 * Self.aisle
        let known = Dictionary(booths.map { ($0.id, $0) }) { first, _ in first }
        return figure(.class("plan")) {
            element(
                "svg", Attribute("viewBox", "0 0 \(FloorPlan.columns * Self.width) \(max(height, 1))"), .role("group"), .ariaLabel("展位平面图"),
                Attribute("preserveAspectRatio", "xMinYMin meet")
            ) {
                for place in plan.places { if let card = known[place.booth] { booth(card, place) } }
            }
            figcaption("平面图按展位大小自动绘制，点击展位可进入。", .class("muted"))
        }
    }

    private func booth(_ card: BoothCard, _ place: FloorPlan.Place) -> HTML {
        let x = place.column * Self.width + 3
        let y = place.row * Self.height + place.row / 2 * Self.aisle + 3
        let width = place.width * Self.width - 6
        let words = String(card.title.prefix(place.width * 5 - 1))
        return element("a", .href(BoothCards.address(card, request)), .ariaLabel("\(card.title)，\(card.exhibitor.name)")) {
            element(
                "rect", .class(card.isFeatured ? "plan-booth plan-featured" : "plan-booth"), Attribute("x", "\(x)"), Attribute("y", "\(y)"), Attribute("width", "\(width)"),
                Attribute("height", "\(Self.height - 6)"), Attribute("rx", "6")
            ) {}
            element("text", .class("plan-number"), Attribute("x", "\(x + 8)"), Attribute("y", "\(y + 22)")) { String(card.id.description.suffix(4)) }
            element("text", .class("plan-title"), Attribute("x", "\(x + 8)"), Attribute("y", "\(y + 48)")) { words }
        }
    }
}

/// Broadcasts to come.
struct LiveTable: Component {
    var lives: [LiveCard]
    var request: PageRequest
    /// Whether it says which booth.
    var namesBooths: Bool

    var html: HTML {
        HTML {
            if !lives.isEmpty {
                DataTable(
                    "直播日程", columns: [.text("主题"), .text("时间"), .number("时长", unit: "分钟")] + (namesBooths ? [.text("展位")] : []) + [.text("观看")],
                    rows: lives.map { live in
                        let own: [DataTable.Cell] = namesBooths ? [.link(live.boothTitle, "\(request.base)/booths/\(live.booth)")] : []
                        return [.text(live.session.title), .appointment(live.session.startsAt), .number(live.session.minutes)] + own
                            + [DataTable.Cell { a("打开直播", href: live.session.link, .rel("noopener noreferrer")) }]
                    })
            }
        }
    }
}

extension PageRequest {
    func coded<T: RawRepresentable>(_ name: String) -> T? where T.RawValue == String { fields[name].flatMap { T(rawValue: $0) } }

    /// The number in the path, or the refusal for one that is none.
    func exhibitionID() throws -> ExhibitionID {
        guard let id = parameters["id"].flatMap({ ExhibitionID($0) }) else {
            throw ExpoRefusal.make("exhibition-unknown", "没有这个展会。展会编号形如 X2026-01，请在博览会首页查找。", log: "malformed exhibition number")
        }
        return id
    }

    func boothID() throws -> BoothID {
        guard let id = parameters["id"].flatMap({ BoothID($0) }) else {
            throw ExpoRefusal.make("booth-unknown", "没有这个展位。展位编号形如 X2026-01-0007，请在博览会首页查找。", log: "malformed booth number")
        }
        return id
    }

    func leadID() throws -> MessageID {
        guard let id = parameters["id"].flatMap({ MessageID($0) }) else {
            throw ExpoRefusal.make("lead-unknown", "没有这条线索。请在线索列表中打开。", log: "malformed lead number")
        }
        return id
    }

    /// Actions of one form must not show what was typed into another.
    var withoutFields: PageRequest {
        var own = self
        own.fields = FormFields(fields.pairs.filter { $0.name == "_page" || $0.name == "via" })
        return own
    }

    /// For one of several forms of a page: with what was typed if that is the one which was sent.
    func typed(in form: String) -> PageRequest { fields["form"] == form ? self : withoutFields }
}
