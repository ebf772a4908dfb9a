// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Manifest
import Model
import Notifications
import Testing

@testable import Assembly

/// Where a forge has the commits that it is told of.
@Suite struct CommitStatusTests {
    @Test(arguments: [
        ("https://Git.Example.org/shop/web.git", "git.example.org", "shop/web"),
        ("https://git.example.org:8443/shop/web/", "git.example.org", "shop/web"),
        ("ssh://git@git.example.org:22/shop/deep/web.git/", "git.example.org", "shop/deep/web"),
        ("git@github.com:shop/web.git", "github.com", "shop/web"),
        ("https://git.example.org/web.gitx", "git.example.org", "web.gitx"),
    ])
    func `where a forge has a repository is read from its address`(text: Text, host: Text, path: Text) throws {
        let place = CommitStatus.Place(try RepositoryAddress(parsing: text))
        #expect(place == CommitStatus.Place(host: host, path: path))
    }

    @Test func `what lies on no host has no forge`() throws {
        for text in ["/srv/git/web.git", "file:///srv/git/web.git"] as [Text] {
            #expect(CommitStatus.Place(try RepositoryAddress(parsing: text)) == nil)
        }
    }
}
