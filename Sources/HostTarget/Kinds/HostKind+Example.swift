// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension HostKind {
    /// A manifest in order.
    var example: String {
        """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: \(rawValue)
        \(rest)
        """
    }

    private var rest: String {
        switch self {
        case .file:
            """
            metadata: {name: site}
            spec:
              path: /etc/nginx/conf.d/site.conf
              content: |                              # or source: FILE, beside this manifest
                server { listen 80; root /srv/shop; }
              owner: root
              group: www-data
              mode: "0640"
              validate: nginx -t
            """
        case .directory:
            """
            metadata: {name: conf-d}
            spec: {path: /etc/nginx/conf.d, mode: "0755", exclusive: true}
            """
        case .link:
            """
            metadata: {name: current}
            spec: {path: /srv/shop/current, target: releases/42}
            """
        case .service:
            """
            metadata: {name: nginx}
            spec: {enabled: true, running: true, reloadOn: [File/site]}
            """
        case .package:
            """
            metadata: {name: nginx}
            spec: {state: present}
            """
        }
    }
}
