// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// Appends a hash of its content to the name of a generated object, so that pods that use it restart when it changes.
enum NameHashes {
    static func apply(to set: inout ResourceSet, _ allowance: inout Allowance) throws(KustomizeError) {
        guard set.items.contains(where: \.needsHash) else { return }
        try set.changeEach { (resource) throws(KustomizeError) in
            guard resource.needsHash else { return }
            let content = content(of: resource)
            guard allowance.take(content.count >> 6) else {
                throw KustomizeError(resource.place.asPlace, allowance.refusal, code: .tooMuch)
            }
            let hash = hash(of: content)
            resource.rememberID()
            resource.setName("\(resource.name)-\(hash)")
        }
    }

    /// Ten letters of the SHA-256 of the content as Go writes it in JSON; digits and vowels are replaced, so that no
    /// word comes out.
    private static func hash(of content: [UInt8]) -> Text {
        let digest = SHA256.hash(data: content)
        let letters = Hex.encode(Array(digest.prefix(5))).utf8.map { letter in
            switch letter {
            case UInt8(ascii: "0"): UInt8(ascii: "g")
            case UInt8(ascii: "1"): UInt8(ascii: "h")
            case UInt8(ascii: "3"): UInt8(ascii: "k")
            case UInt8(ascii: "a"): UInt8(ascii: "m")
            case UInt8(ascii: "e"): UInt8(ascii: "t")
            default: letter
            }
        }
        return Text(String(decoding: letters, as: UTF8.self))
    }

    private static func content(of resource: Resource) -> [UInt8] {
        let value = resource.value
        // kustomize looks for the name where it is not, so that it is always empty: the hash is of the content alone.
        var object: Object = ["kind": .string(resource.kind), "name": "", "data": value["data"] ?? .string("")]
        if resource.kind == "Secret" {
            object["type"] = value["type"] ?? .string("")
            if let more = value["stringData"], more.objectValue != nil { object["stringData"] = more }
        } else if let more = value["binaryData"], more.objectValue != nil {
            object["binaryData"] = more
        }
        return GoJSON.write(FinalValue.of(.object(object)))
    }
}
