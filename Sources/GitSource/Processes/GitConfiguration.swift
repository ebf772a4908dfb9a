// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The one configuration file that our `git` reads besides a mirror's own. It is the same for all repositories and holds
/// no secrets; what differs goes in the environment.
enum GitConfiguration {
    /// In a file and not in the environment, because `git` takes its configuration out of the environment of the
    /// `git upload-pack` that it starts for a local repository, which may belong to somebody else.
    static let text = """
        [safe]
        \tdirectory = *
        [core]
        \thooksPath = /dev/null
        \tattributesFile = /dev/null
        \texcludesFile = /dev/null
        \tfsmonitor = false
        \tbigFileThreshold = 16m
        \tpackedGitWindowSize = 32m
        \tpackedGitLimit = 512m
        [protocol]
        \tversion = 2
        \tallow = never
        [transfer]
        \tfsckObjects = true
        [fetch]
        \tfsckObjects = true
        \tunpackLimit = 1
        \trecurseSubmodules = false
        \twriteCommitGraph = false
        [http]
        \tfollowRedirects = false
        \tlowSpeedLimit = 1000
        \tlowSpeedTime = 30
        [pack]
        \tthreads = 1
        \twindowMemory = 64m
        [gc]
        \tauto = 0
        [maintenance]
        \tauto = false
        [submodule]
        \trecurse = false

        """
}

/// Configuration for one run of `git`, in the environment: it is not seen in a list of processes.
struct GitSettings: Sendable {
    private var pairs: [(key: String, value: String)] = []

    mutating func set(_ key: String, _ value: String) { pairs.append((key, value)) }

    var variables: [String: String] {
        var variables = ["GIT_CONFIG_COUNT": String(pairs.count)]
        for (number, pair) in pairs.enumerated() {
            variables["GIT_CONFIG_KEY_\(number)"] = pair.key
            variables["GIT_CONFIG_VALUE_\(number)"] = pair.value
        }
        return variables
    }
}
