// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Versions of Kubernetes' own APIs that are gone or going, as its deprecation guide lists them
/// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/).
enum RetiredAPIs {
    struct Retired: Sendable, Hashable {
        var apiVersion: Text
        /// Empty: all kinds of that version.
        var kinds: [Text]
        /// The minor version of Kubernetes 1 that serves it no more; `nil` while no version is known that does not.
        var removedIn: Int?
        /// What to write instead; `nil` where nothing took its place.
        var instead: Text?

        init(_ apiVersion: Text, _ kinds: [Text], removedIn: Int?, instead: Text?) {
            self.apiVersion = apiVersion
            self.kinds = kinds
            self.removedIn = removedIn
            self.instead = instead
        }
    }

    static func find(_ apiVersion: Text, _ kind: Text) -> Retired? {
        table.first { $0.apiVersion == apiVersion && ($0.kinds.isEmpty || $0.kinds.contains(kind)) }
    }

    private static let table: [Retired] = [
        Retired("extensions/v1beta1", ["Ingress"], removedIn: 22, instead: "networking.k8s.io/v1"),
        Retired("extensions/v1beta1", ["NetworkPolicy"], removedIn: 16, instead: "networking.k8s.io/v1"),
        Retired("extensions/v1beta1", ["PodSecurityPolicy"], removedIn: 16, instead: nil),
        Retired("extensions/v1beta1", ["Deployment", "DaemonSet", "ReplicaSet"], removedIn: 16, instead: "apps/v1"),
        Retired("apps/v1beta1", [], removedIn: 16, instead: "apps/v1"),
        Retired("apps/v1beta2", [], removedIn: 16, instead: "apps/v1"),
        Retired(
            "admissionregistration.k8s.io/v1beta1",
            ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], removedIn: 22,
            instead: "admissionregistration.k8s.io/v1"),
        Retired("apiextensions.k8s.io/v1beta1", [], removedIn: 22, instead: "apiextensions.k8s.io/v1"),
        Retired("apiregistration.k8s.io/v1beta1", [], removedIn: 22, instead: "apiregistration.k8s.io/v1"),
        Retired("authentication.k8s.io/v1beta1", ["TokenReview"], removedIn: 22, instead: "authentication.k8s.io/v1"),
        Retired("authorization.k8s.io/v1beta1", [], removedIn: 22, instead: "authorization.k8s.io/v1"),
        Retired(
            "certificates.k8s.io/v1beta1", ["CertificateSigningRequest"], removedIn: 22,
            instead: "certificates.k8s.io/v1"),
        Retired("coordination.k8s.io/v1beta1", ["Lease"], removedIn: 22, instead: "coordination.k8s.io/v1"),
        Retired(
            "networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], removedIn: 22, instead: "networking.k8s.io/v1"),
        Retired("rbac.authorization.k8s.io/v1beta1", [], removedIn: 22, instead: "rbac.authorization.k8s.io/v1"),
        Retired("rbac.authorization.k8s.io/v1alpha1", [], removedIn: 22, instead: "rbac.authorization.k8s.io/v1"),
        Retired("scheduling.k8s.io/v1beta1", [], removedIn: 22, instead: "scheduling.k8s.io/v1"),
        Retired("scheduling.k8s.io/v1alpha1", ["PriorityClass"], removedIn: 22, instead: "scheduling.k8s.io/v1"),
        Retired(
            "storage.k8s.io/v1beta1", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], removedIn: 22,
            instead: "storage.k8s.io/v1"),
        Retired("batch/v1beta1", ["CronJob"], removedIn: 25, instead: "batch/v1"),
        Retired("batch/v2alpha1", ["CronJob"], removedIn: 21, instead: "batch/v1"),
        Retired("discovery.k8s.io/v1beta1", ["EndpointSlice"], removedIn: 25, instead: "discovery.k8s.io/v1"),
        Retired("events.k8s.io/v1beta1", ["Event"], removedIn: 25, instead: "events.k8s.io/v1"),
        Retired("autoscaling/v2beta1", [], removedIn: 25, instead: "autoscaling/v2"),
        Retired("autoscaling/v2beta2", [], removedIn: 26, instead: "autoscaling/v2"),
        Retired("policy/v1beta1", ["PodDisruptionBudget"], removedIn: 25, instead: "policy/v1"),
        Retired("policy/v1beta1", ["PodSecurityPolicy"], removedIn: 25, instead: nil),
        Retired("node.k8s.io/v1beta1", ["RuntimeClass"], removedIn: 25, instead: "node.k8s.io/v1"),
        Retired("storage.k8s.io/v1beta1", ["CSIStorageCapacity"], removedIn: 27, instead: "storage.k8s.io/v1"),
        Retired("flowcontrol.apiserver.k8s.io/v1beta1", [], removedIn: 26, instead: "flowcontrol.apiserver.k8s.io/v1"),
        Retired("flowcontrol.apiserver.k8s.io/v1beta2", [], removedIn: 29, instead: "flowcontrol.apiserver.k8s.io/v1"),
        Retired("flowcontrol.apiserver.k8s.io/v1beta3", [], removedIn: 32, instead: "flowcontrol.apiserver.k8s.io/v1"),
        Retired("v1", ["ComponentStatus"], removedIn: nil, instead: nil),
        Retired("v1", ["Endpoints"], removedIn: nil, instead: "discovery.k8s.io/v1 EndpointSlice"),
    ]

    /// The minor version of `1.33`, `v1.33.1` or `1.33.1+build`; `nil` for anything else.
    static func minor(of version: Text) -> Int? {
        let digits = version.utf8.drop { $0 == UInt8(ascii: "v") }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].elementsEqual("1".utf8) else { return nil }
        let minor = parts[1].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: minor, as: UTF8.self))
    }
}

extension RetiredAPIs.Retired {
    /// Words that follow the object's name, and whether it is an error for a version of Kubernetes.
    func words(for minor: Int?) -> (isError: Bool, reason: String, advice: String?) {
        let advice = instead.map { "write \($0)" }
        guard let removedIn else { return (false, "\(apiVersion) is deprecated for this kind", advice) }
        let isGone = minor.map { $0 >= removedIn } ?? false
        let verb = minor == nil || isGone ? "is served no more since" : "will be served no more from"
        return (isGone, "\(apiVersion) \(verb) Kubernetes 1.\(removedIn)", advice)
    }
}
