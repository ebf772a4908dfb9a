// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

// Of the payloads no more is read than where the repository is and what moved in it. Sources: "Webhook events and
// payloads" of GitHub's documentation, "Webhook events" of GitLab's, "Webhooks" of Gitea's and Forgejo's, "Event payloads"
// of Bitbucket Cloud's and Data Center's.
extension RepositoryHint {
    static func ofGitHub(_ payload: Value) throws(HookRefusal) -> RepositoryHint {
        let repository = payload["repository"]
        return try RepositoryHint(
            addresses: ["clone_url", "ssh_url", "git_url", "html_url"].map { repository?[$0] },
            refs: [try ref(payload["ref"])]
        ).checked()
    }

    /// A system hook tells of much else.
    static func ofGitLab(_ payload: Value) throws(HookRefusal) -> RepositoryHint? {
        guard let kind = (payload["object_kind"] ?? payload["event_name"])?.stringValue else {
            throw .malformed("\"object_kind\" is missing")
        }
        guard ["push", "tag_push", "repository_update"].contains(kind) else { return nil }
        let project = payload["project"]
        let keys: [Text] = ["git_http_url", "git_ssh_url", "web_url", "http_url", "ssh_url"]
        return try RepositoryHint(
            addresses: keys.map { project?[$0] },
            refs: kind == "repository_update" ? [] : [try ref(payload["ref"])]
        ).checked()
    }

    /// Data Center names addresses only where its administrator lets it; then the hook's sources are meant.
    static func ofBitbucket(_ payload: Value) throws(HookRefusal) -> RepositoryHint {
        guard let repository = payload["repository"], repository.objectValue != nil else {
            throw .malformed("\"repository\" is missing")
        }
        let links = repository["links"]
        let clones = (links?["clone"]?.arrayValue ?? []).prefix(limit).map { $0["href"] }
        var refs: [Text] = []
        if let changes = payload["push"]?["changes"]?.arrayValue {
            for change in changes.prefix(mostRefs + 1) {
                guard let moved = [change["new"], change["old"]].compactMap(\.self).first(where: { $0 != .null }),
                    let name = moved["name"]?.stringValue, (1...1024).contains(name.utf8.count)
                else { throw .malformed("a change of \"push\" names nothing") }
                refs.append((moved["type"]?.stringValue == "tag" ? "refs/tags/" : "refs/heads/") + name)
            }
        } else if let changes = payload["changes"]?.arrayValue {
            for change in changes.prefix(mostRefs + 1) { refs.append(try ref(change["ref"]?["id"])) }
        } else {
            throw .malformed("\"push\" and \"changes\" are missing")
        }
        return RepositoryHint(addresses: clones + [links?["html"]?["href"]], refs: refs)
    }

    /// `{"repository": "https://…", "ref": "refs/heads/main"}`; the repository may be a list of its addresses.
    static func ofAnybody(_ payload: Value) throws(HookRefusal) -> RepositoryHint {
        for key in payload.objectValue?.keys ?? [] where key != "repository" && key != "ref" {
            throw .malformed("\"\(Text(printable(key.utf8.prefix(40))))\" is no field of it")
        }
        guard let repository = payload["repository"] else { throw .malformed("\"repository\" is missing") }
        let addresses = repository.arrayValue ?? [repository]
        guard addresses.count <= limit, addresses.allSatisfy({ $0.stringValue != nil }) else {
            throw .malformed("\"repository\" must be an address, or a list of at most \(limit)")
        }
        let refs = try payload["ref"].map { value throws(HookRefusal) in [try ref(value)] } ?? []
        return try RepositoryHint(addresses: addresses, refs: refs).checked()
    }

    private static func ref(_ value: Value?) throws(HookRefusal) -> Text {
        guard let ref = value?.stringValue, (1...1024).contains(ref.utf8.count) else {
            throw .malformed("\"ref\" is missing or no name of one")
        }
        return ref
    }

    private func checked() throws(HookRefusal) -> RepositoryHint {
        guard !addresses.isEmpty else { throw .malformed("no address of the repository is named") }
        return self
    }
}

private func + (left: Text, right: Text) -> Text { Text(left.string + right.string) }
