import Messages
import RegistryContracts
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

@Suite("申报到认定")
struct ApplicationTests {
    @Test("二·窗口平台的报建、认定：走完全程，节点产生，覆盖率变化，每步留痕")
    func aWindowIsRecognised() async throws {
        let network = try await Network()
        let before = try network.site.ask(GetCoverage(level: .county)).ratio.numerator
        let receipt = try await network.recognisedWindow()
        #expect(receipt.stage == .recognised)
        #expect(receipt.node?.description == "430181")
        #expect(try network.site.ask(GetCoverage(level: .county)).ratio.numerator == before + 1)

        let detail = try network.site.ask(GetApplication(id: receipt.application), as: Network.province)
        #expect(detail.steps.map(\.to) == [.submitted, .cityReview, .provinceReview, .construction, .acceptance, .accepted, .recognised])
        #expect(detail.steps.map(\.actorID).first == Network.liuyang.id)
        #expect(detail.steps[4].documents == [Network.paper])
        #expect(detail.steps.last?.documentNumber == "湘工信〔2026〕12号")
        #expect(detail.stages.count == 7)
        #expect(try network.site.events(ApplicationAdvanced.self).count == 6)
        #expect(try network.site.events(NodeRecognised.self).last?.operatingUnit.creditCode == Network.organisation(12).creditCode)
        let card = try network.site.ask(GetNode(id: node("430181"))).node
        #expect(card.parent?.description == "430100")
        #expect(!card.isBackfilled)
    }

    @Test("The same command twice has one effect and one reply")
    func commandsAreIdempotent() async throws {
        let network = try await Network()
        let id = try #require(MessageID("01900000-0000-7000-8000-0000000000aa"))
        let first = try await network.site.tell(network.application(), as: Network.liuyang, id: id)
        let second = try await network.site.tell(network.application(), as: Network.liuyang, id: id)
        #expect(first == second)
        #expect(try network.site.events(ApplicationSubmitted.self).count == 1)

        let step = try #require(MessageID("01900000-0000-7000-8000-0000000000ab"))
        for _ in 0..<2 {
            _ = try await network.site.tell(
                AdvanceApplication(application: first.application, action: .accept), as: Network.changsha, id: step)
        }
        #expect(try network.site.ask(GetApplication(id: first.application), as: Network.changsha).steps.count == 2)
    }

