import Identity
import Messages
import Pages
import PluginKit
import Vocabulary

/// What stands beside an act in the audit log, in words: the log keeps codes, and so does the file for programs.
struct AuditWords {
    let roles: [RoleRule]
    let regions: RegionTable

    init(_ site: SiteFace) { self.init(roles: site.identity.roles, regions: site.regions) }

    init(roles: [RoleRule], regions: RegionTable) {
        self.roles = roles
        self.regions = regions
    }

    /// - Returns: the detail as it was written down where it is somebody's own words, or in a form that is not known here.
    func detail(of record: AuditRecord) -> String? {
        guard let detail = record.detail else { return nil }
        switch record.event {
        case .grantAdded, .grantRemoved: return grant(detail)
        case .emergencyRequested, .emergencyApproved, .emergencyRefused, .emergencyEnded: return emergency(detail)
        case .membershipClaimed, .membershipWithdrawn, .membershipApproved, .membershipRefused: return place(detail)
        case .partnerTokenRefused: return Self.refusal(detail)
        case .partnerTokenIssued: return Self.proofs[detail] ?? detail
        default: return Self.sentence(detail, record.event) ?? detail
        }
    }

    /// Where somebody sat who acted without a network.
    static func address(_ text: String) -> String { ["console": "命令行", "local": "本机", "trunk": "站点互联"][text] ?? text }

    /// `window-staff@430181`.
    private func grant(_ text: some StringProtocol) -> String {
        let role = text.prefix { $0 != "@" }
        return place("\(roles.first { $0.role.rawValue == role }?.title ?? String(role))\(text.dropFirst(role.count))")
    }

    /// Something, and behind `@` where.
    private func place(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        let region = String(text[text.index(after: at)...])
        return "\(text[..<at])（\(RegionCode(region).map { regions.title(of: $0) } ?? region)）"
    }

    /// `window-staff@430181 2h: why`, `window-staff@430181 by time`.
    private func emergency(_ text: String) -> String {
        let role = text.prefix { $0 != " " }
        var words = grant(role)
        var rest = text.dropFirst(role.count + 1)
        if rest == "by time" { return words + "，到时自动结束" }
        if let found = rest.prefixMatch(of: /([0-9]+)h(: )?/) {
            words += "，\(found.1) 小时"
            rest = rest[found.range.upperBound...]
        }
        return words + (rest.isEmpty ? "" : "：\(rest)")
    }

    /// Figures and moments; `nil` for everything else.
    private static func sentence(_ text: String, _ event: AuditEvent) -> String? {
        switch event {
        case .signInFailed: return text == "account is disabled" ? "账号已停用" : nil
        case .sessionEnded: return text.wholeMatch(of: /[0-9]+/).map { "\($0.0) 个会话" }
        case .recoveryCodeUsed: return text.wholeMatch(of: /([0-9]+) left/).map { "还剩 \($0.1) 个" }
        case .auditExported: return text.wholeMatch(of: /([0-9]+) lines/).map { "\($0.1) 条" }
        case .auditVerified:
            if let found = text.wholeMatch(of: /intact, ([0-9]+) lines/) { return "完好，共 \(found.1) 条" }
            return text.wholeMatch(of: /broken at ([0-9]+)/).map { "第 \($0.1) 条不符" }
        case .auditRemoved:
            return text.wholeMatch(of: /([0-9]+) lines through ([0-9]+), hash ([0-9a-f]+)/).map { "\($0.1) 条，至第 \($0.2) 条，末条哈希 \($0.3)" }
        case .partnerContractRecorded:
            return text.wholeMatch(of: /([0-9]+): ([0-9]+) messages, (\S+)…(\S+)/).map { "第 \($0.1) 版，消息 \($0.2) 种，\(day($0.3))至\(day($0.4))" }
        case .partnerSecretRotated:
            if text == "old secret ended" { return "旧密钥立即失效" }
            return text.wholeMatch(of: /old secret until (\S+)/).map { "旧密钥至\(moment($0.1))失效" }
        case .partnerCredentialRemoved:
            return text.wholeMatch(of: /(\S+) (.+)/).flatMap { found in
                ClientCredential.Kind(rawValue: String(found.1)).map { "\($0.title) \(found.2)" }
            }
        case .consentGiven: return text.wholeMatch(of: /(\S+) → (\S+) until (\S+)/).map { "\($0.1) 授权 \($0.2)，至\(day($0.3))" }
        default: return nil
        }
    }

    /// How a client proved itself.
    private static let proofs = ["client-secret": "客户端密钥", "private-key-jwt": "签名断言", "certificate": "客户端证书"]

    /// `private-key-jwt: why`, or the code of a refusal.
    private static func refusal(_ text: String) -> String {
        let codes = [
            PartnerRefusals.suspended.code: "客户端已暂停", PartnerRefusals.revoked.code: "客户端已撤销", PartnerRefusals.noContract.code: "尚未登记合约",
            "partner.contract-not-yet-valid": "合约尚未生效", "partner.contract-expired": "合约已到期",
        ]
        if let known = codes[text] { return known }
        guard let colon = text.firstRange(of: ": "), let proof = proofs[String(text[..<colon.lowerBound])] else { return text }
        let why = text[colon.upperBound...].trimmingPrefix("client assertion refused: ")
        return "\(proof)：\(reason(why))"
    }

    private static func reason(_ text: some StringProtocol) -> String {
        let known = [
            "client authentication failed": "密钥、签名或证书不符", "not an ES256 JWT": "不是 ES256 签名的 JWT", "iss and sub must be the client_id": "iss、sub 与客户端标识不符",
            "exp is missing": "缺少 exp", "exp has passed": "exp 已过", "iat lies in the future": "iat 在将来", "nbf lies in the future": "nbf 在将来",
            "jti must have 8 to 128 characters": "jti 应为 8 至 128 个字符",
        ]
        if let words = known[String(text)] { return words }
        if text.hasPrefix("aud must be ") { return "aud 应为 \(text.dropFirst(12))" }
        if let found = String(text).wholeMatch(of: /exp is more than ([0-9]+) seconds ahead/) { return "exp 超过 \(found.1) 秒" }
        return String(text)
    }

    private static func day(_ text: Substring) -> String { Day(String(text)).map { Format.date($0) } ?? moment(text) }

    private static func moment(_ text: Substring) -> String { Timestamp(String(text)).map { Format.dateTime($0) } ?? String(text) }
}
