//! Certificates that signatures of callbacks are checked against, and that callbacks name by address.

use chrono::{DateTime, Utc};

use super::outside::OutsideError;

/// The address of a certificate, at a host of the provider's: nothing else can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CertificateUrl {
    host: &'static str,
    path: String,
}

impl CertificateUrl {
    /// The longest address that is looked at.
    const LONGEST: usize = 300;

    /// Reads an address that somebody else wrote. The host must be one of these, to the letter: no prefix of a
    /// longer one, no user before it and no port behind it. The path has plain segments, and the form that the
    /// provider's have; there is no query.
    pub fn parse(text: &str, hosts: &[&'static str], has_form: impl Fn(&str) -> bool) -> Option<Self> {
        let rest = text.strip_prefix("https://").filter(|_| text.len() <= Self::LONGEST)?;
        let (named, _) = rest.split_once('/')?;
        let host = hosts.iter().copied().find(|host| *host == named)?;
        let path = &rest[named.len()..];
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let mut segments = path.split('/').skip(1);
        let fine = segments.all(|part| part.bytes().all(plain) && part.bytes().any(|byte| byte != b'.'));
        (fine && has_form(path)).then(|| Self { host, path: path.to_owned() })
    }

    /// The host.
    pub fn host(&self) -> &'static str {
        self.host
    }

    /// The path, with its leading `/`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Whoever fetches certificates, and remembers them for a while.
pub trait Certificates {
    /// What lies at an address of a provider's, as it was fetched up to an hour ago. `at` is now.
    ///
    /// # Errors
    /// Where it cannot be had now; the callback is to come again.
    async fn certificate(&self, provider: &'static str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Vec<u8>, OutsideError>;

    /// The same fetched anew, for a signature that does not fit what was remembered: a provider may put a new
    /// certificate where the old one was. None where it was fetched a moment ago, or is still the same.
    ///
    /// # Errors
    /// As for `certificate`.
    async fn renewed(&self, provider: &'static str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Option<Vec<u8>>, OutsideError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: [&str; 2] = ["api.provider.example", "api.sandbox.provider.example"];

    fn parse(text: &str) -> Option<CertificateUrl> {
        CertificateUrl::parse(text, &HOSTS, |path| path.starts_with("/certs/"))
    }

    #[test]
    fn an_address_at_the_providers_own_host_is_taken() {
        for host in HOSTS {
            let url = parse(&format!("https://{host}/certs/CERT-360caa42_1.pem")).unwrap();
            assert_eq!((url.host(), url.path()), (host, "/certs/CERT-360caa42_1.pem"));
        }
    }

    #[test]
    fn nobody_makes_us_ask_elsewhere() {
        for text in [
            "http://api.provider.example/certs/a.pem",
            "HTTPS://api.provider.example/certs/a.pem",
            "https:/api.provider.example/certs/a.pem",
            "https:///certs/a.pem",
            "//api.provider.example/certs/a.pem",
            "https://api.provider.example.evil.example/certs/a.pem",
            "https://api.provider.example@evil.example/certs/a.pem",
            "https://user@api.provider.example/certs/a.pem",
            "https://:@api.provider.example/certs/a.pem",
            "https://api.provider.example:443/certs/a.pem",
            "https://api.provider.example:8443/certs/a.pem",
            "https://api.provider.example./certs/a.pem",
            "https://API.provider.example/certs/a.pem",
            "https://evil.example/https://api.provider.example/certs/a.pem",
            "https://evil.example\\@api.provider.example/certs/a.pem",
            "https://api.provider.example\\.evil.example/certs/a.pem",
            "https://api.provider.example%2eevil.example/certs/a.pem",
            "https://api.provider.example#/certs/a.pem",
            "https://api.provider.example?/certs/a.pem",
            "https://api.provider.example\u{3002}evil.example/certs/a.pem",
            "https://api.provider.example",
            "https://api.provider.example/",
            "https://api.provider.example/other/a.pem",
            "https://api.provider.example/certs",
            "https://api.provider.example/certs/",
            "https://api.provider.example/certs//a.pem",
            "https://api.provider.example/certs/../open?url=evil",
            "https://api.provider.example/certs/../a.pem",
            "https://api.provider.example/certs/./a.pem",
            "https://api.provider.example/certs/%2e%2e/a.pem",
            "https://api.provider.example/certs/a.pem?redirect=1",
            "https://api.provider.example/certs/a.pem#x",
            "https://api.provider.example/certs/a b.pem",
            "https://api.provider.example/certs/a.pem\r\nx: y",
            " https://api.provider.example/certs/a.pem",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&format!("https://api.provider.example/certs/{}", "a".repeat(300))), None, "an address has an end");
    }
}
