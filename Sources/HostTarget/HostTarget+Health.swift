// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Manifest
package import Model

extension HostTarget {
    /// A file that stands as desired does what a file can do.
    package func health(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        let bench = workbench(for: unit)
        let reports = try await lanes.map(objects, perLane: 256) { object in
            (object.id, Self.health(of: object, bench))
        }
        return Dictionary(reports, uniquingKeysWith: { first, _ in first })
    }

    private static func health(of object: DesiredObject, _ bench: Workbench) -> HealthReport {
        do throws(HostFault) {
            guard let path = object.spec["path"]?.stringValue.flatMap({ HostPath($0) }) else {
                throw HostFault("has no path")
            }
            let located = try bench.reach.locate(path)
            guard try located.folder?.metadata(of: located.name) != nil else {
                return HealthReport(.missing, reason: "\(path) does not exist")
            }
            return HealthReport(.healthy)
        } catch {
            return HealthReport(.unknown, reason: error.reason)
        }
    }
}
