import Bus
import Foundation
import Host
import Identity
import Messages
import Synchronization
import TestKit
import Pages
import Testing
import Trunk
import Vocabulary

@testable import trunkpeer

@Suite("A site that moves to another host", .serialized)
struct MoveTests {
    /// Tells as fast as the site takes it, wherever it is; whatever fails is told again under the same id.
    private final class Load: Sendable {
        private let host: Mutex<PeerHost>
        private let isOver = Mutex(false)
        private let task = Mutex<Task<Int, Never>?>(nil)

        init(_ host: PeerHost, _ site: String) {
            self.host = Mutex(host)
            let task = Task { [self] in
                var number = 0
                while !isOver.withLock({ $0 }) {
                    let host = self.host.withLock { $0 }
                    do {
                        try await host.tell(site, [number], id: MessageID(high: 7, low: UInt64(number)))
                        number += 1
                    } catch {
                        try? await Task.sleep(for: .milliseconds(10))
                    }
                }
                return number
            }
            self.task.withLock { $0 = task }
        }

        func goOn(at host: PeerHost) { self.host.withLock { $0 = host } }

        func stop() async -> Int {
            isOver.withLock { $0 = true }
            return await task.withLock { $0 }?.value ?? 0
        }
    }

    private static func receive(_ package: String, _ folder: String) async throws {
        let received = await run(["site", "move", "--from", package, "--data", "\(folder)/data", "--configs", "\(folder)/configs"])
        try #require(received.code == 0, "\(received.text)")
    }

    @Test("Under load from both sides: nothing is lost or doubled, the link resumes, the old host refuses to run it, and the parent refuses an older copy")
    func underLoad() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        let (upper, lower) = (pair.upper, pair.lower)
        let below = Load(lower, "liuyang"), above = Load(upper, "hunan")
        for number in 0..<20 { try await upper.charge(number, from: "hunan", to: "liuyang") }
        try await until { try upper.counted("hunan").heard.count > 50 }
        try await lower.host.moveOut("liuyang", to: "\(folder)/package", address: nil)
        for number in 20..<40 { try await upper.charge(number, from: "hunan", to: "liuyang") }
        #expect(lower.host.sites.isEmpty)
        try await Self.receive("\(folder)/package", "\(folder)/third")
        let third = try await PeerHost("\(folder)/third", sites: ["liuyang"])
        below.goOn(at: third)
        let before = try third.counted("liuyang").told.count
        try await until { try third.counted("liuyang").told.count > before + 50 }
        let told = await below.stop()
        _ = await above.stop()
        try await Pair.expectExact([upper, third])
        #expect(try third.counted("liuyang").told == Array(0..<told))
        #expect(try third.counted("liuyang").charged.count == 40)

