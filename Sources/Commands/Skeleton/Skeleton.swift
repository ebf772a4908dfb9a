// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What `trimtab init` writes: a fleet of two sandboxes and one site, which validates and runs as it is.
package enum Skeleton {
    package struct File: Sendable {
        package var path: String
        package var content: String
    }

    package static let files = [
        File(path: "fleet.yaml", content: fleet),
        File(path: "platform/targets.yaml", content: targets),
        File(path: "platform/projects.yaml", content: projects),
        File(path: "projects/site/web.yaml", content: application),
        File(path: "apps/web/site.yaml", content: objects),
        File(path: ".gitignore", content: ignored),
    ]

    private static let ignored = """
        # What runs in the sandboxes is no part of the fleet, and neither is the state folder of "--state ./state".
        /sandbox/
        /state/

        """

    private static let fleet = """
        # The root of a fleet: which folders are read. Nothing else in this repository declares anything.
        apiVersion: trimtab.dev/v1alpha1
        kind: Fleet
        metadata:
          name: example
        spec:
          platform: platform/   # may declare any kind; belongs to those who run the fleet
          projects: projects/   # projects/NAME/ belongs to the project NAME, and declares its applications

        """

    private static let targets = """
        # Where things run. Labels are what applications select by.
        apiVersion: trimtab.dev/v1alpha1
        kind: Target
        metadata:
          name: dev
          labels: {env: dev}
        spec:
          host:
            root: sandbox/dev   # a folder beside fleet.yaml that stands for a machine's root, for a first try
            # machine: web-1.example.org   # a real machine: the one that has this host name serves the target
        ---
        apiVersion: trimtab.dev/v1alpha1
        kind: Target
        metadata:
          name: prod
          labels: {env: prod}
        spec:
          host:
            root: sandbox/prod

        """

    private static let projects = """
        # Who may touch what. An application that reaches further is refused by name.
        apiVersion: trimtab.dev/v1alpha1
        kind: Project
        metadata:
          name: site
        spec:
          sources: [fleet]   # "fleet" is this repository; others are declared as kind: Source
          limits:
            - on: {env: [dev, prod]}
              host:
                paths: ["/srv/site/**"]
                kinds: [File]

        """

    private static let application = """
        # What runs, and where.
        apiVersion: trimtab.dev/v1alpha1
        kind: Application
        metadata:
          name: web
        spec:
          source: {name: fleet, path: apps/web}
          targets: {env: [dev, prod]}
          sync:
            apply: auto   # new commits: auto, approved or manual
            drift: heal   # changes by hand: observe, alert or heal

        """

    private static let objects = """
        # The objects themselves. Change one, or edit the file in the sandbox by hand, and watch.
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata:
          name: index
        spec:
          path: /srv/site/index.html
          mode: "0644"
          content: |
            <h1>It works</h1>

        """
}
