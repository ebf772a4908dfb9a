// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Glibc
package import Manifest
package import Model
import NIOPosix

/// Remembers acts that came with an idempotency key, and their answers, so that the same act is done once however often
/// it is sent: also by a process that starts later.
///
/// Each is a file of its own. It is there before the act begins, and holds the answer once there is one; an act of which
/// only the beginning is there was cut off, and nobody can say here how far it came.
package actor ActMemory {
    private let folder: String
    private let now: @Sendable () -> Time
    private var underway: Set<Manifest.Digest> = []
    private var pruned: Time?
    /// Files that are there, by the beginnings of their names, which are the askers'.
    private var counts: [String: Int] = [:]

    /// How long an act is remembered.
    package static let length = Duration.seconds(24 * 3600)
    /// Of all together.
    static let capacity = 10_000
    /// Of one asker, so that nobody takes the room of others.
    package static let capacityOfOne = 1_000
    static let longestKey = 255

    package init(folder: String, now: @escaping @Sendable () -> Time) {
        self.folder = folder
        self.now = now
    }

    /// What a request with a key comes to.
    package enum Admission: Sendable {
        /// It is new: do it, then ``ActMemory/end(_:_:)``.
        case begin(Manifest.Digest)
        /// It was done.
        case answer(status: Int, body: [UInt8])
    }

    /// - Parameters:
    ///   - key: as it was sent.
    ///   - asker: keys of others are others.
    ///   - content: the path and the body: the same key means the same of both.
    package func begin(_ key: Text, of asker: Text, _ content: [UInt8]) async throws(APIError) -> Admission {
        guard (1...Self.longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(
                .invalid, "the idempotency key must have 1 to \(Self.longestKey) letters of ASCII, no spaces")
        }
        let id = Self.id(of: key, asker)
        let content = Manifest.Digest(of: content)
        guard underway.insert(id).inserted else {
            throw APIError(.conflict, "the act with this idempotency key is under way", advice: "ask again later")
        }
        do {
            // What was done is told also where there is no room for more.
            if let known = try await read(id), now().duration(since: known.time) < Self.length {
                underway.remove(id)
                return try known.admission(of: content)
            }
            try await makeRoom(for: id)
            try await write(Record(time: now(), content: content), id)
            counts[Self.asker(of: id), default: 0] += 1
            return .begin(id)
        } catch {
            underway.remove(id)
            throw error as? APIError ?? APIError(.failed, "the act cannot be remembered: \("\(error)" as Text)")
        }
    }

    /// - Parameter answer: `nil` when nothing was done, so that it may be tried again.
    package func end(_ id: Manifest.Digest, _ answer: (status: Int, body: [UInt8])?) async {
        defer { underway.remove(id) }
        guard let answer else {
            let path = path(of: id)
            counts[Self.asker(of: id), default: 0] -= 1
            _ = try? await NIOThreadPool.singleton.runIfActive { unlink(path) }
            return
        }
        guard var record = try? await read(id) else { return }
        record.answer = answer
        // What cannot be written stays begun: it is not done twice.
        try? await write(record, id)
    }

    private func path(of id: Manifest.Digest) -> String { "\(folder)/\(id.hex).json" }

    private func read(_ id: Manifest.Digest) async throws -> Record? {
        let path = path(of: id)
        return try await NIOThreadPool.singleton.runIfActive { try ActFile.read(path).map { try Record($0) } }
    }

    private func write(_ record: Record, _ id: Manifest.Digest) async throws {
        let (folder, path, bytes) = (folder, path(of: id), JSON.write(record.value))
        try await NIOThreadPool.singleton.runIfActive { try ActFile.write(bytes, to: path, in: folder) }
    }

    /// Eight bytes of the asker's, then those of the key, so that the name of a file says whose it is.
    private static func id(of key: Text, _ asker: Text) -> Manifest.Digest {
        let own = Manifest.Digest(of: Array("\(asker)\n\(key)".utf8))
        let bytes = Manifest.Digest(of: asker.utf8).bytes.prefix(askerBytes) + own.bytes.dropFirst(askerBytes)
        return Manifest.Digest(bytes: Array(bytes)) ?? own
    }

    private static let askerBytes = 8

    private static func asker(of id: Manifest.Digest) -> String { String(id.hex.prefix(2 * askerBytes)) }

    /// Removes what is old, once an hour, and once a minute where there is no room.
    private func makeRoom(for id: Manifest.Digest) async throws {
        let (now, asker) = (now(), Self.asker(of: id))
        let pause = Duration.seconds(isFull(for: asker) ? 60 : 3600)
        if pruned.map({ now.duration(since: $0) > pause }) ?? true {
            pruned = now
            let (folder, limit) = (folder, now.advanced(by: .zero - Self.length))
            counts = try await NIOThreadPool.singleton.runIfActive {
                let names = ActFile.names(in: folder).filter {
                    !ActFile.removeIfOld("\(folder)/\($0)", before: limit)
                }
                return Dictionary(grouping: names) { String($0.prefix(2 * Self.askerBytes)) }.mapValues(\.count)
            }
        }
        guard !isFull(for: asker) else {
            throw APIError(
                .tooMany, "too many acts of the last day are remembered by their idempotency keys already",
                advice: "use one key for one act and what repeats it, or send it without a key")
        }
    }

    private func isFull(for asker: String) -> Bool {
        counts[asker] ?? 0 >= Self.capacityOfOne || counts.values.reduce(0, +) >= Self.capacity
    }
}

extension ActMemory {
    struct Record: Sendable {
        var time: Time
        var content: Manifest.Digest
        var answer: (status: Int, body: [UInt8])?

        init(time: Time, content: Manifest.Digest) {
            self.time = time
            self.content = content
        }

        init(_ value: Value) throws {
            guard let time = value["time"]?.timeValue, let content = value["content"]?.digestValue else {
                throw APIError(.failed, "what is remembered of an act cannot be read")
            }
            self.init(time: time, content: content)
            if let status = value["status"]?.intValue, let body = value["body"]?.stringValue {
                answer = (Int(status), Array(body.utf8))
            }
        }

        var value: Value {
            .fields([
                "time": Value(time), "content": Value(content), "status": answer.map { Value($0.status) },
                "body": answer.flatMap { Text(utf8: $0.body) }.map { .string($0) },
            ])
        }

        func admission(of content: Manifest.Digest) throws(APIError) -> Admission {
            guard content == self.content else {
                throw APIError(
                    .reused, "another act came with this idempotency key", advice: "give each act a key of its own")
            }
            guard let answer else {
                throw APIError(
                    .conflict, "the act with this idempotency key was cut off, and may have been done",
                    advice: "\"trimtab log\" says what was done; send it under another key to do it again")
            }
            return .answer(status: answer.status, body: answer.body)
        }
    }
}
