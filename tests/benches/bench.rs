//! `make bench`: what a reminder costs, counted in requests, capacity units and dollars, and how
//! long each function takes to start, as a ratio to an empty one.
//!
//! Only the ratios rest on time, and they compare what ran side by side.

mod cost;
mod start;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        cost::requests().await;
        cost::price().await;
        cost::night_does_not_grow().await;
    });
    start::ratios();
}
