// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What of a repository is followed.
package enum Follow: Sendable, Hashable {
    case branch(Text)
    case tag(Text)
    case commit(CommitID)
    /// The branch that the repository itself calls its own.
    case head

    /// The full name on the server; `nil` for a commit, which has none.
    package var reference: String? {
        switch self {
        case .branch(let name): "refs/heads/\(name)"
        case .tag(let name): "refs/tags/\(name)"
        case .head: "HEAD"
        case .commit: nil
        }
    }

    /// What is asked of the server.
    var asked: String {
        if case .commit(let id) = self { return id.hex }
        return reference ?? "HEAD"
    }

    /// Where the mirror keeps what the server had: names of one level, because a branch `a` and a branch `a/b` cannot
    /// both lie in a folder of refs, and one may come when the other went.
    var seen: String { "\(Self.seenFolder)/\(seenName)" }
    var seenName: String { String(Digest(of: asked.utf8).hex.prefix(40)) }
    static let seenFolder = "refs/trimtab/seen"

    /// Refuses names that Git would not have, so that none can be a pattern, an option or an expression
    /// (`git check-ref-format`).
    package func check() throws(SourceFailure) {
        let name: Text
        switch self {
        case .branch(let text), .tag(let text): name = text
        case .commit, .head: return
        }
        func refuse(_ reason: String) -> SourceFailure {
            .badName(printable(Array(name.utf8.prefix(200))), reason: reason)
        }
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= 500 else { throw refuse("is empty or too long") }
        guard bytes.first != UInt8(ascii: "-") else { throw refuse("begins with \"-\"") }
        let forbidden = Array(" ~^:?*[\\".utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) }) else {
            throw refuse("holds a space, a control character or one of ~^:?*[\\")
        }
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.first != UInt8(ascii: "."), part.last != UInt8(ascii: "."),
                !part.reversed().starts(with: ".lock".utf8.reversed())
            else { throw refuse("has an empty part, or one that begins or ends with \".\" or ends with \".lock\"") }
        }
        let pairs = zip(bytes, bytes.dropFirst())
        guard !pairs.contains(where: { $0 == 0x2E && $1 == 0x2E || $0 == 0x40 && $1 == 0x7B }), bytes != [0x40] else {
            throw refuse("holds \"..\" or \"@{\"")
        }
    }
}

extension Follow: CustomStringConvertible {
    package var description: String {
        switch self {
        case .branch(let name): "branch \(printable(Array(name.utf8)))"
        case .tag(let name): "tag \(printable(Array(name.utf8)))"
        case .commit(let id): "commit \(id.hex)"
        case .head: "default branch"
        }
    }
}
