// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
import Model

extension Webhook {
    /// Reads a file of the operator's folder:
    ///
    /// ```yaml
    /// provider: github
    /// secret: 4f0c…                # or a list, while one replaces another
    /// sources: [shop]              # the only ones that it may hint at
    /// ```
    ///
    /// - Parameter file: its name, for errors. They never show a value.
    package init(_ bytes: [UInt8], name: HookName, file: Text) throws(HookFileError) {
        let draft: Draft
        do throws(OperatorFileError) { draft = try Draft.shape.decode(bytes, file: file) } catch {
            throw HookFileError(error.reason)
        }
        self.init(name: name, provider: draft.provider, secrets: draft.secrets, sources: draft.sources)
    }

    private struct Draft: Sendable {
        var provider: HookProvider
        var secrets: [Secret<Text>]
        var sources: [SourceName]

        static let shape = Shape<Draft>.object(
            Field.required("provider", .choice(), "Whose webhooks they are."),
            Field.required("secret", .oneOrMore(of: secret), "What they are signed with."),
            Field.optional("sources", .list(of: .name(), atLeast: 1), "The only sources that they may hint at.")
        ) { Draft(provider: $0, secrets: $1, sources: $2 ?? []) }

        /// Says of what it refuses no more than that it is no text, or too short to keep anybody out.
        private static let secret = Shape<Text>.string
            .checked { $0.utf8.count < 16 ? "must have at least 16 bytes" : nil }
            .map { Secret($0) }
    }
}

package struct HookFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: Text

    init(_ reason: Text) { self.reason = reason }

    package var description: String { reason.string }
}
