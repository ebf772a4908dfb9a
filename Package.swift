// swift-tools-version:6.2
import PackageDescription

// The strict settings, in one list, for every room.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// What rooms take from outside; design and reasons in docs/architecture.md.
extension Target.Dependency {
    static let algorithms = product(name: "Algorithms", package: "swift-algorithms")
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras = product(name: "CryptoExtras", package: "swift-crypto")
    static let heap = product(name: "HeapModule", package: "swift-collections")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let coreMetrics = product(name: "CoreMetrics", package: "swift-metrics")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let hummingbirdHTTP2 = product(name: "HummingbirdHTTP2", package: "hummingbird")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let system = product(name: "SystemPackage", package: "swift-system")
}

func room(_ name: String, _ dependencies: [Target.Dependency], embedding files: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, resources: files.map { .embedInCode($0) }, swiftSettings: strict)
}

func tests(
    of name: String, as title: String? = nil, _ dependencies: [Target.Dependency] = [], besides files: [String] = []
) -> Target {
    .testTarget(
        name: "\(title ?? name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: files,
        swiftSettings: strict)
}

let package = Package(
    name: "trimtab",
    products: [.executable(name: "trimtab", targets: ["trimtab"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-algorithms", from: "1.2.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSystemd"),
        // Rooms, in the order of docs/architecture.md: a room imports only rooms named before it.
        room("Manifest", ["CLibYAML", .algorithms, .crypto]),
        room("Model", ["Manifest", .algorithms, .crypto]),
        room("Fleet", ["Manifest", "Model", .algorithms]),
        room("Journal", ["Manifest", "Model", .crypto, .grdb, .sqlite, .nioPosix]),
        room("GitSource", ["CLinux", "Manifest", "Model", .algorithms, .crypto, .nioPosix, .subprocess, .system]),
        room("Kustomize", ["Manifest", "Model", .crypto]),
        room("Helm", ["CLinux", "CZlib", "Manifest", "Model", .crypto, .nioPosix, .system]),
        room("Rendering", ["Manifest", "Model", "Fleet", "Kustomize", "Helm"]),
        room("Age", ["Manifest", .crypto, .cryptoExtras]),
        room("Secrets", ["CLinux", "Manifest", "Model", "Fleet", "Age", .crypto, .subprocess, .system]),
        room("Engine", ["Manifest", "Model", "Fleet", .heap]),
        room("HostTarget", ["CLinux", "CSystemd", "Manifest", "Model", "Fleet", "Engine", .crypto, .nioPosix]),
        room(
            "KubernetesClient",
            ["Manifest", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .subprocess, .system]),
        room("KubernetesTarget", ["Manifest", "Model", "Fleet", "Engine", "KubernetesClient", .algorithms]),
        room("Telemetry", ["Manifest", "Model", .coreMetrics, .logging]),
        room("Identity", ["Manifest", "Model", "Fleet", .crypto, .cryptoExtras]),
        room("API", ["Manifest", "Model", "Fleet", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix, .nioSSL]),
        room("SignIn", ["Manifest", "Model", "Identity", "API", .nioPosix]),
        room("Notifications", ["Manifest", "Model", "Fleet", "API", .crypto]),
        room("Webhooks", ["Manifest", "Model", "Fleet", .crypto]),
        room(
            "Server",
            [
                "CLinux", "Manifest", "Model", "Fleet", "Identity", "API", "SignIn", "Webhooks", .hummingbird,
                .hummingbirdCore,
                .hummingbirdHTTP2, .httpTypes, .logging, .nioCore, .nioHTTPTypes, .nioPosix, .nioSSL, .serviceLifecycle,
            ]),
        room("Commands", ["Manifest", "Model", "Fleet", "Kustomize", "API", .argumentParser]),
        room(
            "Web", ["Manifest", "Model", "API"],
            // Part of the binary: what the pages look like must not be a matter of where a file lies.
            embedding: ["Assets/trimtab.css", "Assets/trimtab.js", "Assets/trimtab.svg"]),
        room(
            "TestSupport",
            [
                "Manifest", "Model", "Fleet", "Secrets", "Engine", "KubernetesClient", "Identity", "API", .crypto,
                .cryptoExtras, .nioCore, .nioHTTP1, .nioPosix, .nioSSL,
            ]),
        room(
            "FuzzProperties",
            [
                "Manifest", "Model", "Fleet", "GitSource", "Kustomize", "Helm", "Age", "Secrets", "Identity",
                "Webhooks",
                .crypto,
            ]),
        room(
            "Assembly",
            [
                "CLinux", "Manifest", "Model", "Fleet", "Journal", "GitSource", "Kustomize", "Helm", "Rendering", "Age",
                "Secrets", "Engine", "HostTarget", "KubernetesClient", "KubernetesTarget", "Telemetry", "Identity",
                "API", "SignIn", "Notifications", "Webhooks", "Server", "Web", "Commands", .algorithms,
                .asyncHTTPClient, .coreMetrics, .crypto, .grdb, .logging, .nioCore, .nioHTTP1, .nioPosix, .nioSSL,
                .serviceLifecycle, .subprocess, .system, .unixSignals,
            ]),
        .executableTarget(
            name: "trimtab", dependencies: ["CLinux", "Helm", "Commands", "Assembly"], swiftSettings: strict),
        tests(of: "Manifest"),
        tests(of: "Model", ["Manifest"]),
        tests(of: "Fleet", ["Manifest", "Model"]),
        tests(of: "Journal", ["Manifest", "Model", .grdb]),
        tests(of: "GitSource", ["Manifest", "Model", .nioPosix, .nioSSL, .system]),
        tests(of: "KubernetesClient", ["Manifest", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix, .nioSSL]),
        tests(of: "KubernetesTarget", ["Manifest", "Model", "Fleet", "Engine", "KubernetesClient"]),
        tests(of: "Telemetry", ["Manifest", "Model", .coreMetrics, .logging]),
        tests(of: "Identity", ["Fleet", "Manifest", "Model", .crypto, .cryptoExtras]),
        tests(of: "API", ["Fleet", "Manifest", "Model"]),
        tests(
            of: "Server",
            [
                "Manifest", "Model", "Fleet", "Identity", "API", "SignIn", "Webhooks", "Web", .asyncHTTPClient, .crypto,
                .logging, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .serviceLifecycle,
            ]),
        tests(of: "SignIn", ["Manifest", "Model", "Identity", "API"]),
        tests(of: "Notifications", ["Fleet", "Manifest", "Model"]),
        tests(of: "Webhooks", ["Manifest", "Model", .crypto]),
        tests(
            of: "Assembly",
            [
                "Manifest", "Model", "Fleet", "Journal", "GitSource", "Helm", "Rendering", "Age", "Secrets", "Engine",
                "KubernetesClient", "KubernetesTarget", "Telemetry", "Identity", "API", "SignIn", "Notifications",
                "Webhooks",
                "Commands",
                .asyncHTTPClient,
                .crypto,
                .grdb,
                .logging, .nioCore, .nioPosix, .nioHTTP1, .serviceLifecycle, .system,
            ]),
        tests(of: "Kustomize", ["Manifest", "Model"]),
        tests(of: "Helm", ["CZlib", "GitSource", "Manifest", "Model", .system]),
        tests(of: "Rendering", ["Manifest", "Model", "Fleet"], besides: ["Layouts"]),
        tests(of: "Age", ["Manifest", .crypto]),
        tests(of: "Secrets", ["Manifest", "Model", "Fleet", "Age"]),
        tests(of: "HostTarget", ["Engine", "Fleet", "Manifest", "Model", .nioPosix]),
        tests(
            of: "Commands", ["Manifest", "Model", "Fleet", "Rendering", "API", "Server", .logging],
            besides: ["Scripts"]),
        tests(of: "FuzzProperties"),
        tests(of: "Web", ["Manifest", "Model", "Fleet", "API"]),
        tests(of: "Engine", ["Fleet", "Manifest", "Model"]),
        // The program as a whole, run as a user would.
        tests(of: "trimtab", as: "Trimtab", ["Manifest", .subprocess, .system]),
    ]
)
