//! Layer 11, `serve::hosts`: for whom the preview answers.
//! A page of another site can make a browser talk to this server; names and origins keep it from being understood.

use std::net::{IpAddr, SocketAddr};

use axum::http::header;
use axum::http::request::Parts;

pub struct Hosts {
    /// Lower case, without port.
    names: Vec<String>,
    port: u16,
    /// Bound to every address: any literal one will do, because only names can be made to point elsewhere.
    any_literal: bool,
}

impl Hosts {
    pub fn new(host: &str, address: SocketAddr) -> Hosts {
        let literal = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()];
        names.push(host.to_ascii_lowercase());
        names.push(literal(address.ip()));
        Hosts { names, port: address.port(), any_literal: address.ip().is_unspecified() }
    }

    /// Whether the request names this server, in its head and, if it is there, in its first line.
    pub fn admit(&self, request: &Parts) -> bool {
        let mut hosts = request.headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let in_line = request.uri.authority().map(|authority| authority.as_str());
        host.to_str().is_ok_and(|host| self.is_ours(host)) && in_line.is_none_or(|host| self.is_ours(host))
    }

    /// Browsers send `Origin` when a page of another site asks.
    pub fn same_origin(&self, request: &Parts) -> bool {
        let text = |name| request.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let site = text(header::HeaderName::from_static("sec-fetch-site"));
        if !matches!(site, None | Some("same-origin" | "none")) {
            return false;
        }
        let Some(origin) = text(header::ORIGIN) else { return true };
        let host = text(header::HOST).unwrap_or_default();
        origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host))
    }

    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let literal = || {
            let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
            bare.unwrap_or(name).parse::<IpAddr>().is_ok()
        };
        port == Some(self.port)
            && (self.names.contains(&name.to_ascii_lowercase()) || (self.any_literal && literal()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_answered() {
        let hosts = Hosts::new("127.0.0.1", "127.0.0.1:1111".parse().unwrap());
        for ours in ["localhost:1111", "LOCALHOST:1111", "127.0.0.1:1111", "[::1]:1111"] {
            assert!(hosts.is_ours(ours), "{ours}");
        }
        for not in [
            "localhost",
            "localhost:80",
            "evil.example:1111",
            "127.0.0.1.evil:1111",
            "",
            ":1111",
            "192.168.0.2:1111",
            "localhost:1111@evil",
            "[::1]",
        ] {
            assert!(!hosts.is_ours(not), "{not}");
        }
        let open = Hosts::new("0.0.0.0", "0.0.0.0:80".parse().unwrap());
        assert!(open.is_ours("192.168.0.2") && open.is_ours("[fe80::1]") && !open.is_ours("evil"));
    }
}
