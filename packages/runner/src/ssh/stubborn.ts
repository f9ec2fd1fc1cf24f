// A probe that does all it can to outlive its time limit; for tests.

/** Ignores TERM, forks, leaves its session, drops its environment, and goes on starting processes. */
export const STUBBORN = `trap '' TERM
sleep 4321 &
setsid sh -c "trap '' TERM; sleep 4322 & wait" &
setsid sh -c 'setsid sleep 4323 >/dev/null 2>&1 & exit 0'
env -i /usr/bin/setsid sleep 4324 &
(while :; do sleep 0.02; done) &
echo forked
wait`;
