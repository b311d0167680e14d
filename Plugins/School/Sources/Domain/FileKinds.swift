import SchoolContracts
import Store

/// Which files may be materials.
enum FileKinds {
    static func kind(of type: String) -> FileKind? { FileKind.allCases.first { $0.mediaType == type } }
}

extension Material {
    /// A lesson can be made of it.
    var isVideo: Bool { type == FileKind.mp4.mediaType }
}
