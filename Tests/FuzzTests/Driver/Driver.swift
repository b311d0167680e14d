#if DEBUG
import Foundation
import FuzzTargets

/// The target of this process: `SHUNIU_FUZZ`.
private let target = ProcessInfo.processInfo.environment["SHUNIU_FUZZ"].flatMap { FuzzTarget(rawValue: $0) }

/// What libFuzzer calls with every input; ends the process where a promise is broken. The name is what its own `main` looks for, which
/// the linker takes along.
@_cdecl("LLVMFuzzerTestOneInput")
func tryOne(_ start: UnsafePointer<UInt8>?, _ length: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: length))
    guard let target, let promise = target.brokenPromise(bytes) else { return 0 }
    print("broken promise of \(target.rawValue): \(promise)")
    fflush(nil)
    abort()
}

#if FUZZING
/// Of libFuzzer (FuzzerInterface.h): runs the loop in our own `main`, which SwiftPM renames, so that its own would not be found.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
#endif

/// Reads the files named and says which of them breaks a promise; built by `Tools/fuzz`, searches for more of them, with the options
/// of libFuzzer.
@main
struct Driver {
    static func main() {
        guard let target else {
            print("SHUNIU_FUZZ=<\(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|"))> fuzz FILE…")
            exit(2)
        }
        #if FUZZING
        var count = CommandLine.argc
        var words = CommandLine.unsafeArgv
        exit(runFuzzer(&count, &words, tryOne))
        #else
        var broken = false
        for path in CommandLine.arguments.dropFirst() {
            guard let promise = target.brokenPromise(Array(FileManager.default.contents(atPath: path) ?? Data())) else { continue }
            print("\(path): \(promise)")
            broken = true
        }
        exit(broken ? 1 : 0)
        #endif
    }
}
#else
@main
struct Driver {
    static func main() { print("Built for debugging only: one module looks into another.") }
}
#endif
