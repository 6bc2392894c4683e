"""D10, L-02, R-07: refresh tokens under any sequence of uses, thefts and pauses do what a plain model says."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client
from tests.protocol.offline import AGENT, APP, PEER, offline_tokens, offline_world, refresh, revoke
from tests.protocol.world import World, body_of, error_of

GRACE = 5
IDLE = 7 * 86_400

STEPS = (
    *(("use", 0), ("use", 0), ("use", 0), ("use", 1), ("use", 2), ("use", 2)),
    *(("wait", 1), ("wait", 4), ("wait", 5), ("wait", IDLE - 1), ("wait", IDLE)),
    *(("steal", 0), ("steal", 1), ("revoke", 0)),
)
"""What and which token, counted back from the newest; or how many seconds. What ends a family is rare."""


@dataclass
class Family:
    """What must be true of the tokens that were handed out, in their order."""

    has_grace: bool
    tokens: list[str]
    made_at: list[int]
    used_at: list[int | None] = field(default_factory=lambda: [None])
    is_over: bool = False

    def allows(self, number: int, now: int) -> bool:
        """Whether this use is answered with tokens. Ends the family if it is a second one too many."""
        if self.is_over:
            return False
        used = self.used_at[number]
        if used is None:
            return now < self.made_at[number] + IDLE
        is_last_used = number == len(self.tokens) - 2
        if self.has_grace and is_last_used and now - used < GRACE and now < self.made_at[-1] + IDLE:
            return True
        self.is_over = True
        return False


@settings(max_examples=300)
@given(client=st.sampled_from([AGENT, PEER, APP]), walk=st.lists(st.sampled_from(STEPS), min_size=3, max_size=10))
def test_d10_a_family_does_what_its_model_says(client: Client, walk: list[tuple[str, int]]) -> None:
    world = offline_world()
    first = offline_tokens(world, client)["refresh_token"]
    family = Family(client is not APP, [first], [world.clock.now()])
    for what, number in walk:
        place = max(0, len(family.tokens) - 1 - number)
        token = family.tokens[place]
        if what == "wait":
            world.clock.advance(number)
        elif what == "steal":
            thief = PEER if client is not PEER else AGENT
            assert error_of(refresh(world, token, client=thief)) == "invalid_grant"
        elif what == "revoke":
            assert revoke(world, token, client).status == 200
            family.is_over = True
        else:
            _use(world, client, family, place)
        assert _unused(world) <= 1


def _use(world: World, client: Client, family: Family, number: int) -> None:
    now = world.clock.now()
    answer = refresh(world, family.tokens[number], client=client)
    if now >= family.made_at[0] + 30 * 86_400:
        family.is_over = True
    if not family.allows(number, now):
        assert error_of(answer) == "invalid_grant"
        return
    following = body_of(answer)["refresh_token"]
    if family.used_at[number] is None:
        family.used_at[number] = now
        family.tokens.append(following)
        family.made_at.append(now)
        family.used_at.append(None)
    assert following == family.tokens[-1]
    assert sha256_hex(following) in world.uow.refresh_tokens.rows


def _unused(world: World) -> int:
    return sum(row.used_at is None for row in world.uow.refresh_tokens.rows.values())
