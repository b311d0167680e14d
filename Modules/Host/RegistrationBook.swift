import Messages
import PluginKit
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The registrations that this program was found to make rightly, in a file of the data folder: looking into every message for personal
/// data is most of a start, and a program that did not change finds the same again. Another program, by the file it runs from, begins anew.
final class RegistrationBook: RegistrationMemory {
    private struct Pages {
        var known: Set<String> = []
        var isChanged = false
    }

    private let path: String
    private let program: String
    private let pages: Mutex<Pages>

    init(dataFolder: String, program: String = RegistrationBook.thisProgram) {
        path = "\(dataFolder)/_registrations"
        self.program = program
        let lines = (PrivateFile.text(path) ?? "").split(separator: "\n").map(String.init)
        pages = Mutex(Pages(known: lines.first == program && !program.isEmpty ? Set(lines.dropFirst()) : []))
    }

    func holds(_ registration: String) -> Bool { pages.withLock { $0.known.contains(registration) } }

    func keep(_ registration: String) {
        pages.withLock { if $0.known.insert(registration).inserted { $0.isChanged = true } }
    }

    /// Writes down what is new. Where it cannot be written, the next start looks again.
    func save() {
        let lines: [String]? = pages.withLock { pages in
            guard pages.isChanged, !program.isEmpty else { return nil }
            pages.isChanged = false
            return [program] + pages.known.sorted()
        }
        if let lines { try? PrivateFile.replace(path, Array((lines.joined(separator: "\n") + "\n").utf8), mode: 0o600) }
    }

    /// Where the program lies and when it was written; empty when the system does not tell: then nothing is remembered.
    static var thisProgram: String {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "" }
        return "program \(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}
