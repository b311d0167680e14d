import AppealsContracts
import Foundation
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

@Suite("诉求状态机")
struct CaseMachineTests {
    static let moves: [(CaseState, CaseAction, CaseState)] = [
        (.submitted, .accept, .processing), (.processing, .accept, .processing), (.submitted, .refuse, .refused), (.answered, .close, .closed),
    ]
    static let partMoves: [(PartState, PartAction, PartState)] = [
        (.sent, .receive, .handling), (.sent, .handOn, .handedOn), (.handling, .handOn, .handedOn), (.handling, .interim, .handling),
        (.handling, .answer, .answered),
    ]

    /// What the refusal of anything else in a state must name, written down by hand.
    static let waysOn: [CaseState: [String]] = [
        .submitted: ["受理并转办", "不予受理"], .processing: ["受理并转办", "等部门答复"], .answered: ["归档"], .closed: ["另行提交"], .refused: ["另行提交"],
        .merged: ["移出共性问题", "共性问题中进行"],
    ]

    @Test("所有（状态，动作）组合，除列明的以外一律拒绝，拒绝时列出现在可以做什么", arguments: CaseState.allCases)
    func cases(state: CaseState) throws {
        for action in CaseAction.allCases {
            let move = Self.moves.first { $0.0 == state && $0.1 == action }?.2
            #expect(CaseMachine.next(state, action) == move, "\(state) \(action)")
            #expect(CaseMachine.possible(state).contains(action) == (move != nil || (state == .merged && action == .unmerge)), "\(state) \(action)")
            guard move == nil else { continue }
            let refusal = AppealsRefusal.illegal(action, in: state)
            #expect(refusal.status == 409)
            #expect(refusal.message.contains("「\(state.title)」") && refusal.message.contains("「\(action.title)」"))
            for word in try #require(Self.waysOn[state]) { #expect(refusal.message.contains(word), "\(state) \(action): \(refusal.message)") }
            for other in CaseAction.allCases where !CaseMachine.possible(state).contains(other) && other != action {
                #expect(!refusal.message.contains("可以：\(other.title)") && !refusal.message.contains("、\(other.title)"), "\(state) \(action)")
            }
        }
    }

    static let partWaysOn: [PartState: [String]] = [
        .sent: ["接收", "转交其他部门"], .handling: ["转交其他部门", "阶段性告知", "正式答复"], .answered: ["等待其他部门"], .handedOn: ["接手的部门"],
    ]

