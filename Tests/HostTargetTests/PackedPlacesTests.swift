// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import HostTarget

@Suite struct PackedPlacesTests {
    private func place(_ number: Int, group: Text = HostObject.group, isExclusive: Bool = false) throws
        -> WatchTable.Place
    {
        let path = try #require(HostPath(Text("/srv/app-\(number)/\(String(repeating: "x", count: number)).conf")))
        let object = ObjectID(group: group, kind: "File", namespace: number == 1 ? "n" : "", name: "ä-\(number)")
        return WatchTable.Place(object: object, path: path, isExclusive: isExclusive)
    }

    private func check(_ places: [WatchTable.Place]) {
        let packed = PackedPlaces(places)
        #expect(packed.count == places.count && packed.isEmpty == places.isEmpty)
        for (number, place) in places.enumerated() {
            let read = packed[number]
            #expect(read?.object == place.object && read?.path == place.path)
            #expect(read?.isExclusive == place.isExclusive)
        }
        #expect(packed[places.count] == nil && packed[-1] == nil)
        #expect(packed.all.map(\.path) == places.map(\.path))
    }

    @Test func `what is packed reads as it was`() throws {
        check([])
        check([try place(0)])
        check([try place(3, group: "other.example", isExclusive: true)])
        check(try (0..<50).map { try place($0, group: $0 == 7 ? "" : HostObject.group, isExclusive: $0 % 3 == 0) })
    }
}