    @Test("浏阳 cannot act for 醴陵, 长沙 cannot review 株洲, and an unknown region belongs to nobody")
    func regionsBindStaff() async throws {
        let network = try await Network()
        #expect(
            await refusal { _ = try await network.site.tell(network.application("430281"), as: Network.liuyang) }?.code
                == "registry.region-not-yours")
        let id = try await network.site.tell(network.application("430281"), as: Network.liling).application
        #expect(
            await refusal { try await network.step(id, .accept, as: Network.changsha, opinion: nil) }?.code
                == "registry.region-not-yours")
        #expect(
            await refusal { _ = try network.site.ask(GetApplication(id: id), as: Network.changsha) }?.code
                == "registry.application-unknown")
        #expect(try network.site.ask(FindApplications(stage: .submitted), as: Network.changsha).total == 0)
        #expect(try network.site.ask(FindApplications(stage: .submitted), as: Network.zhuzhou).total == 1)
        #expect(try network.site.ask(FindApplications(waiting: true), as: Network.zhuzhou).total == 1)
        #expect(try network.site.ask(FindApplications(waiting: true), as: Network.province).total == 0)
        try await network.step(id, .accept, as: Network.zhuzhou, opinion: nil)
    }

    @Test("A role decides only what is its own; whoever submitted stands back")
    func rolesBindStaff() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        #expect(
            await refusal { try await network.step(id, .accept, as: Network.liuyang, opinion: nil) }?.code
                == "registry.role-missing")
        try await network.step(id, .withdraw, as: Network.liuyang, opinion: nil)
        let own = try await network.site.tell(network.application(), as: Network.changsha).application
        #expect(
            await refusal { try await network.step(own, .accept, as: Network.changsha, opinion: nil) }?.code
                == "registry.must-stand-back")
        #expect(
            await refusal { _ = try await network.site.tell(network.application("430182"), as: .visitor) } != nil)
    }

    @Test("A reviewer is not offered 撤回 and may not do it; window staff, and a city for its own platform, may")
    func onlyApplicantsWithdraw() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        func offered(_ id: ApplicationID, to actor: Actor) throws -> Bool {
            try network.site.ask(GetApplication(id: id), as: actor).next.contains { $0.action == .withdraw }
        }
        #expect(try offered(id, to: Network.liuyang))
        for reviewer in [Network.changsha, Network.province] {
            #expect(try !offered(id, to: reviewer))
            #expect(
                await refusal { try await network.step(id, .withdraw, as: reviewer, opinion: nil) }?.code == "registry.role-missing")
        }
        var city = try network.application("430300", kind: .city)
        city.title = "湘潭市中小企业公共服务平台"
        let own = try await network.site.tell(city, as: .city("430300")).application
        #expect(try offered(own, to: .person("city-430300-2", .cityStaff, in: "430300")))
    }

    @Test("An attachment that was never uploaded, or is described otherwise than it is kept, is refused")
    func attachmentsAreKept() async throws {
        let network = try await Network()
        var absent = Network.paper
        absent.digest = String(repeating: "ab", count: 32)
        var wrong = Network.paper
        wrong.length += 1
        var application = try network.application()
        application.documents = [absent, wrong, Network.paper]
        let met = await refusal { _ = try await network.site.tell(application, as: Network.liuyang) }
        #expect(met?.faults.map(\.field) == ["documents", "documents"])
        #expect(met?.faults.first?.message.contains("不在本平台收存的文件中") == true)
        #expect(met?.faults.last?.message.contains("平台收存的是") == true)
    }

    @Test("An illegal jump is refused, and the sentence says what is possible")
    func illegalJumps() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        let met = await refusal { try await network.step(id, .recognise, as: Network.province, number: "湘工信〔2026〕1号") }
        #expect(met?.code == "registry.illegal-step")
        #expect(met?.status == 409)
        #expect(met?.message.contains("受理、退回补正、撤回") == true)
    }

    @Test("Two reviewers at once: the slower one is told")
    func theSlowerReviewerIsTold() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        try await network.step(id, .accept, as: Network.changsha, opinion: nil)
        let met = await refusal {
            _ = try await network.site.tell(
                AdvanceApplication(application: id, action: .sendBack, expected: .submitted, opinion: "缺材料。"), as: Network.changsha)
        }
        #expect(met?.code == "registry.stage-moved-on")
    }

    @Test("What a step needs is said all at once, and a day before the last step is refused")
    func needsAreSaidTogether() async throws {
        let network = try await Network()
        let receipt = try await network.recognisedWindow()
        let met = await refusal {
            _ = try await network.site.tell(
                AdvanceApplication(
                    application: receipt.application, action: .orderRectification, happenedOn: try day("2026-03-03")),
                as: Network.province)
        }
        #expect(met?.faults.map(\.field) == ["opinion", "happenedOn", "due"])
        #expect(met?.status == 422)
    }

    @Test("二·每个县市区建设1个窗口平台：第二个被拒绝，省级写明理由的除外")
    func oneWindowACounty() async throws {
        let network = try await Network()
        let furong = Actor.window("430102")
        #expect(
            await refusal { _ = try await network.site.tell(network.application("430102"), as: furong) }?.code
                == "registry.county-has-window")
        #expect(
            await refusal {
                _ = try await network.site.tell(network.application("430102", overrideReason: "园区需要增设。"), as: furong)
            }?.code == "registry.override-not-allowed")
        let receipt = try await network.site.tell(
            network.application("430102", overrideReason: "园区需要增设。"), as: Network.province)
        #expect(receipt.stage == .submitted)
        // An application under way blocks a second one just as a window does.
        _ = try await network.site.tell(network.application(), as: Network.liuyang)
        #expect(
            await refusal { _ = try await network.site.tell(network.application(), as: Network.liuyang) }?.code
                == "registry.county-has-window")
        _ = try await network.add(.county, "430102", "芙蓉区第二平台", on: "2020-01-01", overrideReason: "存量平台，已经存在。")
        #expect(try network.site.ask(GetNode(id: node("430102-w02"))).node.kind == .county)
        #expect(try network.site.ask(GetCoverage(level: .county)).ratio.numerator == 1)
    }

    @Test("Sent back, mended, handed in again: the facts are the corrected ones")
    func mending() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        try await network.step(id, .sendBack, as: Network.changsha, opinion: "名称有误。")
        #expect(
            await refusal { try await network.step(id, .resubmit, as: Network.liuyang) }?.code == "registry.illegal-step")
        let receipt = try await network.site.tell(
            ResubmitApplication(
                application: id, title: "浏阳市企业公共服务平台", builder: Network.organisation(11),
                operatingUnit: Network.organisation(13), mode: .joint, summary: "更正名称后重新提交，其余不变。"), as: Network.liuyang)
        #expect(receipt.stage == .submitted)
        let detail = try network.site.ask(GetApplication(id: id), as: Network.liuyang)
        #expect(detail.card.name == "浏阳市企业公共服务平台")
        #expect(detail.mode == .joint)
    }

    @Test("Review days are working days: accepted on Monday 2 March 2026, ten working days end on 16 March")
    func deadlinesAreWorkingDays() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        #expect(try network.site.ask(GetApplication(id: id), as: Network.liuyang).card.due == day("2026-03-09"))
        try await network.step(id, .accept, as: Network.changsha, opinion: nil)
        #expect(try network.site.ask(GetApplication(id: id), as: Network.liuyang).card.due == day("2026-03-16"))
    }

    @Test("Everything wrong with an application is said together")
    func faultsAreSaidTogether() async throws {
        let network = try await Network()
        var bad = try network.application()
        bad.title = "短"
        bad.summary = "短"
        bad.documents = [DocumentReference(digest: "x", name: "a.exe", type: "application/x-msdownload", length: 0)]
        bad.happenedOn = try day("2027-01-01")
        let met = await refusal { _ = try await network.site.tell(bad, as: Network.liuyang) }
        #expect(met?.faults.map(\.field) == ["title", "summary", "documents", "documents", "documents", "happenedOn"])
    }

    @Test("A region that is not of the kind, or not in the table, is refused")
    func regionsMustFit() async throws {
        let network = try await Network()
        #expect(
            await refusal { _ = try await network.site.tell(network.application("430100"), as: Network.changsha) }?.code
                == "registry.placement")
        #expect(
            await refusal { _ = try await network.site.tell(network.application("430199"), as: Network.changsha) }?.code
                == "registry.placement")
        // 岳阳's city window does not exist yet.
        #expect(
            await refusal { _ = try await network.site.tell(network.application("430681"), as: Network.province) }?.faults.map(\.field)
                == ["parent"])
    }
}
