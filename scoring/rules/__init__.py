"""All rules, in the order of their codes."""

from scoring.rules import (
    f_form,
    f_imported,
    f_metrics,
    f_rows,
    f_texts,
    m_measures,
    n_numbers,
    s_narrative,
    s_rows,
    s_scores,
    t_deviations,
    t_targets,
    w_facts,
    w_wording,
)
from scoring.rules.docs import RuleDoc, read_doc

RULES = (
    *f_form.RULES,
    *f_texts.RULES,
    *f_imported.RULES,
    *f_rows.RULES,
    *f_metrics.RULES,
    *m_measures.RULES,
    *n_numbers.RULES,
    *s_scores.RULES,
    *s_rows.RULES,
    *s_narrative.RULES,
    *t_targets.RULES,
    *t_deviations.RULES,
    *w_wording.RULES,
    *w_facts.RULES,
)


def explain() -> tuple[RuleDoc, ...]:
    """Every rule with its sentence, examples, basis and remedy, in the order of the codes."""
    return tuple(read_doc(rule) for rule in RULES)
