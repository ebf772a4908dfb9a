// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Finds and reads the files that a fleet consists of.
struct FleetFileFinder {
    let tree: any TreeReader
    let budget: FleetBudget
    /// What the files were when they were last read.
    var memory: FleetMemory
    /// What the files come to, in their order.
    private(set) var parts: [FleetMemory.Part] = []
    private var filesLeft: Int
    private var bytesLeft: Int

    init(tree: any TreeReader, budget: FleetBudget, memory: FleetMemory) {
        self.tree = tree
        self.budget = budget
        self.memory = memory
        filesLeft = budget.files
        bytesLeft = budget.bytes
    }

    /// What a fleet begins with.
    enum Start {
        case layout(FleetFile)
        /// The short form: the one manifest at the root.
        case onlyFile(FleetFile)
        case nothing(FleetProblem)
    }

    func start() async throws(TreeError) -> Start {
        do throws(TreeError) {
            if let path = TreePath("fleet.yaml"), let entry = try await tree.entry(at: path) {
                guard case .file = entry.kind else { throw .notAFile(path) }
                return .layout(try await file(path, .platform))
            }
            let paths: [TreePath] = try await tree.children(of: .root).compactMap { entry in
                guard case .file = entry.kind, Self.isManifest(entry.name), !Self.isHidden(entry.name) else {
                    return nil
                }
                return TreePath.root.appending(entry.name)
            }
            if let path = paths.first, paths.count == 1 { return .onlyFile(try await file(path, .platform)) }
            let reason =
                paths.isEmpty
                ? "there is no such file, nor another manifest beside it"
                : "there is no such file, and without it a fleet is one file; here are \(paths.count)"
            let advice = "write one with trimtab init, or put one target and one application into a single file"
            return .nothing(FleetProblem(ReadingError(file: "fleet.yaml", reason: reason, advice: advice)))
        } catch {
            if error.isTransient { throw error }
            return .nothing(FleetProblem(ReadingError(reason: error.description)))
        }
    }

    /// Reads everything that the layout names. What is wrong beside the files goes into the draft.
    mutating func collect(_ layout: FleetLayout, into draft: inout FleetDraft) async throws(TreeError) {
        let advice = "fleet.yaml names this folder; while it is empty keep a README.md in it"
        try await collect(layout.platform, .platform, depth: 0, advice: advice, into: &draft)
        guard let projects = layout.projects else { return }
        for entry in try await children(of: projects, .platform, advice, &draft) {
            guard let path = projects.appending(entry.name) else { continue }
            switch entry.kind {
            case .folder:
                if let project = Text(utf8: entry.name).flatMap({ ProjectName($0) }) {
                    try await collect(path, .project(project), depth: 1, into: &draft)
                } else {
                    draft.note(path, "is no name of a project, so nothing in it is read")
                }
            case .file:
                guard Self.isManifest(entry.name) else { continue }
                draft.note(path, "belongs to no project", advice: "move it to the folder of a project")
            case .link, .submodule:
                draft.add(unreadable: path, territory: .platform, reason: Self.refusal(of: entry.kind))
            }
        }
    }

    private mutating func collect(
        _ folder: TreePath, _ territory: Territory, depth: Int, advice: String? = nil, into draft: inout FleetDraft
    ) async throws(TreeError) {
        guard depth <= budget.depth else {
            return draft.add(unreadable: folder, territory: territory, reason: "lies too deep; is not read")
        }
        var files: [File] = []
        for entry in try await children(of: folder, territory, advice, &draft) {
            guard let path = folder.appending(entry.name) else { continue }
            if memory.part(path, entry.id, territory) != nil {
                files.append(File(path: path, id: entry.id))
                continue
            }
            let isCandidate = entry.kind == .folder || Self.isManifest(entry.name)
            if isCandidate, Text(path.description).utf8.elementsEqual(path.bytes) == false {
                draft.add(
                    unreadable: path, territory: territory, reason: "has control characters or no UTF-8 in its name")
                continue
            }
            switch entry.kind {
            case .folder:
                try await collect(path, territory, depth: depth + 1, into: &draft)
            case .file where isCandidate:
                files.append(File(path: path, id: entry.id))
            case .link where isCandidate, .submodule:
                draft.add(unreadable: path, territory: territory, reason: Self.refusal(of: entry.kind))
            case .file, .link:
                break
            }
        }
        while !files.isEmpty {
            let some = files.prefix(Self.together)
            files.removeFirst(some.count)
            guard filesLeft > 0, bytesLeft > 0 else { return try take(some, [], territory, into: &draft) }
            try take(some, await read(some, territory), territory, into: &draft)
        }
    }

    /// So many files are read at a time: whoever answers may answer many questions at once.
    private static let together = 32

