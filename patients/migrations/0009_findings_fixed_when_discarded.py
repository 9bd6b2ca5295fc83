from django.db import migrations

import patients.constraints

GUARDS = {
    'homeexercise': 'home_exercise',
    'mimicconsidered': 'mimic_considered',
    'outcomescore': 'outcome_score',
    'provocationresult': 'provocation_result',
    'redflaganswer': 'red_flag_answer',
    'suspectedcause': 'suspected_cause',
    'symptom': 'symptom',
    'treatment': 'treatment',
    'treatmentstepstate': 'treatment_step_state',
}


def guard(kind):
    return patients.constraints.FrozenWith(
        field='signed_at', name=f'{kind}_fixed_with_its_note', or_field='discarded_at', parent='note'
    )


class Migration(migrations.Migration):
    """Only what is declared: the triggers themselves are put back after every migration, as they are declared then."""

    dependencies = [
        ('patients', '0008_more_of_the_note'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for model, kind in GUARDS.items()
                for operation in (
                    migrations.RemoveConstraint(model_name=model, name=f'{kind}_fixed_with_its_note'),
                    migrations.AddConstraint(model_name=model, constraint=guard(kind)),
                )
            ],
        ),
    ]
