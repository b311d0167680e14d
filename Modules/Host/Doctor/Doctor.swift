import FoundationEssentials
import Identity
import Messages
import Network
import Store
import Vocabulary

/// Looks a whole installation over, beside a running host or without one, and says of everything that is not as it should be what to do next.
struct Doctor {
    /// One thing that was looked at.
    struct Finding: Sendable, Hashable {
        enum Grade: String, Sendable {
            case good
            /// Works, but should be seen to.
            case notice
            /// Something does not work, or is about to stop working.
            case fault
        }

        var grade: Grade
        /// What was looked at, in a few Chinese words.
        var area: String
        var text: String
        /// What to do; empty where nothing is to be done.
        var next: String
    }

    /// What the machine says; a test says something else.
    struct Machine: Sendable {
        var now: Timestamp
        /// Free bytes, all bytes, free files of the file system that holds a path.
        var disk: @Sendable (String) -> (free: UInt64, size: UInt64, files: UInt64)?
        /// What the kernel lacks for confining plug-ins.
        var lacks: [Confinement.Lack]
        /// Whether the clock follows a time server; `nil`: the kernel does not say.
        var isClockKept: Bool?
        /// Open files that a process may have.
        var mostFiles: UInt64

        static func this(_ now: Timestamp) -> Machine {
            Machine(
                now: now, disk: MachineFacts.disk, lacks: Confinement.lacks(network: false), isClockKept: MachineFacts.isClockKept,
                mostFiles: MachineFacts.mostFiles)
        }
    }

    let machine: Machine
    private(set) var findings: [Finding] = []

    init(_ machine: Machine) { self.machine = machine }

    var hasFaults: Bool { findings.contains { $0.grade == .fault } }

    /// - Parameters:
    ///   - data: instead of the folder that the configuration names.
    ///   - checksLogs: reads every log; takes as long as they are big.
    mutating func examine(configs: String, plugins: [KnownPlugin], data: String?, checksLogs: Bool) {
        var reader = ConfigurationReader(folder: configs, plugins: plugins)
        let configuration = reader.read(.init(dataFolder: data))
        if let configuration { reader.checkFiles(configuration) }
        for problem in reader.problems { note(.fault, "配置", problem.description, "按该条修改后运行 shuniu check。") }
        if reader.problems.isEmpty { note(.good, "配置", "没有问题，\(configuration?.sites.count ?? 0) 个站点") }
        kernel()
        clock()
        guard let configuration else { return }
        certificates(configuration)
        let folder = configuration.dataFolder
        guard FileManager.default.fileExists(atPath: folder) else {
            return note(.notice, "数据目录", "\(folder) 还不存在", "首次启动主机时建立；如应已存在，请核对 dataFolder 或 --data。")
        }
        disk(folder)
        rights(folder)
        times(folder)
        crashes(configuration)
        contracts(configuration)
        if checksLogs { logs(folder) }
    }

    mutating func note(_ grade: Finding.Grade, _ area: String, _ text: String, _ next: String = "") {
        findings.append(Finding(grade: grade, area: area, text: text, next: next))
    }

    // MARK: - The machine

    private mutating func kernel() {
        for lack in machine.lacks { note(.notice, "内核", lack.chinese, lack.next) }
        if machine.lacks.isEmpty { note(.good, "内核", "Landlock、seccomp 可用，独立进程的插件受到完整限制") }
        if machine.mostFiles < 4096 {
            note(.notice, "文件数上限", "每个进程最多打开 \(machine.mostFiles) 个文件，连接多时会不够", "在 systemd 单元中设置 LimitNOFILE=65536，或 ulimit -n 65536。")
        }
    }

    private mutating func clock() {
        // The program is younger than any right clock.
        if machine.now < Timestamp(milliseconds: 1_764_547_200_000) {
            note(.fault, "时钟", "系统时间是 \(machine.now)，早于本程序的发布", "校正系统时间后再启动：会话、令牌、时限都以它为准。")
        } else if machine.isClockKept == false {
            note(.notice, "时钟", "系统时钟没有与时间服务器同步", "启用 systemd-timesyncd 或 chrony；办理时限和签名都以系统时间为准。")
        } else {
            note(.good, "时钟", "\(machine.now)")
        }
    }

    private mutating func disk(_ folder: String) {
        guard let (free, size, files) = machine.disk(folder) else {
            return note(.fault, "磁盘", "\(folder) 所在的文件系统无法读取", "检查挂载状态。")
        }
        let text = "\(folder) 剩余 \(free >> 20) MiB，共 \(size >> 20) MiB"
        if free < 256 << 20 || free < size / 400 {
            note(.fault, "磁盘", text, "立即腾出空间：写满后办理事项会被拒绝，查询仍可用。旧备份、旧日志可移走。")
        } else if free < 2 << 30 || free < size / 20 {
            note(.notice, "磁盘", text, "安排扩容或清理旧备份。")
        } else {
            note(.good, "磁盘", text)
        }
        if files < 10_000 { note(.notice, "磁盘", "\(folder) 只能再建 \(files) 个文件", "清理文件，或换用更多 inode 的文件系统。") }
    }

    // MARK: - Certificates

