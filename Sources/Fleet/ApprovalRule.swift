// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Who has to agree before new content is applied: `sync.approval` of an application.
package struct ApprovalRule: Sendable, Hashable {
    /// Groups, and names as the journal has them: `shop-leads`, `token:lead`; at least one.
    package var from: [Text]
    /// So many of them.
    package var count: Int
    /// Whether those do not count who wrote what is applied.
    package var notAuthor: Bool

    package init(from: [Text], count: Int = 1, notAuthor: Bool = true) {
        self.from = from
        self.count = count
        self.notAuthor = notAuthor
    }

    /// Whether somebody is one of them. What is written as the journal names somebody means no group: whoever names
    /// groups at a provider must not be able to make up a token's holder.
    package func counts(_ actor: Actor, in groups: [Text]) -> Bool {
        from.contains { $0 == actor.text || (!Self.isActor($0) && groups.contains($0)) }
    }

    private static func isActor(_ name: Text) -> Bool {
        ["user:", "oidc:", "token:", "workload:"].contains { name.utf8.starts(with: $0.utf8) }
    }

    static let shape = Shape<ApprovalRule>.object(
        Field.required(
            "from", .list(of: .text, atLeast: 1),
            "Groups whose members may, and names as the journal has them: token:lead."),
        Field.optional("count", .integer(in: 1...20), default: 1, "How many of them; 1."),
        Field.optional(
            "notAuthor", .boolean, default: true, "Whether those who wrote what is applied do not count; true.")
    ) { ApprovalRule(from: $0, count: Int($1), notAuthor: $2) }

    /// For digests.
    var summary: Value { [.array(from.map(Value.string)), .number(Number(Int64(count))), .bool(notAuthor)] }
}
