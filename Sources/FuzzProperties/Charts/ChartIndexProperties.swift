// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Helm
import Manifest

/// An index says where a chart lies, or why not; the same when it is written anew.
enum ChartIndexProperties {
    static func check(_ bytes: [UInt8]) throws {
        let found = try find(in: bytes)
        guard let value = try? YAML.read(bytes).first?.value else { return }
        let again = try find(in: JSON.write(value))
        try require(found == again, "the same index says something else when it is written as JSON")
    }

    private static func find(in bytes: [UInt8]) throws(Violation) -> ChartIndex? {
        let entry: ChartIndex
        do throws(HelmError) {
            entry = try ChartIndex.find("a", "1.0.0", in: bytes, file: "index.yaml")
        } catch {
            try require(!error.description.isEmpty, "refused without a reason")
            return nil
        }
        try require(!entry.reference.isEmpty, "an archive lies nowhere")
        return entry
    }
}
