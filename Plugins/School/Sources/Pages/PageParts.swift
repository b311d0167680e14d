import Messages
import Pages
import SchoolContracts
import Vocabulary

/// How the school's values stand on a page.
extension RegistrationState {
    var tone: Tone {
        switch self {
        case .enrolled: .success
        case .offered, .pending: .warning
        case .waiting: .info
        case .rejected, .lapsed: .danger
        case .declined, .cancelled, .missed: .neutral
        }
    }

    var badge: StateBadge { StateBadge(title, tone) }
}

extension ClassCard {
    /// What matters to somebody who might come.
    func badge(now: Timestamp) -> StateBadge {
        switch state {
        case .draft: StateBadge("未发布", .neutral)
        case .cancelled: StateBadge("已取消", .danger)
        case .finished: StateBadge("已结课", .neutral)
        case .published:
            if now >= endsAt {
                StateBadge("已结束", .neutral)
            } else if now >= startsAt {
                StateBadge("进行中", .info)
            } else if now < opensAt {
                StateBadge("即将开放报名", .info)
            } else if now >= closesAt {
                StateBadge("报名截止", .neutral)
            } else if taken >= capacity || waiting > 0 {
                StateBadge("可候补", .warning)
            } else {
                StateBadge("报名中", .success)
            }
        }
    }

    /// Somebody may register now.
    func isOpen(now: Timestamp) -> Bool { state == .published && now >= opensAt && now < closesAt && now < startsAt }

    /// Its staff may still write down who came.
    func isUnderWay(now: Timestamp) -> Bool { state == .published && now >= startsAt && now < endsAt }
}

/// Classes as cards.
enum ClassCards {
    static func card(_ card: ClassCard, base: String, region: String, now: Timestamp) -> Card {
        Card(
            card.title, href: "\(base)/classes/\(card.id)", text: "\(card.theme.title) · \(region)",
            state: card.badge(now: now),
            notes: [
                Format.appointment(card.startsAt) + " 开课",
                "已占 \(card.taken)/\(card.capacity) 个名额" + (card.waiting > 0 ? "，候补 \(card.waiting) 人" : ""),
            ])
    }
}

/// The sessions of a class in rows.
struct SessionTable: Component {
    let sessions: [SessionCard]
    /// Where the participant was, if it is told.
    var marks: [AttendanceMark] = []
    /// How far the lessons are studied, if it is told, and where the lessons of this participant lie.
    var lessons: [StudyProgress] = []
    var lessonBase: String?

    var html: HTML {
        DataTable(
            "课次安排", columns: [.text("课次"), .text("时间"), .text("方式"), .text("地点或链接")],
            rows: sessions.map { session in
                [
                    DataTable.Cell {
                        session.title
                        if session.isCancelled { StateBadge("已取消", .danger) }
                        if let mark = marks.first(where: { $0.session == session.number }) {
                            StateBadge("已签到 \(Format.time(mark.at))", .success)
                        }
                        if let one = lessons.first(where: { $0.session == session.number }) {
                            LessonPage.badge(one)
                            " \(one.percent)%"
                        }
                    },
                    .text(Words.span(session.startsAt, session.endsAt)),
                    .text(session.mode.title + (session.minutes.map { "（\($0) 分钟）" } ?? "")),
                    DataTable.Cell {
                        if let place = session.place { place }
                        if session.isMeasured == true, let lessonBase, !session.isCancelled {
                            a(
                                "学习", href: "\(lessonBase)/\(session.number)",
                                Attribute("aria-label", "学习：\(session.title)"))
                        } else if session.isMeasured == true {
                            span("凭听课凭证在线学习", .class("muted"))
                        } else if let link = session.link {
                            a("打开链接", href: link, .rel("noopener noreferrer"))
                        } else if session.place == nil {
                            span("报名录取后可见", .class("muted"))
                        }
                    },
                ]
            }, empty: EmptyState("尚未安排课次")
        ).html
    }
}

extension PageRequest {
    func coded<T: RawRepresentable>(_ name: String) -> T? where T.RawValue == String {
        fields[name].flatMap { T(rawValue: $0) }
    }

    /// The number in the path, or the refusal for one that is none.
    func courseID() throws -> CourseID {
        guard let id = parameters["id"].flatMap({ CourseID($0) }) else {
            throw SchoolRefusal.make(
                "course-unknown", "没有这门课程。课程编号形如 C2026-001，请在课程目录中查找。", log: "malformed course number")
        }
        return id
    }

    func classID() throws -> ClassID {
        guard let id = parameters["id"].flatMap({ ClassID($0) }) else {
            throw SchoolRefusal.make(
                "class-unknown", "没有这个班次。班次编号形如 K2026-001，请在课堂列表中查找。", log: "malformed class number")
        }
        return id
    }

    /// The session in the path.
    func sessionNumber() throws -> Int {
        guard let number = parameters["session"].flatMap({ Int($0) }) else {
            throw SchoolRefusal.make("session-unknown", "没有这场课。场次号是数字，请从签到管理页面打开。", log: "malformed session number")
        }
        return number
    }

    func registrationID() throws -> RegistrationID {
        guard let id = parameters["id"].flatMap({ RegistrationID($0) }) else {
            throw SchoolRefusal.make(
                "registration-unknown", "没有这个报名。报名编号形如 K2026-001-0007，请核对链接。", log: "malformed registration number")
        }
        return id
    }

    /// Actions of one form must not show what was typed into another.
    var withoutFields: PageRequest {
        var own = self
        own.fields = FormFields(fields.pairs.filter { $0.name == "_page" })
        return own
    }
}
