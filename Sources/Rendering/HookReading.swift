// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

/// What the annotations of an object say of when it is applied: in our own words, in Argo CD's or in Helm's. Ours speak
/// for the object when they are there, then Argo CD's, as Argo CD itself does it with charts.
package enum HookReading: Sendable, Hashable {
    /// An object like any other.
    case none
    case hook(Hook)
    /// Something that a sync never applies, and why: a chart's test.
    case left(reason: Text)

    /// Words that follow the name of an annotation.
    package struct Fault: Error, Sendable, Hashable {
        package var annotation: Text
        package var reason: Text
    }

    package init(_ manifest: Value) throws(Fault) {
        let annotations = Annotations(manifest)
        if let words = annotations.words("trimtab.dev/hook") {
            self = .hook(try Self.own(words, annotations))
        } else if let words = annotations.words("argocd.argoproj.io/hook") {
            self = try Self.argo(words, annotations)
        } else if let words = annotations.words("helm.sh/hook") {
            self = try Self.helm(words, annotations)
        } else {
            self = .none
        }
    }

    /// The wave of an object that is no hook; `nil` when nothing says one.
    package static func wave(of manifest: Value) throws(Fault) -> Int? {
        let annotations = Annotations(manifest)
        if let wave = try annotations.number("trimtab.dev/wave") { return wave }
        return try annotations.number("argocd.argoproj.io/sync-wave")
    }

    private static func own(_ words: [Text], _ annotations: Annotations) throws(Fault) -> Hook {
        var hook = Hook(phases: [])
        for word in words {
            hook.phases.insert(try choice(word, "trimtab.dev/hook", Hook.Phase.allCases.map { ($0.rawValue, $0) }))
        }
        for word in annotations.words("trimtab.dev/hook-delete") ?? [] {
            hook.deletedAfter.insert(
                try choice(word, "trimtab.dev/hook-delete", Hook.End.allCases.map { ($0.rawValue, $0) }))
        }
        let (weight, wave) = try (annotations.number("trimtab.dev/hook-weight"), annotations.number("trimtab.dev/wave"))
        hook.weight = weight ?? wave ?? 0
        if let text = annotations["trimtab.dev/hook-deadline"] {
            guard let deadline = Duration(parsing: text) else {
                throw Fault(
                    annotation: "trimtab.dev/hook-deadline", reason: "must be a duration such as 60s, 10m or 1h30m")
            }
            hook.deadline = deadline
        }
        return hook
    }

    /// https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
    private static func argo(_ words: [Text], _ annotations: Annotations) throws(Fault) -> HookReading {
        let phases: [(String, Hook.Phase?)] = [
            ("PreSync", .beforeSync), ("Sync", .duringSync), ("PostSync", .afterSync), ("SyncFail", .onFailure),
            ("PreDelete", .beforeDeletion), ("PostDelete", .afterDeletion), ("Skip", nil),
        ]
        var hook = Hook(phases: [])
        for word in words {
            guard let phase = try choice(word, "argocd.argoproj.io/hook", phases) else {
                return .left(reason: "argocd.argoproj.io/hook says Skip")
            }
            hook.phases.insert(phase)
        }
        let ends: [(String, Hook.End?)] = [
            ("HookSucceeded", .succeeded), ("HookFailed", .failed), ("BeforeHookCreation", nil),
        ]
        let policy: Text = "argocd.argoproj.io/hook-delete-policy"
        for word in annotations.words(policy) ?? [] {
            if let end = try choice(word, policy, ends) { hook.deletedAfter.insert(end) }
        }
        hook.weight = try annotations.number("argocd.argoproj.io/sync-wave") ?? 0
        return .hook(hook)
    }

    /// https://helm.sh/docs/topics/charts_hooks/ (also the names of Helm 2, which charts still use)
    private static func helm(_ words: [Text], _ annotations: Annotations) throws(Fault) -> HookReading {
        let phases: [(String, Hook.Phase?)] = [
            ("pre-install", .beforeSync), ("pre-upgrade", .beforeSync), ("post-install", .afterSync),
            ("post-upgrade", .afterSync), ("pre-delete", .beforeDeletion), ("post-delete", .afterDeletion),
            ("pre-rollback", nil), ("post-rollback", nil), ("test", nil), ("test-success", nil),
            ("test-failure", nil), ("crd-install", nil),
        ]
        if words == ["crd-install"] { return .none }
        var hook = Hook(phases: [])
        for word in words {
            if let phase = try choice(word, "helm.sh/hook", phases) { hook.phases.insert(phase) }
        }
        guard !hook.phases.isEmpty else {
            let names = words.map(\.string).joined(separator: ", ")
            return .left(
                reason: "hooks for \(names) are not run: rolling back runs none, and tests are no part of a sync")
        }
        let ends: [(String, Hook.End?)] = [
            ("hook-succeeded", .succeeded), ("hook-failed", .failed), ("before-hook-creation", nil),
        ]
        for word in annotations.words("helm.sh/hook-delete-policy") ?? [] {
            if let end = try choice(word, "helm.sh/hook-delete-policy", ends) { hook.deletedAfter.insert(end) }
        }
        hook.weight = try annotations.number("helm.sh/hook-weight") ?? 0
        return .hook(hook)
    }

    private static func choice<Meaning>(
        _ word: Text, _ annotation: Text, _ meanings: [(String, Meaning)]
    ) throws(Fault) -> Meaning {
        if let found = meanings.first(where: { Text($0.0) == word }) { return found.1 }
        let known = meanings.map(\.0).joined(separator: ", ")
        throw Fault(
            annotation: annotation, reason: "\"\(Text(printable(word.utf8.prefix(60))))\" is not one of \(Text(known))")
    }
}

/// The annotations of a manifest.
private struct Annotations {
    private let values: Value?

    init(_ manifest: Value) { values = manifest["metadata"]?["annotations"] }

    subscript(_ key: Text) -> Text? { values?[key]?.stringValue }

    /// The words of a list that is separated by commas; `nil` when there are none.
    func words(_ key: Text) -> [Text]? {
        guard let text = self[key] else { return nil }
        let words = text.utf8.split(separator: UInt8(ascii: ",")).compactMap { part -> Text? in
            let bytes = part.drop { $0 == UInt8(ascii: " ") }.reversed().drop { $0 == UInt8(ascii: " ") }.reversed()
            return bytes.isEmpty ? nil : Text(utf8: Array(bytes))
        }
        return words.isEmpty ? nil : words
    }

    func number(_ key: Text) throws(HookReading.Fault) -> Int? {
        guard let value = values?[key] else { return nil }
        guard let text = value.stringValue, let number = Int16(text.string) else {
            throw HookReading.Fault(
                annotation: key, reason: "must be an integer in quotes, between -32768 and 32767")
        }
        return Int(number)
    }
}
