import ExpoContracts
import Messages
import Pages
import Vocabulary

/// What a booth shows, to change: its words and each exhibit with pictures and documents.
struct BoothEditor {
    var detail: BoothDetail
    /// As it would be after saving, where that was asked for, and how many files were chosen that are not shown.
    var preview: (detail: BoothDetail, files: Int)?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let own = "\(request.base)/booths/\(detail.card.id)"
        return Page(
            status: refusal?.status ?? 200, title: "修改展位", trail: [("我的展位", "\(request.base)/mine"), (detail.card.title, own)],
            header: PageHeader(
                caption: "展位 \(detail.card.id)", state: detail.card.state.badge,
                lead: detail.card.state == .approved ? "保存后立即公开。" : "保存后由主办方审核；保存前可以预览。"), layout: .narrow
        ) {
            if let opinion = detail.opinion, detail.card.state == .returned { Notice(opinion, tone: .warning, title: "审核意见") }
            if let preview { show(preview.detail, preview.files, request) }
            Form(
                post: "\(own)/edit", of: request, refusal: refusal, submit: detail.card.state == .returned ? "重新提交" : "保存", cancel: own,
                draft: "展位 \(detail.card.id)", aside: ("preview", "预览")
            ) { form in
                form.text("title", "展位名称", value: detail.card.title, required: true)
                form.textarea("summary", "展位介绍", value: detail.summary, rows: 5, hint: "10–1000 个字", required: true)
                form.phone("telephone", "服务电话", value: detail.telephone, hint: "公开显示；不要填写个人手机号")
                for (number, exhibit) in detail.exhibits.enumerated() { fields(number, exhibit, form) }
                if detail.exhibits.count < 30 { fields(detail.exhibits.count, nil, form) }
                for number in 0..<min(12, detail.lives.count + 1) { live(number, detail.lives.indices.contains(number) ? detail.lives[number] : nil, form) }
                form.checkbox("more", "保存后继续添加展品")
            }
        }
    }

    private func show(_ detail: BoothDetail, _ files: Int, _ request: PageRequest) -> HTML {
        Panel("预览（尚未保存）") {
            h3(detail.card.title)
            p(detail.summary)
            if let telephone = detail.telephone { p("服务电话：\(telephone)") }
            BoothShow(detail: detail, request: request)
            if files > 0 { Notice("新选的 \(files) 个文件不在预览中；保存时请重新选择。", tone: .warning) }
        }.html
    }

    private func fields(_ number: Int, _ exhibit: Exhibit?, _ form: FormScope) -> HTML {
        form.group(exhibit.map { "展品：\($0.title)" } ?? "新展品", hint: exhibit == nil ? "没有则不填" : nil) {
            form.text("title\(number)", "展品名称", value: exhibit?.title, required: exhibit != nil)
            form.textarea("summary\(number)", "展品介绍", value: exhibit?.summary, rows: 3, required: exhibit != nil)
            form.money("price\(number)", "价格", value: exhibit?.price.map { Self.yuan($0) }, hint: "不填为面议")
            form.text("video\(number)", "视频地址", value: exhibit?.video, hint: "以 https:// 开头")
            let files = (exhibit?.pictures.map { ($0.file.digest, "图片：\($0.alternative)") } ?? []) + (exhibit?.documents.map { ($0.digest, "资料：\($0.name)") } ?? [])
            if !files.isEmpty { form.checkboxes("removed\(number)", "移除", files.map { Choice($0.0, $0.1) }) }
            form.file("picture\(number)", "添加图片", accept: "image/png,image/jpeg", hint: "PNG 或 JPEG，不超过 20 MB；拍摄地点等附带信息会自动去除")
            form.text("alternative\(number)", "图片说明", hint: "添加图片时必填：图片里有什么")
            form.file("document\(number)", "添加资料", hint: "PDF、Word、Excel 等，单个不超过 20 MB", multiple: true)
            if exhibit != nil { form.checkbox("gone\(number)", "删除这件展品") }
        }
    }

    private func live(_ number: Int, _ live: LiveSession?, _ form: FormScope) -> HTML {
        form.group(live.map { "直播：\($0.title)" } ?? "新直播", hint: live == nil ? "没有则不填" : "清空主题即删除") {
            form.text("live\(number)", "直播主题", value: live?.title)
            form.date("liveDay\(number)", "日期", value: live?.startsAt.day.description)
            form.text("liveTime\(number)", "开始时间", value: live.map { Format.time($0.startsAt) }, example: "14:00", width: .short)
            form.number("liveMinutes\(number)", "时长", value: live.map { String($0.minutes) }, unit: "分钟")
            form.text("liveLink\(number)", "直播地址", value: live?.link, hint: "以 https:// 开头")
        }
    }

    /// As the field takes it: without sign and separators.
    static func yuan(_ amount: Fen) -> String { Format.money(amount).filter { $0.isNumber || $0 == "." } }
}
