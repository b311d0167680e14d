import CSQLite

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension StoreFile {
    /// A consistent copy while the file is in use; written beside the target, checked, then renamed. Cost: the file's size.
    public func backup(to target: String) throws { preconditionFailure("unfinished") }
}
