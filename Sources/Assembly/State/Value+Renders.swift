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
                let path = fields[0].pathValue,
                let id = fields[1].stringValue.flatMap({ ContentID(parsing: $0.string) }),
                let size = fields[2].intValue, let executable = fields[3].boolValue
            else { return nil }
            blobs.append(BlobReference(path: path, id: id, size: size, executable: executable))
        }
        return blobs
    }

    /// Paths with what was found there, links with what they lead to, folders with a digest of their names, whether links
    /// were followed, and the same of other repositories by their addresses.
    init(_ trace: Trace) {
        let findings = trace.findings.map { path, finding -> Value in
            let words: [Value] =
                switch finding {
                case .nothing: []
                case .folder: ["folder"]
                case .content(let id, let isExecutable): [Value(id.description), .bool(isExecutable)]
                }
            return .array([Value(Hex.encode(path.bytes))] + words)
        }
        let listings = trace.listings.map { path, names -> Value in [Value(Hex.encode(path.bytes)), Value(names)] }
        let targets = trace.targets.map { path, id -> Value in [Value(Hex.encode(path.bytes)), Value(id.description)] }
        let remotes = trace.remotes.map { address, remote -> Value in
            [.string(address), Value(Hex.encode(remote.folder.bytes)), .string(remote.following), Value(remote.trace)]
        }
        self = [.array(findings), .array(targets), .array(listings), .bool(trace.followsLinks), .array(remotes)]
    }

    var traceValue: Trace? {
        guard let parts = arrayValue, parts.count == 5, let remotes = parts[4].arrayValue,
            let findings = parts[0].arrayValue,
            let targets = parts[1].arrayValue, let listings = parts[2].arrayValue, let followsLinks = parts[3].boolValue
        else { return nil }
        var trace = Trace(followsLinks: followsLinks)
        for row in findings {
            guard let fields = row.arrayValue, let path = fields.first?.pathValue else { return nil }
            switch fields.count {
            case 1: trace.findings[path] = .nothing
            case 2: trace.findings[path] = .folder
            default:
                guard let id = fields[1].stringValue.flatMap({ ContentID(parsing: $0.string) }),
                    let isExecutable = fields[2].boolValue
                else { return nil }
                trace.findings[path] = .content(id, isExecutable: isExecutable)
            }
        }
        for row in targets {
            guard let fields = row.arrayValue, fields.count == 2, let path = fields[0].pathValue,
                let id = fields[1].stringValue.flatMap({ ContentID(parsing: $0.string) })
            else { return nil }
            trace.targets[path] = id
        }
        for row in listings {
            guard let fields = row.arrayValue, fields.count == 2, let path = fields[0].pathValue,
                let names = fields[1].digestValue
            else { return nil }
            trace.listings[path] = names
        }
        for row in remotes {
            guard let fields = row.arrayValue, fields.count == 4, let address = fields[0].stringValue,
                let folder = fields[1].pathValue, let following = fields[2].stringValue,
                let read = fields[3].traceValue
            else { return nil }
            trace.remotes[address] = Trace.Remote(folder: folder, following: following, trace: read)
        }
        return trace
    }

    private var pathValue: TreePath? { stringValue.flatMap { Hex.decode($0.string) }.flatMap { TreePath($0) } }
}