        await lower.stop()
        let again = try await lower.restarted()
        #expect(again.host.sites.isEmpty && again.complaints.contains { $0.contains("site-moved") })
        await again.stop()
        // Somebody takes the mark away: the site above knows better.
        try FileManager.default.removeItem(atPath: "\(lower.folder)/data/liuyang/_moved.json")
        let copy = try await lower.restarted()
        try await copy.tell("liuyang", [999_999])
        try await until { copy.host.links.contains { $0.trouble?.contains("较旧") ?? false } }
        #expect(try !upper.counted("hunan").heard.contains { $0.number == 999_999 })
        for host in [copy, third, upper] { await host.stop() }
        pair.line.close()
    }

    @Test("A site that heard another one of its own host is not joined to a network in which that name stands for another site; its own network takes it")
    func heardOnItsHost() async throws {
        let folder = Pair.folder()
        let first = try await PeerHost("\(folder)/first", sites: ["hunan", "changsha", "liuyang"])
        try await first.tell("changsha", 0..<3)
        try await until { try first.counted("liuyang").heard.count == 3 }
        try await first.host.moveOut("liuyang", to: "\(folder)/package", address: nil)
        try await Self.receive("\(folder)/package", "\(folder)/third")
        let third = try await PeerHost("\(folder)/third", sites: ["liuyang"])
        let other = try await PeerHost("\(folder)/other", sites: ["hunan", "changsha"])
        let refusal = await #expect(throws: Refusal.self) { try await third.join("liuyang", to: "changsha", of: other) }
        #expect(refusal?.code == "trunk.other-network" && refusal?.faults.map(\.value) == ["changsha"], "\(refusal?.message ?? "")")
        try await third.join("liuyang", to: "changsha", of: first)
        try await first.tell("changsha", 3..<5)
        try await until { try third.counted("liuyang").heard.count >= 5 }
        #expect(try third.counted("liuyang").heard.map(\.number).sorted() == Array(0..<5))
        for host in [third, other, first] { await host.stop() }
    }

    @Test("One package taken up twice: the site above speaks with the first host only; a folder that was copied without being moved begins no link")
    func twice() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        try await pair.lower.host.moveOut("liuyang", to: "\(folder)/package", address: nil)
        var hosts: [PeerHost] = []
        for name in ["third", "fourth"] {
            try await Self.receive("\(folder)/package", "\(folder)/\(name)")
            let host = try await PeerHost("\(folder)/\(name)", sites: ["liuyang"])
            if name == "third" { try await until { host.host.links.allSatisfy(\.isGood) } }
            hosts.append(host)
        }
        let fourth = hosts[1]
        try await until { fourth.host.links.contains { $0.trouble?.contains("另一台主机") ?? false } }
        #expect(hosts[0].host.links.allSatisfy { $0.isGood })
        await hosts[0].stop()
        try FileManager.default.createDirectory(atPath: "\(folder)/fifth/data", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(folder)/third/data/liuyang", toPath: "\(folder)/fifth/data/liuyang")
        let fifth = try await PeerHost("\(folder)/fifth", sites: ["liuyang"])
        #expect(fifth.host.links.map(\.isGood) == [false] && fifth.host.links.first?.trouble?.contains("--take") ?? false)
        await fifth.stop()
        // Taken over on purpose it begins.
        let taken = await run(["site", "move", "--take", "--site", "liuyang", "--data", "\(folder)/fifth/data", "--configs", "\(folder)/configs"])
        #expect(taken.code == 0, "\(taken.text)")
        let again = try await fifth.restarted()
        try await again.tell("liuyang", [1])
        try await Pair.expectExact([pair.upper, again])
        for host in [again, fourth, pair.lower, pair.upper] { await host.stop() }
        pair.line.close()
    }

    @Test("A site with sites above on the old host and below on another: the one below follows by itself, the one above is joined again; every cursor holds")
    func middle() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        let (upper, lower) = (pair.upper, pair.lower)
        for (host, site) in [(upper, "hunan"), (upper, "changsha"), (lower, "liuyang")] { try await host.tell(site, 0..<30) }
        try await pair.expectExact()
        let reserved = try await PeerHost("\(folder)/third", sites: [], certificates: upper.folder)
        await reserved.stop()
        try await upper.host.moveOut("changsha", to: "\(folder)/package", address: "https://localhost:\(reserved.port)")
        for (host, site) in [(upper, "hunan"), (lower, "liuyang")] { try await host.tell(site, 30..<60) }
        try await Self.receive("\(folder)/package", "\(folder)/third")
        let third = try await reserved.restarted(sites: ["changsha"])
        try await third.join("changsha", to: "hunan", of: upper)
        try await third.tell("changsha", 30..<60)
        try await until { lower.host.links.first?.address?.contains(":\(third.port)/") ?? false }
        // What is known below is from before the move until the site above it was met anew, which must know of the one above itself.
        try await until {
            try upper.bus("hunan").network?.map["liuyang"] != nil && third.bus("changsha").network?.map["hunan"] != nil
                && lower.host.links.allSatisfy(\.isGood) && lower.bus("liuyang").network?.map["hunan"] != nil
        }
        try await upper.charge(1, from: "hunan", to: "liuyang")
        try await lower.charge(2, from: "liuyang", to: "hunan")
        try await Pair.expectExact([upper, third, lower])
        #expect(try upper.counted("hunan").heard.count == 120)
        for host in [lower, third, upper] { await host.stop() }
        pair.line.close()
    }

    @Test("While a site is moved out nobody reads the configuration again, so that it is not started; a second move does not forget the first")
    func reloads() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        let lower = pair.lower.host, before = lower.configuration
        try await pair.lower.tell("liuyang", 0..<2000)
        let reloads = Task { () -> Set<String> in
            var codes: Set<String> = []
            while !Task.isCancelled {
                do { _ = try await lower.reload(before) } catch let refusal as Refusal { codes.insert(refusal.code) } catch { codes.insert("\(error)") }
                await Task.yield()
            }
            return codes
        }
        var tries = 0
        while true {
            do {
                try await lower.moveOut("liuyang", to: "\(folder)/package", address: nil)
                break
            } catch let refusal as Refusal where refusal.code == "host.reload-running" && tries < 100_000 {
                tries += 1
                await Task.yield()
            }
        }
        #expect(lower.sites.isEmpty)
        reloads.cancel()
        #expect(await reloads.value == ["host.reload-running"])
        #expect(lower.sites.isEmpty && lower.configuration.moved.keys.sorted() == ["liuyang"])

        try await pair.upper.host.moveOut("changsha", to: "\(folder)/second", address: nil)
        try await pair.upper.host.moveOut("hunan", to: "\(folder)/third", address: nil)
        #expect(pair.upper.host.configuration.moved.keys.sorted() == ["changsha", "hunan"])
        await pair.stop()
    }

    @Test("A damaged package, or one from before the site moved away, changes nothing: what stands here keeps its mark; the good one is taken")
    func badPackages() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        try await pair.lower.tell("liuyang", 0..<10)
        try await pair.lower.host.moveOut("liuyang", to: "\(folder)/package", address: nil)
        await pair.stop()
        let data = "\(pair.lower.folder)/data", mark = "\(data)/liuyang/_moved.json"
        let epoch = try #require(MovedSite.read("\(data)/liuyang")).epoch
        func refused(_ package: String, _ words: String) async throws {
            let taken = await run(["site", "move", "--from", package, "--data", data, "--configs", "\(folder)/configs"])
            #expect(taken.code == 1 && taken.text.contains(words), "\(taken.text)")
            #expect(FileManager.default.fileExists(atPath: mark))
            let there = try FileManager.default.contentsOfDirectory(atPath: data)
            #expect(!there.contains { $0.hasPrefix("_moved-") || $0 == "_restoring" }, "\(there)")
        }
        for (name, old, new, words) in [
            ("older", "\"epoch\":\(epoch)", "\"epoch\":\(epoch - 1)", "早于"), ("short", "\"entries\":", "\"entries\":1", "不符"),
            ("files", "\"attachments\":0", "\"attachments\":1", "附件"),
        ] {
            let package = "\(folder)/\(name)"
            try FileManager.default.copyItem(atPath: "\(folder)/package", toPath: package)
            let text = try String(contentsOfFile: "\(package)/manifest.json", encoding: .utf8)
            let changed = text.replacingOccurrences(of: old, with: new)
            try #require(changed != text, "\(text)")
            try changed.write(toFile: "\(package)/manifest.json", atomically: true, encoding: .utf8)
            try await refused(package, words)
        }
        // The last step fails when everything else is in place.
        try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
        try FileManager.default.copyItem(atPath: "\(folder)/package", toPath: "\(folder)/late")
        try FileManager.default.createDirectory(atPath: "\(folder)/late/config", withIntermediateDirectories: false)
        let late = await run(["site", "move", "--from", "\(folder)/late", "--data", data, "--configs", "\(folder)/file"])
        #expect(late.code == 1 && FileManager.default.fileExists(atPath: mark), "\(late.text)")
        try await Self.receive("\(folder)/package", pair.lower.folder)
        #expect(!FileManager.default.fileExists(atPath: mark))
        #expect(try FileManager.default.contentsOfDirectory(atPath: data).contains { $0.hasPrefix("_moved-liuyang-") })
    }

    @Test("What cannot be moved is refused and goes on: an unknown site, a folder that is not empty, a backup in place of a package, a wrong address")
    func refusals() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        await #expect(throws: Refusal.self) { try await pair.lower.host.moveOut("hunan", to: "\(folder)/package", address: nil) }
        await #expect(throws: (any Error).self) { try await pair.lower.host.moveOut("liuyang", to: pair.upper.folder, address: nil) }
        await #expect(throws: Refusal.self) { try await pair.lower.host.moveOut("liuyang", to: "\(folder)/package", address: "http://x") }
        let made = await run(["backup", "--data", "\(pair.lower.folder)/data", "--to", "\(folder)/backup"])
        #expect(made.code == 0)
        let backup = await run(["site", "move", "--from", "\(folder)/backup", "--data", "\(folder)/other", "--configs", "\(folder)/configs"])
        #expect(backup.code == 1 && backup.text.contains("不是站点迁移包"))
        let both = await run(["site", "move", "--from", "x", "--to", "y", "--data", "\(folder)/other", "--configs", "\(folder)/configs"])
        #expect(both.code == 2)
        try await pair.lower.tell("liuyang", 0..<10)
        try await pair.expectExact()
        try await pair.lower.host.moveOut("liuyang", to: "\(folder)/package", address: nil)
        let restored = await run(["restore", "--from", "\(folder)/package", "--data", "\(folder)/other"])
        #expect(restored.code == 1 && restored.text.contains("迁移包"))
        await pair.stop()
    }
}

