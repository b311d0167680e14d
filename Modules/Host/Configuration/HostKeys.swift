import Identity
import Messages
import Vocabulary

extension SettingTable {
    /// `Configs/host.json5`.
    static let host = SettingTable(
        title: [
            "Shuniu 主机配置（JSON5：可写注释，键可不加引号，末尾可有逗号）。",
            "每一项都列出含义、取值和缺省值；不写即取缺省值。写错的键会被拒绝，`shuniu check` 一次列出全部问题。",
            "相对路径从本文件所在目录算起。密钥只写文件路径，文件权限须为 0600。",
        ],
        keys: [
            SettingKey(
                "dataFolder", .path, default: "../data", "数据目录：每个站点一个子目录，存放数据库和附件。须只有运行账号可读写（0700）。"),
            SettingKey(
                "defaultSite", .site, default: .null, sample: "hunan", "访问根地址 / 时显示的站点。有多个站点时必填。"),
            SettingKey(
                "listen.address", .address, default: "127.0.0.1", "监听地址。缺省只对本机开放；对外服务写 \"0.0.0.0\" 或 \"::\"。"),
            SettingKey("listen.port", .integer(0...65_535), default: 8443, "HTTPS 端口；0 表示由系统选择（仅供测试）。"),
            SettingKey(
                "listen.origin", .origin, default: .null,
                "对外网址，合作方的访问令牌以它为签发者。不写即 https://localhost 加端口。改变后合作方须重新申请令牌，断言的 aud 也须随之更改。"),
            SettingKey(
                "listen.redirectPort", .integer(1...65_535), default: .null, "若填写，在此端口接受 HTTP 并转到 HTTPS，例如 80。"),
            SettingKey(
                "listen.adminPort", .integer(0...65_535), default: 9443,
                "运维端口，只在本机 127.0.0.1 监听：/health、/metrics。填 0 由系统选择（仅供测试）。"),
            SettingKey(
                "listen.trustedProxies", .ranges(50), default: [],
                "反向代理的地址或网段，如 \"10.0.0.0/24\"。只采信它们的 Forwarded（RFC 7239）或 X-Forwarded-For/-Proto；直接对外服务时不填。"),
            SettingKey(
                "tls.certificate", .path, default: "../data/_tls/server.pem", "服务器证书链（PEM）。更换后向进程发 SIGHUP 即可生效。"),
            SettingKey("tls.key", .path, default: "../data/_tls/server.key", "证书私钥（PEM），保密；文件权限须为 0600。"),
            SettingKey("tls.ocsp", .path, default: .null, "证书的 OCSP 响应（DER）；填写后随握手附带，过期即不再附带。证书文件须含签发者证书。"),
            SettingKey(
                "tls.certificates", .certificates(64), default: [],
                "更多证书，每项 { hosts, certificate, key, ocsp }。hosts 为域名列表，可用 \"*.\" 开头；不写 hosts 表示与上面的证书并用（一张 ECDSA、一张 RSA）。"),
            SettingKey(
                "tls.clientAuthorities", .texts(20), default: [],
                "接受其客户端证书的根证书文件（PEM），例如 \"../data/_ca/ca.pem\"。填写后向客户端索要证书，但没有证书的浏览器照常访问。"),
            SettingKey(
                "tls.revocationLists", .texts(20), default: [],
                "上述根证书的吊销列表文件（PEM），例如 \"../data/_ca/crl.pem\"。填写时每个根证书都须有；列表过期后其证书一律拒绝。"),
            SettingKey("tls.ticketHours", .integer(1...48), default: 12, unit: "小时", "会话票据密钥的更换周期；上一把密钥再保留一个周期。"),
            SettingKey("threads.loops", .integer(0...64), default: 0, "网络事件循环数；0 表示与处理器核数相同。"),
            SettingKey("threads.store", .integer(1...16), default: 2, "写数据库的线程数。同一块磁盘上超过 4 通常没有好处。"),
            SettingKey("threads.passwords", .integer(1...16), default: 2, "校验密码的线程数；每个校验约占 32 MiB 内存、0.1 秒。"),
            SettingKey(
                "processes.memoryMegabytes", .integer(64...65_536), default: 1024, unit: "MiB", "在自己的进程中运行的插件，每个进程最多使用的内存；超出时该插件的操作失败，其他服务不受影响。"),
            SettingKey("processes.heartbeatSeconds", .integer(1...600), default: 15, unit: "秒", "插件进程多久没有心跳就视为卡死，结束并重新启动。"),
            SettingKey("processes.faultsPerMinute", .integer(1...100_000), default: 5, unit: "次", "插件进程一分钟内异常结束多少次即予隔离，由运维人员解除。"),
            SettingKey("processes.restartSeconds", .integer(1...30), default: 30, unit: "秒", "插件进程异常结束后重新启动前最长等待多久；第一次四分之一秒，其后逐次加倍，至此为止。"),
            SettingKey(
                "packages.trustedKeys", .texts(50), default: [], sample: [],
                "插件包签名公钥文件（PEM）的路径，如 \"keys/vendor.pem\"；用其中之一签名的插件包才能安装。"),
            SettingKey(
                "trunk.kind", .choice(["tls", "nats"]), default: "tls",
                "与其他主机上的站点怎样互联：tls 为上下级之间直接互联（shuniu site join）；nats 为都接入一个 NATS JetStream 集群（2.10 以上）。trunk 各项重新启动主机后生效。"),
            SettingKey(
                "trunk.servers", .texts(20), default: [], sample: [],
                "NATS 服务器（至少一台，kind 为 nats 时必填），如 [\"tls://nats-1.example.cn:4222\", \"tls://nats-2.example.cn:4222\"]；tls:// 表示必须加密。断开时换用另一台。"),
            SettingKey("trunk.network", .site, default: "main", "网络名称，各主机须相同；一个集群可承载几个互不相通的网络。"),
            SettingKey("trunk.replicas", .integer(1...5), default: 3, "每个站点的流在集群中保存几份，须为 1、3 或 5，不多于集群的服务器数；3 份可容忍一台停机。"),
            SettingKey(
                "trunk.key", .path, default: .null, "网络密钥文件，各主机须相同，权限须为 0600；用 shuniu trunk key 生成。所有消息都用它加密后才交给 NATS，kind 为 nats 时必填。"),
            SettingKey("trunk.user", .text(100), default: .null, "NATS 用户名。"),
            SettingKey("trunk.passwordFile", .path, default: .null, "NATS 密码文件（只含密码一行），权限须为 0600；与 user 一起填写。"),
            SettingKey("trunk.tokenFile", .path, default: .null, "NATS 令牌文件（一行），权限须为 0600；与 user、nkeyFile 只能择一。"),
            SettingKey("trunk.nkeyFile", .path, default: .null, "NATS nkey 种子文件（以 SU 开头的一行），权限须为 0600；与 user、tokenFile 只能择一。"),
            SettingKey("trunk.authority", .path, default: .null, "NATS 服务器证书的根证书文件（PEM），在系统根证书之外另加信任。"),
            SettingKey("trunk.certificate", .path, default: .null, "向 NATS 服务器出示的客户端证书链（PEM）；服务器要求时填写。"),
            SettingKey("trunk.certificateKey", .path, default: .null, "上述证书的私钥（PEM），权限须为 0600。"),
            SettingKey("limits.connections", .integer(16...1_000_000), default: 20_000, "同时打开的连接总数。"),
            SettingKey("limits.connectionsPerAddress", .integer(1...100_000), default: 256, "同一地址同时打开的连接数。下级主机每条站点链路占两个：从同一主机接入 128 条以上链路时须调大。"),
            SettingKey("limits.connectionsPerMinute", .integer(0...100_000), default: 600, unit: "次", "同一地址每分钟新建的连接数，可一次用完；0 表示不限。"),
            SettingKey(
                "limits.requestsPerAddress", .integer(0...1_000_000), default: 3000, unit: "次",
                "同一地址每分钟的请求数，可一次用完，超出回 429；登录与换取令牌每次计 20。0 表示不限。一个单位常共用一个地址，不宜过低。"),
            SettingKey(
                "limits.requestsPerAccount", .integer(0...1_000_000), default: 1200, unit: "次", "同一账号每分钟的请求数，可一次用完，超出回 429；0 表示不限。"),
            SettingKey(
                "limits.queueMilliseconds", .integer(0...10_000), default: 200, unit: "毫秒",
                "请求持续等待超过此时间即为过载：按比例拒绝新请求（503），使受理的请求仍能及时答复；0 表示不拒绝。"),
            SettingKey(
                "limits.headBytes", .integer(4096...262_144), default: 16_384, unit: "字节", "请求行与请求头的总大小，超出回 431。"),
            SettingKey(
                "limits.bodyBytes", .integer(65_536...1_073_741_824), default: 33_554_432, unit: "字节",
                "一个请求体的大小（含上传的附件），超出回 413。"),
            SettingKey(
                "limits.queuedBytes", .integer(1_048_576...17_179_869_184), default: 268_435_456, unit: "字节",
                "每个事件循环上所有连接正在收发的字节总数，超出时新请求回 503。"),
            SettingKey("limits.headSeconds", .integer(1...300), default: 10, unit: "秒", "收完请求头的时限，超出回 408。"),
            SettingKey("limits.idleSeconds", .integer(1...3600), default: 75, unit: "秒", "空闲连接保留的时间。"),
            SettingKey("limits.answerSeconds", .integer(1...600), default: 60, unit: "秒", "处理一个请求的时限，超出回 503。"),
            SettingKey("limits.drainSeconds", .integer(0...300), default: 10, unit: "秒", "停机时等待进行中请求的时间。"),
            SettingKey("log.level", .choice(LogLevel.allCases.map(\.rawValue)), default: "info", "写到标准错误的最低日志级别。"),
            SettingKey("log.format", .choice(["json", "logfmt"]), default: "json", "日志格式：每行一个 JSON 对象，或 logfmt。"),
            SettingKey(
                "brand.hotline", .phone, default: "96871", "页头显示的服务热线；站点可各自改写。"),
            SettingKey("brand.accent", .colour, default: "#1d4f91", "站点未写 accent 时的主题色；须与白色有足够对比。"),
            SettingKey(
                "brand.footer", .texts(10), default: [], sample: ["主办单位：湖南省中小企业服务中心（示例）"],
                "站点未写 footer 时的页脚：主办单位、联系方式、备案号。"),
        ])

