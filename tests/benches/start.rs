//! How long a release binary takes from its start until it asks for its first event, as a ratio to
//! an empty `lambda_runtime` binary started in turn with it; and how large it is.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;

/// Prints the ratios of every function in `target/release`.
pub fn ratios() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release");
    let empty = folder.join("empty-function");
    if !empty.exists() {
        println!("Start-up: build the release binaries first (`make bench` does)");
        return;
    }
    println!("Start-up until the first event is asked for, as a ratio to an empty function; size");
    let mut names: Vec<String> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions"))
        .expect("the functions")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    for name in names {
        let binary = folder.join(&name);
        let Ok(meta) = std::fs::metadata(&binary) else { continue };
        let (mut own, mut other): (Vec<_>, Vec<_>) = (0..ROUNDS).map(|_| (start(&binary), start(&empty))).unzip();
        let ratio = median(&mut own).as_secs_f64() / median(&mut other).as_secs_f64();
        println!("  {name:<20} {ratio:>6.2}   {:>6.1} MB", meta.len() as f64 / 1e6);
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn start(binary: &Path) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let api = listener.local_addr().expect("an address").to_string();
    let begun = Instant::now();
    let mut child = Command::new(binary)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", &api)
        .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("TABLE_NAME", "bench")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a function");
    let (mut stream, _) = listener.accept().expect("a request for an event");
    let mut first = [0u8; 16];
    let _ = stream.read(&mut first);
    let took = begun.elapsed();
    let _ = child.kill();
    let _ = child.wait();
    took
}