    @Test("部门办理被拒绝时，说明本部门或整件的下一步", arguments: PartState.allCases, CaseState.allCases)
    func partRefusals(state: PartState, appeal: CaseState) throws {
        for action in PartAction.allCases where appeal != .processing || CaseMachine.next(state, action) == nil {
            let refusal = AppealsRefusal.illegal(action, in: state, of: appeal)
            #expect(refusal.status == 409 && refusal.message.contains("「\(action.title)」"))
            let wanted: [String] =
                switch appeal {
                case .processing: try #require(Self.partWaysOn[state])
                case .merged: ["在共性问题中办理"]
                case .answered: ["等待评价或归档"]
                case .closed, .refused: ["另行提交"]
                case .submitted: ["等平台受理"]
                }
            for word in wanted { #expect(refusal.message.contains(word), "\(state) \(appeal) \(action): \(refusal.message)") }
        }
    }

    @Test("评价被拒绝时，说明何时可以评价", arguments: CaseState.allCases.filter { $0 != .answered })
    func ratingRefusals(state: CaseState) {
        let message = AppealsRefusal.illegalRating(in: state).message
        #expect(message.contains([.closed, .refused].contains(state) ? "另行提交" : "答复后方可评价"), "\(state): \(message)")
    }

    @Test("部门办理的所有（状态，动作）组合；转交从不办结", arguments: PartState.allCases)
    func parts(state: PartState) {
        for action in PartAction.allCases {
            let next = CaseMachine.next(state, action)
            #expect(next == Self.partMoves.first { $0.0 == state && $0.1 == action }?.2, "\(state) \(action)")
            if action == .handOn, let next { #expect(next == .handedOn) }
        }
    }

    @Test("A case is answered when every part is, and not by handing everything on")
    func answered() {
        #expect(CaseMachine.isAnswered([.answered, .handedOn]))
        #expect(!CaseMachine.isAnswered([.answered, .sent]))
        #expect(!CaseMachine.isAnswered([.handedOn]))
        #expect(!CaseMachine.isAnswered([]))
    }
}

@Suite("诉求办理")
struct CaseTests {
    @Test("四·跨部门：两个部门各办一份，全部答复后才算答复，提交人收到一次")
    func severalDepartments() async throws {
        let column = try await Column()
        let number = try await column.submit()
        try await column.advance(number, .accept, to: ["tax", "labour"])
        try await column.part(number, "tax", .receive, as: Column.tax)
        #expect(try await column.part(number, "tax", .answer, as: Column.tax, text: "税务部分已简化。").state == .processing)
        #expect(try column.informed(number) == 0)
        try await column.part(number, "labour", .receive, as: Column.labour)
        try await column.part(number, "labour", .interim, as: Column.labour, text: "正在会商。")
        #expect(try await column.part(number, "labour", .answer, as: Column.labour, text: "社保部分已共享。").state == .answered)
        // One interim notice and one answer.
        let found = try column.site.ask(LookUpCase(number: number, code: "K7QP-3M9X-W2RT"))
        #expect(found.notices.map(\.title).sorted() == ["正式答复", "阶段性告知（测试·labour）"])
        #expect(found.notices.contains { $0.text.contains("税务部分已简化") && $0.text.contains("社保部分已共享") })
        #expect(try column.informed(number) == 2)
    }

    @Test("“非本部门职责”指明去向并转交，不办结；超过期限不能再转")
    func handingOn() async throws {
        let column = try await Column()
        let number = try await column.submit()
        try await column.advance(number, .accept, to: ["labour"])
        #expect(await refusal { try await column.part(number, "labour", .handOn, as: Column.labour) }?.faults.map(\.field) == ["to"])
        #expect(try await column.part(number, "labour", .handOn, as: Column.labour, to: "tax").state == .processing)
        #expect(try column.detail(number).parts.map(\.state) == [.handedOn, .sent])
        try await column.part(number, "tax", .receive, as: Column.tax)
        await column.site.advance(by: .seconds(4 * 86_400))
        #expect(await refusal { try await column.part(number, "tax", .handOn, as: Column.tax, to: "labour") }?.code == "appeals.hand-on-too-late")
    }

    @Test("Only the part's own department works on it, and other regions and departments do not know of it")
    func rights() async throws {
        let column = try await Column()
        let number = try await column.submit()
        try await column.advance(number, .accept, to: ["tax"])
        #expect(await refusal { try await column.part(number, "tax", .receive, as: Column.labour) }?.code == "appeals.case-unknown")
        #expect(await refusal { try await column.part(number, "tax", .receive, as: Column.desk) }?.code == "appeals.not-your-department")
        #expect(await refusal { _ = try column.detail(number, as: .window("430212")) }?.code == "appeals.case-unknown")
        #expect(try column.site.ask(FindCases(), as: .window("430212")).items.isEmpty)
        #expect(try column.site.ask(FindCases(), as: Column.tax).items.map(\.number) == [number])
    }

    @Test("保密：受理窗口知道提交人，部门不知道；实名的部门知道")
    func confidential() async throws {
        let column = try await Column()
        for (signing, knows) in [(Signing.confidential, false), (.signed, true)] {
            let number = try await column.submit(signing: signing)
            try await column.advance(number, .accept, to: ["tax"])
            #expect(try column.detail(number).phone?.masked == "139****5678")
            #expect(try (column.detail(number, as: Column.tax).phone != nil) == knows)
            #expect(try (column.detail(number, as: Column.tax).name != nil) == knows)
        }
    }

    @Test("The department is proposed by region and category, with the reason")
    func proposals() async throws {
        let column = try await Column()
        let found = try column.site.ask(ProposeDepartments(region: RegionCode("430181"), category: "05")).departments
        #expect(found.first?.id.description == "tax")
        #expect(found.first?.reason == "承办“税费”，管辖长沙市")
        #expect(found.dropFirst().allSatisfy { $0.reason == nil })
    }

    @Test("不满意须说明，退回部门重新办理，再次答复再告知一次；满意即归档")
    func rating() async throws {
        let column = try await Column()
        let number = try await column.submit()
        try await column.advance(number, .accept, to: ["tax"])
        try await column.part(number, "tax", .receive, as: Column.tax)
        try await column.part(number, "tax", .answer, as: Column.tax, text: "已转相关科室。")
        let code = "K7QP-3M9X-W2RT"
        #expect(await refusal { _ = try await column.site.tell(RateCase(number: number, code: code, satisfied: false), as: .visitor) }?.faults.map(\.field) == ["text"])
        #expect(try await column.site.tell(RateCase(number: number, code: code, satisfied: false, text: "没有说明办理时间。"), as: .visitor).state == .processing)
        #expect(try column.detail(number).parts.map(\.state) == [.handling])
        try await column.part(number, "tax", .answer, as: Column.tax, text: "本月底前完成。")
        #expect(try column.informed(number) == 2)
        #expect(try await column.site.tell(RateCase(number: number, code: code, satisfied: true), as: .visitor).state == .closed)
    }
}

@Suite("共性问题")
struct MergeTests {
    @Test("Merge 50, answer, take two out, merge one again: everybody is informed exactly once, and the two stand where they stood")
    func fifty() async throws {
        let column = try await Column()
        var numbers: [CaseNumber] = []
        for index in 0..<50 { numbers.append(try await column.submit("返还到账慢\(index)", category: "04")) }
        // One is already with a department when it is merged.
        try await column.advance(numbers[0], .accept, to: ["labour"])
        let common = try await column.site.tell(
            MergeCases(cases: numbers, title: "返还到账慢", summary: "多家企业反映返还到账时间不明。"), as: Column.desk).number
        #expect(try column.detail(common).members.count == 50)
        #expect(try column.detail(numbers[0]).parts.first?.due == nil)
        #expect(await refusal { try await column.part(numbers[0], "labour", .receive, as: Column.labour) }?.message.contains("共性问题") == true)
        let seen = try column.site.ask(LookUpCase(number: numbers[7], code: "K7QP-3M9X-W2RT"))
        #expect(seen.mergedInto == common)
        #expect(seen.supporters == 50)

        try await column.advance(common, .accept, to: ["labour"])
        try await column.part(common, "labour", .receive, as: Column.labour)
        try await column.part(common, "labour", .answer, as: Column.labour, text: "本月底前全部到账。")
        for number in numbers { #expect(try column.informed(number) == 1) }

        #expect(try await column.advance(numbers[0], .unmerge).state == .processing)
        #expect(try await column.advance(numbers[1], .unmerge).state == .submitted)
        #expect(try column.detail(common).members.count == 48)
        #expect(try column.detail(numbers[0]).parts.first?.due != nil)
        _ = try await column.site.tell(MergeCases(cases: [numbers[1]], into: common), as: Column.desk)
        for number in numbers { #expect(try column.informed(number) == 1) }
        // Who joins later hears what was answered before.
        let late = try await column.submit("返还到账慢·后来", category: "04")
        _ = try await column.site.tell(MergeCases(cases: [late], into: common), as: Column.desk)
        #expect(try column.informed(late) == 1)
    }

    @Test("Refused are common problems, closed cases, single ones, and cases of another region")
    func refused() async throws {
        let column = try await Column()
        let (one, other) = (try await column.submit(), try await column.submit())
        let foreign = try await column.submit(region: "430212")
        func merge(_ cases: [CaseNumber], as actor: Actor = Column.desk) async -> String? {
            await refusal { _ = try await column.site.tell(MergeCases(cases: cases, title: "共性问题甲", summary: "多家企业反映同一问题。"), as: actor) }?.code
        }
        #expect(await merge([one]) == "appeals.invalid-input")
        #expect(await merge([one, foreign]) == "appeals.case-unknown")
        #expect(await merge([one, other]) == nil)
        #expect(await merge([one, other]) == "appeals.cannot-merge")
    }

    @Test("A member who is not satisfied is taken out, and its matter goes back to the department")
    func unsatisfiedMember() async throws {
        let column = try await Column()
        let numbers = [try await column.submit(), try await column.submit()]
        let common = try await column.site.tell(
            MergeCases(cases: numbers, title: "备案材料重复", summary: "多家企业反映材料重复提交。"), as: Column.desk).number
        try await column.advance(common, .accept, to: ["tax"])
        try await column.part(common, "tax", .receive, as: Column.tax)
        try await column.part(common, "tax", .answer, as: Column.tax, text: "正在研究。")
        let receipt = try await column.site.tell(
            RateCase(number: numbers[0], code: "K7QP-3M9X-W2RT", satisfied: false, text: "没有给出时间。"), as: .visitor)
        #expect(receipt.state == .processing)
        #expect(try column.detail(numbers[0]).parts.map(\.state) == [.handling])
        try await column.part(numbers[0], "tax", .answer, as: Column.tax, text: "下月一日起执行。")
        #expect(try column.informed(numbers[0]) == 2)
        #expect(try column.informed(numbers[1]) == 1)
    }
}

@Suite("匿名投递")
struct AnonymousTests {
    static let text = "匿名文字甲乙丙丁戊己"

    func drop(_ column: Column, as actor: Actor) async throws -> (CaseNumber, Int64) {
        let now = column.site.clock.now
        _ = try await column.site.post(
            "/appeals/anonymous",
            [
                ("kind", "suggestion"), ("title", "匿名建议一件"), ("content", "\(Self.text)，请予考虑。"), ("category", "05"), ("region", "430181"),
                ("lookupCode", "K7QP-3M9X-W2RT"), ("drawn", "48205713"),
            ], as: actor)
        return (CaseNumber(day: now.day, region: try #require(RegionCode("430181")), serial: 48_205_713), now.milliseconds)
    }

    @Test("匿名即匿名：与文字存放在一起的没有账号、地址、口令，也没有比“日”更细的时间（按字节检索文件）")
    func nothingIsKept() async throws {
        let column = try await Column()
        column.site.clock.advance(by: .milliseconds(1_234_567))
        let sender = Actor(kind: .person, id: "account-9f8e7d6c", name: "测试·投递人", grants: [Grant(.enterprise)], organisation: CreditCode("11430000MA0D03058B"))
        let before = try column.site.stores.map { try $0.file.read { try $0.lastLogSeq() } }
        let (number, moment) = try await drop(column, as: sender)
        #expect(try contains(Array(Self.text.utf8), in: column.site.folder))
        for secret in ["account-9f8e7d6c", "投递人", "11430000MA0D03058B", "K7QP-3M9X-W2RT"] {
            #expect(try !contains(Array(secret.utf8), in: column.site.folder), "\(secret)")
        }
        // The moment neither as a number of the store (big-endian) nor as text, in milliseconds or in seconds.
        #expect(try !contains((0..<6).map { UInt8(truncatingIfNeeded: moment >> (40 - 8 * $0)) }, in: column.site.folder))
        #expect(try !contains(Array(String(moment).utf8), in: column.site.folder))
        #expect(try !contains(Array(String(moment / 1000).utf8), in: column.site.folder))
        // No event was announced, and no reply kept.
        #expect(try column.site.stores.map { try $0.file.read { try $0.lastLogSeq() } } == before)
        // Told twice it is in once; the same day nothing is registered.
        _ = try await drop(column, as: sender)
        #expect(try column.site.ask(FindCases(), as: Column.desk).items.isEmpty)

        await column.site.advance(by: .seconds(86_400))
        let detail = try column.detail(number)
        #expect(detail.card.signing == .anonymous)
        #expect(detail.name == nil && detail.phone == nil)
        #expect(try column.site.ask(FindCases(), as: Column.desk).items.count == 1)
        for secret in ["account-9f8e7d6c", "投递人", String(moment)] { #expect(try !contains(Array(secret.utf8), in: column.site.folder), "\(secret)") }
        #expect(try column.site.ask(LookUpCase(number: number, code: "K7QP-3M9X-W2RT")).state == .submitted)
    }

    @Test("A number of another day or region, or too short, is refused with its rule")
    func numbers() async throws {
        let column = try await Column()
        let region = try #require(RegionCode("430181"))
        for number in ["AP20260101-430181-48205713", "AP20260302-430100-48205713", "AP20260302-430181-0001"] {
            let found = await refusal {
                _ = try await column.site.tell(
                    DropAnonymously(
                        number: #require(CaseNumber(number)), title: "匿名建议一件", content: "内容在此，请予考虑。", kind: .suggestion, category: "05",
                        region: region, lookup: Column.lookup), as: .visitor)
            }
            #expect(found?.faults.map(\.field) == ["number"], "\(number)")
        }
    }
}

/// Whether any file below the folder holds the bytes.
func contains(_ bytes: [UInt8], in folder: String) throws -> Bool {
    guard let names = FileManager.default.subpaths(atPath: folder) else { return false }
    return names.contains { FileManager.default.contents(atPath: folder + "/" + $0)?.firstRange(of: Data(bytes)) != nil }
}
