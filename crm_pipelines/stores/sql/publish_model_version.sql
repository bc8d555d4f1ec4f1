-- pairs that other thresholds left as they were bear the name of the version that judged them
update candidate.scored_pairs
set model_version = current_version.model_version, run_id = $run_id
from (select max(model_version) as model_version from main.scored_pairs) as current_version
where scored_pairs.model_version <> current_version.model_version
