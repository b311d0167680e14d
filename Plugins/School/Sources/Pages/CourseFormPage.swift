import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// The form of a course: a new one, or one to change.
struct CourseFormPage {
    var course: CourseDetail?
    /// What stands in the field 负责地区 of a new one.
    var region: String
    var regions: RegionTable
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let back = course.map { "\(request.base)/courses/\($0.card.id)" } ?? "\(request.base)/courses"
        return Page(
            status: refusal?.status ?? 200, title: course == nil ? "登记课程" : "修改课程",
            trail: [("课程目录", "\(request.base)/courses")],
            layout: .narrow
        ) {
            Form(
                post: course == nil ? "\(request.base)/courses/new" : "\(back)/edit", of: request, refusal: refusal,
                submit: course == nil ? "登记" : "保存修改", cancel: back,
                draft: course.map { "修改课程 \($0.card.id)" } ?? "登记课程"
            ) { form in
                form.text(
                    "title", "课程名称", value: course?.card.title, hint: "4–60 个字", example: "中小企业融资实务", required: true)
                form.select(
                    "theme", "主题", CourseTheme.allCases.map { Choice($0.rawValue, $0.title) },
                    value: course?.card.theme.rawValue, required: true)
                form.radio(
                    "audience", "对象", Audience.allCases.map { Choice($0.rawValue, $0.title) },
                    value: course?.card.audience.rawValue ?? Audience.enterprises.rawValue, required: true)
                form.region(
                    "region", "负责地区", in: regions, below: request.site.region?.province, on: request.now.day,
                    value: course?.region?.description ?? region, hint: "该地区工作人员可以修改", required: true)
                form.number("hours", "学时", value: course.map { String($0.card.hours) }, unit: "学时", required: true)
                form.textarea("summary", "课程介绍", value: course?.summary, rows: 6, hint: "10–2000 个字", required: true)
                form.text("requirements", "学习要求", value: course?.requirements, hint: "需要事先了解什么")
                for proof in PrerequisiteProof.allCases {
                    form.textarea(
                        "needs-\(proof.rawValue)", "先修课程（须\(proof.title)）",
                        value: course?.prerequisites?.filter { $0.proof == proof }.map(\.course.description).joined(
                            separator: "\n"), rows: 2,
                        hint: "一行一个课程编号；报名时按手机号核对")
                }
                form.textarea(
                    "teachers", "师资",
                    value: course?.teachers.map { $0.name + ($0.position.map { "，\($0)" } ?? "") }.joined(
                        separator: "\n"), rows: 3,
                    hint: "一行一位：姓名，单位与职务。经本人同意后公开", example: "演示·王老师，演示大学副教授")
                if let materials = course?.materials, !materials.isEmpty {
                    form.checkboxes("removed", "移除已有资料", materials.map { Choice($0.digest, $0.name) })
                }
                form.file("openMaterials", "公开资料", hint: "PDF、图片、Word、Excel、MP4 视频等，单个不超过 20 MB；任何人可下载", multiple: true)
                form.file("materials", "学员资料", hint: "录取后可见；录播课的 MP4 视频放在这里", multiple: true)
            }
        }
    }
}
