// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads the documents in which every server tells what it serves, one request for each version of a group.
enum GroupDiscovery {
    /// The versions of the core group, from `/api` (APIVersions).
    static func coreVersions(_ document: Value) -> [GroupVersion] {
        (document["versions"]?.arrayValue ?? []).compactMap(\.stringValue).map { GroupVersion(group: "", version: $0) }
    }

    /// The versions of all other groups, from `/apis` (APIGroupList), each group's preferred one first.
    static func versions(_ document: Value) -> [GroupVersion] {
        (document["groups"]?.arrayValue ?? []).flatMap { group -> [GroupVersion] in
            let preferred = group["preferredVersion"]?["groupVersion"]?.stringValue
            let all = (group["versions"]?.arrayValue ?? []).compactMap { $0["groupVersion"]?.stringValue }
            let ordered = all.filter { $0 == preferred } + all.filter { $0 != preferred }
            return ordered.compactMap(GroupVersion.init(apiVersion:))
        }
    }

    /// The resources of one version, from an APIResourceList. Subresources stand there as `deployments/scale`.
    static func resources(_ document: Value, of version: GroupVersion) -> [ResourceType] {
        var resources: [ResourceType] = []
        var places: [Text: Int] = [:]
        var subresources: [(parent: Text, name: Text)] = []
        for item in document["resources"]?.arrayValue ?? [] {
            guard let name = item["name"]?.stringValue, let kind = item["kind"]?.stringValue, !name.isEmpty else {
                continue
            }
            let parts = name.string.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1)
            if parts.count == 2 {
                subresources.append((Text(String(Substring(parts[0]))), Text(String(Substring(parts[1])))))
                continue
            }
            places[name] = resources.count
            resources.append(
                ResourceType(
                    group: version.group, version: version.version, name: name, kind: kind,
                    isNamespaced: item["namespaced"]?.boolValue ?? false,
                    verbs: Set((item["verbs"]?.arrayValue ?? []).compactMap(\.stringValue))))
        }
        for (parent, name) in subresources {
            if let place = places[parent] { resources[place].subresources.insert(name) }
        }
        return resources
    }
}
