-- Chapter 13: who may be considered for other jobs.

-- Being considered for other jobs is a yes of its own, and few give it: they are found without reading everybody.
create index consents_other_jobs on consents (candidate_id, created_at, position) where kind = 'other_jobs';
