// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Manifest
package import Model

extension HostTarget {
    /// A file that stands does what a file can do; a service is as well as its manager says.
    package func health(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        let bench = workbench(for: unit)
        let reports = try await lanes.map(objects, perLane: 256) { [self] object in
            (object.id, health(of: object, bench))
        }
        return Dictionary(reports, uniquingKeysWith: { first, _ in first })
    }

    private func health(of object: DesiredObject, _ bench: Workbench) -> HealthReport {
        do throws(HostFault) {
            switch Place(object) {
            case .path(let path):
                let located = try bench.reach.locate(path, as: object.id.kind)
                let isThere = try located.folder?.metadata(of: located.name) != nil
                return isThere ? HealthReport(.healthy) : HealthReport(.missing, reason: "\(path) does not exist")
            case .service(let service):
                guard let state = try services?.state(of: service) else { throw HostFault("a sandbox has no services") }
                return Self.health(of: service, state, wish: object.spec["running"]?.boolValue)
            case .package(let name):
                guard let packages else { throw HostFault("a sandbox has no packages") }
                let live = try packages.packages()[name]
                let isWanted = object.spec["state"]?.stringValue != "absent"
                if isWanted != (live != nil) {
                    return HealthReport(
                        .missing, reason: isWanted ? "\(name) is not installed" : "\(name) is installed")
                }
                return live?.isComplete ?? true
                    ? HealthReport(.healthy) : HealthReport(.degraded, reason: "\(name) is half installed")
            case .unknown: throw HostFault("has no path")
            }
        } catch {
            return HealthReport(.unknown, reason: error.reason)
        }
    }

    static func health(of service: ServiceName, _ state: ServiceState, wish: Bool?) -> HealthReport {
        switch (state.load, state.activity) {
        case (.notFound, _):
            wish == false ? HealthReport(.healthy) : HealthReport(.missing, reason: "\(service) is not there")
        case (.masked, _), (.broken, _): HealthReport(.degraded, reason: "\(service) cannot be loaded")
        case (.loaded, .failed): HealthReport(.degraded, reason: "\(service) is \(state.activity.words)")
        case (.loaded, .starting) where wish != false: HealthReport(.progressing, reason: "\(service) is starting")
        case (.loaded, .inactive) where wish == true, (.loaded, .stopping) where wish == true:
            HealthReport(.degraded, reason: "\(service) is \(state.activity.words)")
        case (.loaded, _): HealthReport(.healthy)
        }
    }
}
