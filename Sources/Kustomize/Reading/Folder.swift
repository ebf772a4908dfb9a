// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A folder in a tree, from which a kustomization names files and other folders.
struct Folder {
    let tree: any TreeReader
    let path: TreePath
    /// Written before paths in errors: the address of another repository.
    var prefix: Text = ""
    /// From the root of the build, as origins are written.
    var origin: Text = ""

    func name(of path: TreePath) -> Text { "\(prefix)\(path.isRoot ? "." : path.description)" }

    /// The path that a text means, which may climb with `..`; `nil` when it leaves the tree.
    func resolve(_ text: Text) -> TreePath? {
        guard text.utf8.first != UInt8(ascii: "/"), !text.utf8.contains(0) else { return nil }
        var current = path
        for part in text.utf8.split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) {
                guard let parent = current.parent else { return nil }
                current = parent
            } else {
                guard let child = current.appending(Array(part)) else { return nil }
                current = child
            }
        }
        return current
    }
}

/// What a file or folder that is named turned out to be.
enum Found {
    case file([UInt8], TreePath)
    case folder(TreePath)
}

/// Reads files within the budget of a build.
struct FileReading {
    let budget: KustomizeBudget
    let loading: Kustomization.Loading
    private var files = 0
    private var bytes = 0

    init(budget: KustomizeBudget, loading: Kustomization.Loading) {
        self.budget = budget
        self.loading = loading
    }

    /// Reads the file that a field names.
    mutating func file(_ field: Field, from folder: Folder) async throws(KustomizeError) -> (bytes: [UInt8], name: Text)
    {
        try await file(try field.text(), named: field, from: folder)
    }

    mutating func file(
        _ text: Text, named field: Field, from folder: Folder
    ) async throws(KustomizeError) -> (bytes: [UInt8], name: Text) {
        switch try await find(text, named: field, from: folder) {
        case .file(let bytes, let path): return (bytes, folder.name(of: path))
        case .folder(let path):
            throw field.error("\(folder.name(of: path)) is a folder, and a file is needed", code: .missing)
        }
    }

    /// Reads what a field names, when it is a file.
    mutating func find(_ text: Text, named field: Field, from folder: Folder) async throws(KustomizeError) -> Found {
        guard !text.isEmpty else { throw field.error("\(field.path) is empty") }
        guard let path = folder.resolve(text) else {
            throw field.error(
                text.utf8.first == UInt8(ascii: "/")
                    ? "\(text.quoted) is an absolute path" : "\(text.quoted) lies outside the repository",
                advice: "name files by paths from the kustomization's folder, within the repository", code: .outside)
        }
        do throws(TreeError) {
            let bytes = try await read(path, from: folder)
            guard loading == .anywhere || path.isWithin(folder.path) else {
                throw TreeError.badLink(path, reason: "")
            }
            return .file(bytes, path)
        } catch {
            switch error {
            case .notAFile(let found) where found == path: return .folder(path)
            case .badLink(path, reason: ""):
                throw field.error(
                    "the file \(folder.name(of: path)) is not in or below the folder of this kustomization,"
                        + " \(folder.name(of: folder.path))",
                    advice: "move it there, or make its folder a base with a kustomization of its own", code: .refused)
            case .notFound:
                throw field.error("there is no file or folder \(folder.name(of: path))", code: .missing)
            case .tooLarge: throw field.error(error.description, code: .tooMuch)
            default: throw field.error(error.description, code: .unreadable)
            }
        }
    }

    mutating func read(_ path: TreePath, from folder: Folder) async throws(TreeError) -> [UInt8] {
        // Looked at before, so that a build cannot read without end.
        guard files < budget.files else {
            throw .unavailable(reason: "more than \(budget.files) files are read for one build")
        }
        files += 1
        let content = try await folder.tree.read(path, limit: min(budget.file.bytes, budget.bytes - bytes))
        bytes += content.count
        return content
    }
}