@Suite("Certificates of links")
struct LinkCertificateTests {
    @Test("Renewed by themselves long before their end, audited at both ends; the link goes on, also after a restart; both ends watch when they end")
    func renewal() async throws {
        // The listener reckons with the machine's time, so that the certificate was issued long ago.
        let clock = TestClock(TimeSource.system.now.advanced(by: .seconds(-280 * 86_400)))
        let pair = try await Pair(clocks: (clock.source, clock.source))
        let (upper, lower) = (pair.upper, pair.lower)
        try await lower.tell("liuyang", 0..<5)
        try await pair.expectExact()
        let before = try #require(lower.host.links.first?.certificateUntil)
        #expect(upper.host.links.first?.certificateUntil == before)
        #expect(lower.host.expiry.terms.contains { $0.what == "link-certificate:liuyang/changsha" && $0.until == before && $0.site == "liuyang" })
        clock.advance(by: .seconds(280 * 86_400))
        try await lower.tell("liuyang", 5..<10)
        let wanted = before.advanced(by: .seconds(279 * 86_400))
        try await until { lower.host.links.contains { ($0.certificateUntil ?? before) > wanted } && upper.host.links.contains { ($0.certificateUntil ?? before) > wanted } }
        for (host, site) in [(upper, "changsha"), (lower, "liuyang")] {
            let identity = try #require(host.host.sites.first { $0.card.id == site }?.identity)
            try await until {
                let events = try identity.auditTrail(AuditFilter(), limit: 50, by: .person("audit", .auditAdministrator)).lines.map(\.record.event)
                return events.contains(.linkRenewed) && events.contains(.linkJoined)
            }
        }
        try await lower.tell("liuyang", 10..<15)
        try await pair.expectExact()
        await lower.stop()
        let again = try await lower.restarted()
        try await again.tell("liuyang", 15..<20)
        try await Pair.expectExact([upper, again])
        pair.line.close()
        await again.stop()
        await upper.stop()
    }
}
