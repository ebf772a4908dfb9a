// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import Manifest
package import Model

extension HostTarget {
    package func setWatched(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) {
        let places = objects.compactMap { object -> Watcher.Place? in
            guard object.id.group == HostObject.group, let text = object.spec["path"]?.stringValue,
                let path = HostPath(text), unit.limits.allows(.path(path.bytes), protected: protected)
            else { return nil }
            let isExclusive =
                switch object.id.kind == "Directory" ? object.spec["exclusive"] : nil {
                case nil, .bool(false): false
                default: true
                }
            return Watcher.Place(object: object.id, path: path, isExclusive: isExclusive)
        }
        try await blocking { [watcher] in watcher.setWatched(places, of: unit.unit) }
    }

    package func watch(_ sink: WatchSink) async throws(TargetError) { await watcher.run(sink) }
}
