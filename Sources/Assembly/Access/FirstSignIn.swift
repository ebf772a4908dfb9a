// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Glibc
import Logging
import Manifest
import Model
import SignIn

/// How the first person gets in, where nobody can yet: by a link that is good once and for a short time.
///
/// It is shown on a terminal; where there is none it lies in a file of the state folder, because what a daemon prints is
/// kept by others.
struct FirstSignIn: Sendable {
    let tokens: TokenDesk
    let state: String
    let log: Logger

    private static let life = Duration.seconds(15 * 60)

    /// Does nothing where there are tokens.
    func offer(at server: Text) async {
        guard tokens.isEmpty, let name = TokenName("first") else { return }
        do throws(APIError) {
            let issued = try await tokens.invite(name, for: Self.life, actor: UserName.current)
            let link = issued.text.withExposed { "\(server)/sign-in/link?token=\($0)\n" }
            if isatty(STDERR_FILENO) == 1 {
                let words = "Nobody can sign in yet. For 15 minutes this link lets you in, once:\n  \(link)"
                _ = Array(words.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            } else {
                try keep(link)
                log.notice("nobody can sign in yet: for 15 minutes the link in \(path) lets you in, once")
            }
        } catch {
            log.error("no link for the first sign-in can be made: \(error)")
        }
    }

    private var path: String { state + "/first-sign-in" }

    private func keep(_ link: String) throws(APIError) {
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw APIError(.failed, "\(Text(path)): \(Text(String(cString: strerror(errno))))")
        }
        _ = Array(link.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
    }
}
