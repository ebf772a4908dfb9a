// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum ServiceHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        guard subject.spec["type"] == "LoadBalancer" else { return .healthy }
        let addresses = subject.status["loadBalancer"]?["ingress"]?.arrayValue ?? []
        return addresses.isEmpty ? .progressing("the load balancer has no address yet") : .healthy
    }
}
