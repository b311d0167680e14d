#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The monotonic clock in nanoseconds: for latencies and limits of the running process, never for moments that people see.
public enum Monotonic {
    /// Nanoseconds since some moment in the past; never goes back.
    public static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
