#if DEBUG
import Foundation
import FuzzTargets

/// The target of this process: `SHUNIU_FUZZ`, or the first argument.
private let target = ProcessInfo.processInfo.environment["SHUNIU_FUZZ"].flatMap { FuzzTarget(rawValue: $0) }

/// Reads the files named and says which of them breaks a promise.
@main
struct Driver {
    static func main() {
        guard let target else {
            print("SHUNIU_FUZZ=<\(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|"))> fuzz FILE…")
            exit(2)
        }
        var broken = false
        for path in CommandLine.arguments.dropFirst() {
            guard let promise = target.brokenPromise(Array(FileManager.default.contents(atPath: path) ?? Data())) else { continue }
            print("\(path): \(promise)")
            broken = true
        }
        exit(broken ? 1 : 0)
    }
}
#else
@main
struct Driver {
    static func main() { print("Built for debugging only: one module looks into another.") }
}
#endif
