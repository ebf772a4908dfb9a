// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

@testable import Assembly

/// What was rendered with one Helm is not taken for what another would render.
@Suite struct HelmIdentityTests {
    @Test func `another program behind the same name has another identity, while the process runs`() async throws {
        try await withScratchFolder { folder in
            let files = FileManager.default
            let name = folder.path + "/bin/helm"
            try files.createDirectory(atPath: folder.path + "/bin", withIntermediateDirectories: true)
            for version in ["one", "two"] {
                _ = files.createFile(
                    atPath: folder.path + "/\(version)", contents: Data("#!/bin/false".utf8),
                    attributes: [.posixPermissions: 0o700, .modificationDate: Date(timeIntervalSince1970: 1)])
            }
            try files.createSymbolicLink(atPath: name, withDestinationPath: "../current")
            try files.createSymbolicLink(atPath: folder.path + "/current", withDestinationPath: "one")
            let helm = OwnHelm(
                scratch: folder.path + "/scratch", place: HelmPlace(), variables: ["PATH": folder.path + "/bin"])
            let first = helm.identity
            #expect(helm.identity == first && first.string.hasPrefix(name))
            // The link that PATH leads to stays as it is.
            try files.removeItem(atPath: folder.path + "/current")
            try files.createSymbolicLink(atPath: folder.path + "/current", withDestinationPath: "two")
            let second = helm.identity
            #expect(second != first)
            try Data("#!/bin/true ".utf8).write(to: folder.appending(path: "two"))
            #expect(helm.identity != second)
            try files.removeItem(atPath: folder.path + "/two")
            #expect(helm.identity != second && helm.identity != first)
        }
    }
}
