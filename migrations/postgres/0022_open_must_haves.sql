-- Chapter 22: a must-have that is not answered yet is unknown, as one that was skipped or could not be read.
update applications set must_have_unknown = true
    where not must_have_unknown
      and exists (
          select 1 from job_prescreen_questions q
          where q.job_id = applications.job_id and q.set_version = applications.question_set_version and q.must_have
            and not exists (
                select 1 from prescreen_answers a where a.application_id = applications.id and a.question_id = q.id and a.passed is not null
            )
      );
