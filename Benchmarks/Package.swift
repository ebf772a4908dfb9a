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

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibYAML", path: "Rooms/CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(
            name: "Manifest", dependencies: ["CLibYAML", .product(name: "Crypto", package: "swift-crypto")],
            path: "Rooms/Manifest", swiftSettings: strict),
        .target(name: "BenchmarkSupport", path: "Support", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["Manifest", "BenchmarkSupport"], path: "Own", swiftSettings: strict),
        .executableTarget(
            name: "YamsBenchmark", dependencies: ["BenchmarkSupport", .product(name: "Yams", package: "Yams")],
            path: "Yams", swiftSettings: strict),
    ]
)