    struct File: Sendable {
        var path: TreePath
        var id: ContentID
    }

    /// Takes what files came to, in their order, as far as the budget goes.
    private mutating func take(
        _ files: some Collection<File>, _ read: [Result<FleetMemory.Part, TreeError>], _ territory: Territory,
        into draft: inout FleetDraft
    ) throws(TreeError) {
        for (index, file) in files.enumerated() {
            filesLeft -= 1
            guard filesLeft >= 0, bytesLeft > 0, index < read.count else {
                // Told once: what is beyond may be anything.
                guard draft.unreadable.insert(.platform).inserted else { return }
                return draft.add(
                    unreadable: file.path, territory: .platform,
                    reason: "the fleet is too large; is not read from here on")
            }
            switch read[index] {
            case .success(let part):
                bytesLeft -= part.bytes
                parts.append(part)
            case .failure(let error):
                if error.isTransient { throw error }
                draft.add(unreadable: error, territory: territory)
            }
        }
    }

    /// What a file comes to; `nil` when it cannot be read.
    mutating func part(
        _ path: TreePath, _ id: ContentID, _ territory: Territory
    ) async throws(TreeError) -> FleetMemory.Part? {
        switch await read([File(path: path, id: id)], territory).first {
        case .success(let part): return part
        case .failure(let error):
            if error.isTransient { throw error }
            return nil
        case nil: return nil
        }
    }

    private mutating func read(
        _ files: some Collection<File>, _ territory: Territory
    ) async -> [Result<FleetMemory.Part, TreeError>] {
        let (tree, budget) = (tree, budget)
        var read: [Result<FleetMemory.Part, TreeError>?] = []
        await withTaskGroup(of: (Int, Result<FleetMemory.Part, TreeError>).self) { group in
            for (index, file) in files.enumerated() {
                if let known = memory.part(file.path, file.id, territory) {
                    // Whoever notes what is read learns of it all the same.
                    read.append(
                        await Self.result { () async throws(TreeError) in
                            _ = try await tree.kind(at: file.path)
                            return known
                        })
                    continue
                }
                memory.countRead()
                read.append(nil)
                group.addTask { (index, await Self.read(file, territory, in: tree, budget)) }
            }
            for await (index, result) in group { read[index] = result }
        }
        return read.compactMap { $0 }
    }

    @concurrent
    private static func read(
        _ file: File, _ territory: Territory, in tree: any TreeReader, _ budget: FleetBudget
    ) async -> Result<FleetMemory.Part, TreeError> {
        await result { () async throws(TreeError) in
            let bytes = try await tree.read(file.path, limit: budget.file.bytes)
            let content = FleetFile(path: file.path, territory: territory, bytes: bytes)
            var draft = FleetDraft(isShortForm: false)
            draft.add(content, budget: budget.file)
            draft.rereadPlaces(from: content, budget: budget.file)
            return FleetMemory.Part(
                path: file.path, territory: territory, id: file.id, bytes: bytes.count, draft: draft)
        }
    }

    private static func result<Success>(
        _ body: () async throws(TreeError) -> Success
    ) async -> Result<Success, TreeError> {
        do throws(TreeError) { return .success(try await body()) } catch { return .failure(error) }
    }

    /// The children of a folder but hidden ones; none, and a problem, when it cannot be listed.
    private func children(
        of folder: TreePath, _ territory: Territory, _ advice: String?, _ draft: inout FleetDraft
    ) async throws(TreeError) -> [TreeEntry] {
        do throws(TreeError) {
            return try await tree.children(of: folder).filter { !Self.isHidden($0.name) }
        } catch {
            if error.isTransient { throw error }
            draft.add(unreadable: error, territory: territory, advice: advice)
            return []
        }
    }

    private func file(_ path: TreePath, _ territory: Territory) async throws(TreeError) -> FleetFile {
        FleetFile(path: path, territory: territory, bytes: try await tree.read(path, limit: budget.file.bytes))
    }

    private static func refusal(of kind: TreeEntry.Kind) -> String {
        kind == .submodule ? "is a Git submodule; is not read" : "is a symbolic link; fleets are read from plain files"
    }

    private static func isHidden(_ name: [UInt8]) -> Bool { name.first == UInt8(ascii: ".") }

    private static func isManifest(_ name: [UInt8]) -> Bool {
        [".yaml", ".yml", ".json"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}

extension FleetDraft {
    /// Something that is not read, and declares nothing that was ever accepted.
    fileprivate mutating func note(_ path: TreePath, _ reason: String, advice: String? = nil) {
        problems.append(FleetProblem(ReadingError(file: Text(path.description), reason: reason, advice: advice)))
    }
}
