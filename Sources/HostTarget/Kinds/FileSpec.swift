// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// ```yaml
/// kind: File
/// metadata: {name: nginx-site}
/// spec:
///   path: /etc/nginx/conf.d/site.conf
///   source: nginx/site.conf          # a file of the source; or content: |
///   encryption: sops                 # of the source; or age
///   owner: root                      # default: root, where Trimtab runs as root
///   group: www-data
///   mode: "0640"                     # default: "0644"
///   validate: nginx -t               # one command line, or a list of them
/// ```
struct FileSpec: Sendable, Hashable {
    var path: HostPath
    var content: FileContent
    var owner: Account?
    var group: Account?
    var mode: UInt32
    var validate: [Text]

    /// Whether others may not read it, and so its content is shown nowhere.
    var isPrivate: Bool { content.isSecret || Self.isPrivate(mode) }

    static func isPrivate(_ mode: UInt32) -> Bool { mode & 0o004 == 0 }
}

extension FileSpec {
    init(_ desired: DesiredObject) throws(HostFault) {
        self = try HostObject.decode(Self.shape, of: desired)
        if let opened = desired.opened {
            content = .secret(opened)
            if desired.spec["mode"] == nil { mode = 0o600 }
            return
        }
        // A value that a chart made up, and that was frozen.
        if content.isSecret, desired.spec["mode"] == nil { mode = 0o600 }
        guard desired.spec["source"] != nil else { return }
        guard let blob = desired.blobs.first, desired.blobs.count == 1 else {
            throw HostFault("the file of the source that it names was not found")
        }
        content = .blob(blob)
    }

    /// Gives empty content for a `source`, which only the renderer can look up.
    static let shape = Shape<FileSpec>.object(
        Field.required("path", .hostPath, "Where the file lies: an absolute path."),
        Field.optional("content", .stringOrSecret, "What it holds."),
        Field.optional("source", .text, "The file of the source whose bytes it holds."),
        Field.optional(
            "encryption", Shape<FileEncryption>.choice(), "How the source is encrypted. The file is written decrypted."),
        Field.optional("owner", .account, "A user's name or number; root by default where Trimtab runs as root."),
        Field.optional("group", .account, "A group's name or number; root by default where Trimtab runs as root."),
        Field.optional(
            "mode", .mode(.permissions), default: 0o644,
            "Permissions such as \"0644\", the default; \"0600\" is, where the content is encrypted."),
        Field.optional(
            "validate", .oneOrMore(of: .commandLine), default: [],
            "Commands that must succeed with all new files in place; otherwise every file is put back.")
    ) { path, content, source, _, owner, group, mode, validate in
        FileSpec(
            path: path, content: FileContent(content), owner: owner, group: group, mode: mode, validate: validate)
    }.exactlyOne(of: ["content", "source"])
}

/// How a file of the source is encrypted.
enum FileEncryption: String, Sendable, Hashable, CaseIterable {
    case sops, age
}
