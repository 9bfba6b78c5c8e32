//! How often somebody may ask: buckets that refill, one for each address and one for each session.
//!
//! Addresses of this machine are exempt, and so is whoever a host serves without saying where they come from. In memory
//! and per process: what they keep away is a flood, and behind several processes a flood is only so many times larger.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use crate::problem::Problem;

/// Buckets kept at most; full ones go first, since they say nothing.
const MOST: usize = 100_000;

/// What is asked for, each with a bucket of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// Anything at all.
    Any,
    /// A session is opened by somebody who shows nothing.
    Open,
    /// A candidate writes or sends a file.
    Say,
    /// Somebody tries to sign in.
    SignIn,
}

impl Class {
    /// How many at once, and how many a minute from then on.
    fn pace(self) -> (f64, f64) {
        match self {
            Self::Any => (600.0, 600.0),
            Self::Open => (30.0, 30.0),
            Self::Say => (20.0, 20.0),
            Self::SignIn => (10.0, 10.0 / 15.0),
        }
    }
}

/// Whose bucket it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    Address(IpAddr),
    Session(Uuid),
    /// An account as it was typed, from an address: guessing from elsewhere never keeps its owner out.
    Account(String, Option<IpAddr>),
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<(Class, Whose), Bucket>>);

impl Limits {
    /// Takes one; the error says how long to wait for the next.
    pub(crate) fn take(&self, class: Class, whose: Whose) -> Result<(), Duration> {
        self.take_at(class, whose, Instant::now())
    }

    fn take_at(&self, class: Class, whose: Whose, now: Instant) -> Result<(), Duration> {
        let (most, per_minute) = class.pace();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|(class, _), bucket| refilled(*class, *bucket, now).left < class.pace().0);
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let bucket = buckets.entry((class, whose)).or_insert(Bucket { left: most, at: now });
        *bucket = refilled(class, *bucket, now);
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - bucket.left) * 60.0 / per_minute))
    }

    /// Gives one back: what was counted turned out to be right.
    pub(crate) fn give_back(&self, class: Class, whose: Whose) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(&(class, whose)) {
            bucket.left += 1.0;
        }
    }
}

fn refilled(class: Class, bucket: Bucket, now: Instant) -> Bucket {
    let (most, per_minute) = class.pace();
    let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
    Bucket { left: (bucket.left + passed * per_minute / 60.0).min(most), at: now }
}

/// 429, and when to come back.
pub(crate) fn too_many(wait: Duration) -> Response {
    let seconds = wait.as_secs().saturating_add(1);
    let detail = "That was too often. Wait as long as `Retry-After` says, then go on.";
    let mut response = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A range of addresses, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Text that names no address and no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is neither an IP address nor a range of them")]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| NoNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.trim().parse::<u8>().map_err(|_| NoNetwork))?;
        if bits > most { Err(NoNetwork) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    /// Whether the range holds this address.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32_u32.saturating_sub(u32::from(self.bits));
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128_u32.saturating_sub(u32::from(self.bits));
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// Where a request comes from, as far as that can be believed; none for this machine itself and where nobody says.
pub(crate) fn address(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut from = peer.ip().to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    // Each proxy appends whom it heard; the last one that no proxy of ours appended is the client.
    let heard: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
    for said in heard.iter().rev() {
        if !is_trusted(from) {
            break;
        }
        let Ok(address) = said.trim().parse::<IpAddr>() else { break };
        from = address.to_canonical();
    }
    (!from.is_loopback()).then(|| household(from))
}

/// A household has 2^64 addresses of version 6, and counts as one.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use super::*;

    #[test]
    fn a_bucket_empties_says_when_to_come_back_and_refills() {
        let (limits, now) = (Limits::default(), Instant::now());
        let session = || Whose::Session(Uuid::nil());
        for _ in 0..20 {
            limits.take_at(Class::Say, session(), now).unwrap();
        }
        let wait = limits.take_at(Class::Say, session(), now).unwrap_err();
        assert!((2.9..3.1).contains(&wait.as_secs_f64()), "{wait:?}");
        limits.take_at(Class::Say, Whose::Session(Uuid::max()), now).unwrap();
        limits.take_at(Class::Say, session(), now + wait).unwrap();
        limits.take_at(Class::Say, session(), now + wait).unwrap_err();
    }

    fn heard(peer: &str, forwarded: &[&str], trusted: &[&str]) -> Option<String> {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4000)));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        address(&extensions, &headers, &trusted).map(|found| found.to_string())
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_about_who_asks() {
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(heard("203.0.113.9", &["198.51.100.1"], &[]), is("203.0.113.9"));
        assert_eq!(heard("10.1.2.3", &["198.51.100.1"], &["10.0.0.0/8"]), is("198.51.100.1"));
        assert_eq!(heard("10.1.2.3", &["1.1.1.1, 198.51.100.1", "10.9.9.9"], &["10.0.0.0/8"]), is("198.51.100.1"), "what it made up");
        assert_eq!(heard("10.1.2.3", &["nonsense"], &["10.0.0.0/8"]), is("10.1.2.3"));
        assert_eq!(heard("127.0.0.1", &[], &[]), None);
        assert_eq!(heard("127.0.0.1", &["198.51.100.1"], &["127.0.0.1"]), is("198.51.100.1"));
        assert_eq!(heard("2001:db8:1:2:3:4:5:6", &[], &[]), is("2001:db8:1:2::"));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0", "10.0.0.0/x"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
