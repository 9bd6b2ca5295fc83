"""Sentences for made-up notes, by condition; nothing of it was ever said by anybody."""

HAMSTRING, GLUTEAL, ACHILLES = "high-hamstring-tendinopathy", "gluteal-tendinopathy", "achilles-tendinopathy"

HISTORY = {
    HAMSTRING: (
        "Sore at the sitting bone since adding hills to the Tuesday run. Cannot sit through a meeting.",
        "Began after a weekend of long driving. Worse on the train, better once up and walking.",
        "Returned to football after the winter; deep ache under the buttock the same evening, there ever since.",
        "Started yoga twice a week in the new year. A sharp pull when folding forward, then an ache in every chair.",
    ),
    GLUTEAL: (
        "Outer hip wakes me when I lie on it. Stairs are worst. Began after we moved house.",
        "Took up walking five miles a day in the spring; the side of the hip has burned since.",
        "Slipped on ice and landed on the hip. The bruise went, the ache at night stayed.",
    ),
    ACHILLES: (
        "Stiff heel cord with the first steps each morning. Training for the half marathon, upped distance fast.",
        "New flat shoes, then a sore lump above the heel. Warms up on a walk and is back by evening.",
        "Back to badminton after two years; both calves tight, the left tendon thick and sore.",
    ),
}
ONSET = {
    HAMSTRING: ("More hills within three weeks", "Long drives, then a sprint for the bus", "New stretching class"),
    GLUTEAL: ("Moved house, many stairs", "From no walking to five miles a day", "Fall on the hip on ice"),
    ACHILLES: ("Distance doubled within a month", "New flat shoes", "Back to jumping after a long pause"),
}
HYPOTHESIS = {
    HAMSTRING: "Reactive high hamstring tendon after a jump in load; long sitting presses on it all day.",
    GLUTEAL: "Gluteal tendons squashed by habits (crossed legs, hanging on one hip) after a quick rise in walking.",
    ACHILLES: "Mid-portion Achilles tendon, overloaded after a break; calf not strong enough yet.",
}
REGIONS = {
    HAMSTRING: ("muscle belly, mid thigh", "upper third, away from the sitting bone", "inner hamstring"),
    GLUTEAL: ("buttock, behind the bone", "side of the thigh", "lower back beside the spine"),
    ACHILLES: ("calf, upper half", "calf, inner head", "sole of the foot"),
}
ACTIVITIES = {
    HAMSTRING: ("Sitting through a film", "Driving to Perth", "Parkrun without stopping", "Tying laces"),
    GLUTEAL: ("Lying on that side", "Two flights of stairs", "Walking the dog for an hour"),
    ACHILLES: ("First steps in the morning", "Running 5 km", "Going down stairs", "Badminton"),
}
FLARES = (
    "Sat nine hours on a flight; sore for three days.",
    "Ran for the bus, then up the subway steps.",
    "Carried a wardrobe up three floors.",
    "Two long days of driving in one week.",
    "Skipped the holds for a week, then did them all in one evening.",
)
ADVICE = (
    "Stand for part of each hour. A folded towel under the thigh, not under the sitting bone.",
    "Keep walking; cut hills for now. Pain up to 3 out of 10 is fine when it settles by morning.",
    "Pillow between the knees at night. No crossed legs.",
    "Heat on the muscle before bed if it helps. No stretching into the sore spot.",
)
LOAD_PLAN = (
    "Flat walks only, 20 minutes, every second day.",
    "Easy run 2 km flat on Tuesday and Saturday; add 500 m a week while mornings stay calm.",
    "Gym: bridges and step-ups Monday, Wednesday, Friday; nothing fast yet.",
    "Back to full training distance; one session with pace a week.",
)
AVOID = ("Deep forward bends and long-stride lunges", "Hills and sprints", "Foam roller on the bone", "Soft low sofas")
PLAN = (
    "See again in a week. Re-test the bridge.",
    "Carry on as given; look at sitting time next visit.",
    "Add the single-leg hold if the week stays calm.",
    "Two weeks until next time, then decide about running.",
    "Fewer visits from here on; ring if it flares.",
)
REMARKS = (
    "at the first repetition",
    "only at the end",
    "less than last time, she says",
    "same spot",
    "a pull, not the pain",
)
CLOSING = (
    "Back to what mattered, exercises go on at home",
    "Moved away; summary given to take along",
    "Well enough, no visit booked",
)
LATE_WORDS = "Written the next morning: the computer was restarting when we finished."
RED_FLAG_ACTION = "Asked on: only after long sitting, gone on standing. Told what to watch for; letter to the GP today."
ADDENDA = {
    "addition": "Rang on the evening: sitting was easier than for weeks.",
    "correction": "The bridge was held for 20 seconds, not 30 as written.",
    "disagrees": "Reads this note and says the pain began in March, not in May.",
}
AT_HOME = (
    "",
    "",
    "Stiff in the morning, fine later.",
    "Did them on the stairs.",
    "Sore for an hour after.",
    "Easy today.",
)
TOLD = (
    "It started after I took up running again and has not gone away. Sitting at work is the worst of it.",
    "Both hips, but mostly the right one at night. I would like to sleep through again.",
)
