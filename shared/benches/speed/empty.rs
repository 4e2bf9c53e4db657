//! An empty `lambda_runtime` function as a release binary, and just enough of Lambda's runtime API to hand it events:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The function, which waits for an event.
pub struct Empty {
    child: Child,
    listener: TcpListener,
    open: BufReader<TcpStream>,
}

impl Empty {
    /// Starts it; none before its release binary was built.
    pub fn start() -> Option<Self> {
        let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/empty-function");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let api = listener.local_addr().expect("an address").to_string();
        let child = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", &api)
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let open = BufReader::new(listener.accept().expect("a request for an event").0);
        let mut started = Self { child, listener, open };
        started.request();
        Some(started)
    }

    /// Hands it an event, and waits until it is answered and the next one is asked for.
    pub fn event(&mut self) {
        self.answer(
            "200 OK",
            "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
             lambda-runtime-deadline-ms: 4102444800000\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-central-1:123456789012:function:bench\r\n",
            "{}",
        );
        assert!(self.request().starts_with("POST "), "it answers the event");
        self.answer("202 Accepted", "", "");
        assert!(self.request().starts_with("GET "), "it asks for the next event");
    }

    /// Reads a request, of this connection or of a new one; its first line.
    fn request(&mut self) -> String {
        let mut first = String::new();
        while self.open.read_line(&mut first).expect("a request") == 0 {
            self.open = BufReader::new(self.listener.accept().expect("another connection").0);
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.open.read_line(&mut line).expect("a header");
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.open.read_exact(&mut vec![0; length]).expect("a body");
        first
    }

    fn answer(&mut self, status: &str, headers: &str, body: &str) {
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n", body.len());
        self.open.get_mut().write_all(format!("{head}{body}").as_bytes()).expect("an answer");
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
