// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import Manifest
package import Model

extension HostTarget {
    @discardableResult
    package func setWatched(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> Bool {
        let limits = Self.limits(of: unit)
        var places: [WatchTable.Place] = []
        var watchedServices: [(object: ObjectID, service: ServiceName)] = []
        for object in objects where object.id.group == HostObject.group {
            switch Place(object) {
            case .path(let path) where limits.allows(.path(path.bytes), protected: protected):
                places.append(WatchTable.Place(object: object.id, path: path, isExclusive: Self.isExclusive(object)))
            case .service(let service) where limits.allows(.service(service.text), protected: protected):
                watchedServices.append((object.id, service))
                for path in Self.files(of: object) {
                    places.append(WatchTable.Place(object: object.id, path: path, isExclusive: false))
                }
            case .package where packages != nil:
                places.append(WatchTable.Place(object: object.id, path: Apt.recordPath, isExclusive: false))
            default: break
            }
        }
        serviceWatch.setWatched(watchedServices, of: unit.unit)
        try await blocking { [watcher, places] in watcher.setWatched(places, of: unit.unit) }
        return !objects.isEmpty
    }

    private static func isExclusive(_ object: DesiredObject) -> Bool {
        guard object.id.kind == "Directory", let exclusive = object.spec["exclusive"] else { return false }
        return exclusive != .bool(false)
    }

    private static func files(of object: DesiredObject) -> [HostPath] {
        guard let read = try? HostObject(object), case .service(let spec) = read.spec else { return [] }
        return ServiceFiles.objects(of: read, spec).compactMap(\.path)
    }

    package func watch(_ sink: WatchSink) async throws(TargetError) {
        let gate = ReportGate(packages: packages, sink: sink)
        let sink = gate.sink
        serviceWatch.setSink(sink)
        await withTaskGroup(of: Void.self) { group in
            if packages != nil { group.addTask { await gate.run() } }
            group.addTask { [watcher] in await watcher.run(sink) }
            if let services {
                group.addTask { [serviceWatch] in await services.watch { serviceWatch.changed($0) } }
            }
        }
        serviceWatch.setSink(nil)
    }
}
