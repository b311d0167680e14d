import Messages
import Pages
import PluginKit
import SchoolContracts
import Store
import Vocabulary

/// Recorded lessons.
extension SchoolPages {
    func lesson(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let code = request.parameters["code"] ?? ""
        let from = request.fields["from"].flatMap { Int($0) }.flatMap { (0...35_999).contains($0) ? $0 : nil }
        return .page(LessonPage(lesson: try asked(request, context), code: code, from: from).page(request))
    }

    /// The video itself, in ranges, for whoever has the pass code.
    func lessonVideo(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let video = try asked(request, context).video
        guard let kind = FileKinds.kind(of: video.type) else { throw Refusal.notFound }
        let kept = Attachment(digest: video.digest, size: Int(video.length), name: video.name, type: kind)
        return .file(path: context.files.path(of: kept), length: video.length, name: video.name, type: video.type)
    }

    private func asked(_ request: PageRequest, _ context: PageContext) throws -> Lesson {
        try context.ask(
            GetLesson(
                registration: request.registrationID(), code: request.parameters["code"] ?? "",
                session: request.sessionNumber()))
    }

    /// Played pieces from the page's module, as JSON both ways.
    func reportStudy(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let pieces = try JSONLines.read([PlayedPiece].self, "pieces", request.fields["pieces"] ?? "", saying: "播放的片段")
        let receipt = try await context.tell(
            ReportStudy(
                registration: request.registrationID(), code: request.parameters["code"] ?? "",
                session: request.sessionNumber(), pieces: pieces,
                isPresent: request.fields["present"] == "yes" ? true : nil))
        return .download(name: "receipt.json", type: "application/json", bytes: try JSON.encode(receipt))
    }
}

/// Lists that modules of pages send in a field of a form.
enum JSONLines {
    /// - Throws: every fault of the list together.
    static func read<Item: Codable & Sendable>(
        _ type: [Item].Type, _ field: String, _ text: String, saying name: String
    ) throws -> [Item] {
        let bytes = Array(text.utf8)
        do {
            let tree = try JSONValue(parsing: bytes)
            let faults = Schema.of(type).problems(in: tree)
            guard faults.isEmpty else { throw SchoolRefusal.invalid(faults) }
            return try JSON.decode(type, from: bytes)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw SchoolRefusal.invalid([.init(field: field, message: "\(name)不是合法的 JSON 数组。请刷新页面后重试。")])
        }
    }
}

/// How far the participants of a class are with its recorded lessons; nothing where there are none.
struct StudyTable: Component {
    let cards: Listing<StudyCard>
    let sessions: [SessionCard]
    let base: String

    var html: HTML {
        let counted = sessions.filter { $0.isMeasured == true && !$0.isCancelled }
        return HTML {
            if !counted.isEmpty {
                DataTable(
                    "录播学习", columns: [.text("编号"), .text("企业"), .text("参加人员")] + counted.map { .text($0.title) },
                    rows: cards.items.map { card in
                        [
                            .link(card.registration.description, "\(base)/registrations/\(card.registration)"),
                            .text(card.enterprise.name), .text(card.name.masked),
                        ]
                            + counted.map { session in
                                guard let one = card.lessons.first(where: { $0.session == session.number }) else {
                                    return .missing
                                }
                                return DataTable.Cell {
                                    LessonPage.badge(one)
                                    " \(one.percent)%"
                                }
                            }
                    }, empty: EmptyState("还没有录取的人员"))
                if cards.next != nil {
                    p("只显示前 \(cards.items.count) 人，其余可从接口 /classes/{编号}/study 下载。", .class("muted"))
                }
            }
        }
    }
}
