// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Logging
import Manifest
import Model
import NIOPosix
import Secrets
import Webhooks

/// The hooks that the operator describes: files in the folder `webhooks` of the state folder, which nobody else may read.
///
/// The folder is read when a request comes and it was not read within a second. A file that is not in order is said in the
/// log, once, and counts for nothing.
actor HookFolder {
    private let folder: String
    private let clocks: Clocks
    private let log: Logger
    private var read: (at: Moment, hooks: [HookName: Webhook])?
    private var said: Set<Text> = []

    private static let interval = Duration.seconds(1)
    private static let limit = 1000

    init(state: String, clocks: Clocks, log: Logger) {
        folder = state + "/webhooks"
        self.clocks = clocks
        self.log = log
    }

    func hooks() async -> [HookName: Webhook] {
        let now = clocks.monotonic()
        if let read, now.duration(since: read.at) < Self.interval { return read.hooks }
        let folder = folder
        let found = try? await NIOThreadPool.singleton.runIfActive { Self.load(folder) }
        guard let found else { return read?.hooks ?? [:] }
        for problem in found.problems where !said.contains(problem) { log.warning("\(problem)") }
        said = Set(found.problems)
        read = (now, found.hooks)
        return found.hooks
    }

    private struct Found: Sendable {
        var hooks: [HookName: Webhook] = [:]
        var problems: [Text] = []
    }

    private static func load(_ folder: String) -> Found {
        var found = Found()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for file in names.sorted().prefix(limit) where file.hasSuffix(".yaml") {
            let path = "\(folder)/\(file)"
            do {
                guard let name = HookName(Text(String(file.dropLast(5)))) else {
                    throw Refusal("a webhook's name has 1 to 63 lower-case letters, digits and \"-\"")
                }
                guard let mode = KeyFiles.permissions(path), mode & 0o077 == 0 else {
                    throw Refusal("others may read it; chmod 600 it")
                }
                guard let bytes = try KeyFiles.read(path) else { continue }
                found.hooks[name] = try Webhook(bytes, name: name, file: Text(path))
            } catch let error as HookFileError {
                found.problems.append(error.reason)
            } catch let error as Refusal {
                found.problems.append("\(Text(path)): \(error.reason)")
            } catch {
                found.problems.append("\(Text(path)): cannot be read")
            }
        }
        return found
    }

    private struct Refusal: Error {
        var reason: Text

        init(_ reason: Text) { self.reason = reason }
    }
}
