import CLinux
import Glibc
import Messages

/// What a plug-in's process may do: its own folder, the code it needs, a bounded amount of memory; no new processes, no network.
///
/// Memory is bounded three times: RLIMIT_DATA counts what is private and writable, the seccomp filter forbids the kinds that it does not
/// count, and the supervisor looks at what the kernel says of the process (`PluginLoad`).
///
/// Applied by the process itself before anything of the plug-in runs (`shuniu run-plugin`), and never taken off again: `no_new_privs`,
/// Landlock (landlock(7)), a seccomp filter, resource limits.
struct Confinement: Codable, Sendable {
    /// The only folder that may be written to.
    var folder: String
    /// Read, and executed from.
    var code: [String]
    /// Its manifest asks for the network and the operator granted it.
    var network: Bool
    /// Most bytes of memory (RLIMIT_DATA).
    var memory: UInt64
    /// Most open files.
    var files: UInt64 = 512

    /// Applies everything that the kernel knows.
    ///
    /// - Returns: what the kernel lacks, one English line each; empty where the confinement is whole.
    /// - Throws: a `Refusal` when something that exists cannot be applied; then nothing of the plug-in may run.
    func apply() throws -> [String] {
        var missing = Self.lacks(network: network).map(\.english)
        shuniu_die_with_parent_or_exit()
        for (limit, value) in [
            (SHUNIU_LIMIT_DATA, memory), (SHUNIU_LIMIT_FILES, files), (SHUNIU_LIMIT_CORE, 0),
        ] where shuniu_limit(Int32(limit), value) != 0 {
            throw Self.failed("setrlimit")
        }
        // A host that runs as root must not hand root's rights on: with them Landlock's check of /proc is passed by.
        guard shuniu_drop_capabilities() == 0 else { throw Self.failed("capset") }
        guard shuniu_no_new_privileges() == 0 else { throw Self.failed("no_new_privs") }
        let version = shuniu_landlock_version()
        if version >= 1 { try restrictFiles(version) }
        if shuniu_forbid(network ? 1 : 0) != 0, !missing.contains(Lack.seccomp.english) { missing.append(Lack.seccomp.english) }
        return missing
    }

    /// Something that the kernel does not do for the confinement of plug-ins.
    struct Lack: Sendable, Hashable {
        /// One line for the log.
        var english: String
        /// A sentence for people, and what to do.
        var chinese: String
        var next: String

        static let seccomp = Lack(
            english: "no seccomp filter: the plug-in can start processes", chinese: "内核没有 seccomp 过滤：独立进程的插件可以启动其他程序",
            next: "换用启用 CONFIG_SECCOMP_FILTER 的内核；在此之前只安装可信的插件包。")
    }

    /// What this machine's kernel lacks; empty where plug-ins are confined whole.
    static func lacks(network: Bool) -> [Lack] {
        var lacks: [Lack] = []
        let version = shuniu_landlock_version()
        if version < 1 {
            lacks.append(
                Lack(
                    english: "the kernel has no Landlock: the plug-in can read whatever this user can read",
                    chinese: "内核没有 Landlock：独立进程的插件能读取本服务用户能读取的任何文件",
                    next: "换用 5.13 以上并启用 Landlock 的内核（内核参数 lsm= 中含 landlock）；在此之前只安装可信的插件包。"))
        } else if version < 4, !network {
            lacks.append(
                Lack(
                    english: "Landlock version \(version) cannot forbid TCP; the seccomp filter forbids sockets",
                    chinese: "内核的 Landlock（第 \(version) 版）不能禁止 TCP 连接，由 seccomp 过滤代为禁止", next: "有条件时换用 6.7 以上的内核。"))
        }
        if access("/proc/sys/kernel/seccomp/actions_avail", F_OK) != 0 { lacks.append(.seccomp) }
        return lacks
    }

    private func restrictFiles(_ version: Int32) throws {
        let ruleset = shuniu_landlock_begin(version, network ? 1 : 0)
        guard ruleset >= 0 else { throw Self.failed("landlock_create_ruleset") }
        defer { close(ruleset) }
        let all = shuniu_landlock_file_rights(version)
        let read = UInt64(SHUNIU_LANDLOCK_READ)
        let execute = read | UInt64(SHUNIU_LANDLOCK_EXECUTE)
        // Nothing is executed from where the plug-in writes.
        guard shuniu_landlock_allow(ruleset, folder, all & ~UInt64(SHUNIU_LANDLOCK_EXECUTE)) == 0 else { throw Self.failed(folder) }
        for path in code { try allow(ruleset, path, execute) }
        for path in ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime"] { try allow(ruleset, path, execute) }
        // All of /proc: libdispatch asks for its threads as `/proc/<thread>/stat` and traps where it may not. What is private there
        // (environ, maps, mem) is kept from it all the same: Landlock forbids looking into processes outside (ptrace access check).
        for path in ["/proc", "/sys/devices/system/cpu", "/dev/urandom", "/dev/random"] + (network ? ["/etc"] : []) {
            try allow(ruleset, path, read)
        }
        try allow(ruleset, "/dev/null", read | 1 << 1)
        guard shuniu_landlock_enforce(ruleset) == 0 else { throw Self.failed("landlock_restrict_self") }
    }

    /// What is not there cannot be allowed; for a file, the rights of folders are left out.
    private func allow(_ ruleset: Int32, _ path: String, _ rights: UInt64) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let forFiles: UInt64 = 1 | 1 << 1 | 1 << 2
        guard shuniu_landlock_allow(ruleset, path, isFolder ? rights : rights & forFiles) == 0 else { throw Self.failed(path) }
    }

    private static func failed(_ what: String) -> Refusal {
        let cause = String(cString: strerror(errno))
        return Refusal(
            "host.confinement", status: 500, message: "插件进程的限制未能生效（\(what)：\(cause)），未启动。请检查内核与目录权限。",
            log: "confinement failed at \(what): \(cause)")
    }

    /// The folders of the libraries that this very program uses, where they are not under `/usr` or `/lib`.
    static var libraryFolders: [String] {
        guard let maps = PrivateFile.text("/proc/self/maps") else { return [] }
        var folders: Set<String> = []
        for line in maps.split(separator: "\n") {
            guard let path = line.split(separator: " ").last, path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), path.contains(".so") else {
                continue
            }
            let folder = String(path[..<slash])
            if !folder.isEmpty, !folder.hasPrefix("/usr/lib"), !folder.hasPrefix("/lib") { folders.insert(folder) }
        }
        return folders.sorted()
    }
}

/// The process dies with the program that started it; when that is gone already, at once.
private func shuniu_die_with_parent_or_exit() {
    let parent = getppid()
    _ = shuniu_die_with_parent()
    if getppid() != parent || parent == 1 && getppid() != 1 { exit(3) }
}
