// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import Manifest
package import Model

extension HostTarget {
    package func admit(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> [Refusal] {
        let bench = workbench(for: unit)
        let reasons = try await lanes.map(objects, perLane: 256) { object -> Refusal? in
            do throws(HostFault) {
                try Self.admit(object, bench)
                return nil
            } catch {
                return Refusal(object: object.id, reason: "\(error.reason) (\(object.origin))")
            }
        }
        return reasons.compactMap(\.self)
    }

    private static func admit(_ desired: DesiredObject, _ bench: Workbench) throws(HostFault) {
        guard desired.id.group == HostObject.group else {
            throw HostFault("a host knows no \(desired.apiVersion) \(desired.id.kind)")
        }
        try bench.reach.check(.kind(desired.id.kind))
        let object = try HostObject(desired)
        if let path = object.path { _ = try bench.reach.locate(path) }
        if case .file(let file) = object.spec {
            for command in file.validate { try bench.reach.check(.command(command)) }
        }
    }
}
