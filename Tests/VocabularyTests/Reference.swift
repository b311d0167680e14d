import Foundation
import Vocabulary

/// The shipped reference data, read once for all tests.
enum Reference {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Configs/reference").path(percentEncoded: false)

    private static let loaded = Result { () throws(ReferenceData.LoadingFailure) in try ReferenceData.load(from: folder)
    }

    static func data() throws -> ReferenceData { try loaded.get() }
}
