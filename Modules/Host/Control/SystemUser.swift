import Messages

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An account of the operating system: who works at the command line.
struct SystemUser: Sendable, Hashable {
    let id: UInt32
    /// The login name; `uid 1000` where the system knows none.
    let name: String

    init(id: UInt32) {
        self.id = id
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        var found: UnsafeMutablePointer<passwd>?
        let code = getpwuid_r(id, &entry, &buffer, buffer.count, &found)
        name = code == 0 && found != nil && entry.pw_name != nil ? String(cString: entry.pw_name) : "uid \(id)"
    }

    /// Who runs this process.
    static var own: SystemUser { SystemUser(id: geteuid()) }

    /// In records: nobody's account at a site, but whoever may use the machine.
    var actor: Actor { Actor(kind: .system, id: "os:\(name)", name: "系统账号 \(name)") }
}
