// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport

/// A home of GnuPG with some keys, for as long as the closure runs. The agent that it starts is ended.
func withGnuPG(keys: [URL], _ body: ([String: String]) async throws -> Void) async throws {
    // The sockets in it must have short names.
    let home = URL(fileURLWithPath: "/tmp/trimtab-gpg-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
        at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let environment = ["GNUPGHOME": home.path, "PATH": "/usr/bin:/bin"]
    defer {
        _ = try? TestProcess.run("/usr/bin/gpgconf", ["--kill", "gpg-agent"], environment: environment)
        try? FileManager.default.removeItem(at: home)
    }
    for key in keys {
        _ = try TestProcess.run(
            "/usr/bin/gpg", ["--batch", "--quiet", "--import", key.path], environment: environment)
    }
    try await body(environment)
}
