//! Runs several pieces of work at once on one thread, switching wherever they touch the outside, in
//! an order that dice decide: every race can happen, and happens again for the same seed.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::dice::Dice;

/// A piece of work.
pub type Job<'j, T> = Pin<Box<dyn Future<Output = T> + 'j>>;

/// How a job says that its machine stopped: from then on nothing of it runs any more.
#[derive(Debug, Clone, Default)]
pub struct Plug(Rc<Cell<bool>>);

impl Plug {
    /// Stops the job that is running.
    pub async fn pull(&self) {
        self.0.set(true);
        std::future::pending::<()>().await;
    }

    fn was_pulled(&self) -> bool {
        self.0.replace(false)
    }
}

/// Lets another job run.
pub async fn switch() {
    let mut switched = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut switched, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Runs jobs to their ends, in turns that the dice decide; `None` for one that was stopped.
pub fn run_all<T>(jobs: Vec<Job<'_, T>>, plug: &Plug, dice: &mut Dice) -> Vec<Option<T>> {
    let mut context = Context::from_waker(Waker::noop());
    let mut results: Vec<Option<T>> = jobs.iter().map(|_| None).collect();
    let mut running: Vec<(usize, Job<'_, T>)> = jobs.into_iter().enumerate().collect();
    while !running.is_empty() {
        let turn = dice.below(running.len());
        let (number, job) = &mut running[turn];
        match job.as_mut().poll(&mut context) {
            Poll::Ready(result) => {
                results[*number] = Some(result);
                drop(running.swap_remove(turn));
            }
            Poll::Pending if plug.was_pulled() => drop(running.swap_remove(turn)),
            Poll::Pending => {}
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_job_ends_and_the_others_go_on() {
        let plug = Plug::default();
        let job = |number: u32, stops: bool| -> Job<'_, u32> {
            let plug = plug.clone();
            Box::pin(async move {
                switch().await;
                if stops {
                    plug.pull().await;
                }
                switch().await;
                number
            })
        };
        let results = run_all(vec![job(1, false), job(2, true), job(3, false)], &plug, &mut Dice::new(1));
        assert_eq!(results, [Some(1), None, Some(3)]);
    }
}
