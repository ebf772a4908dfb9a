// swift-tools-version:6.2
// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import PackageDescription

// A package of its own, because every room is compiled once more here, with the counters that libFuzzer steers by.
// `Rooms` is a link to the product's sources. Built by scripts/fuzz, which adds libFuzzer itself.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Rooms/\(name)",
        swiftSettings: strict + [.unsafeFlags(["-sanitize=fuzzer"])])
}

let algorithms = Target.Dependency.product(name: "Algorithms", package: "swift-algorithms")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-algorithms", from: "1.2.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(name: "CLinux", path: "Rooms/CLinux"),
        .target(name: "CLibFuzzer", path: "CLibFuzzer"),
        .systemLibrary(
            name: "CLibYAML", path: "Rooms/CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", path: "Rooms/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        room("Manifest", ["CLibYAML", algorithms, crypto]),
        room("Model", ["Manifest", algorithms, crypto]),
        room("Fleet", ["Manifest", "Model", algorithms]),
        room(
            "GitSource",
            [
                "CLinux", "Manifest", "Model", algorithms, crypto, .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        room(
            "Helm",
            [
                "CLinux", "CZlib", "Manifest", "Model", crypto, .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        room("Kustomize", ["Manifest", "Model", crypto]),
        room("Age", ["Manifest", crypto, cryptoExtras]),
        room(
            "Secrets",
            [
                "CLinux", "Manifest", "Model", "Fleet", "Age", crypto,
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        room("Identity", ["Manifest", "Model", "Fleet", crypto, cryptoExtras]),
        room("Webhooks", ["Manifest", "Model", "Fleet", crypto]),
        room(
            "FuzzProperties",
            [
                "Manifest", "Model", "Fleet", "GitSource", "Kustomize", "Helm", "Age", "Secrets", "Identity",
                "Webhooks",
                crypto,
            ]),
        .executableTarget(
            name: "Fuzz", dependencies: ["CLibFuzzer", "FuzzProperties"], path: "Driver", swiftSettings: strict),
    ]
)
