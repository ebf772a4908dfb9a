// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import SystemPackage

/// The environment in which every `git` of ours runs: nothing of the user's or the system's configuration, no hooks,
/// no prompts, no replaced objects, no fetch behind our back, messages in English so that they can be told apart.
package struct GitEnvironment: Sendable, Hashable {
    /// Where Debian and every other distribution put it; looked up once, not through the caller's `PATH`.
    package var executable: FilePath
    package var variables: [String: String]

    /// - Parameters:
    ///   - home: an empty folder of our own, so that nothing is read from a user's home.
    ///   - configuration: the only configuration file that is read besides the repository's own.
    package init(
        executable: FilePath = "/usr/bin/git", home: FilePath = "/nonexistent", configuration: FilePath = "/dev/null"
    ) {
        self.executable = executable
        variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": home.string,
            "XDG_CONFIG_HOME": home.string,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": configuration.string,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "/bin/false",
            "SSH_ASKPASS": "/bin/false",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": "",
            "GIT_PROTOCOL_FROM_USER": "0",
        ]
    }

    /// The environment with these in it, later ones winning.
    func with(_ more: [String: String]) -> [String: String] { variables.merging(more) { $1 } }
}
