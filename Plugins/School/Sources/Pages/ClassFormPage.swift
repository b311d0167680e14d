import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// The form of a class with its sessions: a new one, or one to change.
struct ClassFormPage {
    var course: CourseCard
    /// MP4s among the course's materials.
    var videos: [Material]
    var detail: ClassDetail?
    /// What stands in the field 举办地区 of a new one.
    var region: String
    var regions: RegionTable
    var refusal: Refusal?

    /// Lines for sessions: those there are, and room for more.
    static func lines(_ detail: ClassDetail?) -> Int { min(30, max(4, (detail?.sessions.count ?? 0) + 2)) }

    func page(_ request: PageRequest) -> Page {
        let card = detail?.card
        let back = card.map { "\(request.base)/classes/\($0.id)" } ?? "\(request.base)/courses/\(course.id)"
        let known = detail?.sessions.filter { !$0.isCancelled } ?? []
        return Page(
            status: refusal?.status ?? 200, title: detail == nil ? "开设班次" : "修改班次",
            trail: [(course.title, "\(request.base)/courses/\(course.id)")],
            header: PageHeader(
                lead: detail == nil ? "登记后处于未发布状态，核对后再发布。" : "已改动的课次会在日历中更新；清空名称和日期的课次将取消。名额不能少于已占用的。"), layout: .narrow
        ) {
            Form(
                post: detail == nil ? "\(back)/classes/new" : "\(back)/edit", of: request, refusal: mapped(refusal),
                submit: detail == nil ? "登记班次" : "保存修改", cancel: back,
                draft: card.map { "修改班次 \($0.id)" } ?? "开设班次 \(course.id)"
            ) { form in
                form.group("班次") {
                    form.text(
                        "suffix", "班次名称", value: detail.flatMap { self.suffix($0) }, hint: "区分同一课程的各班",
                        example: "第二期·浏阳")
                    form.region(
                        "region", "举办地区", in: regions, below: request.site.region?.province, on: request.now.day,
                        value: card?.region.description ?? region, required: true)
                    form.number("capacity", "名额", value: card.map { String($0.capacity) }, unit: "人", required: true)
                    form.number("perEnterprise", "每家企业限报", value: String(detail?.perEnterprise ?? 5), unit: "人")
                    form.textarea(
                        "quotas", "地区名额", value: detail?.quotas.map { QuotaText.write($0, regions) }, rows: 3,
                        hint: "一行一个地区和最多人数，含其下级；没有写的地区只受总名额限制", example: "浏阳市 20")
                    form.checkbox("needsApproval", "报名须经审核", isOn: detail?.needsApproval ?? false)
                    form.number(
                        "offerHours", "递补保留时间", value: String(detail?.offerHours ?? 24), unit: "小时",
                        hint: "候补人员在此时间内确认，逾期递补给下一位")
                    form.number(
                        "attendancePercent", "结业须参加的课次比例", value: String(detail?.attendancePercent ?? 80), unit: "%",
                        hint: "达到后可以发证；录播课不计")
                }
                form.checkbox(
                    "offersMatching", "提供服务对接", isOn: detail?.offersMatching ?? false,
                    hint: "到课人员可在凭证页登记服务需求，经本人同意后转入需求对接，与培训合并统计")
                form.group("报名时间") {
                    form.date(
                        "opensDay", "报名开始日期", value: (card?.opensAt ?? request.now).day.description, required: true)
                    form.text(
                        "opensTime", "报名开始时间", value: card.map { Format.time($0.opensAt) } ?? "09:00", required: true,
                        width: .short)
                    form.date("closesDay", "报名截止日期", value: card?.closesAt.day.description, required: true)
                    form.text(
                        "closesTime", "报名截止时间", value: card.map { Format.time($0.closesAt) } ?? "18:00", required: true,
                        width: .short)
                }
                for line in 1...Self.lines(detail) { session(line, line <= known.count ? known[line - 1] : nil, form) }
                form.group("公开信息") {
                    form.text("contact", "咨询方式", value: detail?.contact, example: "96871")
                    form.textarea("note", "报到须知", value: detail?.note, rows: 3)
                }
            }
        }
    }

    private func session(_ line: Int, _ known: SessionCard?, _ form: FormScope) -> HTML {
        form.group("第 \(line) 次课", hint: line == 1 ? nil : "没有则不填") {
            if let known { form.hidden("number\(line)", String(known.number)) }
            form.text("title\(line)", "名称", value: known?.title, required: line == 1)
            form.select(
                "mode\(line)", "方式", SessionMode.allCases.map { Choice($0.rawValue, $0.title) },
                value: known?.mode.rawValue ?? (line == 1 ? SessionMode.onsite.rawValue : nil), required: line == 1)
            form.date("day\(line)", "日期", value: known?.startsAt.day.description, required: line == 1)
            form.text(
                "from\(line)", "开始时间", value: known.map { Format.time($0.startsAt) }, example: "09:00",
                required: line == 1, width: .short)
            form.text(
                "until\(line)", "结束时间", value: known.map { Format.time($0.endsAt) }, example: "11:30",
                required: line == 1, width: .short)
            form.text("place\(line)", "地点", value: known?.place, hint: "现场课填写")
            form.text("link\(line)", "链接", value: known?.link, hint: "直播或录播地址，https:// 开头；录取后可见")
            form.number("minutes\(line)", "录播时长", value: known?.minutes.map { String($0) }, unit: "分钟")
            if !videos.isEmpty {
                form.select(
                    "video\(line)", "课程视频", videos.map { Choice($0.digest, $0.name) }, value: known?.video,
                    hint: "录播课选择后按播放时间计学习，并计入出勤；时长按视频整分钟填写，舍去零秒")
                form.number(
                    "studyPercent\(line)", "须学习的比例", value: known?.studyPercent.map { String($0) }, unit: "%",
                    hint: "不填为 \(StudyRules.usualPercent)%")
                form.textarea(
                    "chapters\(line)", "章节", value: known?.chapters.map(ChapterText.write), rows: 3, hint: "一行一章：时间和名称",
                    example: "03:20 申请条件")
            }
            form.date(
                "lastDay\(line)", "录播可看至", value: known?.mode == .recorded ? known?.endsAt.day.description : nil,
                hint: "录播课填写，不填为当天")
        }
    }

    private func suffix(_ detail: ClassDetail) -> String? {
        let title = detail.card.title
        guard title.hasPrefix(course.title + "（"), title.hasSuffix("）") else { return nil }
        return String(title.dropFirst(course.title.count + 1).dropLast())
    }

    /// Faults of the command point at `sessions/0/title`; the form calls that field `title1`.
    private func mapped(_ refusal: Refusal?) -> Refusal? {
        guard var refusal else { return nil }
        refusal.faults = refusal.faults.map { fault in
            var fault = fault
            let names = ["endsAt": "until", "number": "title"]
            let parts = fault.field.split(separator: "/").map(String.init)
            if parts.count == 3, parts[0] == "sessions", let index = Int(parts[1]) {
                fault.field = "\(names[parts[2]] ?? parts[2])\(index + 1)"
            }
            if fault.field == "sessions" { fault.field = "title1" }
            if fault.field.hasPrefix("quotas/") { fault.field = "quotas" }
            if fault.field == "closesAt" { fault.field = "closesDay" }
            return fault
        }
        return refusal
    }
}
