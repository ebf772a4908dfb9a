// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Which values of a file are encrypted. A file has one rule.
package enum EncryptionRule: Sendable {
    /// All but those below a key that ends so.
    case unencryptedSuffix(Text)
    case encryptedSuffix(Text)
    case unencryptedRegex(Pattern)
    case encryptedRegex(Pattern)
    /// All but those behind a comment that matches.
    case unencryptedCommentRegex(Pattern)
    case encryptedCommentRegex(Pattern)

    /// What holds where a file says nothing.
    package static let standard = EncryptionRule.unencryptedSuffix("_unencrypted")

    /// Its name and value in metadata and in creation rules.
    package var field: (name: Text, value: Text) {
        switch self {
        case .unencryptedSuffix(let suffix): ("unencrypted_suffix", suffix)
        case .encryptedSuffix(let suffix): ("encrypted_suffix", suffix)
        case .unencryptedRegex(let pattern): ("unencrypted_regex", pattern.source)
        case .encryptedRegex(let pattern): ("encrypted_regex", pattern.source)
        case .unencryptedCommentRegex(let pattern): ("unencrypted_comment_regex", pattern.source)
        case .encryptedCommentRegex(let pattern): ("encrypted_comment_regex", pattern.source)
        }
    }

    /// The one rule in a map that may hold one; the standard when it holds none.
    package init(in map: Value) throws(SecretsError) {
        var rules: [EncryptionRule] = []
        for name in Self.names {
            guard let text = map[name]?.stringValue, !text.isEmpty else { continue }
            rules.append(try EncryptionRule(name: name, value: text))
        }
        guard rules.count <= 1 else {
            let names = rules.map { "\($0.field.name)" }.joined(separator: " and ")
            throw SecretsError(.malformed, "\(names) cannot be used together")
        }
        self = rules.first ?? .standard
    }

    private static let names: [Text] = [
        "unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex", "unencrypted_comment_regex",
        "encrypted_comment_regex",
    ]

    private init(name: Text, value: Text) throws(SecretsError) {
        switch name {
        case "unencrypted_suffix": self = .unencryptedSuffix(value)
        case "encrypted_suffix": self = .encryptedSuffix(value)
        case "unencrypted_regex": self = .unencryptedRegex(try Pattern(value))
        case "encrypted_regex": self = .encryptedRegex(try Pattern(value))
        case "unencrypted_comment_regex": self = .unencryptedCommentRegex(try Pattern(value))
        default: self = .encryptedCommentRegex(try Pattern(value))
        }
    }
}

/// Decides leaf by leaf while a file is walked; remembers what it said of a key.
struct RuleJudge {
    private let rule: EncryptionRule
    private var verdicts: [Text: Bool] = [:]
    /// For each container that is open, the comments since its last value.
    private var comments: [[Text]] = []

    init(_ rule: EncryptionRule) { self.rule = rule }

    mutating func enter() { comments.append([]) }

    mutating func leave() {
        comments.removeLast(comments.isEmpty ? 0 : 1)
        endValue()
    }

    mutating func note(comment: Text) {
        if !comments.isEmpty { comments[comments.count - 1].append(comment) }
    }

    /// A value ends what the comments before it are about.
    mutating func endValue() {
        if !comments.isEmpty { comments[comments.count - 1].removeAll() }
    }

    /// - Parameter isComment: the last comment that was noted is what is asked about.
    mutating func isEncrypted(_ path: [Text], isComment: Bool) -> Bool {
        switch rule {
        case .unencryptedSuffix, .unencryptedRegex: !path.contains { matches($0) }
        case .encryptedSuffix, .encryptedRegex: path.contains { matches($0) }
        case .unencryptedCommentRegex: !comments.joined().contains { matches($0) }
        case .encryptedCommentRegex:
            // A comment that says "encrypt" stays readable itself.
            (isComment ? comments.dropLast() + [(comments.last ?? []).dropLast()] : comments[...]).joined()
                .contains { matches($0) }
        }
    }

    private mutating func matches(_ text: Text) -> Bool {
        if let verdict = verdicts[text] { return verdict }
        let verdict =
            switch rule {
            case .unencryptedSuffix(let suffix), .encryptedSuffix(let suffix):
                text.string.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
            case .unencryptedRegex(let pattern), .encryptedRegex(let pattern), .unencryptedCommentRegex(let pattern),
                .encryptedCommentRegex(let pattern):
                pattern.matches(text)
            }
        verdicts[text] = verdict
        return verdict
    }
}
