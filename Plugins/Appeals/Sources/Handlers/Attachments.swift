import AppealsContracts
import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Files that were handed in with a matter. The anonymous box takes none: a file tells more of its maker than its text.
extension Rulebook {
    func check(_ files: [AttachmentReference], _ input: inout InputRules, _ tx: Transaction) {
        check(count: files.count, &input)
        for file in files where tx.attachmentSize(file.digest) != Int(file.length) {
            input.add("attachments", "附件“\(file.name.prefix(40))”没有上传成功。请重新选择文件。", value: file.name)
        }
    }

    func check(count: Int, _ input: inout InputRules) {
        if count > 5 { input.add("attachments", "附件最多 5 个，现有 \(count) 个。请删减。") }
    }

    func attach(_ files: [AttachmentReference], to row: CaseRow, _ tx: Transaction) throws {
        for file in files {
            try tx.run(
                "INSERT OR IGNORE INTO attachment (appeal, digest, name, type, length) VALUES (?, ?, ?, ?, ?)", row.id,
                file.digest, file.name,
                file.type, file.length)
        }
    }

    func attachments(of appeal: Int64, _ snapshot: Snapshot) throws -> [AttachmentReference] {
        try snapshot.rows("SELECT digest, name, type, length FROM attachment WHERE appeal = ? ORDER BY name", appeal) {
            AttachmentReference(digest: try $0.get(0), name: try $0.get(1), type: try $0.get(2), length: try $0.get(3))
        }
    }

    /// For whoever may see the matter and who submitted it.
    func attachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let found = try snapshot.rows(
            "SELECT a.name, a.length, o.number FROM attachment a JOIN appeal o ON o.id = a.appeal WHERE a.digest = ?",
            digest
        ) {
            (
                name: try $0.get(0, as: String.self), length: try $0.get(1, as: Int.self),
                number: try $0.get(2, as: CaseNumber.self)
            )
        }
        for one in found {
            guard let row = try? snapshot.appeal(one.number, for: sight),
                row.signing == .signed || sight.isDesk(row.region)
            else { continue }
            return Attachment(
                digest: digest, size: one.length, name: one.name, type: FileKind(fileName: one.name) ?? .pdf)
        }
        return nil
    }

    func keeps(_ digest: String, _ snapshot: Snapshot) throws -> Bool {
        try snapshot.value("SELECT 1 FROM attachment WHERE digest = ? LIMIT 1", digest, as: Int.self) != nil
    }
}
