// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation
import Glibc

/// An SSH server on the loopback, with keys and configuration of its own: an `sshd` for each connection, which ends with
/// it.
package final class SSHServer: Sendable {
    package let port: Int
    /// The private key that opens it.
    package let identity: URL
    /// A file of known hosts that holds its key.
    package let knownHosts: URL
    package let user: String
    private let listener: Int32

    package struct CannotStart: Error {
        package let reason: String
    }

    /// - Parameter folder: of this and nothing else; made when it is not there.
    package static func start(in folder: URL) throws -> SSHServer {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Where it separates its privileges; a service manager would make it.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        for name in ["host", "identity"] {
            let made = try TestProcess.run(
                "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder.path + "/" + name])
            guard made.status == 0 else { throw CannotStart(reason: made.text) }
        }
        try FileManager.default.copyItem(
            at: folder.appendingPathComponent("identity.pub"), to: folder.appendingPathComponent("authorized_keys"))
        let configuration = """
            HostKey "\(folder.path)/host"
            AuthorizedKeysFile "\(folder.path)/authorized_keys"
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            AcceptEnv GIT_PROTOCOL
            PidFile none

            """
        let file = folder.appendingPathComponent("sshd_config")
        try Data(configuration.utf8).write(to: file)
        let (listener, port) = try listen()
        let key = try String(contentsOf: folder.appendingPathComponent("host.pub"), encoding: .utf8)
        let hosts = folder.appendingPathComponent("known_hosts")
        try Data("[127.0.0.1]:\(port) \(key)".utf8).write(to: hosts)
        Thread.detachNewThread { serve(listener, configuration: file) }
        return SSHServer(
            port: port, identity: folder.appendingPathComponent("identity"), knownHosts: hosts, user: NSUserName(),
            listener: listener)
    }

    private static func listen() throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && Glibc.listen(listener, 16) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard code else { throw CannotStart(reason: String(cString: strerror(errno))) }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Until the listener is shut down.
    private static func serve(_ listener: Int32, configuration: URL) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/sbin/sshd")
            process.arguments = ["-i", "-f", configuration.path]
            let handle = FileHandle(fileDescriptor: connection, closeOnDealloc: false)
            process.standardInput = handle
            process.standardOutput = handle
            process.standardError = FileHandle.nullDevice
            try? process.run()
            close(connection)
        }
        close(listener)
    }

    private init(port: Int, identity: URL, knownHosts: URL, user: String, listener: Int32) {
        self.port = port
        self.identity = identity
        self.knownHosts = knownHosts
        self.user = user
        self.listener = listener
    }

    package func url(of repository: URL) -> String { "ssh://\(user)@127.0.0.1:\(port)\(repository.path)" }

    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}
