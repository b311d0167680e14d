import Messages
import SchoolContracts
import Vocabulary

/// Checks of what people fill in; collects every fault of one input together.
struct InputRules {
    private(set) var faults: [Refusal.Fault] = []

    func refuseIfFaulty() throws {
        if !faults.isEmpty { throw SchoolRefusal.invalid(faults) }
    }

    mutating func add(_ field: String, _ message: String, value: String? = nil) {
        faults.append(Refusal.Fault(field: field, value: value.map { String($0.prefix(60)) }, message: message))
    }

    /// A text of so many characters, as people count them, without control characters.
    mutating func text(_ field: String, _ title: String, _ value: String?, _ range: ClosedRange<Int>) {
        guard let value else { return }
        if !range.contains(value.count) {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(value.count) 个字。请修改。", value: value)
        } else if value.unicodeScalars.contains(where: {
            $0.value < 32 && !["\n", "\t", "\r"].contains($0) || $0.value == 127
        }) {
            add(field, "\(title)含有控制字符。请重新输入。")
        }
    }

    mutating func number(_ field: String, _ title: String, _ value: Int, _ range: ClosedRange<Int>) {
        if !range.contains(value) {
            add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound)，现为 \(value)。请修改。", value: String(value))
        }
    }

    /// - Parameter kept: how many bytes the site keeps under a digest; what was never uploaded cannot be attached.
    mutating func materials(_ materials: [Material], kept: (_ digest: String) -> Int?) {
        if materials.count > 20 { add("materials", "学习资料最多 20 个，现有 \(materials.count) 个。请合并后上传。") }
        for material in materials {
            text("materials", "资料名称", material.name, 1...120)
            guard let size = kept(material.digest) else {
                add("materials", "资料「\(material.name)」不在本平台收存的文件中。请先上传该文件，再引用其摘要。", value: material.digest)
                continue
            }
            if Int64(size) != material.length {
                add("materials", "资料「\(material.name)」注明 \(material.length) 字节，平台收存的是 \(size) 字节。请按上传后返回的信息填写。")
            }
            if FileKinds.kind(of: material.type) == nil {
                add("materials", "资料「\(material.name)」的类型 \(material.type) 不能收存。请转换为 PDF、图片或办公文档。")
            }
        }
    }

    /// Recorded lessons whose study time is counted.
    ///
    /// - Parameter videos: digests of the course's videos.
    mutating func lessons(_ sessions: [SessionDraft], videos: Set<String>) {
        for (index, session) in sessions.enumerated() {
            let place = "sessions/\(index)"
            let called = "第 \(index + 1) 次课"
            if let video = session.video {
                if session.mode != .recorded { add("\(place)/video", "\(called)不是录播课，不能指定课程视频。请改为录播，或去掉视频。") }
                if !videos.contains(video) {
                    add("\(place)/video", "\(called)的视频不在本课程的学习资料中。请先在课程页面上传 MP4 视频，再选择。", value: video)
                }
            } else if session.chapters?.isEmpty == false || session.studyPercent != nil {
                add("\(place)/video", "\(called)填写了章节或须学习的比例，但没有选择课程视频。请选择视频，或去掉这些内容。")
            }
            if let percent = session.studyPercent {
                number("\(place)/studyPercent", "\(called)须学习的比例", percent, 1...100)
            }
            let chapters = session.chapters ?? []
            if chapters.count > 50 { add("\(place)/chapters", "\(called)的章节最多 50 个，现有 \(chapters.count) 个。请合并。") }
            var last = -1
            for chapter in chapters {
                text("\(place)/chapters", "\(called)的章节名称", chapter.title, 1...60)
                if chapter.second <= last {
                    add("\(place)/chapters", "\(called)的章节「\(chapter.title)」不晚于前一章开始。请按时间先后排列。")
                }
                last = chapter.second
            }
            if let minutes = session.minutes, last >= minutes * 60 {
                add("\(place)/chapters", "\(called)的最后一章在 \(Words.clock(last))，超出时长 \(minutes) 分钟。请核对。")
            }
        }
    }

    /// - Parameter known: the sessions that the class has already.
    mutating func sessions(_ sessions: [SessionDraft], known: Set<Int>, now: Timestamp) {
        if sessions.isEmpty { add("sessions", "至少安排一次课。请填写课次。") }
        if sessions.count > 30 { add("sessions", "课次最多 30 次，现有 \(sessions.count) 次。请拆成两个班次。") }
        var seen: Set<Int> = []
        for (index, session) in sessions.enumerated() {
            let place = "sessions/\(index)"
            text("\(place)/title", "第 \(index + 1) 次课的名称", session.title, 1...60)
            text("\(place)/place", "第 \(index + 1) 次课的地点", session.place, 1...100)
            if let number = session.number, !known.contains(number) || !seen.insert(number).inserted {
                add("\(place)/number", "第 \(index + 1) 次课的场次号 \(number) 不存在或重复。新增的课不填场次号。", value: String(number))
            }
            let length = session.endsAt.milliseconds - session.startsAt.milliseconds
            if length <= 0 {
                add("\(place)/endsAt", "第 \(index + 1) 次课的结束时间须晚于开始时间。请修改。")
            } else if session.mode != .recorded, length > 86_400_000 {
                add("\(place)/endsAt", "第 \(index + 1) 次课超过 24 小时。请分成几次课填写。")
            }
            switch session.mode {
            case .onsite: if session.place == nil { add("\(place)/place", "第 \(index + 1) 次课是现场课，须填写地点。") }
            case .online: break
            case .recorded:
                if session.minutes == nil { add("\(place)/minutes", "第 \(index + 1) 次课是录播课，须填写时长（分钟）。") }
            }
            if let link = session.link,
                !link.hasPrefix("https://") || link.count > 300 || link.contains(where: { $0.isWhitespace })
            {
                add("\(place)/link", "第 \(index + 1) 次课的链接须以 https:// 开头，不含空格，至多 300 个字符。请修改。", value: link)
            }
            if let minutes = session.minutes { number("\(place)/minutes", "第 \(index + 1) 次课的时长", minutes, 1...600) }
        }
    }
}
