// A probe that tries everything to survive its time limit; for tests.

/** Ignores TERM, forks, leaves its session, clears its environment, and keeps starting processes. */
export const STUBBORN = `trap '' TERM
sleep 4321 &
setsid sh -c "trap '' TERM; sleep 4322 & wait" &
setsid sh -c 'setsid sleep 4323 >/dev/null 2>&1 & exit 0'
env -i /usr/bin/setsid sleep 4324 &
(while :; do sleep 0.02; done) &
echo forked
wait`;
