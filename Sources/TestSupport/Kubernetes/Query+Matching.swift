// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

/// Which of the twin's objects a query means.
extension Query {
    func covers(_ key: MemoryCluster.Key) -> Bool {
        key.group == collection.resource.group && key.resource == collection.resource.name
            && (collection.namespace == nil || key.namespace == collection.namespace)
    }

    func matches(_ object: Value) -> Bool {
        terms(labels).allSatisfy { matches($0, object.label) }
            && terms(fields).allSatisfy { term in
                matches(term) { path in
                    object[FieldPath(path.string.split(separator: ".").map { .key(Text(String($0))) })]?.stringValue
                }
            }
    }

    func shape(_ object: Value) -> Value { form == .metadata ? object.reduced(collection.resource) : object }

    func event(of change: MemoryCluster.Change) -> WatchEvent? {
        let old = change.old.flatMap { matches($0) ? $0 : nil }
        let new = change.new.flatMap { matches($0) ? $0 : nil }
        switch (old, new) {
        case (nil, let new?): return .added(shape(new))
        case (_?, let new?): return .modified(shape(new))
        // An object that no longer matches is told with its new version.
        case (let old?, nil): return .deleted(shape(change.new ?? old))
        case (nil, nil): return nil
        }
    }

    /// `a=b,c!=d,e,!f`; of sets only `a in (b, c)` alone.
    private func terms(_ selector: Text) -> [Substring] {
        selector.string.contains("(") ? [selector.string[...]] : selector.string.split(separator: ",")
    }

    private func matches(_ term: Substring, _ value: (Text) -> Text?) -> Bool {
        func text(_ part: some StringProtocol) -> Text { Text(String(part).replacing(" ", with: "")) }
        if let place = term.firstRange(of: " in (") {
            let allowed = term[place.upperBound...].dropLast().split(separator: ",").map { text($0) }
            return value(text(term[..<place.lowerBound])).map(allowed.contains) ?? false
        }
        if let place = term.firstRange(of: "!=") {
            return value(text(term[..<place.lowerBound])) != text(term[place.upperBound...])
        }
        if let place = term.firstIndex(of: "=") {
            return value(text(term[..<place])) == text(term[place...].drop { $0 == "=" })
        }
        if term.hasPrefix("!") { return value(text(term.dropFirst())) == nil }
        return value(text(term)) != nil
    }
}

extension Value {
    /// As the client answers that is asked for metadata only.
    func reduced(_ resource: ResourceType) -> Value {
        [
            "apiVersion": .string(resource.groupVersion.apiVersion), "kind": .string(resource.kind),
            "metadata": self["metadata"] ?? [:],
        ]
    }

    /// The order of lists.
    var place: [Text] { [objectNamespace ?? "", objectName ?? ""] }
}

extension [Text] {
    static func < (left: [Text], right: [Text]) -> Bool { left.lexicographicallyPrecedes(right) }
}
