// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// That something may have moved in a repository, and nothing more.
package struct RepositoryHint: Sendable, Hashable {
    /// Every address of the repository that the forge names, as it writes them; at most ``limit``.
    package var addresses: [Text]
    /// Full names, such as `refs/heads/main`; empty when any may have moved.
    package var refs: [Text]

    package static let limit = 16
    /// The longest address, in bytes; as for sources.
    package static let longest = 2048
    /// Where more refs moved than this, any may have.
    static let mostRefs = 100

    /// Bytes of a payload. Forges write much into them that is of no use here.
    package static let largestBody = 2 << 20

    init(addresses: [Value?], refs: [Text]) {
        var known: Set<Text> = []
        self.addresses = addresses.compactMap { $0?.stringValue }.filter {
            !$0.isEmpty && $0.utf8.count <= Self.longest && known.insert($0).inserted
        }
        self.addresses = Array(self.addresses.prefix(Self.limit))
        self.refs = refs.count > Self.mostRefs ? [] : refs
    }

    /// - Parameter event: what the forge's header says.
    package static func read(
        _ provider: HookProvider, event: Text?, _ body: [UInt8]
    ) throws(HookRefusal) -> RepositoryHint? {
        let isPush: Bool
        switch (provider, event) {
        case (.generic, _): isPush = true
        case (_, nil): throw .malformed("the header that names the event is missing")
        case (.github, let event), (.gitea, let event): isPush = event == "push"
        case (.gitlab, let event): isPush = ["Push Hook", "Tag Push Hook", "System Hook"].contains(event)
        case (.bitbucket, let event): isPush = ["repo:push", "repo:refs_changed"].contains(event)
        }
        guard isPush else { return nil }
        let payload: Value
        do {
            let budget = Budget(bytes: largestBody, depth: 64, nodes: 400_000, documents: 1)
            payload = try JSON.read(body, file: "the body", budget: budget)
        } catch {
            throw .malformed("\("\(error)" as Text)")
        }
        guard payload.objectValue != nil else { throw .malformed("the body must be a map") }
        switch provider {
        case .github, .gitea: return try ofGitHub(payload)
        case .gitlab: return try ofGitLab(payload)
        case .bitbucket: return try ofBitbucket(payload)
        case .generic: return try ofAnybody(payload)
        }
    }
}
