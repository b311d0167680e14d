#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Addresses as numbers; names are not looked up.
enum IPAddress {
    static func isGood(_ text: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }

    static func isLoopback(_ text: String) -> Bool { text == "::1" || (text.hasPrefix("127.") && isGood(text)) }
}
