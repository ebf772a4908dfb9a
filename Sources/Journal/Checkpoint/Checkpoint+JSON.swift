// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension Checkpoint {
    /// The checkpoint as a small JSON file, for people and for Git.
    package var json: [UInt8] { JSON.write(value, style: .pretty) }

    package var value: Value {
        [
            "format": "trimtab.dev/journal-checkpoint/v1",
            "writer": .string(writer),
            "incarnation": .number(Number(UInt64(incarnation))),
            "size": .number(Number(size)),
            "head": Value(head),
            "time": Value("\(time)"),
            "key": Value(Hex.encode(key)),
            "signature": Value(Hex.encode(signature)),
        ]
    }

    /// Reads exactly what ``json`` writes, spaces and the order of fields aside. Does not check the signature.
    package init(json: [UInt8], file: Text) throws(ReadingError) {
        let value = try JSON.read(
            json, file: file, budget: Budget(bytes: 4096, depth: 2, nodes: 16, documents: 1))
        guard let checkpoint = Checkpoint(value), checkpoint.value == value else {
            throw ReadingError(
                file: file, reason: "is no checkpoint of a journal", advice: "\"trimtab audit checkpoint\" makes one")
        }
        self = checkpoint
    }

    private init?(_ value: Value) {
        guard let writer = value["writer"]?.stringValue,
            let incarnation = value["incarnation"]?.sequenceValue.flatMap({ UInt32(exactly: $0) }),
            let size = value["size"]?.sequenceValue, let head = value["head"]?.digestValue,
            let time = value["time"]?.stringValue.flatMap({ Time(parsing: $0) }),
            let key = value["key"]?.stringValue.flatMap({ Hex.decode($0.string) }),
            let signature = value["signature"]?.stringValue.flatMap({ Hex.decode($0.string) })
        else { return nil }
        self.init(
            writer: writer, incarnation: incarnation, size: size, head: head, time: time, key: key,
            signature: signature)
    }
}
