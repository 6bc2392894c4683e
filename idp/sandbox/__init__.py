"""What exists only in sandbox mode: sample people, their virtual phones, and an API for test programs.

Mounted by `app` in sandbox mode and nowhere else, so in production every address here is a 404. Nothing in it opens a
way round the second step: codes are read on a phone here, never fixed and never skipped.

    personas         the sample people, as data
    relying_parties  the two registrations of the demo relying party
    seeding          bringing a database to that state
    api              /sandbox/v1, for test programs
    phone            /telefon, for people
    gallery          the sample people as other pages show them
    world            what these need
    mount            all of it on the application
"""
