// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation

/// Test data that was made elsewhere, in `TRIMTAB_CORPORA`, by default beside the checkout. It need not be there: suites
/// that read it are named `…CorpusTests` and are skipped then.
package enum Corpora {
    package static func folder(_ name: String) -> URL? {
        let root = ProcessInfo.processInfo.environment["TRIMTAB_CORPORA"]
        let folder = URL(fileURLWithPath: root ?? FileManager.default.currentDirectoryPath + "/../shared/corpora")
            .appendingPathComponent(name)
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }
}