    private mutating func certificates(_ configuration: HostConfiguration) {
        guard let context = try? TLSContext(configuration.tls) else { return }
        for term in Host.terms(of: context) {
            let days = term.days(at: machine.now)
            switch days {
            case ..<0: note(.fault, "证书", "\(term.title)已于 \(term.until) 到期", "换上新证书；运行中的主机会自行改用。")
            case ..<30: note(.notice, "证书", "\(term.title)还有 \(days) 天到期（\(term.until)）", "申请新证书并替换文件。")
            default: note(.good, "证书", "\(term.title)有效至 \(term.until)")
            }
        }
    }

    // MARK: - Data

    private mutating func rights(_ folder: String) {
        let found = FileSurvey(folder)
        for path in found.open.prefix(10) {
            note(.fault, "文件权限", "\(path) 可被其他用户读写（\(String(PrivateFile.mode(path) ?? 0, radix: 8))）", "执行 chmod \(found.isFolder(path) ? "700" : "600") \(path)")
        }
        for path in found.foreign.prefix(10) {
            note(.fault, "文件权限", "\(path) 的属主与数据目录不同，主机可能不能写入", "执行 chown --reference=\(folder) \(path)")
        }
        let more = max(0, found.open.count - 10) + max(0, found.foreign.count - 10)
        if more > 0 { note(.fault, "文件权限", "另有 \(more) 处同样的问题", "改正以上各条后再次运行 shuniu doctor。") }
        if found.open.isEmpty, found.foreign.isEmpty { note(.good, "文件权限", "数据目录只有本服务的用户可以读写") }
    }

    /// Files from the future: the clock was set back, or stood wrong when they were written.
    private mutating func times(_ folder: String) {
        guard let newest = FileSurvey.newest(folder), newest > machine.now.advanced(by: .seconds(300)) else { return }
        note(.fault, "时钟", "数据目录中有文件的时间是 \(newest)，晚于现在（\(machine.now)）", "核对系统时间。时间倒退期间，时限和会话以较早的时间计算。")
    }

    private mutating func crashes(_ configuration: HostConfiguration) {
        for site in configuration.sites {
            let folder = configuration.folder(of: site.id)
            let fresh = FileSurvey.names("\(folder)/_crashes").filter { name in
                FileSurvey.time("\(folder)/_crashes/\(name)").map { $0 > machine.now.advanced(by: .seconds(-86_400)) } ?? false
            }
            if !fresh.isEmpty {
                note(.notice, "插件进程", "站点 \(site.id) 24 小时内有 \(fresh.count) 次插件异常退出", "查看 \(folder)/_crashes 中的报告；shuniu plugin list 显示是否被隔离。")
            }
            for plugin in site.plugins.keys.sorted() where FileSurvey.time("\(folder)/\(plugin).sqlite") != nil {
                guard FileSurvey.time("\(PluginFolder.path(plugin, in: folder))/\(plugin).sqlite") != nil else { continue }
                note(.fault, "数据目录", "插件“\(plugin)”在 \(folder) 有两份数据库", "核对后移走其中一份；启动时会被拒绝。")
            }
        }
    }

    /// Contracts with partners from the time when an empty list of fields was let in.
    private mutating func contracts(_ configuration: HostConfiguration) {
        for site in configuration.sites {
            let path = "\(configuration.folder(of: site.id))/\(IdentityStore.fileName)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            do {
                let details = try StoreView(path: path).read { reader in
                    try IdentityStore.partners(in: reader).compactMap { try IdentityStore.partner($0.id, in: reader) }
                }
                for detail in details {
                    for version in detail.contracts(from: machine.now) where !version.contract.emptyLists.isEmpty {
                        note(
                            .notice, "合作方合约",
                            "站点 \(site.id) 的 \(detail.client.id) 第 \(version.number) 版中字段清单为空，按登记时的含义不限字段：\(version.contract.emptyLists.joined(separator: "，"))",
                            "用 shuniu partner show 取得合约全文，确要不限的删去该项，否则列出字段，再用 shuniu partner contract 登记新版。")
                    }
                }
            } catch {
                // A file of an earlier version is brought up to date when the host starts.
                note(.notice, "合作方合约", "\(path) 中的合约无法读取（\(error)）", "升级后须先启动一次主机再检查；仍不能读取的，检查文件权限，用 shuniu log verify 核对日志。")
            }
        }
    }

    private mutating func logs(_ folder: String) {
        let files: [LogCommands.File]
        do { files = try LogCommands.storeFiles(in: folder) } catch { return note(.fault, "事件日志", "\(folder) 无法读取（\(error)）", "检查目录权限。") }
        var entries: Int64 = 0
        var damaged = 0
        for file in files {
            let next = "停止主机，保留现场，用 shuniu restore 把最近的备份恢复到新的数据目录后比对。"
            do {
                switch try StoreView(path: file.path).verifyLog() {
                case .intact(let count, _): entries += count
                case .broken(let seq, let what):
                    damaged += 1
                    note(.fault, "事件日志", "\(file.site)/\(file.plugin) 第 \(seq) 条有误（\(what)）", next)
                }
            } catch {
                damaged += 1
                note(.fault, "事件日志", "\(file.site)/\(file.plugin) 无法核对（\(error)）", next)
            }
        }
        if damaged == 0 { note(.good, "事件日志", "\(files.count) 个日志完好，共 \(entries) 条") }
    }
}
