// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

extension HubFleet {
    /// Forty projects; applications and targets have labels; one role is about a project, and one about labels.
    static func lay(_ count: Int, in folder: String) throws {
        let fleet = folder + "/fleet"
        try write(
            "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n", fleet,
            "fleet.yaml")
        let platform = (0..<targets).map { number in
            """
            kind: Target
            metadata: {name: target-\(number), labels: {zone: z\(number % 3), tier: \(number % 2 == 0 ? "test" : "prod")}}
            spec: {host: {root: "\(folder)/roots/\(number)"}}

            """
        }
        try write(platform.joined(separator: "---\n"), fleet, "platform/targets.yaml")
        let owners = (0..<projects).map { number in
            """
            kind: Project
            metadata: {name: project-\(number)}
            spec:
              sources: [fleet]
              limits: [{on: {tier: [prod, test]}, host: {paths: ["/srv/**"], kinds: [File]}}]

            """
        }
        try write(owners.joined(separator: "---\n"), fleet, "platform/projects.yaml")
        for number in 0..<count {
            try write(
                """
                apiVersion: host.trimtab.dev/v1alpha1
                kind: File
                metadata: {name: conf}
                spec: {path: /srv/app-\(number)/app.conf, content: "number = \(number)"}

                """, fleet, "apps/app-\(number)/files.yaml")
            try write(
                """
                kind: Application
                metadata: {name: app-\(number), labels: {team: team-\(number % 25)}}
                spec: {source: {path: apps/app-\(number)}, targets: {tier: [prod, test]}, sync: {apply: \(apply)}}

                """, fleet, "projects/project-\(number % projects)/app-\(number).yaml")
        }
    }

    private static func write(_ text: String, _ folder: String, _ path: String) throws {
        let file = URL(filePath: folder + "/" + path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
