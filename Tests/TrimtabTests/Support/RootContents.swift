// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// What lies beneath a root, but for Trimtab's own folder: a path to what it is.
enum RootContents {
    static func read(_ root: String) throws -> [String: String] {
        let manager = FileManager.default
        var found: [String: String] = [:]
        for path in try manager.subpathsOfDirectory(atPath: root) where !path.hasPrefix("var") {
            let full = root + "/" + path
            let attributes = try manager.attributesOfItem(atPath: full)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: continue
            case .typeSymbolicLink: found[path] = "-> " + (try manager.destinationOfSymbolicLink(atPath: full))
            default:
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
                let text = try String(decoding: Data(contentsOf: URL(fileURLWithPath: full)), as: UTF8.self)
                found[path] = String(mode, radix: 8) + " " + text
            }
        }
        return found
    }
}
