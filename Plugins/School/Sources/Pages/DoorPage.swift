import Messages
import Pages
import SchoolContracts
import Vocabulary

/// The page of a device at the door. With its module it checks tickets without a network and keeps scans until there is one again;
/// without, each ticket is a form.
struct DoorPage {
    var door: Door
    var result: ScanResult?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let address = "\(request.base)/classes/\(door.schoolClass)"
        var page = Page(
            status: refusal?.status ?? 200, title: "扫码签到", trail: [("签到管理", "\(address)/attendance")],
            header: PageHeader(
                caption: "班次 \(door.schoolClass) · \(door.session.title)",
                lead: "\(door.title)。签到时间 \(Words.span(door.opensAt, door.closesAt))，已录取 \(door.roster.count) 人。"),
            layout: .narrow
        ) {
            div(
                .class("door"), .id("door"),
                Attribute("data-door", "\(request.site.id)/\(door.schoolClass)/\(door.session.number)"),
                Attribute("data-scans", "\(address)/door/\(door.session.number)/scans"),
                Attribute(
                    "data-roster", "/api\(request.base)/classes/\(door.schoolClass)/door?session=\(door.session.number)"
                ),
                Attribute("data-worker", SchoolAssets.doorWorker.path),
                Attribute("data-scope", "\(address)/door/\(door.session.number)"),
                Attribute("data-class", door.schoolClass.description), Attribute("data-csrf", request.csrfToken)
            ) {
                ul(.class("door-state"), Attribute("hidden", ""), Attribute("data-state", "")) {
                    li(Attribute("data-online", "")) { "正在连接…" }
                    li(Attribute("data-waiting", "")) { "待上传 0 条" }
                    li(Attribute("data-as-of", "")) { "名单截至 \(Format.time(door.asOf))" }
                    li(Attribute("data-kept", "")) { "本页尚未存入本机" }
                }
                div(.class("door-answer"), .role("status"), Attribute("data-answer", ""), Attribute("data-tone", tone))
                { answer }
                Form(post: "\(address)/door/\(door.session.number)", of: shown(request), refusal: refusal, submit: "签到")
                { form in
                    form.text("ticket", "凭证或报名编号", hint: "扫码枪对准二维码即可；也可键入报名编号（不核对凭证，按柜台签到记录）", required: true)
                    form.text("device", "设备名称", value: "签到台", hint: "多台设备请取不同名称", required: true, width: .medium)
                }
                div(Attribute("hidden", ""), Attribute("data-camera", "")) {
                    p {
                        button(
                            "打开摄像头扫码", .type("button"), .class("button button-secondary"),
                            Attribute("data-camera-button", ""))
                    }
                    element(
                        "video",
                        [
                            Attribute("data-video", ""), Attribute("hidden", ""), Attribute("playsinline", ""),
                            Attribute("muted", ""),
                        ], HTML())
                }
                p(
                    "此浏览器不能用摄像头识别二维码，请使用扫码枪，或键入报名编号。", .class("muted"), Attribute("hidden", ""),
                    Attribute("data-no-camera", ""))
                div(Attribute("hidden", ""), Attribute("data-log-block", "")) {
                    h2("本机最近的扫描")
                    ol(.class("door-log"), Attribute("data-log", "")) {}
                }
                Disclosure("断网时怎么办") {
                    p("断网后可继续扫码：记录保存在本机，恢复联网后自动上传合并；同一人只计一次，以最早的一次为准。断网期间请不要清除浏览器数据。")
                    p("上方显示“本页已存入本机”后，断网时也能关闭、刷新、重新打开本页（同一设备、同一浏览器、同一地址）；否则断网期间请不要关闭或刷新。")
                    p("断网时能核对：凭证是否由本平台签发、是否本班、在本机是否已扫过、是否在已下载的名单中。")
                    p("断网时不能核对：名单下载之后的取消和换人，其他设备是否已经扫过，本机时钟是否准确，您的登录是否仍有效。合并后如有冲突，会列在签到管理页面。")
                }
            }
        }
        page.assets = [SchoolAssets.styles.path, SchoolAssets.door.path]
        page.usesCamera = true
        return page
    }

    /// After a ticket the field is empty again, and the device keeps its name.
    private func shown(_ request: PageRequest) -> PageRequest {
        guard refusal == nil else { return request }
        var own = request
        own.fields = FormFields(request.fields.pairs.filter { $0.name == "device" || $0.name == "_page" })
        // The form's id is the scan's: the next ticket needs another one.
        if result != nil { own.id = MessageID(high: request.id.high, low: request.id.low ^ 1) }
        return own
    }

    private var tone: String {
        guard let result else { return "neutral" }
        return result.outcome == .counted ? "success" : result.outcome.isConflict ? "danger" : "warning"
    }

    @HTMLBuilder private var answer: HTML {
        if let result {
            strong(result.outcome.title)
            if let id = result.registration {
                p("\(id) \(door.roster.first { $0.registration == id }?.name.masked ?? "")")
            }
            if result.outcome == .duplicate, let at = result.countedAt {
                p("已于 \(Format.time(at)) \(result.countedBy.map { "在「\($0)」" } ?? "")签到。")
            }
        } else {
            strong("请扫码")
            p("结果会显示在这里。")
        }
    }
}
