"""Fitting in a process apart, against the promises of its port."""

from tests.fakes.entries import SCOPE
from tests.fakes.lessons import headlines, lesson

from forethought.adapters.learning.learner import ProcessLearner
from forethought.domain.strategy import Strategy

STRATEGY = Strategy("s", "1", "inserted", "")


async def test_both_ways_fit_the_same_and_what_was_sent_is_kept():
    lessons = [lesson(*row) for row in headlines(400)]
    apart, here = ProcessLearner(apart=True), ProcessLearner(apart=False)
    try:
        for n in (200, 400):
            one = await apart.fit(SCOPE, STRATEGY, lessons[:n], epoch=0, version=1)
            other = await here.fit(SCOPE, STRATEGY, lessons[:n], epoch=0, version=1)
            assert apart.load(one).standing == here.load(other).standing
    finally:
        await apart.close()


async def test_a_process_that_died_is_replaced_and_sent_everything_again():
    lessons = [lesson(*row) for row in headlines(300)]
    learner = ProcessLearner(apart=True)
    try:
        await learner.fit(SCOPE, STRATEGY, lessons[:200], epoch=0, version=1)
        (process,) = learner._pool._processes.values()
        process.kill()
        process.join()

        model = await learner.fit(SCOPE, STRATEGY, lessons, epoch=0, version=1)

        assert learner.load(model).standing.lessons == 300
    finally:
        await learner.close()
