extension CreditCode {
    /// A registering department (登记管理部门) and the kinds of bodies it registers.
    public struct Department: Hashable, Sendable {
        /// The code's first character.
        public let character: Character
        public let name: String
        /// Whether the list of kinds is known to be complete, so that another kind is a mistake. The lists of the other
        /// departments grew after 2015 (村民委员会 and 居民委员会 were added), so they only warn.
        let isClosed: Bool
        private let types: [Character: String]
        /// A bit per listed kind, by the character's value: codes are parsed by the million.
        private let typeBits: UInt32

        /// The name of a kind of body, by the code's second character.
        public func name(ofType character: Character) -> String? { types[character] }

        func lists(type value: Int) -> Bool { typeBits >> UInt32(value) & 1 == 1 }

        /// By the value of the first character.
        static func of(_ value: Int) -> Department? { all[value] }

        /// - Source: GB 32100-2015, tables 1 and 2
        private static let all: [Department?] = {
            let list = [
                Department("1", "机构编制", closed: true, ["1": "机关", "2": "事业单位", "3": "编办直接管理机构编制的群众团体", "9": "其他"]),
                Department("2", "外交", ["1": "外国常驻新闻机构", "9": "其他"]),
                Department(
                    "3", "司法行政",
                    ["1": "律师执业机构", "2": "公证处", "3": "基层法律服务所", "4": "司法鉴定机构", "5": "仲裁委员会", "9": "其他"]),
                Department("4", "文化", ["1": "外国在华文化中心", "9": "其他"]),
                Department("5", "民政", ["1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"]),
                Department("6", "旅游", ["1": "外国旅游部门常驻代表机构", "2": "港澳台地区旅游部门常驻内地（大陆）代表机构", "9": "其他"]),
                Department("7", "宗教", ["1": "宗教活动场所", "2": "宗教院校", "9": "其他"]),
                Department("8", "工会", ["1": "基层工会", "9": "其他"]),
                Department("9", "市场监管（工商）", closed: true, ["1": "企业", "2": "个体工商户", "3": "农民专业合作社"]),
                Department("A", "中央军委改革和编制办公室", ["1": "军队事业单位", "9": "其他"]),
                Department("N", "农业", ["1": "组级集体经济组织", "2": "村级集体经济组织", "3": "乡镇级集体经济组织", "9": "其他"]),
                Department("Y", "其他", closed: true, ["1": "其他"]),
            ]
            return CreditCode.alphabet.map { character in list.first { $0.character == character } }
        }()

        private init(_ character: Character, _ name: String, closed: Bool = false, _ types: [Character: String]) {
            self.character = character
            self.name = name
            self.types = types
            typeBits = CreditCode.alphabet.enumerated().reduce(0) { bits, entry in
                types[entry.element] == nil ? bits : bits | 1 << UInt32(entry.offset)
            }
            isClosed = closed
        }
    }

    /// The department that registered the body.
    public var department: Department? { Department.of(value(at: 0)) }

    /// The kind of body, such as 企业 or 事业单位; `nil` when our table does not know it.
    public var typeName: String? { department?.name(ofType: Self.alphabet[value(at: 1)]) }

    /// Whether the code is that of an enterprise (department 9, kind 1).
    public var isEnterprise: Bool { value(at: 0) == 9 && value(at: 1) == 1 }

    /// Whether the code is that of an individual business (个体工商户: department 9, kind 2).
    public var isIndividualBusiness: Bool { value(at: 0) == 9 && value(at: 1) == 2 }
}
