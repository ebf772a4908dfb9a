// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Identity
import Logging
import Manifest
import Model
import Secrets
import SignIn

/// The providers of identities that this hub trusts: files in the folder `providers` of its state folder, which nobody
/// else may read. Read once, when the daemon starts; one that is not in order is told and left out, and the others count.
struct ProviderFiles: Sendable {
    let state: String
    let log: Logger

    private var folder: String { state + "/providers" }

    func open(_ clocks: Clocks) -> Providers {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        var providers: [IdentityProvider] = []
        for name in names where name.hasSuffix(".yaml") {
            do throws(ProviderError) {
                providers.append(try read(name))
            } catch {
                log.error("a provider of identities is left out: \(error)")
            }
        }
        let (sound, problems) = Providers.check(providers)
        for problem in problems { log.error("a provider of identities is left out: \(problem)") }
        for provider in sound { log.info("provider of identities: \(provider.name), \(provider.issuer)") }
        let transport = ProviderTransport()
        return Providers(sound, clocks: clocks, send: transport.send)
    }

    private func read(_ file: String) throws(ProviderError) -> IdentityProvider {
        let path = folder + "/" + file
        guard let name = IdentityProviderName(Text(String(file.dropLast(".yaml".count)))) else {
            throw ProviderError(.unusable, "\(Text(path)): is not named by small letters, digits and \"-\"")
        }
        return try IdentityProvider(try Self.content(path), name: name, file: Text(path)) {
            path throws(ProviderError) in
            var bytes = try Self.content(path.string)
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
            guard !bytes.isEmpty, let text = Text(utf8: bytes) else {
                throw ProviderError(.unusable, "\(path): holds no secret")
            }
            return Secret(text)
        }
    }

    private static func content(_ path: String) throws(ProviderError) -> [UInt8] {
        guard let permissions = KeyFiles.permissions(path) else {
            throw ProviderError(.unusable, "\(Text(path)): there is no such file")
        }
        guard permissions & 0o077 == 0 else {
            throw ProviderError(.unusable, "\(Text(path)): others may read it; chmod 600 \(Text(path))")
        }
        do throws(SecretsError) {
            return try KeyFiles.read(path) ?? []
        } catch {
            throw ProviderError(.unusable, Text(error.reason))
        }
    }
}
