import FoundationEssentials
package import Gateway
import Host
import Identity
public import Messages
import PluginKit
import Vocabulary

/// Who gets in where: every registered address × every kind of person, found by asking the gateway as each of them.
///
/// A plug-in's test compares the text with a stored fixture, so that a rule that was widened, narrowed or dropped shows as a changed line:
///
/// ```swift
/// let host = try await TestHost([InstalledPlugin(Notes.self)])
/// #expect(try await AccessMatrix.asked(host).text == fixture)
/// ```
public struct AccessMatrix: Sendable, Hashable {
    /// Somebody of each kind; those of a region twice, for the region of the samples and for a foreign one.
    public struct Person: Sendable {
        /// One or two characters at the head of the column.
        public let mark: String
        public let title: String
        /// `nil`: not signed in.
        public let grants: [Grant]?

        init(_ mark: String, _ title: String, _ grants: [Grant]?) {
            self.mark = mark
            self.title = title
            self.grants = grants
        }
    }

    public struct Row: Sendable, Hashable {
        public let address: String
        /// In the order of `people`.
        public let isAllowed: [Bool]
    }

    /// 浏阳 (430181) lies in 长沙 (430100); 株洲 (430200) and its 渌口 (430212) are foreign to both.
    public static let people: [Person] = {
        func one(_ mark: String, _ title: String, _ role: Role, _ region: String? = nil) -> Person {
            Person(mark, title, [Grant(role, in: region.flatMap { RegionCode($0) })])
        }
        return [
            Person("访", "访客（未登录）", nil), Person("无", "已登录，没有角色", []), one("系", "系统管理员", .systemAdministrator),
            one("安", "安全管理员", .securityAdministrator), one("审", "审计管理员", .auditAdministrator), one("省", "省级主管人员", .provinceStaff),
            one("市", "市级主管人员 430100", .cityStaff, "430100"), one("外", "市级主管人员 430200", .cityStaff, "430200"),
            one("窗", "窗口人员 430181", .windowStaff, "430181"), one("邻", "窗口人员 430212", .windowStaff, "430212"),
            one("部", "部门经办人 430100", .departmentHandler, "430100"), one("机", "服务机构 430100", .agency, "430100"),
            one("企", "企业 430100", .enterprise, "430100"),
        ]
    }()

    public let rows: [Row]
    /// Addresses behind whose door nobody got any further: whoever is said to come in met 400, 404 or 422, since the sample is not there
    /// or the body does not fit. Of these the matrix shows the rule, not whose subject it is.
    public private(set) var unproven: [String] = []

    public init(rows: [Row]) { self.rows = rows }

    public static func == (left: AccessMatrix, right: AccessMatrix) -> Bool { left.rows == right.rows }
    public func hash(into hasher: inout Hasher) { hasher.combine(rows) }

    /// The matrix as a file: a legend, then a line an address, ● may come in, · is refused.
    public var text: String {
        let legend = Self.people.map { "#   \($0.mark) \($0.title)" }
        let head = "# " + Self.people.map(\.mark).joined(separator: " ")
        let lines = rows.map { row in row.isAllowed.map { $0 ? "●" : "·" }.joined(separator: "  ") + "  " + row.address }
        return (["# ● 可以进入   · 被拒绝。由 AccessMatrix 生成，不手工修改。"] + legend + [head] + lines).joined(separator: "\n") + "\n"
    }

    /// What the rules say, without asking anybody.
    package static func derived(from rules: [AccessRule]) -> AccessMatrix {
        let actors = people.map { person in
            person.grants.map { Actor(kind: .person, id: "x", name: person.title, grants: $0) } ?? .visitor
        }
        return AccessMatrix(rows: rules.map { rule in Row(address: rule.address, isAllowed: actors.map(rule.allows)) })
    }

