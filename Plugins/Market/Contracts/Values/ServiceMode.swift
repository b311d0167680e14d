/// How a service comes to the enterprise.
/// - Source: 湘经信中小服务〔2017〕711号 四 (线上线下结合、窗口接待与上门服务结合)
public enum ServiceMode: String, Codable, Sendable, Hashable, CaseIterable {
    case online, counter, onSite, park, phone

    public var title: String {
        switch self {
        case .online: "线上"
        case .counter: "窗口"
        case .onSite: "上门"
        case .park: "进园区"
        case .phone: "电话"
        }
    }
}
