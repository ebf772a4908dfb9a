// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension FleetKind {
    /// A declaration in order.
    var example: String {
        switch self {
        case .fleet:
            """
            kind: Fleet
            metadata: {name: acme}
            spec: {platform: platform/, projects: projects/}
            """
        case .target:
            """
            kind: Target
            metadata: {name: edge-1, labels: {env: prod, on: host}}
            spec: {host: {machine: edge-1.example.org}}
            """
        case .source:
            """
            kind: Source
            metadata: {name: shop}
            spec:
              git: https://git.example.org/shop.git
              credentials: forge                      # a name that the agent's own folder resolves
              interval: 60s
              verify: {ssh: platform/keys/shop}
            """
        case .project:
            """
            kind: Project
            metadata: {name: shop}
            spec:
              sources: [shop]
              limits:
                - on: {on: host}
                  host:
                    paths: [/etc/nginx/**, /srv/shop/**]
                    kinds: [File, Directory, Service]
                    services: [nginx]
                    commands: [nginx -t]
            """
        case .application:
            """
            kind: Application
            metadata: {name: web}
            spec:
              source: {name: shop, branch: main, path: web/base, exclude: ["*.test.yaml"]}
              targets: {on: host, env: [staging, prod]}
              dependsOn: [{application: certificates}]
              overrides:
                - {on: {env: prod}, path: web/prod}
              sync: {apply: auto, drift: heal, prune: {atMost: {count: 5, percent: 10}}}
              rollback: {whenDegradedWithin: 15m}
              onRemoval: orphan
            """
        case .secretStore:
            """
            kind: SecretStore
            metadata: {name: vault}
            spec:
              vault: {connection: main, engine: secret, version: 2}   # a name that the agent's own folder resolves
              interval: 60s
              allow:
                - {projects: [shop], on: {env: prod}, paths: [shop/**]}
            """
        case .role:
            """
            kind: Role
            metadata: {name: shop-operator}
            spec:
              allow:
                - {verbs: [read], projects: [shop]}
                - {verbs: [sync, pause, rollback], projects: [shop], on: {env: [dev, staging]}}
            """
        case .roleBinding:
            """
            kind: RoleBinding
            metadata: {name: shop-team}
            spec:
              role: shop-operator                     # or viewer, operator, approver, admin
              to:
                - {group: shop-developers}
                - {user: ada@example.org}
                - {token: shop-ci}
                - workload: {provider: github, claims: {repository: acme/shop, ref: refs/heads/main}}
            """
        case .notification:
            """
            kind: Notification
            metadata: {name: shop-chat}
            spec:
              connection: chat                        # a name that the agent's own folder resolves
              severity: warning                       # or events: [drifted, healed, syncEnded]
              projects: [shop]
              on: {env: prod}
            """
        }
    }
}
