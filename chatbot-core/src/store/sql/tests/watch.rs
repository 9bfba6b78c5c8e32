//! Statements as they are run: noted for a test that asks for it, on the one thread it runs on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;

thread_local! {
    /// Who watches the statements of this thread. A test's runtime has one thread, so other tests' aren't seen.
    static WATCHING: RefCell<Option<Arc<Watch>>> = const { RefCell::new(None) };
}

/// What was run while this was watched.
#[derive(Default)]
pub(in crate::store::sql) struct Watch {
    /// PostgreSQL's, by the connection's settings and the text.
    #[cfg(feature = "postgres")]
    pub(super) postgres: Mutex<BTreeMap<(String, String), Seen>>,
    /// SQLite's by text: the steps its virtual machine made, and how often it was run.
    #[cfg(feature = "sqlite")]
    pub(super) sqlite: Mutex<BTreeMap<String, Steps>>,
}

/// Steps of SQLite's virtual machine.
#[derive(Clone, Default)]
pub(super) struct Steps {
    /// All together.
    pub(super) made: Arc<AtomicU64>,
    /// Times it was run.
    pub(super) runs: u64,
}

/// A statement of PostgreSQL's.
#[cfg(feature = "postgres")]
pub(super) struct Seen {
    /// What it was run with.
    pub(super) arguments: sqlx::postgres::PgArguments,
    /// The types of these.
    pub(super) types: Vec<String>,
}

/// Ends the watch.
pub(super) struct Watching(Arc<Watch>);

impl Watching {
    /// Watches the statements of this thread's stores.
    pub(super) fn begin() -> Self {
        let watch = Arc::<Watch>::default();
        WATCHING.with_borrow_mut(|watching| *watching = Some(Arc::clone(&watch)));
        Self(watch)
    }
}

impl std::ops::Deref for Watching {
    type Target = Watch;

    fn deref(&self) -> &Watch {
        &self.0
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        WATCHING.with_borrow_mut(|watching| *watching = None);
    }
}

/// A connection whose statements can be watched.
pub(in crate::store::sql) trait Watched: Sized {
    /// What its statements are run with.
    type Arguments: Clone + Send;

    /// A statement begins.
    fn begins<'c>(&'c mut self, watch: &'c Watch, text: &'c str) -> BoxFuture<'c, ()>;
    /// It has answered.
    fn ended<'c>(&'c mut self, watch: &'c Watch, text: &'c str, arguments: Self::Arguments) -> BoxFuture<'c, ()>;
}

/// A statement that is watched.
pub(in crate::store::sql) struct Begun<A> {
    watch: Arc<Watch>,
    text: String,
    arguments: A,
}

/// A statement begins.
pub(in crate::store::sql) async fn begins<C: Watched>(c: &mut C, text: &str, arguments: &C::Arguments) -> Option<Begun<C::Arguments>> {
    let watch = WATCHING.with_borrow(Clone::clone)?;
    c.begins(&watch, text).await;
    Some(Begun { watch, text: text.to_owned(), arguments: arguments.clone() })
}

/// A statement has answered.
pub(in crate::store::sql) async fn ended<C: Watched>(c: &mut C, begun: Option<Begun<C::Arguments>>, well: bool) {
    if let Some(Begun { watch, text, arguments }) = begun.filter(|_| well) {
        c.ended(&watch, &text, arguments).await;
    }
}

#[cfg(feature = "sqlite")]
impl Watched for sqlx::SqliteConnection {
    type Arguments = sqlx::sqlite::SqliteArguments;

    /// From here until the next statement the steps are this one's.
    fn begins<'c>(&'c mut self, watch: &'c Watch, text: &'c str) -> BoxFuture<'c, ()> {
        Box::pin(async move {
            let made = {
                let mut seen = watch.sqlite.lock().unwrap();
                let steps = seen.entry(text.to_owned()).or_default();
                steps.runs += 1;
                Arc::clone(&steps.made)
            };
            let count = move || {
                made.fetch_add(1, Ordering::Relaxed);
                true
            };
            self.lock_handle().await.unwrap().set_progress_handler(1, count);
        })
    }

    fn ended<'c>(&'c mut self, _: &'c Watch, _: &'c str, _: Self::Arguments) -> BoxFuture<'c, ()> {
        Box::pin(async {})
    }
}

#[cfg(feature = "postgres")]
impl Watched for sqlx::PgConnection {
    type Arguments = sqlx::postgres::PgArguments;

    fn begins<'c>(&'c mut self, _: &'c Watch, _: &'c str) -> BoxFuture<'c, ()> {
        Box::pin(async {})
    }

    /// The connection that ran it knows what it was told, and of which types the arguments are.
    fn ended<'c>(&'c mut self, watch: &'c Watch, text: &'c str, arguments: Self::Arguments) -> BoxFuture<'c, ()> {
        Box::pin(async move {
            let settings = settings(self).await;
            let key = (settings, text.to_owned());
            if watch.postgres.lock().unwrap().contains_key(&key) {
                return;
            }
            let of = "select parameter_types::text[] from pg_prepared_statements where statement = $1";
            let types = sqlx::query_scalar(of).bind(text).persistent(false).fetch_optional(&mut *self).await.unwrap();
            let types = types.unwrap_or_else(|| panic!("it is not prepared, so its plan can't be asked for: {text}"));
            watch.postgres.lock().unwrap().insert(key, Seen { arguments, types });
        })
    }
}

/// What the store has told this connection's planner, as statements that tell another the same.
#[cfg(feature = "postgres")]
async fn settings(c: &mut sqlx::PgConnection) -> String {
    let of = "select coalesce(string_agg(format('set %I = %L', name, setting), '; ' order by name), '') from pg_settings \
         where source = 'client' and (category like 'Query Tuning%' or name in ('jit', 'plan_cache_mode'))";
    sqlx::query_scalar(of).persistent(false).fetch_one(c).await.unwrap()
}
