//! Rules about accounts.

mod account;
mod chown_chmod_on_windows;
mod final_user_administrator;
mod nanoserver_needs_administrator;
mod posix_user_on_windows;
mod servicemonitor_needs_administrator;
mod user_not_created;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &chown_chmod_on_windows::RULE,
    &final_user_administrator::RULE,
    &nanoserver_needs_administrator::RULE,
    &posix_user_on_windows::RULE,
    &servicemonitor_needs_administrator::RULE,
    &user_not_created::RULE,
];
