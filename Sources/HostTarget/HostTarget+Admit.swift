// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import Manifest
package import Model

extension HostTarget {
    package func admit(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> [Refusal] {
        let bench = workbench(for: unit)
        counters.count { $0.manifestsRead += objects.count }
        let answers = try await lanes.map(objects, perLane: 256) { object -> Result<HostPath?, HostFault> in
            do throws(HostFault) {
                return .success(try Self.admit(object, bench))
            } catch {
                return .failure(error)
            }
        }
        var refusals: [Refusal] = []
        var holders: [HostPath: DesiredObject] = [:]
        for (object, answer) in zip(objects, answers) {
            func refuse(_ reason: String) {
                refusals.append(Refusal(object: object.id, reason: "\(reason) (\(object.origin))"))
            }
            switch answer {
            case .success(nil): break
            case .success(let path?):
                if let holder = holders[path] {
                    refuse("\(path) is declared by \(holder.id) already (\(holder.origin))")
                } else {
                    holders[path] = object
                }
            case .failure(let fault): refuse(fault.reason)
            }
        }
        return refusals
    }

    /// Gives where the object will really lie, if it lies anywhere.
    private static func admit(_ desired: DesiredObject, _ bench: Workbench) throws(HostFault) -> HostPath? {
        guard desired.id.group == HostObject.group else {
            throw HostFault("a host knows no \(desired.apiVersion) \(desired.id.kind)")
        }
        try bench.reach.check(.kind(desired.id.kind))
        let object = try HostObject(desired)
        if case .file(let file) = object.spec {
            for command in file.validate { try bench.reach.check(.command(command)) }
        }
        if case .service(let spec) = object.spec {
            for part in ServiceFiles.objects(of: object, spec) {
                if let path = part.path { _ = try bench.reach.locate(path, as: part.id.kind) }
            }
        }
        if let service = object.service { try bench.reach.check(.service(service.text)) }
        if let package = object.package { try bench.reach.check(.package(package)) }
        guard let path = object.path else { return nil }
        return try bench.reach.locate(path, as: object.id.kind).real
    }
}
