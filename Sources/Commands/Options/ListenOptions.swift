// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

/// Where a daemon can be reached from elsewhere.
struct ListenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve the API and pages there, too: 127.0.0.1:8080, :8443 (all addresses), [::1]:8080. Everybody signs in.",
            valueName: "host:port"))
    var listen: NetworkAddress?

    @Option(
        help: ArgumentHelp(
            "The certificate to show, in PEM, those that vouch for it behind it. Read again when it changes.",
            valueName: "file"), completion: .file())
    var tlsCert: String?

    @Option(help: ArgumentHelp("Its private key, in PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Flag(help: "Speak plain HTTP although other machines can connect: something in front of it does TLS.")
    var insecureHttp = false

    @Option(
        help: ArgumentHelp(
            "Where browsers reach the hub when something in front of it does TLS: https://hub.example.org. Forms, "
                + "cookies and sign-ins count there alone, and links in notifications lead there.", valueName: "url"),
        transform: { text in
            do throws(APIError) { return try ExternalAddress(parsing: Text(text)) } catch {
                throw ValidationError("\(error.message)\(error.advice.map { "; \($0)" } ?? "")")
            }
        })
    var externalUrl: ExternalAddress?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "A proxy that is believed where a request comes from (X-Forwarded-For): its address, or a network such as "
                + "10.0.0.0/8. May be repeated. Nobody is, unless named.", valueName: "address/prefix"),
        transform: { text in
            do throws(APIError) { return try AddressRange(parsing: Text(text)) } catch {
                throw ValidationError("\(error.message)\(error.advice.map { "; \($0)" } ?? "")")
            }
        })
    var trustedProxies: [AddressRange] = []

    func validate() throws {
        if (tlsCert == nil) != (tlsKey == nil) { throw ValidationError("--tls-cert and --tls-key go together") }
        if listen == nil, tlsCert != nil || insecureHttp || externalUrl != nil || !trustedProxies.isEmpty {
            throw ValidationError("say with --listen where to serve")
        }
        if tlsCert != nil, insecureHttp { throw ValidationError("give a certificate or --insecure-http, not both") }
    }

    var request: DaemonRequest.Listen? {
        get throws {
            guard let listen else { return nil }
            var request = DaemonRequest.Listen(
                address: listen, allowsPlain: insecureHttp, external: externalUrl, proxies: trustedProxies)
            if let tlsCert, let tlsKey {
                request.files = .init(certificate: try Paths.absolute(tlsCert), key: try Paths.absolute(tlsKey))
            }
            return request
        }
    }
}
