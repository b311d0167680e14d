import ExpoContracts
import Messages
import Pages
import PluginKit
import Vocabulary

extension ExpoPages {
    /// Questions and answers as they come, for a booth's broadcast; looking at it is no visit.
    func questions(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(QuestionBoard(detail: try context.ask(GetBooth(id: request.boothID()))).page(request))
    }

    func questionsNow(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .live(QuestionBoard(detail: try context.ask(GetBooth(id: request.boothID()))).now(request))
    }
}

/// The live board: what was answered, for everybody; what waits for an answer, for the exhibitor.
struct QuestionBoard {
    var detail: BoothDetail

    func page(_ request: PageRequest) -> Page {
        let own = "\(request.base)/booths/\(detail.card.id)"
        var page = Page(
            title: "现场问答", trail: [("网上博览会", "\(request.base)/"), (detail.card.title, own)],
            header: PageHeader(
                caption: "展位 \(detail.card.id) · \(detail.card.exhibitor.name)",
                lead: detail.mayEdit ? "新问题自动出现；回答后所有人可见。" : "参展单位回答后自动出现，不显示提问人。"
            ) {
                // The form stands on the booth's page: here it would lose what was typed where the page renews itself.
                if detail.isOpen, !detail.mayEdit { ButtonLink("提问", href: "\(own)#questions") }
                ButtonLink("回到展位", href: own, .secondary)
            }, layout: .narrow
        ) {
            LivePart(from: "\(own)/questions/now") { now(request) }
        }
        page.refresh = .seconds(10)
        page.refreshesWithoutScript = true
        return page
    }

    func now(_ request: PageRequest) -> HTML {
        let open = detail.questions.filter { $0.answer == nil }
        let answered = detail.questions.filter { $0.answer != nil }
        return HTML {
            if detail.mayEdit {
                h2("待回答 \(open.count) 个")
                for question in open {
                    Panel("问：\(question.text)") {
                        p(.class("muted")) { Moment(question.askedAt) }
                        p {
                            ButtonLink(
                                "回答", href: "\(request.base)/booths/\(detail.card.id)#answer\(question.number)-answer",
                                .secondary)
                        }
                    }
                }
            }
            h2("已回答 \(answered.count) 个")
            if answered.isEmpty { p("还没有公开的问答。", .class("muted")) }
            for question in answered {
                Panel("问：\(question.text)") {
                    p("答：\(question.answer ?? "")")
                    if let at = question.answeredAt { p(.class("muted")) { Moment(at) } }
                }
            }
        }
    }
}
