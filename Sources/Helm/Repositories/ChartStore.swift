// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model
package import SystemPackage

/// Charts of repositories, kept in a folder by the digests of their archives. What is there is never fetched again.
///
/// The first archive that a repository serves under a version is pinned; another one under the same version is refused.
/// Each name of credentials has a folder of its own, and so has fetching without any: what somebody may fetch with a
/// password is not there for those who may not, whether they know its digest or not.
package struct ChartStore: ChartArchives {
    private let folder: FilePath
    private let transport: any ChartTransport
    let archives = SingleFlight<Order, [UInt8], HelmError>()
    let indexes = SingleFlight<IndexOrder, [UInt8], HelmError>()

    /// Of a chart. Who may not open a repository gets nothing of what another one fetches from it.
    struct Order: Hashable, Sendable {
        var reference: ChartReference
        var credentials: Text?
    }

    /// Charts of one repository have one index.
    struct IndexOrder: Hashable, Sendable {
        var address: String
        var credentials: Text?
    }

    /// Bytes of an archive.
    private static let archiveLimit = 32 << 20

    /// - Parameter folder: made when the first chart is fetched.
    package init(folder: FilePath, transport: any ChartTransport) {
        self.folder = folder
        self.transport = transport
    }

    /// Whoever wants a chart while it is being fetched waits for it.
    package func archive(of reference: ChartReference, by credentials: Text?) async throws(HelmError) -> [UInt8] {
        try await archives.run(Order(reference: reference, credentials: credentials)) {
            () async throws(HelmError) in try await obtain(reference, by: credentials)
        }
    }

    private func obtain(_ reference: ChartReference, by credentials: Text?) async throws(HelmError) -> [UInt8] {
        let own = Shelf(of: credentials, in: folder)
        let pinned = if let digest = reference.digest { digest as Digest? } else { try await own.pin(of: reference) }
        if let pinned, let bytes = try await own.kept(pinned) { return bytes }
        guard let repository = ChartAddress(reference.repository.string),
            let index = repository.appending("index.yaml")
        else { throw failure(reference, "is no address of a chart repository") }
        let text = try await indexes.run(IndexOrder(address: index.text, credentials: credentials)) {
            () async throws(HelmError) in
            try await transport.get(index.text, by: credentials, limit: ChartIndex.sizeLimit)
        }
        let entry = try ChartIndex.find(reference.name, reference.version, in: text, file: Text(index.text))
        if let pinned, let listed = entry.digest, listed != pinned { throw changed(reference, pinned, listed) }
        guard let address = repository.resolving(entry.reference.string) else {
            throw failure(reference, "says that the archive lies at \(entry.reference.quoted)")
        }
        let bytes = try await transport.get(address.text, by: credentials, limit: Self.archiveLimit)
        let digest = Digest(of: bytes)
        if let expected = pinned ?? entry.digest, digest != expected {
            throw pinned == nil
                ? failure(reference, "serves an archive whose digest is not the one in its index")
                : changed(reference, expected, digest)
        }
        try await own.keep(bytes, digest, pinning: reference)
        return bytes
    }

    private func failure(_ reference: ChartReference, _ reason: String) -> HelmError {
        .repository(reference.repository, reason: reason, isTransient: false)
    }

    private func changed(_ reference: ChartReference, _ old: Digest, _ new: Digest) -> HelmError {
        .refused(
            "\(reference.repository) serves another archive as \(reference.name) \(reference.version) than before: "
                + "\(new.short), not \(old.short)",
            advice: "find out why; say digest: \(new.hex) to take the new one")
    }
}

/// What lies in the folder for those who use the same credentials: archives by digest, and a file for each pin.
private struct Shelf {
    private let folder: FilePath

    init(of credentials: Text?, in folder: FilePath) {
        // A name may be any text.
        self.folder =
            credentials.map { folder.appending("with").appending(Value.string($0).digest().hex) } ?? folder
    }

    func kept(_ digest: Digest) async throws(HelmError) -> [UInt8]? {
        let file = folder.appending("archives").appending("\(digest.hex).tgz")
        return try await BlockingWork.run { () throws(HelmError) in
            guard let bytes = try SmallFile.read(file), Digest(of: bytes) == digest else { return nil }
            return bytes
        }
    }

    func pin(of reference: ChartReference) async throws(HelmError) -> Digest? {
        let file = pinFile(reference)
        return try await BlockingWork.run { () throws(HelmError) in
            guard let bytes = try SmallFile.read(file) else { return nil }
            guard let digest = Digest(hex: String(decoding: bytes.prefix(64), as: UTF8.self)) else {
                throw .machine(reason: "\(file) is damaged; removing it forgets which archive was used")
            }
            return digest
        }
    }

    func keep(_ bytes: [UInt8], _ digest: Digest, pinning reference: ChartReference) async throws(HelmError) {
        let archive = folder.appending("archives").appending("\(digest.hex).tgz")
        let pin = pinFile(reference)
        let line = "\(digest.hex) \(reference.name) \(reference.version) \(reference.repository)\n"
        try await BlockingWork.run { () throws(HelmError) in
            try SmallFile.write(bytes, to: archive)
            try SmallFile.write(Array(line.utf8), to: pin)
        }
    }

    private func pinFile(_ reference: ChartReference) -> FilePath {
        let parts: Value = [.string(reference.repository), .string(reference.name), .string(reference.version)]
        return folder.appending("pins").appending(parts.digest().hex)
    }
}
