// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import SystemPackage

/// How one repository is reached: the variables of a `git` that talks to its server.
struct Access: Sendable {
    var address: RepositoryAddress
    /// Where the host was found to be.
    var places: [NetworkAddress]
    var credential: Credential?
    /// The certificates of authorities that are trusted instead of the system's.
    var authorities: FilePath?
    /// The keys of SSH hosts, instead of those of the credentials.
    var knownHosts: FilePath?

    func variables() throws(SourceFailure) -> [String: String] {
        try credential?.check(for: address)
        var variables = ["GIT_ALLOW_PROTOCOL": address.transport.rawValue]
        switch address.transport {
        case .file: break
        case .ssh: variables.merge(try secureShell()) { $1 }
        case .http, .https: variables.merge(try web()) { $1 }
        }
        return variables
    }

    private func secureShell() throws(SourceFailure) -> [String: String] {
        guard let credential, case .identity(let key, let ownHosts) = credential.means else {
            throw .notAllowed(address, reason: "SSH needs credentials with an identity")
        }
        guard let hosts = knownHosts ?? ownHosts else {
            throw .badCredentials(credential.name.string, reason: "they name no \"known-hosts\"")
        }
        let options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(Self.quoted(hosts))",
            "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "CheckHostIP=no", "VerifyHostKeyDNS=no",
            "IdentityFile=\(Self.quoted(key))", "IdentitiesOnly=yes", "IdentityAgent=none",
            "PreferredAuthentications=publickey", "ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes",
            "PermitLocalCommand=no", "ProxyCommand=none", "ControlMaster=no", "ControlPath=none", "RequestTTY=no",
            "ConnectTimeout=15", "ServerAliveInterval=15", "ServerAliveCountMax=3", "LogLevel=ERROR",
        ]
        let command = ["/usr/bin/ssh", "-F", "/dev/null"] + options.flatMap { ["-o", Self.shellQuoted($0)] }
        return ["GIT_SSH_COMMAND": command.joined(separator: " "), "GIT_SSH_VARIANT": "ssh"]
    }

    private func web() throws(SourceFailure) -> [String: String] {
        let isHere = !places.isEmpty && places.allSatisfy(\.isLoopback)
        guard credential == nil || address.transport == .https || isHere else {
            throw .notAllowed(address, reason: "credentials are not sent in the clear")
        }
        var settings = GitSettings()
        var variables = ["GIT_TRACE_CURL": "1", "GIT_TRACE_CURL_NO_DATA": "1", "GIT_TRACE_REDACT": "1"]
        if let port = address.effectivePort, !places.isEmpty {
            let found = places.map { $0.bytes.count == 16 ? "[\($0.text)]" : $0.text }.joined(separator: ",")
            settings.set("http.curloptResolve", "\(address.host):\(port):\(found)")
        }
        if let authorities { settings.set("http.sslCAInfo", authorities.string) }
        if let credential {
            guard case .password(let username, let file, _) = credential.means else {
                throw .badCredentials(credential.name.string, reason: "they are for SSH")
            }
            settings.set("credential.\(address.transport)://\(address.authority).helper", Self.helper)
            variables["TRIMTAB_USERNAME"] = username
            variables["TRIMTAB_CREDENTIALS"] = file.string
        }
        return variables.merging(settings.variables) { $1 }
    }

    /// Reads the password out of the agent's file when `git` asks for it, so that it is in no list of arguments and in no
    /// environment.
    private static let helper = """
        !helper() { test "$1" = get || exit 0; printf 'username=%s\\n' "$TRIMTAB_USERNAME"; \
        sed -n -e 's/\\r$//' -e 's/^token=/password=/' -e '/^password=/p' -- "$TRIMTAB_CREDENTIALS"; }; helper
        """

    /// For a file in the configuration of `ssh`, which splits at spaces and expands `%`.
    private static func quoted(_ file: FilePath) -> String {
        "\"\(file.string.replacing("%", with: "%%"))\""
    }

    private static func shellQuoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
