// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// The spec of `kind: File`.
struct FileSpec: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case inline(Text)
        /// A file of the source; its reference comes with the object.
        case source
    }

    var path: HostPath
    var content: Content
    var mode: UInt32
    var owner: Text?
    var group: Text?

    /// Others than owner and group may not read it, so its content is shown nowhere.
    var isPrivate: Bool { mode & 0o004 == 0 }

    static let shape = Shape<FileSpec>.object(
        Field.required("path", .hostPath, "Where it lies, absolute."),
        Field.optional("content", .string, "What it holds."),
        Field.optional("source", .string, "The file of the source that it is a copy of, relative to this manifest."),
        Field.optional("mode", .mode, default: 0o644, "Permissions as octal digits, in quotes."),
        Field.optional("owner", .text, "The name or number of a user; left as it is when not said."),
        Field.optional("group", .text, "The name or number of a group; left as it is when not said.")
    ) { path, content, _, mode, owner, group in
        FileSpec(path: path, content: content.map(Content.inline) ?? .source, mode: mode, owner: owner, group: group)
    }.exactlyOne(of: ["content", "source"])
}

extension Shape where Output == HostPath {
    static var hostPath: Shape<HostPath> {
        Shape<Text>.text("an absolute path without . and ..", pattern: "^/.+") { HostPath($0) }
    }
}

extension Shape where Output == UInt32 {
    /// `"0644"`. YAML reads a bare `0644` as 420, which is the same number.
    static var mode: Shape<UInt32> {
        Shape<Value>.any.parsed { value in
            switch value {
            case .string(let text):
                if let mode = UInt32(text.string, radix: 8), mode <= 0o7777 { return .value(mode) }
            case .number(let number):
                if let mode = number.int64.flatMap(UInt32.init(exactly:)), mode <= 0o7777 { return .value(mode) }
            default: break
            }
            return .refused("is no mode", advice: "write octal digits in quotes, such as \"0644\"")
        }
    }
}
