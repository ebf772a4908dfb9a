// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest

/// How an agent reaches a Vault or OpenBao, and who it is there: a file in the agent's own folder.
///
/// ```yaml
/// address: https://vault.example.org:8200
/// certificateAuthority: /etc/trimtab/vault-ca.pem   # beside the system's
/// namespace: team
/// signIn:
///   appRole: {role: 59d6d1ca-…, secret: 84896a0c-…}
/// projects: [shop]                                  # whose own stores may use it, and whose files of SOPS
/// ```
package struct VaultConnection: Sendable, Equatable {
    package enum SignIn: Sendable, Equatable {
        case token(Secret<Text>)
        case appRole(role: Text, secret: Secret<Text>)
        /// A token that lies in a file: read anew at each sign-in, since it is exchanged there.
        case jwt(role: Text, tokenFile: Text)
        case kubernetes(role: Text, tokenFile: Text)
        case userpass(user: Text, password: Secret<Text>)
    }

    package var address: Text
    package var certificateAuthority: Text?
    package var namespace: Text?
    package var signIn: SignIn
    /// Where the method is mounted.
    package var mount: Text
    /// Projects whose own stores may use it; the platform's may in any case.
    package var projects: [Text]
}

extension VaultConnection {
    /// - Parameter file: its name, for errors. They never show a value.
    package init(_ bytes: [UInt8], file: Text) throws(StoreError) {
        do throws(OperatorFileError) { self = try Self.shape.decode(bytes, file: file) } catch {
            throw StoreError(.unconfigured, error.reason)
        }
    }

    private static let shape = Shape<VaultConnection>.object(
        Field.required("address", address, "https://HOST:PORT"),
        Field.optional("certificateAuthority", .text, "A file of certificates."),
        Field.optional("namespace", .text, "The namespace, where the server has some."),
        Field.required("signIn", method, "Who the agent is there."),
        Field.optional(
            "projects", .list(of: .text), default: [],
            "Whose own stores may use this connection, and whose files of SOPS it opens.")
    ) { address, authority, namespace, method, projects in
        VaultConnection(
            address: address, certificateAuthority: authority, namespace: namespace, signIn: method.signIn,
            mount: method.mount, projects: projects)
    }

    private static let address = Shape<Text>.text.checked { text in
        let isHTTP = text.utf8.starts(with: "https://".utf8) || text.utf8.starts(with: "http://".utf8)
        if !isHTTP { return "must begin with https:// or http://" }
        return text.utf8.last == UInt8(ascii: "/") ? "must not end with \"/\"" : nil
    }

    private struct Method: Sendable {
        var signIn: SignIn
        var mount: Text
    }

    private static let method = Shape<Method?>.object(
        Field.optional("token", secret, "A token."),
        Field.optional("appRole", appRole, "A role with a secret."),
        Field.optional("jwt", jwt, "A signed token of somebody that the server trusts."),
        Field.optional("kubernetes", kubernetes, "The token of a service account."),
        Field.optional("userpass", userpass, "A user with a password."),
        Field.optional("mount", .text, "Where the method is mounted; its own name when left out.")
    ) { token, appRole, jwt, kubernetes, userpass, mount in
        let methods: [(SignIn?, Text)] = [
            (token.map { .token($0) }, "token"), (appRole, "approle"), (jwt, "jwt"), (kubernetes, "kubernetes"),
            (userpass, "userpass"),
        ]
        return methods.lazy.compactMap { signIn, name in signIn.map { Method(signIn: $0, mount: mount ?? name) } }.first
    }
    .exactlyOne(of: ["token", "appRole", "jwt", "kubernetes", "userpass"])
    .parsed { $0.map { .value($0) } ?? .refused("says nothing") }
    .checked { method in
        let isPath = StorePath.isPath(method.mount)
        return isPath ? nil : "has a mount that is no path"
    }

    /// Says of what it refuses no more than that it is no text.
    private static let secret = Shape<Text>.string.map { Secret($0) }

    private static let appRole = Shape<SignIn>.object(
        Field.required("role", .text, "The id of the role."), Field.required("secret", secret, "The id of the secret.")
    ) { .appRole(role: $0, secret: $1) }

    private static let jwt = Shape<SignIn>.object(
        Field.required("role", .text, "The role."), Field.required("tokenFile", .text, "The file that holds the token.")
    ) { .jwt(role: $0, tokenFile: $1) }

    private static let kubernetes = Shape<SignIn>.object(
        Field.required("role", .text, "The role."),
        Field.optional(
            "tokenFile", .text, default: "/var/run/secrets/kubernetes.io/serviceaccount/token",
            "The file that holds the service account's token.")
    ) { .kubernetes(role: $0, tokenFile: $1) }

    private static let userpass = Shape<SignIn>.object(
        Field.required("user", .text, "The user."), Field.required("password", secret, "The password.")
    ) { .userpass(user: $0, password: $1) }
}
