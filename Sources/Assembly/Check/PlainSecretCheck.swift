// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Fleet
import Manifest
import Model
import Secrets

/// Looks for plain secrets in all that a fleet deploys from its own repository, and in what declares it.
struct PlainSecretCheck {
    private let tree: any TreeReader
    private(set) var findings: [PlainSecret] = []
    private var seen: Set<TreePath> = []

    /// Files of one fleet, at most; more are not looked at, and that is said.
    private static let fileLimit = 50_000
    private static let depthLimit = 32

    init(tree: any TreeReader) { self.tree = tree }

    /// Adds what is found as problems or notices, as the fleet's policy has it.
    static func run(
        _ tree: any TreeReader, _ fleet: FleetSnapshot, into findings: inout CheckFindings
    ) async {
        let baseline: GuardBaseline
        do {
            baseline = try await readBaseline(tree)
        } catch {
            findings.add(.plainSecret, ReadingError(reason: "\(error)"))
            return
        }
        var check = PlainSecretCheck(tree: tree)
        for folder in fleet.folders { await check.look(at: folder, depth: 0) }
        for unit in fleet.units() where unit.source == nil { await check.look(at: unit.path, depth: 0) }
        for finding in check.findings where !baseline.accepts(finding) {
            let position = Position(line: finding.line, column: 1, offset: 0)
            let error = ReadingError(
                file: finding.file, position: position, reason: "\(finding.what) stands here for all to read",
                advice:
                    "encrypt it with \"trimtab secrets encrypt\", and change it; or accept \(finding.fingerprint) in \(GuardBaseline.fileName)"
            )
            switch fleet.plainSecrets {
            case .deny: findings.add(.plainSecret, error)
            case .warn: findings.add(.plainSecret, error, level: .warning)
            }
        }
        if check.seen.count >= fileLimit {
            findings.notices.append("only the first \(fileLimit) files were searched for plain secrets")
        }
    }

    private static func readBaseline(_ tree: any TreeReader) async throws -> GuardBaseline {
        guard let path = TreePath(GuardBaseline.fileName), try await tree.entry(at: path) != nil else {
            return GuardBaseline()
        }
        return try GuardBaseline(try await tree.read(path, limit: 4 << 20))
    }

    private mutating func look(at path: TreePath, depth: Int) async {
        guard seen.count < Self.fileLimit, depth < Self.depthLimit, seen.insert(path).inserted else { return }
        // What cannot be read is told by whoever needs it.
        let kind = path.isRoot ? .folder : (try? await tree.entry(at: path))?.kind
        switch kind {
        case .folder:
            for child in (try? await tree.children(of: path)) ?? [] {
                guard child.name != Array(".git".utf8), let below = path.appending(child.name) else { continue }
                await look(at: below, depth: depth + 1)
            }
        case .file:
            guard let bytes = try? await tree.read(path, limit: SecretGuard.limit) else { return }
            let name = path.description
            let isManifest = [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
            findings += SecretGuard.findings(in: bytes, file: Text(name), isManifest: isManifest)
        case .link, .submodule, nil: break
        }
    }
}
