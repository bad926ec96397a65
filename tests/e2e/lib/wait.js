// The one place where these tests let time pass: looking again until a condition holds, or failing with what was seen last.

export async function until(what, probe, { within = 30_000, every = 100 } = {}) {
  const deadline = Date.now() + within;
  let seen;
  for (;;) {
    try {
      seen = await probe();
      if (seen === true || (seen && seen.holds)) return seen;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > deadline) {
      const detail = seen instanceof Error ? seen.message : JSON.stringify(seen?.seen ?? seen);
      throw new Error(`Waited ${within / 1000} s in vain until ${what}; last seen: ${detail}`);
    }
    await new Promise(resolve => setTimeout(resolve, every));
  }
}
