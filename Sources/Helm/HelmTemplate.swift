// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model
import Synchronization
package import SystemPackage

/// Renders charts with the user's own Helm, in a jail, twice: what differs from one render to the next is no desired
/// state.
package final class HelmTemplate: Sendable {
    private let program: FilePath
    private let jail: Jail
    private let archives: (any ChartArchives)?
    private let frozen: FrozenStore?
    private let budget: ChartFiles.Budget
    private let binary = Mutex<(stamp: ProgramStamp, binary: HelmBinary)?>(nil)

    /// - Parameters:
    ///   - program: Helm.
    ///   - archives: where charts of repositories come from; `nil` where none is to be fetched.
    ///   - frozen: where values that differ from render to render are kept; `nil` shows the new ones and keeps nothing.
    package init(
        program: FilePath, jail: Jail, archives: (any ChartArchives)? = nil, frozen: FrozenStore? = nil,
        budget: ChartFiles.Budget = .init()
    ) {
        self.program = program
        self.jail = jail
        self.archives = archives
        self.frozen = frozen
        self.budget = budget
    }

    /// Helm's version, which a render depends on: `v3.17.3`. Asked once of each program that lies there.
    package func version() async throws(HelmError) -> Text {
        let stamp = ProgramStamp(program)
        if let known = binary.withLock({ $0 }), known.stamp == stamp { return known.binary.version }
        let found = try await HelmBinary.open(program, in: jail)
        binary.withLock { $0 = stamp.map { ($0, found) } }
        return found.version
    }

    /// Renders a chart.
    ///
    /// - Parameter tree: the source; all that is read from it goes through this reader.
    package func render(_ request: HelmRequest, from tree: any TreeReader) async throws(HelmError) -> HelmOutput {
        let arguments = try HelmArguments(request).words
        var values = ValuesLayers()
        for layer in request.values {
            switch layer {
            case .file(let path): try await values.add(path, in: tree)
            case .inline(let value, let origin): try values.add(value, from: origin)
            }
        }
        _ = try await version()
        let chart = try await ChartLoader(
            tree: tree, archives: archives, repositories: request.repositories, budget: budget
        ).load(request.chart)
        let first = try await run(chart, .first, arguments, values)
        let second = try await run(chart, .second, arguments, values)
        guard let scope = request.freeze else {
            let unstable = Instability.between(first, second)
            guard unstable.isEmpty else { throw .unstable(unstable) }
            return HelmOutput(objects: first, isTainted: !values.secrets.isEmpty)
        }
        let objects = try await freeze(scope, first, second)
        return HelmOutput(objects: objects, isTainted: !values.secrets.isEmpty || objects != first)
    }

    /// The first render with its random fields as they were when they were first seen.
    private func freeze(
        _ scope: Text, _ first: [HelmObject], _ second: [HelmObject]
    ) async throws(HelmError) -> [HelmObject] {
        var known = FrozenFields()
        if let frozen { known = try await frozen.fields(of: scope) }
        let (objects, new) = try known.apply(to: first, second)
        guard let frozen else { return objects }
        if new.values.isEmpty { return try await fingerprinted(objects, first, frozen) }
        // Another render may have been quicker: what is on the disk counts.
        let kept = try await frozen.keep(new, of: scope).apply(to: first, second).objects
        return try await fingerprinted(kept, first, frozen)
    }

    /// Secret leaves count in no digest, and lines around a frozen one may change.
    private func fingerprinted(
        _ objects: [HelmObject], _ first: [HelmObject], _ frozen: FrozenStore
    ) async throws(HelmError) -> [HelmObject] {
        guard objects != first, let key = try await frozen.fingerprintKey() else { return objects }
        return zip(objects, first).map { object, rendered in
            var object = object
            if object.manifest != rendered.manifest { object.fingerprint = object.manifest.digest(secretKey: key) }
            return object
        }
    }

    private func run(
        _ chart: ChartFiles, _ edition: ChartEdition, _ arguments: [String], _ values: ValuesLayers
    ) async throws(HelmError) -> [HelmObject] {
        var files: [TreePath: [UInt8]] = [:]
        for (path, content) in chart.files {
            files[HelmArguments.folder.appending(path)] = edition.content(of: path, content)
        }
        let outcome = try await jail.run(program, arguments, files: files, input: values.json)
        if let error = outcome.error(limits: jail.limits) { throw error.explained(hiding: values.secrets) }
        return try HelmOutputReader.read(outcome.output)
    }
}
