// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A stream of Kubernetes objects as a cluster of some size has them, the same on every machine.
struct ManifestStream {
    private var state: UInt64 = 4711

    /// About as many bytes of YAML as asked for.
    static func documents(bytes: Int) -> [Value] {
        var stream = ManifestStream()
        var documents: [Value] = []
        var size = 0
        while size < bytes {
            let document = stream.next(documents.count)
            documents.append(document)
            size += YAML.write(document).count + 4
        }
        return documents
    }

    private mutating func next(_ index: Int) -> Value {
        switch index % 5 {
        case 0, 1: deployment(index)
        case 2: service(index)
        case 3: configMap(index)
        default: ingress(index)
        }
    }

    private mutating func random(_ bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
    }

    private mutating func word() -> String {
        let words = ["shop", "cart", "search", "mail", "billing", "gateway", "cache", "report", "video", "session"]
        return words[random(10)]
    }

    private mutating func metadata(_ index: Int) -> (Value, Value) {
        let name = "\(word())-\(word())-\(index)"
        let labels: Value = [
            "app.kubernetes.io/name": .string(Text(name)), "app.kubernetes.io/part-of": .string(Text(word())),
            "environment": "production", "tier": .string(Text(word())),
        ]
        let metadata: Value = [
            "name": .string(Text(name)), "namespace": .string(Text("team-\(random(20))")), "labels": labels,
            "annotations": [
                "example.org/owner": .string(Text("\(word())@example.org")),
                "example.org/description": "Serves what its name says to whoever may ask, within its limits",
                "example.org/checksum": .string(Text(String(state, radix: 16) + String(state &* 31, radix: 16))),
            ],
        ]
        return (metadata, labels)
    }

    private mutating func deployment(_ index: Int) -> Value {
        let (metadata, labels) = metadata(index)
        let containers = (0...random(2)).map { container($0) }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": [
                "replicas": .number(Number(Int64(random(9) + 1))), "revisionHistoryLimit": 3,
                "selector": ["matchLabels": labels],
                "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": 0]],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": [
                        "serviceAccountName": .string(Text(word())), "automountServiceAccountToken": false,
                        "securityContext": ["runAsNonRoot": true, "runAsUser": 65532, "fsGroup": 65532],
                        "containers": .array(containers),
                        "volumes": [["name": "config", "configMap": ["name": .string(Text(word()))]]],
                    ],
                ],
            ],
        ]
    }

    private mutating func container(_ index: Int) -> Value {
        let variables: [Value] = (0..<random(8)).map { number in
            [
                "name": .string(Text("SETTING_\(word().uppercased())_\(number)")),
                "value": .string(Text("\(random(1000))")),
            ]
        }
        let probe: Value = [
            "httpGet": ["path": "/healthz", "port": "http", "scheme": "HTTP"], "periodSeconds": 10, "timeoutSeconds": 2,
        ]
        return [
            "name": .string(Text("\(word())-\(index)")),
            "image": .string(Text("registry.example.org/\(word())/\(word()):v\(random(9)).\(random(40)).\(random(9))")),
            "args": ["--listen=:8080", "--verbose", .string(Text("--workers=\(random(64))"))],
            "ports": [["containerPort": 8080, "name": "http", "protocol": "TCP"]], "env": .array(variables),
            "resources": [
                "limits": ["cpu": "2", "memory": "512Mi"],
                "requests": ["cpu": .string(Text("\(random(900) + 100)m")), "memory": "128Mi"],
            ],
            "livenessProbe": probe, "readinessProbe": probe,
            "volumeMounts": [["mountPath": "/etc/app", "name": "config", "readOnly": true]],
        ]
    }

    private mutating func service(_ index: Int) -> Value {
        let (metadata, labels) = metadata(index)
        return [
            "apiVersion": "v1", "kind": "Service", "metadata": metadata,
            "spec": [
                "type": "ClusterIP", "selector": labels,
                "ports": [["name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"]],
            ],
        ]
    }

    private mutating func configMap(_ index: Int) -> Value {
        let (metadata, _) = metadata(index)
        let lines = (0..<(10 + random(30))).map { number in
            number % 7 == 0
                ? "# Größe \(word()) №\(number)" : "    \(word())_\(number) \"\(word())/\(random(10_000))\";"
        }
        return [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
            "data": [
                "app.conf": .string(Text("server {\n" + lines.joined(separator: "\n") + "\n}\n")),
                "enabled": "true", "ratio": "0.75", "since": "2026-01-31",
            ],
        ]
    }

    private mutating func ingress(_ index: Int) -> Value {
        let (metadata, _) = metadata(index)
        let paths: [Value] = (0...random(4)).map { number in
            [
                "path": .string(Text("/\(word())/v\(number)")), "pathType": "Prefix",
                "backend": ["service": ["name": .string(Text(word())), "port": ["number": 80]]],
            ]
        }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata,
            "spec": [
                "ingressClassName": "public",
                "rules": [["host": .string(Text("\(word()).example.org")), "http": ["paths": .array(paths)]]],
            ],
        ]
    }
}
