import Crypto
import FoundationEssentials
public import Host
import HotlineContracts
import Messages
import Network
import Vocabulary

/// What the program can do with telephones beside serving sites.
public enum TelephonyCommands {
    public static let all = [simulate, sip]

    private static let simulate = ToolCommand(
        "simulate calls", summary: "模拟来电：按给定速率上报通话事件，核对自动分配的时延与正确性",
        options: [
            .init("rate", "通/秒", "每秒来电数，1…500，缺省 50"), .init("seats", "席", "坐席数，1…2000，缺省 200"),
            .init("seconds", "秒", "持续时间，1…3600，缺省 20"), .init("talk", "毫秒", "平均通话时间，缺省按坐席占用 80% 推算"),
            .init("p99", "毫秒", "立即分配时延 p99 的上限，1…60000，缺省 100"),
        ],
        notes: [
            "在临时目录启动一个主机（仅本机、随机端口），登记线路和坐席，经 TLS 逐个上报签名事件，接听后登记工单；结束后删除。",
            "打印分配时延 p50、p99、最大值，以及丢失、重复分配、重复登记的件数；有丢失、重复，或 p99 超过上限，则退出码为 1。",
        ]
    ) { call in
        var simulation = CallSimulation()
        simulation.rate = try call.number("rate", in: 1...500) ?? simulation.rate
        simulation.seats = try call.number("seats", in: 1...2000) ?? simulation.seats
        simulation.seconds = try call.number("seconds", in: 1...3600) ?? simulation.seconds
        simulation.talk = try call.number("talk", in: 10...600_000).map { .milliseconds($0) }
        let outcome = try await simulation.run()
        for line in outcome.lines { call.say(line) }
        guard outcome.isSound else { throw call.refuse("模拟发现丢失或重复，见上。请保留输出并检查自动分配。") }
        let most = try call.number("p99", in: 1...60_000) ?? 100
        guard outcome.isQuick(within: most) else {
            throw call.refuse("立即分配的 p99 超过上限 \(most) 毫秒（或没有一通立即分配），见上。请在空闲的机器上用发布版重试，或减少 --rate、增加 --seats。")
        }
        call.say("合格：没有丢失和重复，p99 不超过 \(most) 毫秒")
    }

    private static let sip = ToolCommand(
        "adapter sip", summary: "SIP 适配器：读取 baresip 的来电事件（ctrl_tcp），签名后上报到线路",
        options: [
            .init("control", "地址:端口", "baresip 的 ctrl_tcp_listen，如 127.0.0.1:4444", isRequired: true),
            .init(
                "url", "网址", "线路的上报地址，如 https://127.0.0.1:8443/api/hunan/hotline/lines/main/events", isRequired: true),
            .init("secret-file", "文件", "存有线路签名密钥（whsec_…）的文件，权限 0600", isRequired: true),
            .init("seat", "坐席", "该话机的坐席标识", isRequired: true), .init("authority", "文件", "平台根证书 PEM；缺省用系统的"),
            .init("server-name", "名称", "平台证书中的主机名；缺省同网址"),
        ], notes: ["话机关闭控制连接后结束，退出码 0；平台暂时不可用时以同一编号重试。"]
    ) { call in
        let control = (call["control"] ?? "").split(separator: ":")
        guard control.count == 2, let port = Int(control[1]) else {
            throw call.refuse("--control 应写成 127.0.0.1:4444 的形式。")
        }
        guard let seat = SeatID(call["seat"] ?? "") else { throw call.refuse("--seat 应为 2 至 40 位小写字母、数字、连字符。") }
        let file = call["secret-file"] ?? ""
        let status = try? FileManager.default.attributesOfItem(atPath: file)
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8),
            let secret = WebhookSecret(text.filter { !$0.isWhitespace })
        else { throw call.refuse("文件 \(file) 不能读取，或其中不是 whsec_ 开头的签名密钥。请核对。") }
        if let mode = status?[.posixPermissions] as? Int, mode & 0o077 != 0 {
            throw call.refuse("文件 \(file) 的权限过宽，其他人可读。请运行 chmod 600 \(file)。")
        }
        guard
            let target = EventDoor.Target(
                call["url"] ?? "", serverName: call["server-name"], authority: call["authority"], secret: secret)
        else {
            throw call.refuse("--url 应为 https://地址[:端口]/api/…/events 的形式。")
        }
        try SIPAdapter(control: (String(control[0]), port), seat: seat, target: target).run { event, receipt in
            call.say(
                "\(event.type) \(event.data.call ?? "")：\(receipt.state?.title ?? "-")\(receipt.isRepeated ? "（重复）" : "")"
            )
        }
    }
}
