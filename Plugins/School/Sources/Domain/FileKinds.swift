import Store

/// Which files may be materials.
enum FileKinds {
    static func kind(of type: String) -> FileKind? { FileKind.allCases.first { $0.mediaType == type } }
}
