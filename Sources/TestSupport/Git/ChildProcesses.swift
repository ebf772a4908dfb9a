// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation

/// The processes of this machine, as `/proc` shows them.
package enum ChildProcesses {
    /// Those whose command line holds a text, such as a scratch folder that only one test knows.
    package static func running(in text: String) throws -> [pid_t] {
        try commandLines().filter { $0.line.contains(text) }.map(\.process)
    }

    /// Command lines, their arguments separated by spaces.
    package static func commandLines() throws -> [(process: pid_t, line: String)] {
        let own = getpid()
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard let process = pid_t(name), process != own,
                let bytes = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(name)/cmdline"))
            else { return nil }
            return (process, String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\0", with: " "))
        }
    }
}
