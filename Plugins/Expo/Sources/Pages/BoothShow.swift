import ExpoContracts
import Messages
import Pages
import Vocabulary

/// What a booth shows: its exhibits with pictures and documents, and its broadcasts.
struct BoothShow: Component {
    var detail: BoothDetail
    var request: PageRequest

    var html: HTML {
        HTML {
            exhibits
            LiveTable(
                lives: detail.lives.map { LiveCard(booth: detail.card.id, boothTitle: detail.card.title, session: $0) }, request: request, namesBooths: false)
        }
    }

    private var exhibits: HTML {
        section {
            h2("展品")
            if detail.exhibits.isEmpty {
                EmptyState("还没有展品", hint: detail.mayEdit ? "在“修改展位”中添加展品和图片。" : "参展单位正在布展。")
            } else {
                div(.class("exhibits")) { for exhibit in detail.exhibits { one(exhibit) } }
            }
        }
    }

    private func one(_ exhibit: Exhibit) -> HTML {
        article(.class("exhibit panel")) {
            if !exhibit.pictures.isEmpty {
                div(.class("pictures")) {
                    for picture in exhibit.pictures {
                        img(.src("\(request.base)/files/\(picture.file.digest)"), Attribute("alt", picture.alternative), Attribute("loading", "lazy"))
                    }
                }
            }
            h3(exhibit.title)
            if detail.featured?.contains(exhibit.title) == true { StateBadge("推荐", .info) }
            p(exhibit.price.map { Format.money($0) } ?? "价格面议", .class("price"))
            p(exhibit.summary)
            if let video = exhibit.video { p { a("观看视频", href: video, .rel("noopener noreferrer")) } }
            if !exhibit.documents.isEmpty {
                FileList(exhibit.documents.map { .init($0.name, href: "\(request.base)/files/\($0.digest)", bytes: $0.length) })
            }
        }
    }
}

/// What the organiser shows first, each with the booth where it stands; nothing where nothing is featured.
struct FeaturedExhibits: Component {
    var exhibits: [FeaturedExhibit]
    var request: PageRequest

    var html: HTML {
        HTML {
            if !exhibits.isEmpty {
                section {
                    h2("推荐展品")
                    div(.class("exhibits")) { for exhibit in exhibits { one(exhibit) } }
                }
            }
        }
    }

    private func one(_ exhibit: FeaturedExhibit) -> HTML {
        article(.class("exhibit panel")) {
            if let picture = exhibit.picture {
                div(.class("pictures")) {
                    img(.src("\(request.base)/files/\(picture.file.digest)"), Attribute("alt", picture.alternative), Attribute("loading", "lazy"))
                }
            }
            h3 { a(exhibit.title, href: QueryLink.make("\(request.base)/booths/\(exhibit.booth)", [("via", BoothCards.tag(request) ?? "")])) }
            p(exhibit.price.map { Format.money($0) } ?? "价格面议", .class("price"))
            p("\(exhibit.boothTitle) · \(exhibit.exhibitor.name)", .class("muted"))
        }
    }
}
