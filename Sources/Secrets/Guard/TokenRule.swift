// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A secret that is known by its looks: what it begins with, which letters follow, and how many.
struct TokenRule: Sendable {
    let name: Text
    let what: Text
    let prefix: String
    private let letters: Letters
    private let count: ClosedRange<Int>

    enum Letters: Sendable {
        case upperAndDigits
        case alphanumeric
        /// And `-`, `_`.
        case word
        /// Base 64 of addresses, and points between its parts.
        case jwt

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "a")...UInt8(ascii: "z"): self != .upperAndDigits
            case UInt8(ascii: "-"), UInt8(ascii: "_"): self == .word || self == .jwt
            case UInt8(ascii: "."): self == .jwt
            default: false
            }
        }
    }

    static let all: [TokenRule] = [
        TokenRule("aws-access-key", "an access key of AWS", "AKIA", .upperAndDigits, 16...16),
        TokenRule("aws-access-key", "an access key of AWS", "ASIA", .upperAndDigits, 16...16),
        TokenRule("github-token", "a token of GitHub", "ghp_", .alphanumeric, 36...255),
        TokenRule("github-token", "a token of GitHub", "gho_", .alphanumeric, 36...255),
        TokenRule("github-token", "a token of GitHub", "ghu_", .alphanumeric, 36...255),
        TokenRule("github-token", "a token of GitHub", "ghs_", .alphanumeric, 36...255),
        TokenRule("github-token", "a token of GitHub", "ghr_", .alphanumeric, 36...255),
        TokenRule("github-token", "a token of GitHub", "github_pat_", .word, 60...255),
        TokenRule("gitlab-token", "a token of GitLab", "glpat-", .word, 20...255),
        TokenRule("slack-token", "a token of Slack", "xoxb-", .word, 20...255),
        TokenRule("slack-token", "a token of Slack", "xoxp-", .word, 20...255),
        TokenRule("slack-token", "a token of Slack", "xoxa-", .word, 20...255),
        TokenRule("google-api-key", "an API key of Google", "AIza", .word, 35...35),
        TokenRule("vault-token", "a token of Vault or OpenBao", "hvs.", .word, 24...255),
        TokenRule("stripe-key", "a live key of Stripe", "sk_live_", .alphanumeric, 24...255),
        TokenRule("npm-token", "a token of npm", "npm_", .alphanumeric, 36...36),
        TokenRule("age-secret-key", "a secret key of age", "AGE-SECRET-KEY-", .word, 59...128),
        TokenRule("jwt", "a JSON web token", "eyJ", .jwt, 60...8192),
    ]

    private init(_ name: Text, _ what: Text, _ prefix: String, _ letters: Letters, _ count: ClosedRange<Int>) {
        self.name = name
        self.what = what
        self.prefix = prefix
        self.letters = letters
        self.count = count
    }

    /// The token that begins at an index; `nil` for what only looks like the beginning of one.
    func token(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let length = prefix.utf8.count
        guard bytes.count - index >= length + count.lowerBound, bytes[index...].starts(with: prefix.utf8) else {
            return nil
        }
        // In the middle of a word it is none.
        if index > 0, Letters.word.contains(bytes[index - 1]) { return nil }
        var end = index + length
        while end < bytes.count, letters.contains(bytes[end]) { end += 1 }
        guard count.contains(end - index - length) else { return nil }
        let token = index..<end
        if case .jwt = letters, bytes[token].filter({ $0 == UInt8(ascii: ".") }).count != 2 { return nil }
        // One letter again and again is an example.
        return Set(bytes[(index + length)..<end]).count > 4 ? token : nil
    }
}
