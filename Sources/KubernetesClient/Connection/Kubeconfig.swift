// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import FoundationEssentials
package import Manifest

/// Reads kubeconfig files (`v1`, kind Config). Only the operator's own are read: what they name may run programs.
package enum Kubeconfig {
    private static let budget = Budget(bytes: 4 << 20, depth: 32, nodes: 100_000, documents: 1)

    /// The connection that a context describes.
    ///
    /// - Parameters:
    ///   - file: the path that relative paths begin beside, and that errors name.
    ///   - context: `nil` for the file's current one.
    package static func connection(
        _ bytes: [UInt8], file: Text, context: Text? = nil
    ) throws(KubernetesError) -> Connection {
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try YAML.read(bytes, file: file, budget: budget, tracking: .nothing)
        } catch {
            // The reader's words may quote a line, which here may hold a key.
            let place = error.position.map { "line \($0.line): " } ?? ""
            throw fault(file, "\(place)the file is not readable as YAML")
        }
        guard let root = documents.first?.value, documents.count == 1, root.objectValue != nil else {
            throw fault(file, "the file is no kubeconfig")
        }
        var reader = Reader(root: root, file: file)
        return try reader.connection(context: context)
    }

    fileprivate static func fault(_ file: Text, _ reason: String) -> KubernetesError {
        KubernetesError(.configuration, subject: file, message: Text(reason))
    }

    private struct Reader {
        let root: Value
        let file: Text

        mutating func connection(context wanted: Text?) throws(KubernetesError) -> Connection {
            guard let name = wanted ?? root["current-context"]?.stringValue, !name.isEmpty else {
                throw fail("it has no current-context")
            }
            let context = try entry("contexts", "context", name)
            guard let clusterName = context["cluster"]?.stringValue else {
                throw fail("the context \(name.quoted) names no cluster")
            }
            var connection = try cluster(entry("clusters", "cluster", clusterName), clusterName)
            if let user = context["user"]?.stringValue, !user.isEmpty {
                let value = try entry("users", "user", user)
                connection.credential = try credential(value, user)
                connection.impersonation = impersonation(value)
            }
            connection.namespace = context["namespace"]?.stringValue
            return connection
        }

        private func fail(_ reason: String) -> KubernetesError { Kubeconfig.fault(file, reason) }

        /// `clusters`, `users` and `contexts` are lists of a name and a body.
        private func entry(_ list: Text, _ key: Text, _ name: Text) throws(KubernetesError) -> Value {
            let found = root[list]?.arrayValue?.first { $0["name"]?.stringValue == name }
            guard let body = found?[key], body.objectValue != nil else {
                throw fail("there is no \(name.quoted) in \(list)")
            }
            return body
        }

        private func cluster(_ value: Value, _ name: Text) throws(KubernetesError) -> Connection {
            guard let server = value["server"]?.stringValue.flatMap(ServerAddress.init) else {
                throw fail("the server of the cluster \(name.quoted) is not like https://host:port")
            }
            var connection = Connection(server: server)
            connection.authorities = try material(value, "certificate-authority")
            connection.serverName = value["tls-server-name"]?.stringValue
            connection.verifiesServer = value["insecure-skip-tls-verify"]?.boolValue != true
            if let proxy = value["proxy-url"]?.stringValue, !proxy.isEmpty {
                guard let address = ProxyAddress(proxy) else {
                    throw fail(
                        "the proxy-url of the cluster \(name.quoted) is not like http://host:port or socks5://host:port"
                    )
                }
                connection.proxy = address
            }
            return connection
        }

        private func credential(_ value: Value, _ name: Text) throws(KubernetesError) -> Credential {
            var credential = Credential()
            let chain = try material(value, "client-certificate")
            let key = try material(value, "client-key")
            switch (chain, key) {
            case (let chain?, let key?): credential.certificate = (chain, key)
            case (nil, nil): break
            default:
                throw fail("the user \(name.quoted) has a certificate without a key, or a key without a certificate")
            }
            if let exec = value["exec"], exec.objectValue != nil {
                credential.bearer = .program(try plugin(exec, name))
            } else if let path = value["tokenFile"]?.stringValue, !path.isEmpty {
                credential.bearer = .tokenFile(beside(path))
            } else if let token = value["token"]?.stringValue, !token.isEmpty {
                credential.bearer = .token(Secret(token))
            } else if value["auth-provider"] != nil {
                throw fail(
                    "the user \(name.quoted) has an auth-provider, which is no longer supported; use an exec plugin")
            } else if value["username"] != nil {
                throw fail("the user \(name.quoted) has a password, which Kubernetes no longer takes; use a token")
            }
            return credential
        }

        private func plugin(_ value: Value, _ user: Text) throws(KubernetesError) -> ExecPlugin {
            guard let command = value["command"]?.stringValue, !command.isEmpty else {
                throw fail("the exec plugin of the user \(user.quoted) names no command")
            }
            let version = value["apiVersion"]?.stringValue ?? ""
            guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(version) else {
                throw fail(
                    "the exec plugin of the user \(user.quoted) has the apiVersion \(version.quoted); "
                        + "client.authentication.k8s.io/v1 and v1beta1 are supported")
            }
            guard value["interactiveMode"]?.stringValue != "Always" else {
                throw fail("the exec plugin of the user \(user.quoted) wants to talk to a person")
            }
            var environment: [Text: Text] = [:]
            for variable in value["env"]?.arrayValue ?? [] {
                if let key = variable["name"]?.stringValue { environment[key] = variable["value"]?.stringValue ?? "" }
            }
            // A path is relative to the kubeconfig, a bare name is looked for in PATH.
            let isPath = command.utf8.contains(UInt8(ascii: "/"))
            return ExecPlugin(
                command: isPath ? beside(command) : command,
                arguments: (value["args"]?.arrayValue ?? []).compactMap(\.stringValue), environment: environment,
                apiVersion: version, installHint: value["installHint"]?.stringValue,
                providesClusterInfo: value["provideClusterInfo"]?.boolValue ?? false)
        }

        private func impersonation(_ value: Value) -> Impersonation? {
            guard let user = value["as"]?.stringValue, !user.isEmpty else { return nil }
            let extra = (value["as-user-extra"]?.objectValue?.pairs ?? []).map { pair in
                (pair.key, (pair.value.arrayValue ?? []).compactMap(\.stringValue))
            }
            return Impersonation(
                user: user, groups: (value["as-groups"]?.arrayValue ?? []).compactMap(\.stringValue),
                extra: Dictionary(extra, uniquingKeysWith: { first, _ in first }))
        }

        /// PEM in base64 under `KEY-data`, or a file under `KEY`. The former wins, as with kubectl.
        private func material(_ value: Value, _ key: Text) throws(KubernetesError) -> Credential.Material? {
            if let text = value["\(key)-data"]?.stringValue, !text.isEmpty {
                guard let data = Data(base64Encoded: text.string, options: .ignoreUnknownCharacters) else {
                    throw fail("\(key)-data is not base64")
                }
                return .inline(Secret(Array(data)))
            }
            if let path = value[key]?.stringValue, !path.isEmpty { return .file(beside(path)) }
            return nil
        }

        private func beside(_ path: Text) -> Text {
            if path.utf8.first == UInt8(ascii: "/") { return path }
            let folder = file.string.lastIndex(of: "/").map { file.string[...$0] } ?? ""
            return Text(folder + path.string)
        }
    }
}
