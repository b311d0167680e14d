import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func saveCourse(_ command: SaveCourse, _ tx: Transaction) throws -> CourseReceipt {
        guard Rights.manages(tx.actor, command.region) else { throw SchoolRefusal.region(command.region.description) }
        if let id = command.course {
            let old = try tx.course(id)
            guard Rights.manages(tx.actor, old.region) else { throw SchoolRefusal.region(old.region.description) }
        }
        var input = InputRules()
        input.text("title", "课程名称", command.title, 4...60)
        input.text("summary", "课程介绍", command.summary, 10...2000)
        input.text("requirements", "学习要求", command.requirements, 1...300)
        input.number("hours", "学时", command.hours, 1...200)
        if command.teachers.count > 10 { input.add("teachers", "师资最多 10 人，现有 \(command.teachers.count) 人。请删减。") }
        for teacher in command.teachers {
            input.text("teachers", "教师姓名", teacher.name, 1...40)
            input.text("teachers", "教师单位与职务", teacher.position, 1...80)
        }
        input.materials(command.materials, kept: tx.attachmentSize)
        for material in command.materials where material.length > settings.largestMaterial {
            input.add("materials", "资料「\(material.name)」超过 \(settings.largestMaterial / 1_048_576) MB。请压缩或拆分后上传。")
        }
        try check(command.prerequisites ?? [], of: command.course, &input, tx)
        try input.refuseIfFaulty()

        let id = try command.course ?? tx.nextCourseID()
        if command.course == nil {
            try tx.run(
                """
                INSERT INTO course (id, title, theme, audience, region, hours, summary, requirements, entered_at, changed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, id, command.title, command.theme, command.audience, command.region, command.hours, command.summary,
                command.requirements, tx.now, tx.now)
        } else {
            try tx.run(
                """
                UPDATE course SET title = ?, theme = ?, audience = ?, region = ?, hours = ?, summary = ?, requirements = ?, changed_at = ?
                WHERE id = ?
                """, command.title, command.theme, command.audience, command.region, command.hours, command.summary,
                command.requirements, tx.now, id)
            try tx.run("DELETE FROM teacher WHERE course = ?", id)
            try tx.run("DELETE FROM material WHERE course = ?", id)
        }
        for (place, teacher) in command.teachers.enumerated() {
            try tx.run(
                "INSERT INTO teacher (course, place, name, position) VALUES (?, ?, ?, ?)", id, place, teacher.name,
                teacher.position)
        }
        for (place, material) in command.materials.enumerated() {
            try tx.run(
                "INSERT INTO material (course, place, digest, name, type, length, is_open) VALUES (?, ?, ?, ?, ?, ?, ?)",
                id, place,
                material.digest, material.name, material.type, material.length, material.isOpen)
        }
        if let needs = command.prerequisites {
            try tx.run("DELETE FROM prerequisite WHERE course = ?", id)
            for (place, need) in needs.enumerated() {
                try tx.run(
                    "INSERT INTO prerequisite (course, place, needs, proof) VALUES (?, ?, ?, ?)", id, place,
                    need.course, need.proof)
            }
        }
        try CourseSearch.note(id, command, in: tx.store)
        try tx.announce(
            CourseSaved(
                course: id, title: command.title, theme: command.theme, audience: command.audience,
                region: command.region,
                hours: command.hours, isNew: command.course == nil))
        return CourseReceipt(course: id)
    }
}

extension Transaction {
    fileprivate func nextCourseID() throws -> CourseID {
        let year = now.day.year
        return CourseID(
            year: year,
            serial: try nextSerial(
                "SELECT max(CAST(substr(id, 7) AS INTEGER)) FROM course WHERE id LIKE ?", "C\(year)-%"))
    }

    func nextClassID() throws -> ClassID {
        let year = now.day.year
        return ClassID(
            year: year,
            serial: try nextSerial(
                "SELECT max(CAST(substr(id, 7) AS INTEGER)) FROM class WHERE id LIKE ?", "K\(year)-%"))
    }

    private func nextSerial(_ sql: String, _ pattern: String) throws -> Int {
        let used: Int? = try value(sql, pattern)
        return (used ?? 0) + 1
    }
}
