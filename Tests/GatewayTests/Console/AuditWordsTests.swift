import Identity
import Messages
import Testing
import Vocabulary

@testable import Gateway

@Suite("Console: what the audit log says, in words")
struct AuditWordsTests {
    static let cases: [(AuditEvent, String, String)] = [
        (.grantAdded, "window-staff@430181", "窗口人员（长沙市浏阳市）"), (.grantRemoved, "system-administrator", "系统管理员"), (.grantAdded, "odd@999999", "odd（999999）"),
        (.emergencyRequested, "window-staff@430181 2h: 值班人员不在岗", "窗口人员（长沙市浏阳市），2 小时：值班人员不在岗"),
        (.emergencyApproved, "province-staff 1h", "省级主管人员，1 小时"), (.emergencyEnded, "province-staff by time", "省级主管人员，到时自动结束"),
        (.emergencyEnded, "province-staff", "省级主管人员"), (.signInFailed, "account is disabled", "账号已停用"), (.sessionEnded, "3", "3 个会话"),
        (.recoveryCodeUsed, "7 left", "还剩 7 个"), (.auditExported, "12 lines", "12 条"), (.auditVerified, "intact, 1234 lines", "完好，共 1234 条"),
        (.auditVerified, "broken at 9", "第 9 条不符"), (.auditRemoved, "40 lines through 41, hash 0a1b", "40 条，至第 41 条，末条哈希 0a1b"),
        (.partnerContractRecorded, "2: 5 messages, 2026-01-01…2026-12-31", "第 2 版，消息 5 种，2026年1月1日至2026年12月31日"),
        (.partnerSecretRotated, "old secret ended", "旧密钥立即失效"), (.partnerCredentialRemoved, "key k-1", "签名公钥 k-1"),
        (.partnerTokenIssued, "private-key-jwt", "签名断言"), (.partnerTokenRefused, "client-secret: client authentication failed", "客户端密钥：密钥、签名或证书不符"),
        (.partnerTokenRefused, "private-key-jwt: client assertion refused: exp has passed", "签名断言：exp 已过"),
        (.partnerTokenRefused, "private-key-jwt: client assertion refused: aud must be https://a/b", "签名断言：aud 应为 https://a/b"),
        (.partnerTokenRefused, "partner.suspended", "客户端已暂停"),
        (.consentGiven, "91430200MA4LDEM29K → 11430000MA0D03015X until 2026-06-30", "91430200MA4LDEM29K 授权 11430000MA0D03015X，至2026年6月30日"),
        (.membershipApproved, "91430200MA4LDEM29K@430181", "91430200MA4LDEM29K（长沙市浏阳市）"),
        // What people wrote stays as it is, and what is not known too.
        (.partnerSuspended, "client sent 5 lines", "client sent 5 lines"), (.auditVerified, "done otherwise", "done otherwise"), (.pluginEnabled, "market", "market"),
    ]

    @Test("a code in the log is shown in words", arguments: cases)
    func words(event: AuditEvent, detail: String, said: String) throws {
        let words = try AuditWords(roles: RoleRule.standard, regions: ReferenceData.loadLocated().regions)
        #expect(words.detail(of: AuditRecord(event, address: "local", detail: detail)) == said)
    }

    @Test("an act without a detail has none, and where it was done is said in words")
    func nothing() {
        let words = AuditWords(roles: [], regions: RegionTable([]))
        #expect(words.detail(of: AuditRecord(.signedIn, address: "console")) == nil)
        #expect(AuditWords.address("console") == "命令行" && AuditWords.address("10.0.0.7") == "10.0.0.7")
    }
}
