"""Verbs, nouns and adjectives of rising and falling, in a development and a test half (which share "up" and "higher").

One phrase a line, the commonest first: frequency falls with the line number. A name ends in `+` or `-` where it belongs
to a rising or falling price. Verbs are in their bare form; idioms are verbs that take no amount ("rises 2%", but "comes
off lows"). `{slot}` is filled by the grammar.

What counts as what (annotators label the last known move of the price): to trim, pare or erase *losses* and to come off
lows is up; to trim, pare or erase *gains*, to come off highs and a rally that stalls is down.
"""

from collections.abc import Mapping
from types import MappingProxyType


def lines(block: str) -> tuple[str, ...]:
    """Read a block of one phrase a line."""
    return tuple(line.strip() for line in block.strip().splitlines() if line.strip())


DEVELOPMENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "verb+": lines("""
        rise
        gain
        edge up
        jump
        firm
        rebound
        recover
        rally
        edge higher
        soar
        strengthen
        tick up
        bounce
        move up
        push higher
        bounce back
        spike
        shine
        zoom
        rip higher
        """),
        "idiom+": lines("""
        extend gains
        trim losses
        hit {period} high
        come off lows
        pare losses
        hold gains
        reverse losses
        regain ground
        touch fresh high
        get a lift
        glitter
        find support
        erase early losses
        snap losing streak
        trade in the green
        turn positive
        cling to gains
        claw back losses
        shake off {-noun}
        resume climb
        heat up
        gather steam
        catch a bid
        get its mojo back
        sparkle
        defy gravity
        go from strength to strength
        stage a comeback
        come in from the cold
        crawl out of a hole
        turn the corner
        sizzle
        find its feet
        scale new peak
        laugh off {event}
        """),
        "verb-": lines("""
        fall
        slip
        edge down
        decline
        ease
        dip
        slide
        edge lower
        retreat
        weaken
        tumble
        tick down
        move down
        push lower
        pull back
        soften
        crash
        stumble
        sag
        crack
        buckle
        crumble
        """),
        "idiom-": lines("""
        extend losses
        pare gains
        trim gains
        hit {period} low
        come off highs
        lose ground
        hold losses
        erase early gains
        snap winning streak
        touch fresh low
        turn negative
        trade in the red
        reverse gains
        lose lustre
        give up gains
        give back {-noun}
        remain under pressure
        run out of steam
        hit the skids
        take a beating
        lose its shine
        fizzle
        cool off
        go cold
        hit a wall
        succumb to selling
        bleed
        feel the heat
        fall out of favour
        surrender {-noun}
        fade from highs
        come back to earth
        stay on the back foot
        go off the boil
        """),
        "noun+": lines("""
        gain
        rise
        rally
        rebound
        jump
        recovery
        bounce
        run-up
        comeback
        bull run
        """),
        "noun-": lines("""
        loss
        fall
        decline
        drop
        slide
        retreat
        sell-off
        correction
        rout
        crash
        """),
        "nounpl+": lines("""
        gains
        advances
        higher closes
        winning sessions
        """),
        "nounpl-": lines("""
        losses
        declines
        lower closes
        losing sessions
        """),
        "higher+": lines("""
        higher
        up
        firmer
        in positive territory
        stronger
        in the green
        near session high
        """),
        "higher-": lines("""
        lower
        down
        weaker
        softer
        in negative territory
        in the red
        near session low
        """),
        "ends": lines("""
        ends
        closes
        settles
        finishes
        opens
        trades
        starts week
        """),
        "end": lines("""
        end
        close
        settle
        finish
        open
        trade
        """),
        "steady": lines("""
        steady
        flat
        little changed
        rangebound
        unchanged
        in tight range
        mixed
        treads water
        holds steady
        steadies
        consolidates
        in a holding pattern
        directionless
        """),
        "adv": lines("""
        slightly
        sharply
        further
        marginally
        modestly
        a touch
        again
        """),
        "who": lines("""
        analyst
        Goldman
        poll
        {house}
        HSBC
        survey
        UBS
        strategist
        Motilal Oswal
        Angel Commodities
        Citi
        chartist
        """),
        "lookfor": lines("""
        seen
        likely to be
        expected
        set to trade
        """),
    }
)

TEST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "verb+": lines("""
        climb
        advance
        surge
        inch up
        add
        creep higher
        leap
        inch higher
        nudge up
        head higher
        perk up
        swing higher
        pick up
        swell
        grind higher
        rocket
        pop
        break higher
        spring back
        """),
        "idiom+": lines("""
        build on gains
        post gains
        cut losses
        log fresh peak
        lift off lows
        score {period} peak
        recoup losses
        roar back
        revive
        gather momentum
        break {days} {-noun}
        vault past {mark}
        wipe out losses
        steer clear of lows
        win back ground
        end losing run
        march on
        enjoy a fillip
        brighten
        catch fire
        take wing
        come alive
        ride high
        stir from slumber
        march to {period} peak
        be on a tear
        wake from the dead
        blow past forecasts
        refuse to lie down
        thaw
        dust itself off
        """),
        "verb-": lines("""
        drop
        lose
        sink
        inch down
        shed
        creep lower
        plunge
        inch lower
        nudge down
        head lower
        slump
        swing lower
        skid
        shrink
        grind lower
        nosedive
        wilt
        falter
        flop
        break lower
        recoil
        swoon
        wobble
        droop
        """),
        "idiom-": lines("""
        add to losses
        post losses
        cut gains
        log fresh trough
        drift off highs
        plumb {period} trough
        relinquish gains
        lose momentum
        break {days} {-noun}
        cave below {mark}
        wipe out gains
        back off from highs
        cede ground
        end winning run
        suffer a setback
        dim
        run into sellers
        come unstuck
        go into reverse
        bow to profit-takers
        be in freefall
        hang by a thread
        lick wounds
        get hammered
        freeze over
        limp into the close
        """),
        "noun+": lines("""
        advance
        upswing
        surge
        climb
        upturn
        upmove
        melt-up
        revival
        leg up
        """),
        "noun-": lines("""
        slump
        downswing
        plunge
        setback
        downturn
        tumble
        meltdown
        pullback
        leg down
        """),
        "nounpl+": lines("""
        rises
        upticks
        positive finishes
        green days
        """),
        "nounpl-": lines("""
        falls
        downticks
        negative finishes
        red days
        """),
        "higher+": lines("""
        higher
        up
        on a firm note
        with gains
        above water
        on the front foot
        at day's best
        buoyant
        """),
        "higher-": lines("""
        lower
        down
        on a weak note
        with losses
        under water
        on the defensive
        at day's worst
        heavy
        """),
        "ends": lines("""
        wraps up session
        signs off
        begins day
        goes out
        changes hands
        """),
        "end": lines("""
        wrap up session
        sign off
        begin day
        go out
        change hands
        """),
        "steady": lines("""
        static
        listless
        becalmed
        sideways
        marks time
        barely budges
        stuck in narrow band
        lacklustre
        churns
        idles
        """),
        "adv": lines("""
        mildly
        steeply
        a shade
        anew
        a tad
        fractionally
        """),
        "who": lines("""
        fund manager
        JPMorgan
        broker
        {house}
        ANZ
        newsletter
        Barclays
        technical view
        desk note
        columnist
        """),
        "lookfor": lines("""
        forecast
        poised to be
        tipped
        pegged
        """),
    }
)
