// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// Where lines of a log go.
package struct LogOutput: Sendable {
    /// Takes one whole line, its line feed included.
    package var write: @Sendable ([UInt8]) -> Void

    package init(write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

    /// One call to the system for each line, so that lines of several processes do not mix. A line that cannot be
    /// written is lost: logging must not stop the work.
    package static let standardError = LogOutput { line in
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