    /// `Configs/sites/<site>/site.json5`.
    static let site = SettingTable(
        title: [
            "站点配置。所在目录名就是站点标识（\(SiteID.rule)），也是网址的第一段和数据目录名。",
            "启用插件：在 plugins/ 下放一个 <插件>.json5（内容为该插件的设置，无设置写 {}）；停用：移走该文件，数据保留。",
        ],
        keys: [
            SettingKey("title", .text(40), default: nil, sample: "湖南省中小企业公共服务平台", "站点名称，显示在页头和标题。"),
            SettingKey("subtitle", .text(60), default: .null, sample: "省级枢纽平台", "名称下的一行小字。"),
            SettingKey(
                "kind", .choice(SiteConfiguration.Kind.allCases.map(\.rawValue)), default: nil, sample: "hub",
                "站点类型：hub 省枢纽、city 市州、county 县市区、cluster 产业链（集群）、park 园区、base 双创基地。"),
            SettingKey("region", .region, default: .null, sample: "430000", "所在区划。hub、city、county 必填，级别须与类型一致。"),
            SettingKey("parent", .site, default: .null, "上级站点标识；hub 不填。"),
            SettingKey(
                "footer", .texts(10), default: .null,
                sample: ["主办单位：湖南省中小企业服务中心（示例）", "服务时间：工作日 8:30—17:30"], "页脚各行；不写取主机配置 brand.footer。"),
            SettingKey("accent", .colour, default: .null, "主题色；不写取主机配置 brand.accent。"),
            SettingKey("hotline", .phone, default: .null, "服务热线；不写取主机配置 brand.hotline。"),
            SettingKey("identity.password.length", .integer(8...64), default: 8, unit: "字符", "密码最少长度。"),
            SettingKey("identity.password.kinds", .integer(1...4), default: 3, "密码至少含几类字符：大写字母、小写字母、数字、符号。"),
            SettingKey("identity.password.days", .integer(0...3650), default: 90, unit: "天", "密码多久须更换；0 表示不要求。"),
            SettingKey("identity.password.history", .integer(0...24), default: 5, unit: "个", "新密码不得与最近几个密码相同；0 表示不限制。"),
            SettingKey("identity.throttle.failures", .integer(3...20), default: 5, unit: "次", "同一登录名（或同一已知浏览器）连续失败多少次后开始等待。"),
            SettingKey("identity.throttle.addressFailures", .integer(5...1000), default: 20, unit: "次", "同一地址失败多少次后开始等待。"),
            SettingKey("identity.throttle.firstDelaySeconds", .integer(1...3600), default: 60, unit: "秒", "第一次等待的时间，此后每失败一次加倍。"),
            SettingKey(
                "identity.throttle.longestDelaySeconds", .integer(1...86_400), default: 3600, unit: "秒", "等待时间的上限，不得小于第一次等待的时间。"),
            SettingKey("identity.session.idleMinutes", .integer(5...480), default: 30, unit: "分钟", "多久没有操作就退出登录。"),
            SettingKey("identity.session.hours", .integer(1...24), default: 12, unit: "小时", "一次登录最长的时间。"),
            SettingKey(
                "identity.secondFactor.requiredRoles", .texts(20), default: .array(IdentityStore.Rules().secondFactor.requiredRoles.map(JSONValue.string)),
                "必须使用两步验证的角色；这些账号首次登录后须先启用。写 [] 表示不要求（仅供试用）。"),
            SettingKey("identity.signUp.open", .flag, default: true, "企业和服务机构的人员是否可以在网上自行注册；注册后须由当地窗口人员核实才有角色。"),
            SettingKey("identity.emergency.longestHours", .integer(1...24), default: 8, unit: "小时", "一次应急授权最长的时间。"),
            SettingKey("identity.audit.months", .integer(6...120), default: 6, unit: "个月", "审计记录至少保存几个自然月；网络安全法要求不少于六个月。"),
            SettingKey(
                "api.origins", .origins(20), default: [],
                "允许哪些网站的网页跨域调用接口（CORS，不带 Cookie）；不写则全部不允许。"),
            SettingKey(
                "ownProcess", .texts(100), default: [], sample: [],
                "在自己的进程中运行的插件（标识列表）；其崩溃、卡死、内存泄漏不影响其他服务。不写则在主机进程内运行，速度最快；插件包安装的插件总在自己的进程中。重新读取配置（SIGHUP 或 shuniu reload）即生效。"),
            SettingKey(
                "files.looseHours", .integer(1...720), default: 24, unit: "小时", "上传后多久没有被任何事项引用就清除。"),
            SettingKey(
                "files.dailyMegabytes", .integer(0...1_000_000), default: 1024, unit: "MB", "每个账号（或合作方）每天最多上传多少；0 表示不限。"),
            SettingKey("sandbox", .flag, default: false, "沙箱站点：数据均为虚构，供合作方联调；每个页面都会标明。"),
            SettingKey(
                "exchange.signature", .choice(["ES256", "SM2"]), default: "ES256",
                "交换回执的签名算法：ES256，或 SM2（摘要 SM3）。更改在重新启动后生效；exchange 其余各项重新读取配置（SIGHUP）即生效。"),
            SettingKey(
                "exchange.receiptsAhead", .integer(0...20_000), default: 2000,
                "回执批次落盘前，最多有多少个答复可以先行发出。其回执已记入流水文件（data/<站点>/_exchange.journal），进程意外终止也不丢失；整机断电可能丢失最后几毫秒的回执，下次启动时如实记入日志。0 表示答复一律等回执落盘。"),
            SettingKey(
                "exchange.graceReceipts", .integer(0...100_000), default: 1000, "回执不能写盘时，内存中最多保留的份数，超出即拒绝合作方调用。"),
            SettingKey("exchange.graceSeconds", .integer(0...86_400), default: 300, unit: "秒", "回执不能写盘时，继续受理合作方调用的时间。"),
            SettingKey(
                "exchange.allowedNetworks", .texts(50), default: [], sample: [], "允许回调的内网网段（CIDR），如 \"10.1.2.0/24\"。缺省只向公网地址发送。"),
            SettingKey(
                "exchange.keyDays", .integer(30...3650), default: 730, unit: "天",
                "回执签名密钥用多久自动更换；新公钥提前 30 天公布，旧公钥继续公布。更换不成时按 30、14、7、1 天提醒。须立即更换：移走 data/<站点>/_exchange-*.pem 后重新启动。"),
            SettingKey("exchange.authority", .path, default: .null, "合作方回调服务器的根证书文件（PEM），在系统根证书之外另加信任。"),
        ])
}
