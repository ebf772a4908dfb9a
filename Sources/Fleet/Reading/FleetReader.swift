// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Reads a fleet from a tree.
///
/// `fleet.yaml` at the root names the folders that are read; nothing else is. Without it, a single manifest at the root
/// is the short form.
package enum FleetReader {
    /// - Parameter incumbents: whose applications run.
    /// - Throws: only when the tree itself cannot be read now. What somebody wrote into it are problems of the
    ///   snapshot, and disable only what they concern.
    package static func read(
        _ tree: any TreeReader, budget: FleetBudget = FleetBudget(), incumbents: Incumbents = Incumbents()
    ) async throws(TreeError) -> FleetSnapshot {
        var memory = FleetMemory()
        return try await read(tree, budget: budget, incumbents: incumbents, remembering: &memory)
    }

    /// - Parameter memory: Files that are as they were when it was made are not read again.
    package static func read(
        _ tree: any TreeReader, budget: FleetBudget = FleetBudget(), incumbents: Incumbents = Incumbents(),
        remembering memory: inout FleetMemory
    ) async throws(TreeError) -> FleetSnapshot {
        var finder = FleetFileFinder(tree: tree, budget: budget, memory: memory)
        var draft = FleetDraft(isShortForm: false)
        switch try await finder.start() {
        case .layout(let file):
            guard let layout = layout(file, budget, &draft) else { break }
            try await finder.collect(layout, into: &draft)
            memory = finder.memory
            memory.keep(finder.parts, beside: draft, of: layout)
            return try await snapshot(of: finder.parts, beside: draft, layout, tree, incumbents, &memory)
        case .onlyFile(let file):
            memory.forgetFiles()
            return assemble([file], named: ShortForm.name, isShortForm: true, budget: budget.file)
        case .nothing(let problem):
            draft.problems.append(problem)
        }
        memory.forgetFiles()
        return draft.snapshot(named: nil)
    }

    /// Reads a fleet again of which nothing changed but the contents of some files.
    ///
    /// - Returns: `nil` when more than these files must be looked at: then nothing was done.
    package static func reread(
        _ changed: Set<TreePath>, of tree: any TreeReader, budget: FleetBudget = FleetBudget(),
        incumbents: Incumbents = Incumbents(), remembering memory: inout FleetMemory
    ) async throws(TreeError) -> FleetSnapshot? {
        guard let layout = memory.layout, !changed.isEmpty else { return nil }
        var finder = FleetFileFinder(tree: tree, budget: budget, memory: memory)
        var bytes = memory.parts.reduce(0) { $0 + $1.bytes }
        for path in changed {
            guard let before = memory.part(at: path), let entry = try await tree.entry(at: path),
                case .file = entry.kind, let part = try await finder.part(path, entry.id, before.territory)
            else { return nil }
            bytes += part.bytes - before.bytes
            finder.memory.replace(part)
        }
        guard bytes <= budget.bytes else { return nil }
        memory = finder.memory
        return try await snapshot(of: memory.parts, beside: memory.rest, layout, tree, incumbents, &memory)
    }

    private static func snapshot(
        of parts: [FleetMemory.Part], beside rest: FleetDraft, _ layout: FleetLayout, _ tree: any TreeReader,
        _ incumbents: Incumbents, _ memory: inout FleetMemory
    ) async throws(TreeError) -> FleetSnapshot {
        var draft = FleetDraft(isShortForm: false, incumbents: incumbents)
        for part in parts { draft.merge(part.draft) }
        draft.merge(rest)
        try await loadKeys(of: &draft, from: tree, within: layout.platform)
        var snapshot = draft.snapshot(named: layout.name, remembering: &memory.units)
        snapshot.plainSecrets = layout.plainSecrets
        snapshot.folders = [layout.platform] + (layout.projects.map { [$0] } ?? [])
        return snapshot
    }

    /// The same for files that are at hand: pure, and what the fuzzer drives.
    package static func assemble(
        _ files: [FleetFile], named fleet: FleetName?, isShortForm: Bool = false, budget: Budget = FleetBudget().file
    ) -> FleetSnapshot {
        var draft = FleetDraft(isShortForm: isShortForm)
        for file in files { draft.add(file, budget: budget) }
        let notices = isShortForm ? ShortForm.notices(draft.targets.values.joined().map(\.value)) : []
        return draft.snapshot(named: fleet, notices: notices)
    }

    /// `nil` when it is not in order, which is noted.
    private static func layout(
        _ file: FleetFile, _ budget: FleetBudget, _ draft: inout FleetDraft
    ) -> FleetLayout? {
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try YAML.read(file.bytes, file: file.name, budget: budget.file, keys: .asWritten)
        } catch {
            draft.problems.append(FleetProblem(error))
            return nil
        }
        guard let document = documents.first, documents.count == 1 else {
            let reason = "must hold exactly one document, of kind Fleet; holds \(documents.count)"
            draft.problems.append(FleetProblem(ReadingError(file: file.name, reason: reason)))
            return nil
        }
        do throws(InvalidFields) {
            return try FleetLayout.shape.decode(document.value, in: Places(document))
        } catch {
            draft.problems += error.errors.map { FleetProblem($0) }
            return nil
        }
    }

    /// Reads the keys that sources name. They lie in the platform folder, where projects cannot change them.
    private static func loadKeys(
        of draft: inout FleetDraft, from tree: any TreeReader, within platform: TreePath
    ) async throws(TreeError) {
        for (name, all) in draft.sources {
            for (index, sited) in all.enumerated() {
                guard var verification = sited.value.verification else { continue }
                do throws(TreeError) {
                    guard verification.path.isWithin(platform) else { throw .notFound(verification.path) }
                    verification.keys = try await tree.read(verification.path, limit: 1 << 20)
                    draft.sources[name]?[index].value.verification = verification
                } catch {
                    if error.isTransient { throw error }
                    draft.sources[name]?.remove(at: index)
                    draft.refuse(
                        [DeclarationID(.source, name.text)], at: ["spec", "verify"], of: sited.places,
                        "its keys cannot be read: \(error)", advice: "keep them in \(platform)")
                    break
                }
            }
            if draft.sources[name]?.isEmpty == true { draft.sources[name] = nil }
        }
    }
}

extension TreeError {
    /// Whether the tree itself fails, rather than what somebody wrote into it.
    var isTransient: Bool {
        switch self {
        case .unavailable, .missingContent: true
        case .notFound, .notAFile, .notAFolder, .badLink, .submodule, .largeFilePointer, .tooLarge, .corrupt: false
        }
    }
}
