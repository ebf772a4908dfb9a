// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What an object stands for on the host, in one text: the inventory knows it by this.
enum Place: Sendable, Hashable {
    case path(HostPath)
    case service(ServiceName)
    case package(Text)
    case unknown

    private static let servicePrefix = "service:"
    private static let packagePrefix = "package:"

    init(_ object: HostObject) {
        if let path = object.path {
            self = .path(path)
        } else if let service = object.service {
            self = .service(service)
        } else {
            self = object.package.map { .package($0) } ?? .unknown
        }
    }

    /// Reads what ``text`` writes.
    init(_ text: Text) {
        func rest(after prefix: String) -> Text? {
            text.utf8.starts(with: prefix.utf8) ? Text(utf8: text.utf8.dropFirst(prefix.utf8.count)) : nil
        }
        if let path = HostPath(text) {
            self = .path(path)
        } else if let service = rest(after: Self.servicePrefix).flatMap({ ServiceName($0) }) {
            self = .service(service)
        } else {
            self = rest(after: Self.packagePrefix).map { .package($0) } ?? .unknown
        }
    }

    /// Of a manifest that may be faulty.
    init(_ desired: DesiredObject) {
        switch desired.id.kind {
        case "Service":
            let name = desired.spec["service"]?.stringValue ?? desired.id.name
            self = ServiceName(name).map { .service($0) } ?? .unknown
        case "Package": self = .package(desired.spec["package"]?.stringValue ?? desired.id.name)
        default: self = desired.spec["path"]?.stringValue.flatMap { HostPath($0) }.map { .path($0) } ?? .unknown
        }
    }

    var text: Text {
        switch self {
        case .path(let path): path.text ?? ""
        case .service(let service): "\(Self.servicePrefix)\(service)"
        case .package(let package): "\(Self.packagePrefix)\(package)"
        case .unknown: ""
        }
    }
}
