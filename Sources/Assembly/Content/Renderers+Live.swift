// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Helm
import Manifest
import Model
import Rendering
import Synchronization
import SystemPackage

extension Renderers {
    /// All kinds, as far as this machine can: Helm is the user's own.
    ///
    /// - Parameters:
    ///   - scratch: a folder for Helm's jail; made when the first chart is rendered, and emptied then.
    ///   - helm: what a chart may use beside the source.
    static func live(scratch: String, helm: HelmPlace = HelmPlace()) -> Renderers {
        let helm = OwnHelm(scratch: scratch, place: helm)
        return Renderers([
            .kustomize: KustomizeRenderer(charts: helm), .helm: HelmRenderer(helm) { helm.identity },
        ])
    }
}

/// What Helm is given by the operator.
struct HelmPlace: Sendable {
    /// The folder that keeps fetched charts; `nil` fetches none.
    var charts: String?
    /// The folder that keeps frozen values; `nil` keeps none.
    var frozen: String?
    var servers = ChartServers()
    /// Renders also where the kernel has no Landlock or no seccomp.
    var allowsWeakJail = false

    init() {}

    /// - Parameters:
    ///   - state: the folder that holds what is fetched.
    ///   - keepsFrozen: whether frozen values are kept there, too.
    init(state: String, trust: Trust, keepsFrozen: Bool) {
        charts = state + "/charts"
        frozen = keepsFrozen ? state + "/frozen" : nil
        servers = ChartServers(
            policy: trust.policy, credentials: trust.credentials(ofState: state), authorities: trust.authorities)
        allowsWeakJail = trust.allowsWeakJail
    }
}

/// Helm as it is found: by `TRIMTAB_HELM`, or in the folders of `PATH`. Nothing of it is touched before a chart is to be
/// rendered.
final class OwnHelm: ChartTemplates {
    private let program: String?
    private let scratch: String
    private let place: HelmPlace
    private let opened = Mutex<HelmTemplate?>(nil)

    /// Tells one Helm from another, as it is found now: asking it for its version would cost every command a process.
    var identity: Text {
        guard let program else { return "none" }
        return "\(Text(program)) \(Text(ProgramStamp(FilePath(program)).map { "\($0)" } ?? "is gone"))"
    }

    init(scratch: String, place: HelmPlace, variables: [String: String] = ProcessInfo.processInfo.environment) {
        self.scratch = scratch
        self.place = place
        let named = variables["TRIMTAB_HELM"].flatMap { $0.isEmpty ? nil : $0 }
        let places = (variables["PATH"] ?? "").split(separator: ":").map { String($0) + "/helm" }
        program = named ?? places.first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    }

    func render(_ request: HelmRequest, from tree: any TreeReader) async throws(HelmError) -> HelmOutput {
        guard let program else {
            throw .program(reason: "Helm is not installed here (put helm into PATH, or name it by TRIMTAB_HELM)")
        }
        return try await open(program).render(request, from: tree)
    }

    /// One for all renders: its jail has a folder that it empties when it is made.
    private func open(_ program: String) throws(HelmError) -> HelmTemplate {
        let result = opened.withLock { opened -> Result<HelmTemplate, HelmError> in
            if let opened { return .success(opened) }
            do throws(HelmError) {
                // Beside the scratch folder, which is emptied at each start.
                let made = HelmTemplate(
                    program: FilePath(program),
                    jail: try Jail(scratch: FilePath(scratch), isLenient: place.allowsWeakJail),
                    archives: place.charts.map {
                        ChartStore(folder: FilePath($0), transport: HTTPChartTransport(servers: place.servers))
                    },
                    frozen: place.frozen.map { FrozenStore(folder: FilePath($0)) })
                opened = made
                return .success(made)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
