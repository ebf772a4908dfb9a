// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Manifest
import Model
import Secrets

/// The ways in which a rendered object can hold something encrypted.
enum EncryptedObject {
    /// Its manifest stands in a file of SOPS.
    case manifest
    /// It is a host's file whose content is a text of age.
    case ageText(Text)
    /// It is a host's file whose source is encrypted.
    case source(Encryption, BlobReference)

    enum Encryption: String, Sendable {
        case sops, age
    }

    /// Cheap: it is asked of every object of every render.
    static func isPresent(_ object: DesiredObject) -> Bool { EncryptedObject(object) != nil }

    init?(_ object: DesiredObject) {
        if object.manifest["sops"]?.objectValue != nil {
            self = .manifest
            return
        }
        guard object.id.group == "host.trimtab.dev", object.id.kind == "File" else { return nil }
        if let word = object.spec["encryption"]?.stringValue, let blob = object.blobs.first,
            let encryption = Encryption(rawValue: word.string)
        {
            self = .source(encryption, blob)
        } else if let text = object.spec["content"]?.stringValue, Age.isEncrypted(text.utf8) {
            self = .ageText(text)
        } else {
            return nil
        }
    }
}
