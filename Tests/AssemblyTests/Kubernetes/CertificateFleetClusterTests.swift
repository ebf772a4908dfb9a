// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import TestSupport
import Testing

/// Client certificates that lie in files, expire, and have successors.
@Suite(
    .enabled(if: TestCluster.isThere && ControlPlane.isPossible, Comment(rawValue: ControlPlane.hint)),
    .timeLimit(.minutes(10)))
struct CertificateFleetClusterTests {
    /// Puts a certificate and its key in the place of those that the connection names.
    private static func issue(validFor seconds: Int, to fleet: ClusterFleet) throws {
        let plane = try #require(TestCluster.controlPlane)
        let script = """
            set -e; cd '\(fleet.site.state)/connections'; pki='\(plane)/pki'; umask 077
            cat >ca.cnf <<'CONFIGURATION'
            [ca]
            default_ca = own
            [own]
            database = index.txt
            unique_subject = no
            rand_serial = yes
            new_certs_dir = .
            default_md = sha256
            policy = any
            x509_extensions = client
            [any]
            organizationName = supplied
            commonName = supplied
            [client]
            extendedKeyUsage = clientAuth
            CONFIGURATION
            touch index.txt
            openssl ecparam -name prime256v1 -genkey -noout -out new.key
            openssl req -new -key new.key -subj /O=system:masters/CN=agent -out new.csr
            openssl ca -batch -notext -config ca.cnf -cert $pki/ca.crt -keyfile $pki/ca.key -in new.csr -out new.crt \
                -startdate "$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)" \
                -enddate "$(date -u -d '\(seconds) seconds' +%Y%m%d%H%M%SZ)"
            mv new.key me.key; mv new.crt me.crt
            """
        let result = try TestProcess.run("/bin/bash", ["-c", script])
        try #require(result.status == 0, "\(result.text)")
    }

    private func with(
        certificateValidFor seconds: Int, _ name: String = #function, _ body: (ClusterFleet) async throws -> Void
    ) async throws {
        try await ClusterFleet.with(name) { fleet in
            try Self.issue(validFor: seconds, to: fleet)
            try fleet.connect(try fleet.kubeconfig(user: "{client-certificate: me.crt, client-key: me.key}"))
            try await fleet.makeForeign()
            for name in ["a", "b"] { try fleet.configMap(name, "one") }
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.errors)\(first.output)")
            try await body(fleet)
        }
    }

    @Test func `one that has expired, and its successor`() async throws {
        try await with(certificateValidFor: 3600) { fleet in
            try Self.issue(validFor: -1, to: fleet)
            try fleet.configMap("a", "two")
            try fleet.withdraw("b")
            let refused = try await fleet.deploy()
            #expect(refused.status != .success)
            #expect(try await fleet.content("a") == "one")
            #expect(try await fleet.content("b") == "one")
            try Self.issue(validFor: 3600, to: fleet)
            let again = await fleet.site.trimtab("sync", "--once")
            #expect(again.status == .success, "\(again.errors)\(again.output)")
            #expect(try await fleet.content("a") == "two")
            #expect(try await fleet.content("b") == nil)
            try await fleet.isInSync()
        }
    }

    @Test func `one that expires under a daemon, and its successor`() async throws {
        try await with(certificateValidFor: 3600) { fleet in
            try Self.issue(validFor: 15, to: fleet)
            let end = ContinuousClock.now + .seconds(16)
            try await fleet.site.withDaemon {
                try await fleet.edit("a", "edited")
                try await fleet.converges(["a"], to: "one")
                try await Task.sleep(until: end)
                // What it is told by a watch that began before it may no longer put right.
                try await fleet.edit("a", "edited again")
                try fleet.withdraw("b")
                try fleet.site.commit("Change")
                let refused = await fleet.site.trimtab("sync")
                #expect(refused.status != .success, "\(refused.output)")
                #expect(try await fleet.content("a") == "edited again")
                #expect(try await fleet.content("b") == "one")
                try Self.issue(validFor: 3600, to: fleet)
                // Nobody tells it: the next try takes up the file.
                try await fleet.converges(["a"], to: "one")
                try await fleet.converges(["b"], to: nil)
            }
            try await fleet.isInSync()
        }
    }
}
