// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Why a source cannot be had, as a state that a person can act upon. It fails the source that it is about and nothing
/// else, and the last good commit stays.
package enum SourceFailure: Error, Sendable, Hashable {
    // What was asked for is refused before anything is sent.
    case badAddress(String, reason: String)
    case notAllowed(RepositoryAddress, reason: String)
    case badName(String, reason: String)
    case badCredentials(String, reason: String)
    // The way to the server.
    case unreachable(RepositoryAddress, reason: String)
    case timedOut(RepositoryAddress, after: Duration)
    case hostUnknown(RepositoryAddress)
    case certificateRefused(RepositoryAddress, reason: String)
    case unauthorised(RepositoryAddress, reason: String)
    case redirected(RepositoryAddress)
    /// With the time that the server asked us to wait.
    case busy(RepositoryAddress, retryAfter: Duration?)
    // What the server holds.
    case noRepository(RepositoryAddress, reason: String)
    case missing(Follow)
    case notACommit(Follow, reason: String)
    case shallow(RepositoryAddress)
    case corrupt(reason: String)
    case tooLarge(RepositoryAddress, limit: Int64)
    // Trust.
    /// The head does not descend from the last accepted commit.
    case rewritten(from: CommitID, to: CommitID)
    case unsigned(String)
    case untrusted(String, reason: String)
    // This machine.
    case diskFull(reason: String)
    case readOnly(reason: String)
    case failed(reason: String)
}

extension SourceFailure {
    /// Whether waiting may help by itself.
    package var isTransient: Bool {
        switch self {
        case .unreachable, .timedOut, .busy, .diskFull, .failed: true
        default: false
        }
    }

    /// Whether it is about what the server holds, and stays until it holds something else.
    package var isVerdict: Bool {
        switch self {
        case .missing, .notACommit, .shallow, .tooLarge, .rewritten, .unsigned, .untrusted: true
        default: false
        }
    }

    /// What the server asked us to wait, if it did.
    package var retryAfter: Duration? {
        if case .busy(_, let wait) = self { return wait }
        return nil
    }

    /// What to do about it.
    package var advice: String {
        switch self {
        case .badAddress: "write https://host/path, ssh://user@host/path or, where the operator allows it, a local path"
        case .notAllowed: "the operator must allow it when trimtab starts"
        case .badName: "write the name as `git branch` and `git tag` print it"
        case .badCredentials: "see the agent's credentials folder"
        case .unreachable: "check the name, the network and that the server runs; it is tried again"
        case .timedOut: "the server or the network hangs; it is tried again"
        case .hostUnknown: "add the server's key to the known hosts of the credentials, after comparing it"
        case .certificateRefused: "give trimtab the authority that signed the server's certificate, or mend the server"
        case .unauthorised: "check the credentials of the source, and what they may read"
        case .redirected: "write the address that the server redirects to, if you trust it"
        case .busy: "it is tried again when the server asks us to"
        case .noRepository: "check the address, and that the credentials may read it"
        case .missing: "push it, or follow another"
        case .notACommit: "follow a branch, or a tag of a commit"
        case .shallow: "the server's copy lacks history; run `git fetch --unshallow` there"
        case .corrupt: "run `git fsck` in the repository"
        case .tooLarge: "move large files elsewhere, or raise the limit"
        case .rewritten:
            "bring the old history back, accept the new one with \"trimtab accept\", or allow rewrites in the Source or "
                + "the trust file"
        case .unsigned: "sign it, and push again"
        case .untrusted: "have it signed by a key that the source trusts, or add the key"
        case .diskFull: "make room in the state folder"
        case .readOnly: "let trimtab write its state folder"
        case .failed: "it is tried again"
        }
    }
}

extension SourceFailure: CustomStringConvertible {
    /// What happened, without what to do.
    package var description: String {
        switch self {
        case .badAddress(let address, let reason): "the address \"\(address)\" \(reason)"
        case .notAllowed(let address, let reason): "\(address): is not allowed: \(reason)"
        case .badName(let name, let reason): "the name \"\(name)\" \(reason)"
        case .badCredentials(let name, let reason): "the credentials \"\(name)\": \(reason)"
        case .unreachable(let address, let reason): "\(address): cannot be reached: \(reason)"
        case .timedOut(let address, let time): "\(address): did not answer within \(time.components.seconds) s"
        case .hostUnknown(let address): "\(address): the host's key is not the known one"
        case .certificateRefused(let address, let reason): "\(address): its certificate is refused: \(reason)"
        case .unauthorised(let address, let reason): "\(address): refused us: \(reason)"
        case .redirected(let address): "\(address): redirects elsewhere, which is not followed"
        case .busy(let address, let wait):
            "\(address): is busy" + (wait.map { ", and asks to wait \($0.components.seconds) s" } ?? "")
        case .noRepository(let address, let reason): "\(address): there is no such repository: \(reason)"
        case .missing(let follow): "the \(follow) is not there"
        case .notACommit(let follow, let reason): "the \(follow) is no commit: \(reason)"
        case .shallow(let address): "\(address): holds only a part of its history"
        case .corrupt(let reason): "the repository is damaged: \(reason)"
        case .tooLarge(let address, let limit): "\(address): sends more than \(limit >> 20) MiB"
        case .rewritten(let from, let to): "history was rewritten: \(to.short) does not descend from \(from.short)"
        case .unsigned(let what): "\(what) is not signed"
        case .untrusted(let what, let reason): "the signature of \(what) is not trusted: \(reason)"
        case .diskFull(let reason): "the disk is full: \(reason)"
        case .readOnly(let reason): "the state folder cannot be written: \(reason)"
        case .failed(let reason): reason
        }
    }
}
