import CLinux
import Glibc

/// What the machine says of itself.
enum MachineFacts {
    static func disk(_ path: String) -> (free: UInt64, size: UInt64, files: UInt64)? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        // File systems that make files as they need them say 0 of 0.
        let files = facts.f_files == 0 ? UInt64.max : UInt64(facts.f_favail)
        return (UInt64(facts.f_bavail) * UInt64(facts.f_frsize), UInt64(facts.f_blocks) * UInt64(facts.f_frsize), files)
    }

    /// Whether the kernel's clock follows a time server (adjtimex(2)); `nil` where it does not say.
    static var isClockKept: Bool? {
        switch shuniu_clock_kept() {
        case 1: true
        case 0: false
        default: nil
        }
    }

    static var mostFiles: UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return UInt64(limit.rlim_max)
    }
}
