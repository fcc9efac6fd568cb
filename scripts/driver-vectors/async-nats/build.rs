//! Hands the versions of the compiler and of the locked crates to the recorder, for the first line that it writes.

use std::process::Command;

fn main() {
    let compiler = Command::new(std::env::var("RUSTC").unwrap()).arg("--version").output().expect("rustc says its version");
    println!("cargo:rustc-env=COMPILER={}", String::from_utf8(compiler.stdout).unwrap().trim());
    let lock = std::fs::read_to_string("Cargo.lock").expect("the versions are locked");
    for (name, variable) in [("async-nats", "DRIVER_VERSION"), ("url", "URL_VERSION")] {
        let entry = format!("name = \"{name}\"\nversion = \"");
        let version = lock.split(&entry).nth(1).and_then(|rest| rest.split('"').next()).expect("the crate is locked");
        println!("cargo:rustc-env={variable}={version}");
    }
    println!("cargo:rerun-if-changed=Cargo.lock");
}
