// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The whole house, every target once. Arrows point down only; `Tests/BoundaryTests` checks them against every import.
// No package dependencies: Foundation, the toolchain's own modules, libsqlite3, libssl/libcrypto.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

/// Further pages beside the README.
let pages = ["Exchange": ["PROTOCOL.md"], "Bus": ["PROTOCOL.md"], "PluginKit": ["FIRST-PLUGIN.md"]]

func module(_ name: String, uses dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Modules/\(name)", exclude: ["README.md"] + pages[name, default: []],
        resources: resources, swiftSettings: strict)
}

/// Tests of a module; what lies in `Fixtures` is data, even where it ends in `.swift`.
func tests(of name: String, fixtures: Bool = false, uses dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests",
        exclude: fixtures ? ["Fixtures"] : [], swiftSettings: strict)
}

/// The three targets of a plug-in, from its name: what others may import, what it does, and its tests.
func plugin(_ name: String, speaksTo others: [String] = []) -> [Target] {
    let own = Target.Dependency.target(name: "\(name)Contracts")
    // A plug-in whose folder was taken out is not spoken to; who can do without says `#if canImport`.
    let contracts = others.filter { FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Plugins/\($0)") }.map { Target.Dependency.target(name: "\($0)Contracts") }
    return [
        .target(
            name: "\(name)Contracts", dependencies: ["Messages", "Vocabulary"], path: "Plugins/\(name)/Contracts",
            exclude: ["contract.json"], swiftSettings: strict),
        .target(
            name: "\(name)Plugin", dependencies: [own, "PluginKit"] + contracts,
            path: "Plugins/\(name)/Sources", swiftSettings: strict),
        .testTarget(
            name: "\(name)PluginTests", 
            dependencies: [own, .target(name: "\(name)Plugin"), "PluginKit", "TestKit"] + contracts,
            path: "Plugins/\(name)/Tests", exclude: ["Fixtures"],
            swiftSettings: strict),
    ]
}

let package = Package(
    name: "shuniu",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "shuniu", targets: ["shuniu"]),
        // For plug-ins in packages of their own, `shuniu plugin new`.
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "TestKit", targets: ["TestKit"]),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", path: "Modules/CSQLite"),
        .systemLibrary(name: "COpenSSL", path: "Modules/COpenSSL"),
        .systemLibrary(name: "CLinux", path: "Modules/CLinux"),
        module("Vocabulary"),
        module("Crypto", uses: ["COpenSSL", "Vocabulary"]),
        module("Messages", uses: ["Vocabulary"]),
        module("Store", uses: ["CSQLite", "COpenSSL", "CLinux", "Messages", "Vocabulary"]),
        module("Pages", uses: ["Messages", "Vocabulary"]),
        module("Bus", uses: ["CLinux", "Crypto", "Store", "Messages", "Vocabulary"]),
        module("Network", uses: ["CLinux", "COpenSSL", "Crypto", "Vocabulary"]),
        module("Identity", uses: ["COpenSSL", "Crypto", "Store", "Messages", "Vocabulary"]),
        module("PluginKit", uses: ["Bus", "Crypto", "Store", "Pages", "Messages", "Vocabulary"]),
        module("Exchange", uses: ["Crypto", "Identity", "Network", "Bus", "Store", "Messages", "Vocabulary"]),
        module("Trunk", uses: ["Crypto", "Network", "Bus", "Store", "Messages", "Vocabulary"]),
        module("Gateway", uses: ["PluginKit", "Bus", "Network", "Exchange", "Identity", "Crypto", "Pages", "Store", "Messages", "Vocabulary"]),
        module("Host", uses: ["CLinux", "Gateway", "Trunk", "PluginKit", "Bus", "Network", "Exchange", "Identity", "Crypto", "Pages", "Store", "Messages", "Vocabulary"]),
        module("TestKit", uses: ["CLinux", "Host", "Gateway", "PluginKit", "Bus", "Network", "Identity", "Pages", "Store", "Messages", "Vocabulary"]),

        .target(
            name: "Telephony",
            dependencies: [
                "Host", "HotlineContracts", "HotlinePlugin", "PluginKit", "Bus", "Network", "Crypto", "Pages",
                "Messages", "Vocabulary",
            ],
            path: "Tools/telephony", swiftSettings: strict),
        .executableTarget(
            name: "shuniu",
            dependencies: ["Telephony", "Host", "RegistryPlugin", "MarketPlugin", "MatchingPlugin", "HotlinePlugin", "AppealsPlugin", "SchoolPlugin", "ExpoPlugin", "CoordinationPlugin", "PluginKit"],
            path: "Tools/shuniu", swiftSettings: strict),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Host", "TestKit", "Trunk", "Gateway", "Identity", "PluginKit", "Bus", "Pages", "Network", "Store", "Messages", "Vocabulary", "COpenSSL", "CLinux",
                "MarketContracts", "MarketPlugin", "MatchingContracts", "MatchingPlugin", "HotlineContracts", "HotlinePlugin",
            ],
            path: "Tools/bench", exclude: ["README.md", "run"], swiftSettings: strict),

        .executableTarget(
            name: "victim", dependencies: ["Bus", "Crypto", "Exchange", "Store", "Messages", "Vocabulary"], path: "Tests/CrashTests/Victim",
            swiftSettings: strict),
        .testTarget(
            name: "CrashTests", dependencies: ["victim", "TestKit"], path: "Tests/CrashTests", exclude: ["Victim"], swiftSettings: strict),
        tests(of: "Vocabulary", fixtures: true, uses: ["TestKit", "Vocabulary"]),
        tests(of: "Messages", fixtures: true, uses: ["TestKit", "Messages", "Vocabulary"]),
        tests(of: "Store", fixtures: true, uses: ["TestKit", "Store", "Messages", "Vocabulary", "CSQLite"]),
        tests(of: "Bus", uses: ["Bus", "Store", "Messages", "Vocabulary"]),
        tests(of: "Network", fixtures: true, uses: ["TestKit", "Network", "Crypto", "CLinux", "COpenSSL"]),
        tests(of: "Crypto", uses: ["Crypto", "Vocabulary"]),
        tests(of: "Identity", uses: ["TestKit", "Identity", "Crypto", "Store", "Messages", "Vocabulary"]),
        tests(of: "Exchange", uses: ["TestKit", "Exchange", "Identity", "Network", "Crypto", "Bus", "Store", "Messages", "Vocabulary", "CSQLite"]),
        tests(of: "Pages", fixtures: true, uses: ["Pages", "Messages", "Vocabulary"]),
        tests(of: "Gateway", fixtures: true, uses: ["Gateway", "TestKit", "Host", "PluginKit", "Bus", "Network", "Exchange", "Identity", "Crypto", "Pages", "Store", "Messages", "Vocabulary"]),
        tests(of: "Host", uses: ["shuniu", "Host", "Trunk", "Gateway", "TestKit", "PluginKit", "Bus", "Network", "Exchange", "Identity", "Crypto", "Pages", "Store", "Messages", "Vocabulary"]),
        .executableTarget(
            name: "brokerpeer", dependencies: ["Trunk", "Host", "Network", "PluginKit", "Bus", "Messages", "Vocabulary"], path: "Tests/TrunkTests/BrokerPeer",
            swiftSettings: strict),
        .executableTarget(
            name: "trunkpeer", dependencies: ["Trunk", "Host", "Network", "PluginKit", "Bus", "Messages", "Vocabulary"], path: "Tests/TrunkTests/Peer",
            swiftSettings: strict),
        .testTarget(
            name: "TrunkTests", dependencies: ["MarketContracts", "MarketPlugin", "MatchingContracts", "MatchingPlugin", "Gateway", "brokerpeer", "trunkpeer", "Trunk", "Crypto", "Host", "TestKit", "Network", "Identity", "Pages", "PluginKit", "Bus", "Store", "Messages", "Vocabulary"],
            path: "Tests/TrunkTests", exclude: ["BrokerPeer", "Peer"], swiftSettings: strict),
        .target(
            name: "FuzzTargets", dependencies: ["Gateway", "Trunk", "Network", "Pages", "Messages", "Vocabulary"], path: "Tests/FuzzTests/Targets",
            swiftSettings: strict),
        .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/FuzzTests/Driver", swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets", "TestKit"], path: "Tests/FuzzTests", exclude: ["Targets", "Driver", "Fixtures"],
            swiftSettings: strict),
        tests(of: "Program", fixtures: true, uses: ["TestKit", "Network", "Store", "Messages", "shuniu"]),
        tests(
            of: "Browser",
            uses: [
                "TestKit", "HotlineContracts", "HotlinePlugin", "MarketContracts", "MarketPlugin", "MatchingPlugin", "Host", "Identity", "PluginKit", "Messages",
                "Vocabulary", "shuniu",
            ]),
        tests(
            of: "Telephony",
            uses: [
                "Telephony", "TestKit", "Host", "HotlineContracts", "HotlinePlugin", "PluginKit", "Bus", "Network",
                "Crypto", "Messages", "Vocabulary",
            ]),
        tests(
            of: "Departments",
            uses: [
                "AppealsContracts", "AppealsPlugin", "HotlineContracts", "HotlinePlugin", "TestKit", "Host", "Identity", "Exchange", "Crypto", "Pages", "PluginKit",
                "Messages", "Vocabulary",
            ]),
        tests(of: "Boundary", fixtures: true, uses: ["TestKit"]),
    ] + plugin("Registry") + plugin("Market", speaksTo: ["School"]) + plugin("Matching", speaksTo: ["Market"]) + plugin("Hotline", speaksTo: ["Market", "Matching", "Appeals"]) + plugin("Appeals", speaksTo: ["Hotline"]) + plugin("School", speaksTo: ["Matching"]) + plugin("Expo", speaksTo: ["Matching", "Market"]) + plugin("Coordination")
)
