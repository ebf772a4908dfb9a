// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
package struct ProviderMetadata: Sendable, Hashable {
    package var authorization: WebAddress?
    package var token: WebAddress?
    package var keys: WebAddress
    /// Whether a client shows its secret in the form, because the provider does not take it in a header.
    package var takesSecretInForm: Bool
    /// Whether answers name who they come from (RFC 9207).
    package var namesIssuer: Bool

    package static func address(of issuer: Text) -> Text {
        var bytes = Array(issuer.utf8)
        if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return "\(Text(String(decoding: bytes, as: UTF8.self)))/.well-known/openid-configuration"
    }

    init(_ object: Object, issuer: Text) throws(ProviderError) {
        guard object["issuer"]?.stringValue == issuer else {
            throw ProviderError(
                .unusable, "\(issuer): says that it is somebody else; write the issuer exactly as it names itself")
        }
        guard let keys = try Self.address("jwks_uri", in: object, issuer) else {
            throw ProviderError(.unusable, "\(issuer): does not say where its keys are")
        }
        self.keys = keys
        authorization = try Self.address("authorization_endpoint", in: object, issuer)
        token = try Self.address("token_endpoint", in: object, issuer)
        if let methods = object["code_challenge_methods_supported"]?.arrayValue, !methods.contains("S256") {
            throw ProviderError(.unusable, "\(issuer): does not support PKCE with S256")
        }
        let methods = object["token_endpoint_auth_methods_supported"]?.arrayValue ?? ["client_secret_basic"]
        takesSecretInForm = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
        namesIssuer = object["authorization_response_iss_parameter_supported"]?.boolValue ?? false
    }

    /// A provider that is asked over TLS does not lead to where there is none.
    private static func address(
        _ key: Text, in object: Object, _ issuer: Text
    ) throws(ProviderError) -> WebAddress? {
        guard let value = object[key] else { return nil }
        let isSecure = WebAddress(issuer)?.isSecure ?? true
        guard let address = value.stringValue.flatMap(WebAddress.init), address.isSecure || !isSecure else {
            throw ProviderError(.unusable, "\(issuer): its \(key) is no address that can be used")
        }
        return address
    }
}
