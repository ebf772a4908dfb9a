// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Fleet
import Glibc
import Manifest
import Model

/// What a checklist is valid under, beside its content: whatever admission and the reading of manifests went by.
enum Terms {
    /// `nil` when the program cannot be told from another one: then nothing is remembered.
    static func digest(limits: HostLimits, protected: ProtectedPaths, root: Root) -> Digest? {
        guard let program else { return nil }
        func texts(_ texts: [Text]) -> Value { .array(texts.map(Value.string)) }
        let terms: Value = [
            .string(program), Value(Hex.encode(root.place.bytes)), texts(limits.paths), texts(limits.kinds),
            texts(limits.services), texts(limits.packages), texts(limits.commands),
            texts(protected.unlessNamed.map(\.text)), texts(protected.always.map(\.text)),
        ]
        return terms.digest()
    }

    /// The file of this program. A newer one may understand manifests in another way, so what an older one made of them
    /// is not taken over.
    private static let program: Text? = {
        let raw = clinux_openat2(AT_FDCWD, "/proc/self/exe", O_RDONLY, 0, 0)
        guard raw >= 0 else { return nil }
        let file = Descriptor(owning: raw)
        var found = clinux_metadata()
        guard clinux_statx(file.raw, "", &found) == 0 else { return nil }
        return "\(found.device) \(found.inode) \(found.size) \(found.modified)"
    }()
}
