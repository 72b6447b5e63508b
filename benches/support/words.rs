//! What made-up pages speak of.

/// First names.
pub const NAMES: &[&str] =
    &["Ada", "Bruno", "Chidi", "Dorte", "Emil", "Farah", "Greta", "Hamid", "Ines", "Jonas", "Kaya", "Lars", "Mira", "Nadia", "Otto", "Pia"];
/// Last names.
pub const SURNAMES: &[&str] =
    &["Abel", "Brandt", "Castro", "Dietz", "Engel", "Fuchs", "Gallo", "Holm", "Iversen", "Jansen", "Keller", "Lindt", "Moreau", "Novak"];
/// Who acts.
pub const PEOPLE: &[&str] = &[
    "a leader",
    "a manager",
    "the team",
    "the newest colleague",
    "a coach",
    "somebody on the floor",
    "the person on call",
    "a patient buyer",
    "the one who signs",
    "a seller",
    "the whole shift",
    "whoever sits nearest",
    "a sceptic",
    "the customer",
    "a good listener",
    "the owner",
];
/// What is done.
pub const VERBS: &[&str] = &[
    "mend", "weigh", "share", "question", "keep", "sharpen", "name", "draw", "explain", "measure", "rehearse", "trust", "defend",
    "shorten", "open", "settle", "repeat", "hear", "follow", "write", "count", "review", "plan", "learn",
];
/// What it is done to.
pub const THINGS: &[&str] = &[
    "script",
    "promise",
    "opening line",
    "calendar",
    "list",
    "target",
    "story",
    "complaint",
    "rota",
    "budget",
    "contract",
    "question",
    "habit",
    "number",
    "notebook",
    "map",
    "rule",
    "draft",
    "reason",
    "signal",
    "answer",
    "choice",
    "meeting room",
    "price",
];
/// When.
pub const EVENTS: &[&str] = &[
    "Monday call",
    "quarter",
    "review",
    "handbook day",
    "first hour",
    "audit",
    "long lunch",
    "trial",
    "launch",
    "site visit",
    "interview",
    "last week of the month",
];
/// How.
pub const ADVERBS: &[&str] =
    &["quietly", "early", "in public", "rarely", "twice", "with care", "by hand", "out loud", "on purpose", "late", "gladly", "slowly"];
/// To what end.
pub const ENDS: &[&str] = &[
    "so that nobody has to guess",
    "though it costs an afternoon",
    "and the next one is easier",
    "which is the whole point",
    "before it becomes a habit",
    "while there is still time",
    "as long as it stays short",
    "because the week is short",
    "even when it is awkward",
    "and says so",
    "without a slide",
    "until it is boring",
];
/// What the glossary defines.
pub const TERMS: &[&str] = &[
    "quota",
    "pipeline",
    "forecast",
    "cadence",
    "handover",
    "onboarding",
    "escalation",
    "backlog",
    "stand-up",
    "retrospective",
    "milestone",
    "throughput",
    "lead time",
    "churn",
    "renewal",
    "upsell",
    "discount ladder",
    "call sheet",
    "win rate",
    "close date",
    "territory",
    "commission",
    "ramp",
    "shadowing",
    "debrief",
    "playbook",
    "objection",
    "referral",
    "prospect",
    "cold call",
    "warm lead",
    "run rate",
    "head count",
    "scorecard",
    "one-to-one",
    "delegation",
    "mandate",
    "post-mortem",
    "dry run",
    "service level",
];
