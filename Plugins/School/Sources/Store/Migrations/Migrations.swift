import Store

/// The school's tables, in the order they came to be; released ones never change.
enum Migrations {
    /// The last line holds the highest number, so that two parallel migrations meet at merge.
    static let all = [
        createClasses,  // 1
        keepAttendance,  // 2
        issueCertificates,  // 3
        askQuestions,  // 4
        countStudy,  // 5
        orderCourses,  // 6
        trainStaff,  // 7
        offerMatching,  // 8
        limitRegions,  // 9
    ]
}
