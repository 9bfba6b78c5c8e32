//! A new chapter in `migrations/` is a change of this crate, though no Rust file names it.

#[allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
