#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a command ended without success, besides refusals of the modules.
enum CommandProblem: Error {
    /// The command line itself is wrong; exit code 2.
    case usage(String)
    /// What was asked cannot be done; exit code 1.
    case refused(String)

    static func system(_ what: String, _ code: Int32) -> CommandProblem {
        .refused("\(what)：\(String(cString: strerror(code)))。请检查路径、权限和磁盘空间后重试。")
    }
}
