import Messages
import Pages
import SchoolContracts
import Vocabulary

/// A recorded lesson: the video with its chapters, and how much of it was really played.
struct LessonPage {
    var lesson: Lesson
    var code: String
    /// Second to begin at, for chapters without a script.
    var from: Int?

    func page(_ request: PageRequest) -> Page {
        let pass = "\(request.base)/pass/\(lesson.registration)/\(code)"
        let address = "\(pass)/lessons/\(lesson.session.number)"
        let progress = lesson.progress
        var page = Page(
            title: lesson.session.title, trail: [(lesson.title, pass)],
            header: PageHeader(
                caption: "报名 \(lesson.registration) · 录播课", state: Self.badge(progress),
                lead:
                    "须学习全片的 \(progress.requiredPercent)%，计入出勤和证书。\(Words.span(lesson.session.startsAt, lesson.session.endsAt)) 之间可以学习。"
            ),
            layout: .narrow
        ) {
            if let closed = lesson.closed { Notice(closed, tone: .warning) }
            div(
                .class("lesson"), .id("lesson"), Attribute("data-report", address),
                Attribute("data-csrf", request.csrfToken), Attribute("data-length", String(progress.seconds)),
                Attribute("data-counts", lesson.closed == nil ? "yes" : "no")
            ) {
                element(
                    "video",
                    [
                        .src("\(address)/video\(from.map { "#t=\($0)" } ?? "")"), Attribute("controls", ""),
                        Attribute("preload", "metadata"), Attribute("playsinline", ""), Attribute("data-video", ""),
                        Attribute("aria-label", "课程视频：\(lesson.session.title)"),
                    ], HTML())
                div(.class("lesson-strip"), Attribute("data-strip", "")) { strip(progress) }
                p(.class("lesson-figure"), Attribute("data-figure", "")) { Self.sentence(progress) }
                p(.class("lesson-say"), .role("status"), Attribute("data-say", "")) {
                    lesson.closed == nil ? "开始播放后计时；浏览器须允许运行脚本，否则只能观看，不计学习时间。" : "现在可以观看，但不计学习时间。"
                }
                p(Attribute("hidden", ""), Attribute("data-confirm-block", "")) {
                    button("我在学习，继续播放", .type("button"), .class("button"), Attribute("data-confirm-button", ""))
                }
            }
            if !lesson.chapters.isEmpty {
                section {
                    h2("章节")
                    ol(.class("lesson-chapters")) {
                        for chapter in lesson.chapters {
                            li {
                                a(
                                    "\(Words.clock(chapter.second))　\(chapter.title)",
                                    href: "\(address)?from=\(chapter.second)",
                                    Attribute("data-second", String(chapter.second)))
                            }
                        }
                    }
                }
            }
            Disclosure("学习时间怎样计算") {
                p("只计实际播放过的片段：同一片段重复播放只计一次，拖动跳过的部分不计，同时打开多个窗口不会多计。")
                p("只按 1 倍速计时；切换到其他窗口时自动暂停；每学习一段时间会请您确认在学。断网期间不计时。")
            }
            p { a("返回凭证页", href: pass) }
        }
        page.assets = [SchoolAssets.styles.path, SchoolAssets.lesson.path]
        return page
    }

    static func badge(_ progress: StudyProgress) -> StateBadge {
        if progress.completedAt != nil { return StateBadge("已学完", .success) }
        return progress.studied > 0 ? StateBadge("学习中", .info) : StateBadge("未开始", .neutral)
    }

    static func sentence(_ progress: StudyProgress) -> String {
        "已学习 \(Words.clock(progress.studied)) / \(Words.clock(progress.seconds))（\(progress.percent)%），"
            + (progress.completedAt.map { "已于 \(Words.dateTime($0)) 达到要求。" }
                ?? "须学习 \(Words.clock(needed(progress)))。")
    }

    private static func needed(_ progress: StudyProgress) -> Int {
        (progress.seconds * progress.requiredPercent + 99) / 100
    }

    /// Which parts of the lesson were played, along its length.
    private func strip(_ progress: StudyProgress) -> HTML {
        let length = max(1, progress.seconds)
        func bar(_ name: String, _ from: Int, _ width: Int) -> HTML {
            element(
                "rect",
                [
                    .class(name), Attribute("x", String(from)), Attribute("y", "0"), Attribute("width", String(width)),
                    Attribute("height", "10"),
                ], HTML())
        }
        return element(
            "svg",
            [
                Attribute("viewBox", "0 0 1000 10"), Attribute("preserveAspectRatio", "none"), .role("img"),
                Attribute("aria-label", "已学习的部分"),
            ],
            HTML {
                bar("meter-ground", 0, 1000)
                for piece in lesson.pieces {
                    bar("meter-fill", piece.from / length, max(2, (piece.to - piece.from) / length))
                }
            })
    }
}

extension StudyProgress {
    /// Rounded down, so that nobody reads more than there is.
    var percent: Int { seconds > 0 ? studied * 100 / seconds : 0 }
}
