import Testing

@testable import Host

@Test("what a process takes is read from the kernel's lines: memory that is its own and shared memory, not what is read from files")
func pluginLoad() throws {
    let status = """
        Name:\tshuniu
        Threads:\t7
        VmRSS:\t   90000 kB
        RssAnon:\t   40000 kB
        RssFile:\t   45000 kB
        RssShmem:\t    5000 kB
        """
    #expect(PluginLoad(status: status) == PluginLoad(memory: 45_000 << 10, threads: 7))
    #expect(PluginLoad(status: "Name:\tshuniu\n") == nil)
    let own = try #require(PrivateFile.text("/proc/self/status").flatMap { PluginLoad(status: $0) })
    #expect(own.memory > 1 << 20 && own.threads >= 1)
}
