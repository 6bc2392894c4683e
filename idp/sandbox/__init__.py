"""What exists only in sandbox mode: sample people, their virtual phones, and an API for test programs.

Mounted by `app` in sandbox mode and nowhere else, so in production every address here is a 404. Nothing in it opens a
way round the second step: codes are read on a phone here, never fixed and never skipped.

    persona          what a sample person is
    personas         the sample people, as data
    credentials      the published keys of those who hold more than a phone
    registered       what they hold, as rows to seed and as it stands now
    relying_parties  the two registrations of the demo relying party
    seeding          bringing a database to that state
    people           /sandbox/v1/personas, for test programs
    inboxes          /sandbox/v1/phones, for test programs
    phone            /telefon, for people
    manifest         a phone as an app of its own
    gallery          the sample people as other pages show them
    world            what these need
    mount            all of it on the application
"""
