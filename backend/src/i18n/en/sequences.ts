/** Words of schedules, experiments and sequences. */
export const sequences = {
  "sequences.cron_unreadable":
    "This line cannot be read. It has five parts: minute, hour, day of the month, month, day of the week.",
  "sequences.cron_never": "There is no such day: it would never go out.",
  "sequences.cron_too_often": "That is too often: there must be at least {minutes} minutes between two runs.",
  "sequences.time_zone_unknown": "There is no such time zone.",
  "sequences.not_a_plan": "This broadcast does not repeat.",
  "sequences.plan_is_over": "This plan has ended: there is nothing left to pause or resume.",
  "sequences.not_an_experiment": "Variants are not being tested here, or nothing has been sent yet.",
  "sequences.winner_chosen": "Another variant has already been chosen.",
  "sequences.variant_unknown": "There is no such variant.",
  "sequences.sequence_not_found": "There is no such sequence.",
  "sequences.person_not_found": "There is no such person.",
  "sequences.run_not_found": "This person is not in it.",
  "sequences.name_invalid": "Give it a name of at most {limit} characters.",
  "sequences.too_many": "There can be at most {limit} sequences.",
  "sequences.is_empty": "Add at least one step first.",
  "sequences.has_sent":
    "It has sent messages: their links and figures would be lost with it. Put it into the archive instead.",
  "sequences.archived": "The sequence is in the archive: take it out first.",
  "sequences.changed_meanwhile": "Somebody else has changed this sequence meanwhile.",
  "sequences.nothing_waits": "It is running as it stands: nothing waits to be released.",
  "sequences.not_active": "The sequence is not running: start it first.",
  "sequences.step_unknown": "One of the steps is gone: somebody else has changed the sequence. Open it again.",
  "sequences.choice_unknown": "Something that is named here does not exist any more. Choose it again.",
  "sequences.value_unfit": "The field cannot have this value.",
  "sequences.already_in": "This person is in the sequence already, or has been through it.",
  "sequences.person_unreachable":
    "This person cannot get it: the bot is blocked, another bot writes to him, or he refuses such messages.",
  "sequences.news.requested_by": {
    one: "{person} asks to start this sequence of {count} message.",
    other: "{person} asks to start this sequence of {count} messages.",
  },
  "sequences.news.change_requested_by": {
    one: "{person} asks to put a change into force. {count} person is in the sequence now.",
    other: "{person} asks to put a change into force. {count} people are in the sequence now.",
  },
  "sequences.halted.launcher": "Whoever launched it may no longer send broadcasts",
  "sequences.halted.bots": "None of its bots is connected",
  "sequences.halted.failed": "It could not be started five times in a row",
  "sequences.told.halted": "“{name}” is paused and sends nothing more. {reason}.",
  "sequences.told.missed": {
    one: "“{name}”: {count} run was missed while the service stood still, and is left out.",
    other: "“{name}”: {count} runs were missed while the service stood still, and are left out.",
  },
  "sequences.told.winner": "“{name}”: variant {key} has won by the figures and goes to everybody else.",
  "sequences.told.undecided_too_few":
    "“{name}”: too few people or results to name a winner. Please choose the variant yourself.",
  "sequences.told.undecided_close":
    "“{name}”: the variants are too close to name a winner. Please choose the variant yourself.",
  "sequences.told.undecided_failed": "“{name}”: its winner could not be worked out. Choose a variant yourself.",
} as const;
