// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation
import Glibc
import Model

extension MemoryTree {
    package struct CannotWrite: Error {
        package let path: String
        package let code: Int32
    }

    /// Writes the files and links beneath a folder, by the bytes of their names.
    package func write(to folder: URL) throws {
        for (path, node) in nodes {
            if let parent = path.parent {
                try FileManager.default.createDirectory(
                    at: folder.appendingPathComponent(parent.description), withIntermediateDirectories: true)
            }
            let place = Array(folder.path.utf8) + [UInt8(ascii: "/")] + path.bytes
            switch node {
            case .file(let content, let executable): try Self.create(place, content, mode: executable ? 0o755 : 0o644)
            case .link(let target):
                let code = Self.asCString(target) { target in Self.asCString(place) { symlink(target, $0) } }
                guard code == 0 else { throw CannotWrite(path: path.description, code: errno) }
            case .submodule: throw CannotWrite(path: path.description, code: ENOTSUP)
            }
        }
    }

    private static func create(_ place: [UInt8], _ content: [UInt8], mode: mode_t) throws {
        let file = asCString(place) { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode) }
        guard file >= 0 else { throw CannotWrite(path: printable(place), code: errno) }
        defer { close(file) }
        let count = content.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        guard count == content.count else { throw CannotWrite(path: printable(place), code: errno) }
    }

    private static func asCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map(body) ?? "".withCString(body)
        }
    }
}
