// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

package enum HookNoun {}
package typealias HookName = Name<HookNoun>

/// Which forge's signatures and payloads a hook understands.
package enum HookProvider: String, Sendable, Hashable, CaseIterable {
    case github, gitlab
    /// Forgejo's are the same.
    case gitea
    /// Bitbucket Cloud and Data Center.
    case bitbucket
    /// Anybody else: Standard Webhooks (https://www.standardwebhooks.com), with a payload of ours.
    case generic
}

/// One sender of webhooks, as the operator describes it: who signs how, and what they may hint at.
package struct Webhook: Sendable, Equatable {
    package var name: HookName
    package var provider: HookProvider
    /// Any of them counts, so that one can be replaced without a gap. At least one, of 16 bytes or more.
    package var secrets: [Secret<Text>]
    /// The only sources that it may hint at, which are also those that it means when it names no repository; empty for all
    /// that it names.
    package var sources: [SourceName]

    package init(name: HookName, provider: HookProvider, secrets: [Secret<Text>], sources: [SourceName] = []) {
        self.name = name
        self.provider = provider
        self.secrets = secrets
        self.sources = sources
    }
}

/// A request as it came.
package struct HookRequest: Sendable {
    /// Names in lower case.
    package var headers: [(name: Text, value: Text)]
    package var body: [UInt8]

    package init(headers: [(name: Text, value: Text)], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }

    /// The value of the first of these headers that is there; `nil` where it is there twice.
    func value(of names: Text...) -> Text? {
        for name in names {
            let values = headers.filter { $0.name == name }
            if !values.isEmpty { return values.count == 1 ? values.first?.value : nil }
        }
        return nil
    }
}

/// Why nothing comes of a request.
package enum HookRefusal: Error, Sendable, Hashable {
    /// There is no such hook, or the request is not signed by who may. Nobody is told which.
    case unsigned
    /// Signed at another time than now.
    case stale
    /// What is signed cannot be read, and why.
    case malformed(Text)
}
