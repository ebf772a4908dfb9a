// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import TestSupport
import Testing

/// A real mail server, aiosmtpd from Debian, on a loopback port: with TLS, with sign-ins, and with every letter that it
/// takes as a line of JSON. Once it has a letter to `brief@…` it hangs up.
final class MailBox: Sendable {
    struct Letter: Decodable, Sendable {
        var from: String
        var to: [String]
        var subject: String
        var body: String
        var id: String
        var user: String?
        var tls: Bool
    }

    enum Security: String { case none, starttls, tls }

    let port: Int
    /// The certificate that it shows, for `127.0.0.1`.
    let authority: String
    private let letters: String

    private init(port: Int, authority: String, letters: String) {
        self.port = port
        self.authority = authority
        self.letters = letters
    }

    /// - Parameters:
    ///   - password: of the user `ada`; without one everybody may send.
    ///   - mechanisms: what sign-ins are not offered.
    static func with(
        _ folder: URL, _ security: Security, password: String? = nil, without mechanisms: String = "",
        certifiedFor name: String = "IP:127.0.0.1",
        _ body: (MailBox) async throws -> Void
    ) async throws {
        let (key, certificate) = (folder.appending(path: "mail.key").path, folder.appending(path: "mail.crt").path)
        let made = try TestProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=\(name)", "-keyout", key, "-out", certificate,
            ])
        try #require(made.status == 0, "\(made.text)")
        try? FileManager.default.removeItem(at: folder.appending(path: "mail.port"))
        let (letters, ready) = (folder.appending(path: "letters").path, folder.appending(path: "mail.port").path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c", script, security.rawValue, certificate, key, letters, ready, password ?? "", mechanisms,
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let deadline = ContinuousClock.now + .seconds(30)
        var port: Int?
        while port == nil {
            guard process.isRunning, ContinuousClock.now < deadline else { throw CocoaError(.featureUnsupported) }
            try await Task.sleep(for: .milliseconds(50))
            port = (try? String(contentsOfFile: ready, encoding: .utf8)).flatMap { Int($0) }
        }
        try await body(MailBox(port: port ?? 0, authority: certificate, letters: letters))
    }

    /// What came in, in order.
    var all: [Letter] {
        get throws {
            guard let text = try? String(contentsOfFile: letters, encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").map { try JSONDecoder().decode(Letter.self, from: Data($0.utf8)) }
        }
    }

    private static let script = """
        from importlib import import_module as load
        names = 'asyncio email email.policy json os ssl sys'
        asyncio, email, policy, json, os, ssl, sys = map(load, names.split())
        from aiosmtpd.smtp import SMTP, AuthResult
        mode, certificate, key, letters, ready, password, without = sys.argv[1:]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        class Box:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith('nobody'):
                    return '550 no such user'
                if address.startswith('later') and not os.path.exists(letters + '.open'):
                    return '451 come again'
                envelope.rcpt_tos.append(address)
                return '250 ok'
            async def handle_DATA(self, server, session, envelope):
                m = email.message_from_bytes(envelope.content, policy=policy.default)
                user = session.auth_data.login.decode() if session.auth_data else None
                line = json.dumps({'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'subject': m['subject'],
                    'body': m.get_content(), 'id': m['message-id'], 'user': user, 'tls': session.ssl is not None
                    or mode == 'tls'})
                with open(letters, 'a') as f:
                    f.write(line + '\\n')
                if envelope.rcpt_tos[0].startswith('brief'):
                    asyncio.get_running_loop().call_soon(server.transport.close)
                return '250 taken'
        def check(server, session, envelope, mechanism, data):
            return AuthResult(success=data.login == b'ada' and data.password == password.encode(),
                auth_data=data, handled=False)
        def make():
            return SMTP(Box(), hostname='mail', tls_context=context if mode == 'starttls' else None,
                require_starttls=mode == 'starttls', authenticator=check if password else None,
                auth_required=bool(password), auth_require_tls=mode == 'starttls',
                auth_exclude_mechanism=[without] if without else [])
        async def main():
            server = await asyncio.get_running_loop().create_server(make, '127.0.0.1', 0,
                ssl=context if mode == 'tls' else None)
            with open(ready + '.new', 'w') as f:
                f.write(str(server.sockets[0].getsockname()[1]))
            os.rename(ready + '.new', ready)
            await server.serve_forever()
        asyncio.run(main())
        """
}
