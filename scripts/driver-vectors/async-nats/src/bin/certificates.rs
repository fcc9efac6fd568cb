//! Says what `async_nats::connect("tls://HOST:PORT")` makes of the certificate that the server there presents, as one JSON object.
//! `certificates HOST PORT`, with the trusted certificates in SSL_CERT_FILE. `HOST` of the loopback is dialled as it is. Of another, the
//! loopback is dialled, and the verifier that async-nats uses is asked for `HOST`.

use rustls::client::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier, WebPkiVerifier};
use rustls::{Certificate, ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerName};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// rustls' own verifier, asked for another name than the one that was dialled.
struct Renamed {
    inner: WebPkiVerifier,
    name: ServerName,
}

impl ServerCertVerifier for Renamed {
    fn verify_server_cert(
        &self,
        end_entity: &Certificate,
        intermediates: &[Certificate],
        _dialled: &ServerName,
        scts: &mut dyn Iterator<Item = &[u8]>,
        ocsp_response: &[u8],
        now: SystemTime,
    ) -> Result<ServerCertVerified, Error> {
        self.inner.verify_server_cert(end_entity, intermediates, &self.name, scts, ocsp_response, now)
    }

    fn verify_tls12_signature(&self, message: &[u8], certificate: &Certificate, signed: &DigitallySignedStruct) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(&self, message: &[u8], certificate: &Certificate, signed: &DigitallySignedStruct) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }
}

/// As `async_nats::tls::config_tls` builds it, but for the name.
fn asking_for(host: &str) -> Result<ClientConfig, String> {
    let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    let trusted = rustls_native_certs::load_native_certs().map_err(|error| error.to_string())?;
    roots.add_parsable_certificates(&trusted.into_iter().map(|certificate| certificate.0).collect::<Vec<_>>());
    let verifier = Renamed { inner: WebPkiVerifier::new(roots, None), name };
    Ok(ClientConfig::builder().with_safe_defaults().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

async fn connect(host: &str, port: &str) -> Result<(), String> {
    let is_loopback = ["localhost", "127.0.0.1", "127.1", "::1"].contains(&host);
    let options = async_nats::ConnectOptions::new().connection_timeout(Duration::from_secs(10));
    let (options, dialled) = if is_loopback { (options, host) } else { (options.tls_client_config(asking_for(host)?), "localhost") };
    let bracketed = if dialled.contains(':') { format!("[{dialled}]") } else { dialled.to_string() };
    options.connect(format!("tls://{bracketed}:{port}")).await.map(|_| ()).map_err(|error| error.to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, host, port] = arguments.as_slice() else { panic!("certificates HOST PORT") };
    println!("{}", match connect(host, port).await {
        Ok(()) => json!({ "accepted": true }),
        Err(error) => json!({ "error": error }),
    });
}
