import Testing

@testable import Host

@Suite("Metrics of plug-ins in processes of their own")
struct ProcessMetricsTests {
    @Test("each process has its memory, processor time, faults and waiting calls; without any there is no line")
    func lines() {
        let metrics = ProcessMetrics()
        #expect(metrics.lines().isEmpty)
        let one = PluginHealth(
            site: "hunan", plugin: "registry", title: "平台网络", version: "1.0.0", phase: .running, pid: 7, startedAt: nil, restarts: 2, resident: 1 << 20,
            processor: .milliseconds(1500), waiting: 3, lastFault: nil, notices: [])
        metrics.watch { [one] }
        let lines = metrics.lines()
        for line in ["up{} 1", "resident_bytes{} 1048576", "cpu_seconds_total{} 1.5", "faults_total{} 2", "waiting_calls{} 3"] {
            let whole = "shuniu_plugin_" + line.replacing("{}", with: "{site=\"hunan\",plugin=\"registry\"}")
            #expect(lines.contains(whole), "\(whole)")
        }
        #expect(lines.count == 15)
    }
}
