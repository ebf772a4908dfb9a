// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering

extension Value {
    /// Paths are bytes, so they go in hexadecimal digits.
    init(blobs: [BlobReference]) {
        self = .array(
            blobs.map { blob in
                [
                    Value(Hex.encode(blob.path.bytes)), Value(blob.id.description), .number(Number(blob.size)),
                    .bool(blob.executable),
                ]
            })
    }

    var blobsValue: [BlobReference]? {
        guard let rows = arrayValue else { return nil }
        var blobs: [BlobReference] = []
        for row in rows {
            guard let fields = row.arrayValue, fields.count == 4,
                let path = fields[0].stringValue.flatMap({ Hex.decode($0.string) }).flatMap({ TreePath($0) }),
                let id = fields[1].stringValue.flatMap({ ContentID(parsing: $0.string) }),
                let size = fields[2].intValue, let executable = fields[3].boolValue
            else { return nil }
            blobs.append(BlobReference(path: path, id: id, size: size, executable: executable))
        }
        return blobs
    }

    /// Each path with the identity of what was there; null where nothing was.
    init(_ trace: Trace) {
        self = .array(
            trace.entries.map { path, id in
                [Value(Hex.encode(path.bytes)), id.map { Value($0.description) } ?? .null]
            })
    }

    var traceValue: Trace? {
        guard let rows = arrayValue else { return nil }
        var entries: [TreePath: ContentID?] = [:]
        for row in rows {
            guard let fields = row.arrayValue, fields.count == 2,
                let path = fields[0].stringValue.flatMap({ Hex.decode($0.string) }).flatMap({ TreePath($0) })
            else { return nil }
            if fields[1] == .null {
                entries[path] = .some(nil)
            } else if let id = fields[1].stringValue.flatMap({ ContentID(parsing: $0.string) }) {
                entries[path] = id
            } else {
                return nil
            }
        }
        return Trace(entries: entries)
    }
}
