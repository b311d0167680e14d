import Dispatch
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// A host made to be killed: tells and charges as fast as it may, and prints each number once it is acknowledged.
///
/// Usage: `trunkpeer FOLDER PORT SITES SITE OTHER FIRST`; sites apart by commas, the site that tells, the site that it charges.
@main
struct TrunkPeer {
    private static let workers = 3

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 7, let port = Int(words[2]), let first = Int(words[6]) else { exit(2) }
        let (site, other) = (words[4], words[5])
        let host = try await PeerHost(words[1], port: port, sites: words[3].split(separator: ",").map(String.init))
        say("ready")
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    // One subject a worker: what it tells is told in that order.
                    var number = first * workers + worker
                    while true {
                        let numbers = [number, number + workers]
                        guard (try? await host.tell(site, numbers)) != nil else { return }
                        say("told \(numbers[0])\ntold \(numbers[1])")
                        number += 2 * workers
                        if number % 10 == 0 {
                            // At the very start the other site may not be known yet.
                            if (try? await host.charge(number, from: site, to: other)) != nil { say("charged \(number)") }
                        }
                        // Leaves the other end some of the machine.
                        await withCheckedContinuation { continuation in
                            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(4)) { continuation.resume() }
                        }
                    }
                }
            }
        }
    }

    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
