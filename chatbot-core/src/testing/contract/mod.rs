//! The contract of a store: what every store answers, promise by promise.
//!
//! A store joins with one line, `contract_suite!(name, open)`: it becomes a module with a test for each promise, each
//! over a store of its own that `open` made. The stores are sealed, so the suite runs inside this crate.

mod actions;
mod ahead;
mod applications;
mod at_once;
pub(crate) mod bench;
mod calls;
mod claims;
mod coverage;
pub(crate) mod desk;
mod ending;
pub(crate) mod erasure;
mod events;
mod figures;
mod files;
mod inbox;
mod jobs;
mod matching;
mod messages;
pub(crate) mod open;
mod outbox;
mod people;
mod privacy;
mod quarantine;
mod round_trips;
mod sessions;
mod settings;
mod timers;
mod verify;
mod writer;

use bench::{Bench, page, tx};

/// A promise, to be tried on a store.
type Promise = for<'b> fn(&'b Bench) -> futures::future::LocalBoxFuture<'b, ()>;

/// One test a promise.
macro_rules! contract_suite {
    ($store:ident, $open:path) => {
        contract_suite! {
            $store, $open;
            settings {
                a_setting_is_none_until_it_is_put_and_then_the_last_put
                the_first_to_put_an_absent_setting_wins
                deleting_a_setting_says_whether_it_was_there
            }
            sessions {
                a_session_reads_back_as_written_by_every_way_to_it
                what_is_not_there_is_none
                a_person_has_one_open_session_on_an_account
                a_token_opens_one_session
                the_newest_session_may_be_a_closed_one
                an_update_writes_every_column
                updating_what_is_not_there_is_an_error
                sessions_are_listed_by_their_newest_entry
                sessions_are_listed_by_job_and_by_who_waits
                an_applications_open_sessions_come_in_the_order_of_their_ids
                the_next_ready_time_is_the_earliest_of_open_sessions
                a_candidates_sessions_are_theirs_alone
            }
            claims {
                the_oldest_ready_are_claimed_first
                a_claim_marks_the_session_held_and_counts
                what_is_not_ready_or_is_closed_is_not_claimed
                a_claim_may_name_one_session
                what_is_held_is_claimed_again_when_its_lease_has_ended
                a_claim_that_was_lost_by_whoever_lives_counts_no_death
                whoever_gives_back_or_fails_late_counts_no_death_either
                a_claim_that_its_own_process_has_claimed_again_takes_no_count_back
                times_with_and_without_fractions_compare_as_times
                renewing_moves_only_what_is_still_held
                voiding_frees_the_sessions_of_other_boots_only
            }
            ending {
                ending_a_claim_writes_what_it_says
                a_fence_that_differs_in_any_part_writes_nothing
                a_claim_ends_once
                no_application_leaves_the_one_that_stands
                more_arrived_makes_the_session_ready_now
                nothing_arrived_leaves_the_time_given
                a_close_stands_only_if_nothing_has_arrived
                the_fence_of_a_claim_made_again_is_another
            }
            inbox {
                the_first_delivery_of_a_key_is_recorded_and_the_second_refused
                old_dedupe_records_are_purged_and_counted
                entries_come_in_order_between_two_numbers
                a_number_is_given_once_in_a_session
                an_entry_needs_its_session
                entries_handled_together_say_up_to_where
            }
            calls {
                calls_are_summed_by_slot_job_and_conversation
                a_persons_calls_read_back_as_written
                who_is_gone_is_named_by_no_call_and_the_sums_stay
            }
            quarantine {
                a_body_is_kept_once_an_account
                what_is_old_is_purged_and_counted
            }
            messages {
                a_message_reads_back_as_written
                messages_come_in_order_after_a_number
                the_last_messages_come_oldest_first
                a_number_is_given_to_one_message
                a_message_needs_its_session
                a_turns_messages_are_found_by_its_end
                metadata_and_delivery_are_replaced_and_nothing_else
            }
            outbox {
                a_row_reads_back_with_its_messages_words
                a_row_needs_its_message
                what_is_due_comes_oldest_first_and_stops_at_the_limit
                what_waits_for_later_or_belongs_to_others_is_not_due
                nothing_goes_while_something_earlier_is_unsettled
                a_row_moves_from_the_state_it_is_in_only
                a_row_is_found_by_the_channels_id_of_it
                a_sessions_rows_of_a_state_come_in_order
                rows_in_sending_of_another_holder_are_orphans
                the_next_time_is_the_earliest_of_ready_rows
            }
            at_once {
                what_is_told_at_once_is_what_a_claim_is_told
                what_is_decided_at_once_is_committed_with_its_entry
                two_at_once_in_one_conversation_are_two_turns_in_order
                who_was_heard_before_or_is_held_is_not_decided_at_once
            }
            ahead {
                what_is_read_ahead_is_what_would_have_been_answered
                an_operation_reads_what_it_wrote
                many_rows_are_written_and_each_once
            }
            timers {
                a_timer_is_one_of_its_kind_and_the_last_put_stands
                timers_are_deleted_by_kind_and_belong_to_their_session
                a_lease_is_held_by_one_of_three
                a_lease_that_ended_is_free
                a_lease_is_given_back_by_its_holder_only
            }
            events {
                an_event_is_due_until_it_is_settled
                an_event_tried_again_is_due_at_its_next_time
                an_event_given_up_is_not_due_again
                events_of_a_session_come_oldest_first_and_in_order_of_writing
            }
            jobs {
                a_job_reads_back_with_its_questions
                a_slug_is_taken_once
                an_update_leaves_the_questions
                questions_of_older_versions_stay
                jobs_are_listed_newest_first
                a_question_needs_its_job_and_its_place
            }
            applications {
                a_candidate_reads_back_as_written_and_as_updated
                an_application_reads_back_as_written_and_as_updated
                an_application_needs_its_job_and_its_candidate
                the_newest_running_application_for_the_job_is_found
                applications_are_listed_newest_first
                applications_are_ranked_by_completion_must_haves_and_score
                an_answer_replaces_the_one_before
                answers_come_in_the_order_of_their_questions
                consents_come_oldest_first_and_need_their_candidate
            }
            actions {
                an_action_reads_back_and_its_resolution_is_written
                open_actions_are_the_applications_in_whichever_session_and_the_sessions_own
                actions_are_listed_newest_first
                activity_is_listed_newest_first_as_the_filter_says
                updating_an_action_that_is_not_there_is_an_error
            }
            matching {
                people_who_agreed_and_applicants_may_be_ranked_and_nobody_else
                answers_to_other_jobs_are_seen_of_those_who_agreed_alone
            }
            files {
                a_file_reads_back_with_and_without_its_bytes
                a_sessions_files_are_counted_and_summed
                a_file_needs_its_session
            }
            people {
                a_user_reads_back_and_is_found_by_email_without_case
                an_email_is_taken_once_whatever_its_case
                users_are_listed_oldest_first
                a_token_reads_back_by_its_hash
                a_token_is_used_up_once
                a_chat_account_is_one_users_and_the_newest_link_stands
                a_users_chat_accounts_come_oldest_link_first_and_need_the_user
            }
            erasure {
                a_deleted_session_takes_with_it_what_names_it
                dedupe_hashes_stay_without_what_they_named
                a_deleted_candidate_takes_applications_answers_and_consents
                deleting_what_is_not_there_is_no_error
            }
            privacy {
                an_erased_person_is_in_no_table_and_others_are
                a_session_that_is_kept_names_nobody
                what_is_a_persons_is_listed_and_nothing_else
                a_tombstone_reads_back_and_stands_once
                the_words_of_a_version_are_kept_once
                the_silent_are_those_nobody_heard_of_or_wants_to_hire
                leftovers_are_closed_sessions_nobody_agreed_to
            }
            figures {
                an_empty_store_counts_nothing
                every_figure_counts_what_it_says
                deleting_the_demo_leaves_the_rest
                what_hangs_on_the_demo_goes_with_it
                what_is_migrated_is_what_is_known
            }
            desk {
                conversations_are_picked_by_every_filter
                conversations_heard_of_come_oldest_first_from_a_place
                notes_tags_and_replies_read_back_as_written
                words_find_the_messages_that_hold_all_of_them
                what_two_have_in_common_is_found_and_one_takes_all_of_the_other
                a_users_password_role_and_sign_ins_are_theirs
                the_dashboard_counts_a_job_and_a_period
            }
            verify {
                sessions_come_by_id_with_all_that_hangs_on_them
                applications_come_by_id_with_their_answers_and_who_rejected_them
                a_row_that_names_nobody_is_told_by_its_column
            }
            round_trips {
                json_comes_back_as_it_went
                text_of_any_script_comes_back_as_it_went
                a_nul_is_no_error
                however_many_are_written_at_once_each_is_kept_as_it_is
                times_keep_their_microseconds
                numbers_keep_their_last_digit
                bytes_come_back_as_they_went
            }
            writer {
                an_answer_is_given_after_commit
                readers_see_committed_rows_only
                an_operation_that_errs_leaves_nothing
                failing_operations_leave_their_neighbours_alone
                an_operation_that_goes_on_after_an_error_is_not_committed
                a_panicking_operation_is_answered_and_the_store_goes_on
                a_dropped_callers_write_lands_whole_or_not_at_all
                an_operation_that_asks_to_is_run_again
                an_operation_sees_what_it_wrote
                operations_on_one_row_do_not_lose_each_others_work
                a_claim_is_won_by_one_of_many
                the_transactions_time_is_the_clocks
                every_store_has_a_boot_of_its_own
                a_reader_does_not_write
                closing_first_commits_what_waits
            }
        }
    };
    ($store:ident, $open:path; $($family:ident { $($promise:ident)* })*) => {
        pub(crate) mod $store {
            /// All promises one after another, each over what `open` makes: for tests of how they are kept.
            #[allow(dead_code, reason = "the memory store runs no statements")]
            pub(crate) async fn all(open: impl AsyncFn() -> super::Bench) {
                let all: &[super::Promise] = &[$($(|bench| Box::pin(super::$family::$promise(bench))),*),*];
                for promise in all {
                    let bench = open().await;
                    promise(&bench).await;
                    bench.end().await;
                }
            }

            $(mod $family {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    let bench = $open().await;
                    super::super::$family::$promise(&bench).await;
                    bench.end().await;
                })*
            })*
        }
    };
}

contract_suite!(memory, crate::testing::contract::open::memory);
#[cfg(feature = "sqlite")]
contract_suite!(sqlite, crate::testing::contract::open::sqlite);
#[cfg(feature = "postgres")]
contract_suite!(postgres, crate::testing::contract::open::postgres);
