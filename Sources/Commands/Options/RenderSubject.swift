// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Glibc
import Kustomize
import Manifest
import Model

/// What `render` is asked for: a unit of the fleet, or a folder that has a kustomization.
struct RenderSubject: ExpressibleByArgument, Sendable {
    enum Meaning: Sendable {
        case unit(UnitPattern)
        case folder(String)
    }

    /// As it was written: with a repository it is a folder in that.
    let text: String
    /// What it means on this machine: a path says so by its first letters, or by what lies there. `nil` for what can be
    /// neither.
    let meaning: Meaning?

    init?(argument: String) {
        text = argument
        if argument.hasPrefix("/") || argument == "." || argument == ".." || argument.hasPrefix("./")
            || argument.hasPrefix("../") || Self.hasKustomization(argument)
        {
            meaning = .folder(argument)
        } else {
            meaning = UnitPattern(argument: argument).map(Meaning.unit)
        }
    }

    private static func hasKustomization(_ folder: String) -> Bool {
        guard let absolute = try? Paths.absolute(folder) else { return false }
        return Kustomization.fileNames.contains { access("\(absolute)/\($0)", F_OK) == 0 }
    }
}

/// How a folder is rendered, as kubectl calls it.
struct FolderRenderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of a folder: the folder that bases and files must lie in. By default the Git work tree around it, or the "
                + "least folder that holds all that is named.", valueName: "dir"), completion: .directory)
    var root: String?

    @Option(
        help: ArgumentHelp(
            "Of a folder: the repository that it lies in, a URL or a path. A commit of it is read without a checkout; "
                + "--revision names it.", valueName: "url|dir"), completion: .directory)
    var repository: String?

    @Option(help: ArgumentHelp("Of a folder: legacy (by kind) or none (as listed).", valueName: "order"))
    var reorder = Order.legacy

    @Option(
        help: ArgumentHelp(
            "Of a folder: LoadRestrictionsRootOnly or LoadRestrictionsNone (files from anywhere within the root).",
            valueName: "rule"))
    var loadRestrictor = Restriction.rootOnly

    enum Order: String, Choice {
        case legacy, none
    }

    enum Restriction: String, Choice {
        case rootOnly = "LoadRestrictionsRootOnly"
        case none = "LoadRestrictionsNone"
    }

    /// A folder on disk.
    func request(_ folder: String) throws -> FolderRequest {
        var request = FolderRequest(
            folder: try Paths.absolute(folder), root: try root.map { try Paths.absolute($0) }, options: options)
        request.workingFolder = Environment.current.workingFolder.map { Text($0) }
        return request
    }

    /// A folder in a repository, from the repository's root.
    func request(_ folder: String, in repository: String, _ revision: String?, trust: String?) throws -> FolderRequest {
        if root != nil {
            throw ValidationError("--root is for folders on disk: nothing outside of a repository is read")
        }
        let place = FolderRequest.Place(
            repository: try Paths.fleet(repository), revision: revision.map { Text($0) },
            trust: try trust.map(Paths.absolute))
        return FolderRequest(folder: Text(folder), in: place, options: options)
    }

    private var options: Kustomization.Options {
        Kustomization.Options(
            order: reorder == .none ? .none : .legacy, loading: loadRestrictor == .none ? .anywhere : .withinFolder)
    }
}
