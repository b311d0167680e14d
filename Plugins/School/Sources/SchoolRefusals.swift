import Messages
import SchoolContracts

/// Every refusal of the school, in one place: code, status, the sentence with its next step, the line for the log.
enum SchoolRefusal {
    /// All codes with what they are about, for the printed table; a test checks them for duplicates.
    static let codes: [(code: String, status: Int, about: String)] = [
        ("school.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("school.course-unknown", 404, "没有这门课程"),
        ("school.class-unknown", 404, "没有这个班次"),
        ("school.registration-unknown", 404, "没有这个报名，或凭证码不对"),
        ("school.file-unknown", 404, "没有这个附件"),
        ("school.region-not-yours", 403, "不在您的辖区内"),
        ("school.not-yours", 403, "无权办理此报名"),
        ("school.no-organisation", 403, "账号没有关联企业"),
        ("school.other-organisation", 403, "不能替其他企业报名"),
        ("school.audience", 403, "本班不面向该类人员"),
        ("school.not-open", 409, "不在报名时间内，或班次未发布"),
        ("school.enterprise-limit", 409, "超过每家企业限报人数"),
        ("school.already-registered", 409, "同一人已经报名"),
        ("school.illegal-step", 409, "当前状态不能办理此事项"),
        ("school.offer-over", 409, "递补的保留时间已过"),
        ("school.class-began", 409, "已经开课"),
        ("school.capacity-taken", 409, "名额不能少于已占用的"),
        ("school.quota-taken", 409, "地区名额不能少于已占用的"),
        ("school.session-unknown", 404, "班次没有这场课"),
        ("school.no-check-in", 409, "这场课不能签到"),
        ("school.not-present", 409, "没有可撤销的签到"),
        ("school.already-present", 409, "已经签到，不能换人"),
        ("school.no-door", 404, "这场课没有现场签到"),
        ("school.no-quiz", 404, "课程没有测验"),
        ("school.quiz-closed", 409, "现在不能作答"),
        ("school.survey-closed", 409, "现在不能评价，或已经评价"),
        ("school.no-lesson", 404, "没有这场录播课，或视频不在"),
        ("school.study-closed", 409, "现在不计学习时间"),
        ("school.prerequisite-missing", 409, "缺少先修课程的证书或出勤"),
        ("school.matching-closed", 409, "现在不能登记服务需求，或已经登记"),
        ("school.series-unknown", 404, "没有这个课程系列"),
        ("school.trainee-unknown", 404, "没有这份培训档案，或手机号不符"),
        ("school.already-trainee", 409, "同一人已在培训名单中"),
        ("school.certificate-unknown", 404, "没有这份证书，或查验码不对"),
        ("school.no-certificates", 409, "没有可签发的证书"),
        ("school.issue-running", 409, "正在发证"),
        ("school.certificate-revoked", 409, "证书已经撤销"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "school.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else {
            preconditionFailure("\(code) is not in the list of refusals")
        }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal {
        make(
            "invalid-input", "有 \(faults.count) 处内容需要更正：\(faults.map(\.message).joined(separator: " "))",
            log: "invalid input in \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static func unknown(_ course: CourseID) -> Refusal {
        make("course-unknown", "没有编号为 \(course) 的课程。请在课程目录中查找。", log: "no course \(course)")
    }

    static func unknown(_ schoolClass: ClassID) -> Refusal {
        make(
            "class-unknown", "没有编号为 \(schoolClass) 的班次，或尚未发布。请在课堂列表中查找。", log: "no class \(schoolClass) for this actor")
    }

    /// The same for a wrong number, a wrong code, and somebody else's: numbers can be guessed.
    static func unknown(_ registration: RegistrationID) -> Refusal {
        make(
            "registration-unknown", "没有编号为 \(registration) 的报名，或您无权查看。请核对编号和凭证码，或向报名企业索取链接。",
            log: "no registration \(registration) for this actor or code")
    }

    /// The same for a wrong number and a wrong code.
    static func unknown(_ number: CertificateNumber) -> Refusal {
        make(
            "certificate-unknown", "没有编号为 \(number) 的证书，或查验码不对。请对照证书核对编号和查验码，或扫描证书上的二维码。",
            log: "no certificate \(number) for this code")
    }

    static func unknown(_ series: SeriesID) -> Refusal {
        make("series-unknown", "没有编号为 \(series) 的课程系列。请在课程系列中查找。", log: "no series \(series)")
    }

    /// The same for a wrong number, a wrong telephone number, and somebody else's.
    static func unknown(_ trainee: TraineeID) -> Refusal {
        make(
            "trainee-unknown", "没有编号为 \(trainee) 的培训档案，或手机号与登记的不符，或已由他人认领。请向登记人员核对编号和手机号。",
            log: "no trainee \(trainee) for this actor or telephone")
    }

    static func region(_ name: String) -> Refusal {
        make(
            "region-not-yours", "区划 \(name) 不在您的辖区内，不能办理。请由该辖区的工作人员办理。",
            log: "actor's grants do not reach region \(name)")
    }

    static func illegal(_ action: RegistrationAction, in state: RegistrationState, possible: [RegistrationAction])
        -> Refusal
    {
        let words = possible.isEmpty ? "该报名已经结束，不能再办理" : "可以办理：\(possible.map(\.title).joined(separator: "、"))"
        return make(
            "illegal-step", "报名现为「\(state.title)」，不能办理「\(action.title)」。\(words)。",
            log: "\(action.rawValue) is illegal in state \(state.rawValue)")
    }

    static func present(_ registration: RegistrationID) -> Refusal {
        make(
            "already-present", "报名 \(registration) 已有签到记录，不能换人。如为误签，请工作人员先撤销签到；如另有人要参加，请另行报名。",
            log: "registration \(registration) has a presence")
    }

    static func began(_ what: String) -> Refusal {
        make("class-began", "班次已经开课，不能再\(what)。如有特殊情况，请联系举办方。", log: "the class has begun")
    }
}
