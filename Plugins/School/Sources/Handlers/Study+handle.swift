import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func reportStudy(_ command: ReportStudy, _ tx: Transaction) throws -> StudyReceipt {
        let row = try tx.registration(command.registration, code: command.code)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        let session = try tx.lesson(command.session, of: schoolClass)
        if let closed = Self.closed(row, schoolClass, session, now: tx.now) {
            throw SchoolRefusal.make("study-closed", "\(closed)请返回凭证页查看。", log: "no study time counts now")
        }
        var input = InputRules()
        if command.pieces.count > 50 { input.add("pieces", "一次报送的片段最多 50 个，现有 \(command.pieces.count) 个。请分次报送。") }
        for (index, piece) in command.pieces.enumerated() where piece.from < 0 || piece.to <= piece.from {
            input.add("pieces/\(index)", "第 \(index + 1) 个片段的终点须晚于起点。请刷新学习页面后重试。", value: "\(piece.from)–\(piece.to)")
        }
        try input.refuseIfFaulty()

        let limit = settings.attentionMinutes
        var clock = try tx.studyClock(of: row) ?? StudyClock(startedAt: tx.now)
        let taken = clock.take(
            command.pieces, isPresent: command.isPresent == true, now: tx.now, confirmAfter: limit)
        try tx.keep(clock, of: row)
        var study = try tx.study(of: row, in: session.number)
        if !taken.isEmpty {
            let length = (session.minutes ?? 0) * 60_000
            study.coverage.add(taken, length: length)
            if study.completedAt == nil,
                study.coverage.reaches(session.studyPercent ?? StudyRules.usualPercent, of: length)
            {
                study.completedAt = tx.now
                try tx.announce(
                    LessonStudied(
                        registration: row.id, schoolClass: row.schoolClass, session: session.number,
                        studied: study.coverage.length / 1000))
            }
            try tx.keep(study, of: row, in: session.number)
        }
        return StudyReceipt(
            progress: try tx.progress(of: row, in: session), credited: taken.reduce(0) { $0 + $1.to - $1.from },
            mustConfirm: clock.mustConfirm(after: limit), pieces: study.coverage.pieces)
    }

    func getLesson(_ query: GetLesson, _ snapshot: Snapshot) throws -> Lesson {
        let row = try snapshot.registration(query.registration, code: query.code)
        let schoolClass = try snapshot.schoolClass(row.schoolClass)
        let session = try snapshot.lesson(query.session, of: schoolClass)
        // Before somebody has a seat the video is not theirs to see.
        guard row.state == .enrolled,
            let video = try snapshot.materials(of: schoolClass.card.course).first(where: { $0.digest == session.video })
        else {
            throw SchoolRefusal.make(
                "no-lesson",
                row.state == .enrolled
                    ? "「\(session.title)」的视频已被移除。请联系举办方。" : "报名现为「\(row.state.title)」，录取后才能学习录播课。请返回凭证页查看。",
                log: "no video for this registration")
        }
        return Lesson(
            registration: row.id, schoolClass: row.schoolClass, title: schoolClass.card.title, session: session,
            video: video, chapters: session.chapters ?? [], progress: try snapshot.progress(of: row, in: session),
            pieces: try snapshot.study(of: row, in: session.number).coverage.pieces,
            closed: Self.closed(row, schoolClass, session, now: snapshot.now))
    }

    /// Why nothing is counted now.
    private static func closed(_ row: RegistrationRow, _ schoolClass: ClassRow, _ session: SessionCard, now: Timestamp)
        -> String?
    {
        if row.state != .enrolled { return "报名现为「\(row.state.title)」，录取后学习才计时。" }
        if schoolClass.card.state != .published && schoolClass.card.state != .finished {
            return "班次\(schoolClass.card.state.title)，学习不计时。"
        }
        if session.isCancelled { return "「\(session.title)」已取消，学习不计时。" }
        if now < session.startsAt { return "「\(session.title)」从 \(Words.dateTime(session.startsAt)) 起可以学习。" }
        if now >= session.endsAt { return "「\(session.title)」的学习时间已于 \(Words.dateTime(session.endsAt)) 结束，不再计时。" }
        return nil
    }

    func findStudy(_ query: FindStudy, _ snapshot: Snapshot) throws -> Listing<StudyCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(RegistrationID.self)
        let row = try managed(query.schoolClass, snapshot)
        let cards = try snapshot.registrations(
            enterprise: nil, enteredBy: nil, schoolClass: row.id, state: .enrolled, after: place, limit: limit + 1
        ).map {
            StudyCard(
                registration: $0.id, enterprise: $0.enterprise, name: try snapshot.unseal(String.self, $0.sealedName),
                lessons: try snapshot.lessons(of: $0) ?? [])
        }
        return try Listing(probing: cards, limit: limit) { $0.registration }
    }
}

extension SQLReading {
    /// A recorded lesson whose study time is counted.
    fileprivate func lesson(_ number: Int, of row: ClassRow) throws -> SessionCard {
        guard let session = try sessions(of: row.id, withLinks: true).first(where: { $0.number == number }),
            session.isMeasured == true
        else {
            throw SchoolRefusal.make(
                "no-lesson", "「\(row.card.title)」没有第 \(number) 场录播课，或该场不计学习时间。请返回凭证页查看课次安排。",
                log: "session \(number) of \(row.id) has no video of ours")
        }
        return session
    }
}
