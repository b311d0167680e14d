import CLinux
import Dispatch

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A thread for one piece of work that mostly waits. Dispatch has 255 threads for the whole process: two hundred links that each block one would
/// leave none for anything else.
package struct OwnThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let body: Body

    package init(_ body: @escaping @Sendable () -> Void) { self.body = Body(body) }

    /// Begins; the thread goes when the work ends. Where the system has no thread left, dispatch has to do.
    package func start() {
        var thread: pthread_t = 0
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // Room is taken only as far as it is used.
        pthread_attr_setstacksize(&attributes, 4 << 20)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = Unmanaged.passRetained(body)
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        pthread_attr_destroy(&attributes)
        guard code != 0 else { return }
        context.release()
        DispatchQueue.global().async { [body] in body.run() }
    }
}
