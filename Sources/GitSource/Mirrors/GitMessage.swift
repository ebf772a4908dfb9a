// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

extension SourceFailure {
    /// What an ended `git fetch` means. Its messages are the only place where it says so; they come in English because
    /// of `LC_ALL=C`. What is not known stays ``failed(reason:)`` with Git's own words.
    init(of outcome: Command.Outcome, at address: RepositoryAddress, deadline: Duration, sizeLimit: Int64) {
        let messages = outcome.messages
        let reason = messages.reason ?? "git said nothing"
        func says(_ texts: String...) -> Bool { texts.contains { messages.contains($0) } }

        self =
            if outcome.end == .timedOut {
                .timedOut(address, after: deadline)
            } else if says("No space left on device", "Disk quota exceeded") {
                .diskFull(reason: reason)
            } else if says("Read-only file system", "insufficient permission for adding an object") {
                .readOnly(reason: reason)
            } else if says("File too large", "signal 25", "died of signal 25") {
                .tooLarge(address, limit: sizeLimit)
            } else if says("returned error: 429", "returned error: 503", "returned error: 502", "returned error: 504") {
                .busy(address, retryAfter: nil)
            } else if says(
                "returned error: 301", "returned error: 302", "returned error: 303", "returned error: 307",
                "returned error: 308", "unable to update url base from redirection")
            {
                .redirected(address)
            } else if says(
                "Authentication failed", "could not read Username", "could not read Password",
                "returned error: 401", "returned error: 403", "Permission denied (", "Too many authentication failures")
            {
                .unauthorised(address, reason: reason)
            } else if says(
                "Host key verification failed", "No ED25519 host key is known", "host key is known for",
                "REMOTE HOST IDENTIFICATION HAS CHANGED")
            {
                .hostUnknown(address)
            } else if says(
                "SSL certificate", "server certificate verification failed", "certificate problem",
                "SSL: no alternative certificate", "does not match target host name")
            {
                .certificateRefused(address, reason: reason)
            } else if says(
                "shallow roots are not allowed", "shallow update not allowed", "source repository is shallow",
                "(shallow update")
            {
                .shallow(address)
            } else if says(
                "returned error: 404", "returned error: 410", "does not appear to be a git repository",
                "not found", "does not exist", "not a git repository", "Repository not found")
                && !says("fsck error", "index-pack failed")
            {
                .noRepository(address, reason: reason)
            } else if says(
                "Could not resolve", "Failed to connect", "Couldn't connect", "Connection refused",
                "Connection timed out", "Connection reset", "No route to host", "Network is unreachable",
                "Operation too slow", "Connection closed by", "kex_exchange_identification", "Empty reply from server")
            {
                .unreachable(address, reason: reason)
            } else if says(
                "fsck error", "index-pack failed", "invalid index-pack output", "pack has bad object",
                "missing necessary objects", "inflate", "is corrupt", "unable to read", "bad object",
                "did not send all necessary objects", "pack has ", "early EOF", "invalid sha1", "SHA1 COLLISION",
                "not our ref", "unadvertised object", "packfile", "repository corruption", "died of signal 9")
                || says("want ") && says(" not valid")
            {
                .corrupt(reason: reason)
            } else {
                .failed(reason: "\(address): \(reason)")
            }
        if case .busy = self { self = .busy(address, retryAfter: messages.retryAfter.flatMap(RetryAfter.init)?.wait) }
    }
}
