import CLinux
import Glibc
package import Messages

/// Content that is handed to another process as a descriptor without a name: in memory, or where a confined plug-in may have no such
/// memory, on the disk of its own folder.
package enum MemoryFile {
    /// A descriptor that holds the bytes; whoever gets it closes it.
    ///
    /// - Throws: a `Refusal` (503) when memory or descriptors run out.
    package static func make(_ bytes: [UInt8]) throws(Refusal) -> Int32 {
        var descriptor = shuniu_memory_file("shuniu")
        if descriptor < 0, errno == EPERM, let folder = getenv("TMPDIR") { descriptor = shuniu_unnamed_file(folder) }
        guard descriptor >= 0 else { throw .noMemoryFile }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                close(descriptor)
                throw .noMemoryFile
            }
            done += count
        }
        return descriptor
    }

    package static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

    /// Lets go of the pages of this program and its libraries that were read so far and hold nothing but the file's content; what is
    /// needed again comes back by itself.
    package static func releaseProgram() { shuniu_release_program() }
}

extension Refusal {
    fileprivate static let noMemoryFile = Refusal(
        "bus.no-memory", status: 503, message: "系统暂时没有足够的内存处理附件，本次没有受理。请稍后再试。", log: "no memory file for an attachment",
        retryAfter: .seconds(5))
}
