// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest
import Subprocess
import SystemPackage

/// Lets a person change a secret in an editor. The file lies in a folder of its own that only they can look into, in
/// memory where the system has such a place, and is overwritten before it is removed.
enum PrivateEditor {
    private static let limit = 64 << 20

    static func edit(_ plain: Secret<[UInt8]>, named path: Text) async throws(APIError) -> Secret<[UInt8]> {
        let folder = try makeFolder()
        let name = path.string.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? "secret"
        let file = "\(folder)/\(name)"
        defer {
            overwrite(file)
            // An editor may have left a copy beside it.
            removeAll(in: folder)
            rmdir(folder)
        }
        try plain.withExposed { bytes throws(APIError) in try write(bytes, to: file) }
        try await run(file)
        return Secret(try read(file))
    }

    private static func run(_ file: String) async throws(APIError) {
        let names = ["SOPS_EDITOR", "VISUAL", "EDITOR"]
        let editor = names.lazy.compactMap { variable($0) }.first { !$0.isEmpty } ?? "vi"
        let status: TerminationStatus
        do {
            status = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", "\(editor) \"$1\"", "sh", file],
                input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
                output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
                error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
            ).terminationStatus
        } catch {
            throw APIError(.failed, "the editor \(Text(editor)) could not be run: \(Text("\(error)"))")
        }
        guard status == .exited(0) else {
            throw APIError(.failed, "the editor \(Text(editor)) failed; the file stays as it was")
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func makeFolder() throws(APIError) -> String {
        let places = [variable("XDG_RUNTIME_DIR"), "/dev/shm", "/tmp"].compactMap { $0 }
        for place in places where place.hasPrefix("/") && access(place, W_OK | X_OK) == 0 {
            var template = Array("\(place)/trimtab-edit.XXXXXX".utf8CString)
            let isMade = template.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
            }
            if isMade {
                return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
        throw APIError(.failed, "there is no place to edit in: no folder can be made in /dev/shm or /tmp")
    }

    private static func write(_ bytes: [UInt8], to file: String) throws(APIError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", file) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("write", file) }
            rest = rest.dropFirst(count)
        }
    }

    private static func read(_ file: String) throws(APIError) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", file) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw failure("read", file) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw APIError(.tooLarge, "the edited file is too large") }
        }
    }

    private static func overwrite(_ file: String) {
        let descriptor = open(file, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 64 << 10)
        var left = lseek(descriptor, 0, SEEK_END)
        guard left > 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return }
        while left > 0 {
            let count = Glibc.write(descriptor, zeros, min(left, zeros.count))
            guard count > 0 else { return }
            left -= count
        }
    }

    private static func removeAll(in folder: String) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            overwrite("\(folder)/\(name)")
            unlink("\(folder)/\(name)")
        }
    }

    private static func failure(_ verb: String, _ file: String) -> APIError {
        APIError(.failed, Text("\(file): cannot \(verb): \(String(cString: strerror(errno)))"))
    }
}
