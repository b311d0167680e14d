import Synchronization

/// What the metrics say of plug-ins in processes of their own, in Prometheus' text format.
final class ProcessMetrics: Sendable {
    private let read = Mutex<@Sendable () -> [PluginHealth]>({ [] })

    func watch(_ read: @escaping @Sendable () -> [PluginHealth]) { self.read.withLock { $0 = read } }

    func lines() -> [String] {
        let all = read.withLock { $0 }()
        guard !all.isEmpty else { return [] }
        func family(_ name: String, _ help: String, isGauge: Bool = true, _ value: (PluginHealth) -> String) -> [String] {
            ["# HELP \(name) \(help)", "# TYPE \(name) \(isGauge ? "gauge" : "counter")"]
                + all.map { "\(name){site=\"\($0.site)\",plugin=\"\($0.plugin)\"} \(value($0))" }
        }
        return family("shuniu_plugin_up", "1 while the plug-in's process answers") { $0.phase == .running ? "1" : "0" }
            + family("shuniu_plugin_resident_bytes", "Memory of the plug-in's process") { "\($0.resident)" }
            + family("shuniu_plugin_cpu_seconds_total", "Processor time of the plug-in's process", isGauge: false) { one in
                let parts = one.processor.components
                return "\(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)"
            }
            + family("shuniu_plugin_faults_total", "Faults of the plug-in's process since the host began", isGauge: false) { "\($0.restarts)" }
            + family("shuniu_plugin_waiting_calls", "Calls that wait for the plug-in's answer") { "\($0.waiting)" }
    }
}
