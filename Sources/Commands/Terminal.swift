// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// Where a command writes.
package struct Terminal: Sendable {
    package var write: @Sendable (String) -> Void
    package var writeError: @Sendable (String) -> Void
    /// What need be no text.
    package var writeBytes: @Sendable ([UInt8]) -> Void
    /// Columns; `nil` when output goes elsewhere.
    package var width: Int?
    /// Progress and warnings can be seen by somebody.
    package var isErrorVisible: Bool

    package init(
        width: Int?, isErrorVisible: Bool, write: @escaping @Sendable (String) -> Void,
        writeError: @escaping @Sendable (String) -> Void
    ) {
        self.width = width
        self.isErrorVisible = isErrorVisible
        self.write = write
        self.writeError = writeError
        writeBytes = { write(String(decoding: $0, as: UTF8.self)) }
    }

    static var nowhere: Terminal {
        Terminal(width: nil, isErrorVisible: false, write: { _ in }, writeError: { _ in })
    }

    /// The process's own output. A reader that went away (`| head`) ends the writing, not the process.
    package static var standard: Terminal {
        var terminal = Terminal(
            width: width(of: STDOUT_FILENO), isErrorVisible: isatty(STDERR_FILENO) == 1,
            write: { writeAll($0, to: STDOUT_FILENO) }, writeError: { writeAll($0, to: STDERR_FILENO) })
        terminal.writeBytes = { bytes in bytes.withUnsafeBufferPointer { writeAll($0, to: STDOUT_FILENO) } }
        return terminal
    }

    private static func width(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func writeAll(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { writeAll($0, to: descriptor) }
    }

    private static func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
}