    /// What the gateway answers to each person at each address of a site; no form is sent with its token, so nothing is done by pages.
    ///
    /// - Parameters:
    ///   - samples: values for `{names}` in addresses, by name, or by pattern and name (`/registry/nodes/{id}:id`); what is not given is `1`.
    ///   - bodies: JSON for commands, by address; what is not given is `{}`. With a body that names a subject of 浏阳, the columns show
    ///     which region's people may touch it.
    ///   - skipping: addresses that are left out, `page GET /desk/wait`.
    ///   - isHidingRefusing: 404 counts as refused where somebody else is shown the same: a subject may be hidden instead of forbidden.
    public static func asked(
        _ host: TestHost, site: String = "test", samples: [String: String] = [:], bodies: [String: String] = [:], skipping: Set<String> = [],
        isHidingRefusing: Bool = false
    ) async throws -> AccessMatrix {
        guard let face = host.host.sites.first(where: { $0.card.id == site })?.face else { throw Refusal.notFound }
        let rules = face.accessRules.filter { !skipping.contains($0.address) }
        var columns: [[Bool]] = []
        var proven: Set<String> = []
        var hidden: [Set<String>] = []
        for (index, person) in people.enumerated() {
            let visitor = try await host.visitor(person, index, site: site)
            var column: [Bool] = []
            hidden.append([])
            for rule in rules {
                let (isIn, isProven, isAbsent) = try await visitor.comesIn(rule, site: site, samples: samples, body: bodies[rule.address] ?? "{}")
                column.append(isIn)
                if isIn, isProven { proven.insert(rule.address) }
                if isAbsent { hidden[hidden.count - 1].insert(rule.address) }
            }
            columns.append(column)
        }
        var matrix = AccessMatrix(
            rows: rules.indices.map { row in
                let address = rules[row].address
                let mayHide = isHidingRefusing && proven.contains(address)
                return Row(address: address, isAllowed: zip(columns, hidden).map { $0[row] && !(mayHide && $1.contains(address)) })
            })
        matrix.unproven = matrix.rows.filter { $0.isAllowed.contains(true) && !proven.contains($0.address) }.map(\.address)
        return matrix
    }
}

extension TestHost {
    /// A browser in which this kind of person is signed in.
    fileprivate func visitor(_ person: AccessMatrix.Person, _ index: Int, site: String) async throws -> TestVisitor {
        let visitor = visitor(.router, site: site)
        guard let grants = person.grants, let identity = host.sites.first(where: { $0.card.id == site })?.identity else {
            _ = try await visitor.get("/\(site)/login")
            return visitor
        }
        let login = "matrix-\(index)"
        if try identity.account(login: login) == nil {
            let code = CreditCode("914301000000000000")
            if let code {
                try await identity.record(
                    Organisation(code: code, name: "演示·矩阵测试有限公司", kind: .agency), by: .system("test"), address: "local")
            }
            var new = NewAccount(login: login, name: "测试·\(person.mark)", organisation: code, grants: grants, password: Self.password)
            new.mustChangePassword = false
            _ = try await identity.addAccount(new, by: .system("test"), address: "local")
        }
        try await visitor.signIn(login)
        _ = try await visitor.get("/\(site)/me")
        return visitor
    }
}

extension TestVisitor {
    /// Whether the address lets this person in, and whether something answered there: done, or refused for the state of what it is about.
    fileprivate func comesIn(
        _ rule: AccessRule, site: String, samples: [String: String], body: String
    ) async throws -> (isIn: Bool, isProven: Bool, isAbsent: Bool) {
        let path = rule.path(samples)
        if rule.door == .api {
            let answer =
                rule.method == "GET"
                ? try await get("/api/\(site)\(path)") : try await tell("/api/\(site)\(path)", body, method: rule.method, headers: [("If-Match", "*")])
            return (answer.status != 401 && answer.status != 403, answer.status < 400 || answer.status == 409, answer.status == 404)
        }
        guard rule.method == "GET" else {
            // Without its token nothing is done; the rule is asked before.
            let answer = try await post("/\(site)\(path)", token: "")
            return (answer.status == 403 && answer.text.contains("页面已过期或来源不明"), true, false)
        }
        let answer = try await get("/\(site)\(path)")
        let isSentToSignIn = answer.status == 303 && answer["Location"]?.hasPrefix("/\(site)/login?return=") == true
        return (answer.status != 403 && !isSentToSignIn, answer.status < 400, answer.status == 404)
    }
}
