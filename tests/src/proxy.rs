//! A wire between a server and its PostgreSQL that can be cut and mended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::database::test_database_url;

/// The wire. Ends with the test's runtime.
#[derive(Debug)]
pub struct Proxy {
    /// `TEST_DATABASE_URL` by way of this proxy.
    pub url: String,
    wire: Arc<Wire>,
}

#[derive(Debug, Default)]
struct Wire {
    is_cut: AtomicBool,
    cut: Notify,
}

impl Proxy {
    /// A whole wire to the test database.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap();
        let url = test_database_url();
        let target = authority(&url);
        let wire = Arc::new(Wire::default());
        tokio::spawn(carry(listener, target.clone(), Arc::clone(&wire)));
        Self { url: url.replacen(&target, &own.to_string(), 1), wire }
    }

    /// Ends every connection, and takes no new one.
    pub fn cut(&self) {
        self.wire.is_cut.store(true, Ordering::SeqCst);
        self.wire.cut.notify_waiters();
    }

    /// Takes connections again.
    pub fn mend(&self) {
        self.wire.is_cut.store(false, Ordering::SeqCst);
    }
}

async fn carry(listener: TcpListener, target: String, wire: Arc<Wire>) {
    loop {
        let Ok((mut near, _)) = listener.accept().await else { return };
        if wire.is_cut.load(Ordering::SeqCst) {
            continue;
        }
        let (target, wire) = (target.clone(), Arc::clone(&wire));
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(&target).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => {}
                () = wire.cut.notified() => {}
            }
        });
    }
}

/// `host:port` of a database address.
fn authority(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    assert!(authority.contains(':'), "TEST_DATABASE_URL should name host and port");
    authority.to_owned()
}
