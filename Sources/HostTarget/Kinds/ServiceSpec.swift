// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// ```yaml
/// kind: Service
/// metadata: {name: nginx}
/// spec:
///   service: nginx                   # default: the object's name
///   unit: {source: shop.service}     # systemd's file for it, or its text; absent: the distribution's
///   dropIns:
///     limits: |                      # /etc/systemd/system/nginx.service.d/limits.conf
///       [Service]
///       LimitNOFILE=65536
///   enabled: true                    # absent: left as it is
///   running: true                    # absent: left as it is
///   reloadOn: [File/site]            # objects of the application whose change it is told of
///   restartOn: [File/nginx-conf]
/// ```
struct ServiceSpec: Sendable, Hashable {
    var name: ServiceName?
    var unit: FileContent?
    var dropIns: [DropIn]
    var isEnabled: Bool?
    var isRunning: Bool?
    var reactions: [ObjectID: Reaction]

    struct DropIn: Sendable, Hashable {
        /// Without `.conf`.
        var name: Text
        var content: FileContent
    }
}

/// What a service does about a change of something that it uses, from least to most.
enum Reaction: String, Sendable, Hashable, CaseIterable, Comparable {
    case reload, restart

    static func < (left: Reaction, right: Reaction) -> Bool { left == .reload && right == .restart }
}

extension ServiceSpec {
    init(_ desired: DesiredObject) throws(HostFault) {
        self = try HostObject.decode(Self.shape, of: desired)
        try fill(from: desired)
    }

    /// Gives files of the source the blobs that the renderer found: in the order in which the manifest names them.
    private mutating func fill(from desired: DesiredObject) throws(HostFault) {
        var blobs = desired.blobs[...]
        for key in desired.spec.objectValue?.keys ?? [] {
            if key == "unit", desired.spec["unit"]?["source"] != nil {
                unit = try Self.next(&blobs)
            } else if key == "dropIns" {
                for index in dropIns.indices where desired.spec["dropIns"]?[dropIns[index].name]?["source"] != nil {
                    dropIns[index].content = try Self.next(&blobs)
                }
            }
        }
    }

    private static func next(_ blobs: inout ArraySlice<BlobReference>) throws(HostFault) -> FileContent {
        guard let blob = blobs.popFirst() else { throw HostFault("a file of the source that it names was not found") }
        return .blob(blob)
    }

    static let shape = Shape.object(
        Field.optional("service", .serviceName, "The service's name in systemd; by default the object's name."),
        Field.optional("unit", .fileText, "Systemd's file for it: its text, or {source: FILE}."),
        Field.optional(
            "dropIns", .map(keys: .dropInName, of: .fileText), default: [],
            "Files that change parts of systemd's file, by name: text, or {source: FILE}."),
        Field.optional("enabled", .boolean, "Whether it starts with the machine; absent: left as it is."),
        Field.optional("running", .boolean, "Whether it runs; absent: left as it is."),
        Field.optional(
            "reloadOn", .list(of: .objectName), default: [], "Objects after whose change it reloads: File/site."),
        Field.optional(
            "restartOn", .list(of: .objectName), default: [], "Objects after whose change it restarts: File/site.")
    ) { name, unit, dropIns, isEnabled, isRunning, reloadOn, restartOn in
        var reactions: [ObjectID: Reaction] = [:]
        for id in reloadOn { reactions[id] = .reload }
        for id in restartOn { reactions[id] = .restart }
        return ServiceSpec(
            name: name, unit: unit, dropIns: dropIns.map { DropIn(name: $0.key, content: $0.value) },
            isEnabled: isEnabled, isRunning: isRunning, reactions: reactions)
    }
}

extension Shape where Output == FileContent {
    /// Text, or `{source: FILE}`, which only the renderer can look up: it has empty content here.
    static var fileText: Shape {
        let source = Shape<Text>.object(Field.required("source", .text, "A file of the source.")) { $0 }
        return Shape<Value>.any.parsed { value in
            switch value {
            case .string(let text): return .value(.inline(text))
            case .object(let object) where object.keys == ["source"] && value["source"]?.stringValue != nil:
                return .value(.inline(""))
            default: return .refused("must be text or {source: FILE}")
            }
        }.described(as: .either([Shape<Text>.string.schema, source.schema]))
    }
}

extension Shape where Output == ServiceName {
    static var serviceName: Shape {
        Shape<Text>.text("the name of a service", pattern: "^[A-Za-z0-9:_.@-]+$") { ServiceName($0) }
    }
}

extension Shape where Output == Text {
    /// The name of a file in a service's folder of drop-ins, without `.conf`.
    fileprivate static var dropInName: Shape {
        Shape<Text>.text("a name of letters, digits, \"-\" and \"_\"", pattern: "^[A-Za-z0-9_-]+$") { text in
            let isPlain = text.utf8.allSatisfy { byte in
                ServiceName.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
            return isPlain && text.utf8.count <= 100 ? text : nil
        }
    }
}

extension Shape where Output == ObjectID {
    /// `File/site`: an object of the same application.
    fileprivate static var objectName: Shape {
        Shape<Text>.text("an object such as File/site", pattern: "^[A-Za-z]+/.+$") { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1)
            guard parts.count == 2, let kind = Text(utf8: parts[0]), let name = Text(utf8: parts[1]) else { return nil }
            return ObjectID(group: HostObject.group, kind: kind, name: name)
        }
    }
}
