// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Foundation
import Kustomize
import Manifest
import Model

/// What `render` is asked for: a unit of the fleet, or a folder on disk that has a kustomization.
enum RenderSubject: ExpressibleByArgument, Sendable {
    case unit(UnitPattern)
    case folder(String)

    /// A path says so by its first letters, or by what lies there.
    init?(argument: String) {
        if argument.hasPrefix("/") || argument == "." || argument == ".." || argument.hasPrefix("./")
            || argument.hasPrefix("../") || Self.hasKustomization(argument)
        {
            self = .folder(argument)
        } else {
            guard let pattern = UnitPattern(argument: argument) else { return nil }
            self = .unit(pattern)
        }
    }

    private static func hasKustomization(_ folder: String) -> Bool {
        guard let absolute = try? Paths.absolute(folder) else { return false }
        return Kustomization.fileNames.contains { FileManager.default.fileExists(atPath: "\(absolute)/\($0)") }
    }
}

/// How a folder is rendered, as kubectl calls it.
struct FolderRenderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of a folder: the folder that bases and files must lie in. By default the Git work tree around it, or the "
                + "least folder that holds all that is named.", valueName: "dir"))
    var root: String?

    @Option(help: ArgumentHelp("Of a folder: legacy (by kind) or none (as listed).", valueName: "order"))
    var reorder = Order.legacy

    @Option(
        help: ArgumentHelp(
            "Of a folder: LoadRestrictionsRootOnly or LoadRestrictionsNone (files from anywhere within the root).",
            valueName: "rule"))
    var loadRestrictor = Restriction.rootOnly

    enum Order: String, ExpressibleByArgument, CaseIterable {
        case legacy, none
    }

    enum Restriction: String, ExpressibleByArgument, CaseIterable {
        case rootOnly = "LoadRestrictionsRootOnly"
        case none = "LoadRestrictionsNone"
    }

    func request(_ folder: String) throws -> FolderRequest {
        FolderRequest(
            folder: try Paths.absolute(folder), root: try root.map { try Paths.absolute($0) },
            options: Kustomization.Options(
                order: reorder == .none ? .none : .legacy, loading: loadRestrictor == .none ? .anywhere : .withinFolder)
        )
    }
}
