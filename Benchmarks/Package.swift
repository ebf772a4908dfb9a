// swift-tools-version:6.2
// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import PackageDescription

// A package of its own, so that what is only compared with never enters the product's. `Rooms` is a link to the
// product's sources: the rooms that are measured are compiled here once more, as release code.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let algorithms = Target.Dependency.product(name: "Algorithms", package: "swift-algorithms")

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-algorithms", from: "1.2.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(name: "CLinux", path: "Rooms/CLinux"),
        .systemLibrary(
            name: "CLibYAML", path: "Rooms/CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(
            name: "Manifest",
            dependencies: ["CLibYAML", algorithms, .product(name: "Crypto", package: "swift-crypto")],
            path: "Rooms/Manifest", swiftSettings: strict),
        .target(
            name: "KubernetesClient",
            dependencies: [
                "Manifest", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Rooms/KubernetesClient", swiftSettings: strict),
        .target(
            name: "Model", dependencies: ["Manifest", algorithms, .product(name: "Crypto", package: "swift-crypto")],
            path: "Rooms/Model", swiftSettings: strict),
        .target(
            name: "Fleet", dependencies: ["Manifest", "Model", algorithms], path: "Rooms/Fleet", swiftSettings: strict),
        .target(
            name: "Kustomize", dependencies: ["Manifest", "Model", .product(name: "Crypto", package: "swift-crypto")],
            path: "Rooms/Kustomize", swiftSettings: strict),
        .target(
            name: "Age",
            dependencies: [
                "Manifest", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ], path: "Rooms/Age", swiftSettings: strict),
        .target(
            name: "Secrets",
            dependencies: [
                "CLinux", "Manifest", "Model", "Fleet", "Age", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], path: "Rooms/Secrets", swiftSettings: strict),
        .target(
            name: "API",
            dependencies: [
                "Manifest", "Model", "Fleet", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ], path: "Rooms/API", swiftSettings: strict),
        .target(
            name: "Web", dependencies: ["Manifest", "Model", "API"], path: "Rooms/Web",
            resources: [
                .embedInCode("Assets/trimtab.css"), .embedInCode("Assets/trimtab.js"),
                .embedInCode("Assets/trimtab.svg"),
            ], swiftSettings: strict),
        .target(name: "BenchmarkSupport", path: "Support", swiftSettings: strict),
        .target(
            name: "GitServers",
            dependencies: [
                "Model", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], path: "Rooms/TestSupport/Git",
            sources: ["GitFixture.swift", "GitHTTPServer.swift", "SSHServer.swift", "TestProcess.swift"],
            swiftSettings: strict),
        .executableTarget(
            name: "KubernetesBenchmark",
            dependencies: ["Manifest", "KubernetesClient", "BenchmarkSupport", "GitServers"],
            path: "Kubernetes",
            swiftSettings: strict),
        .executableTarget(
            name: "HubBenchmark",
            dependencies: [
                "Manifest", "BenchmarkSupport", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Hub", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Manifest", "Model", "Kustomize", "Age", "Secrets", "API", "Web", "BenchmarkSupport",
            ],
            path: "Own",
            swiftSettings: strict),
        .executableTarget(
            name: "YamsBenchmark", dependencies: ["BenchmarkSupport", .product(name: "Yams", package: "Yams")],
            path: "Yams", swiftSettings: strict),
    ]
)
