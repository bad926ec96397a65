// How long people wait for what happens in a moment: a new speaker is named, a picture changes its size, an encoding that nobody used
// comes back. In Chromium, at 50 ms of round trip. Prints a table.
//
// usage: node tests/e2e/quality/moments.js [speaker] [switch] [wake]
import { openStage } from '../lib/stage.js';
import { everyoneSeesAndHearsEveryone } from '../lib/participant.js';
import { until } from '../lib/wait.js';

const delay = 25;
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const wallClock = person => person.page.evaluate(() => Date.now() - performance.now());

function row(what, times) {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return `| ${what} | ${sorted.length} | ${sorted[Math.floor(sorted.length / 2)]} ms | ${sorted[0]} to ${sorted.at(-1)} ms |`;
}

async function speaker(stage) {
  const people = [];
  for (const name of ['Ada', 'Bob', 'Cleo']) people.push((await stage.person(name, { page: 'seed-client', delay })).person);
  const [ada, bob, cleo] = people;
  let meetingId;
  for (const person of people) meetingId = await person.enter(meetingId, { video: { width: 160, height: 90, frameRate: 5 } });
  await everyoneSeesAndHearsEveryone(people, { frames: 1 });
  for (const person of people) await person.speak(false);
  const offset = await wallClock(cleo);
  const told = async () => (await cleo.messages('active-speaker')).map(({ peerId, receivedAt }) => ({ peerId, at: receivedAt + offset }));

  const handedOver = [];
  for (let turn = 0; turn < 16; turn++) {
    const [next, former] = turn % 2 ? [ada, bob] : [bob, ada];
    await former.speak(false);
    const began = await next.page.evaluate(() => { window.client.speak(true); return Date.now(); });
    const { at } = await until('the new speaker is named', async () => {
      const { peerId, at } = (await told()).at(-1) ?? {};
      return peerId === next.id && at > began - 100 ? { holds: true, at } : false;
    }, { every: 50 });
    handedOver.push(at - began);
    await pause(1_500 + 150 * turn); // longer turns too
  }

  let switches = 0;
  for (let cough = 0; cough < 10; cough++) { // Ada was the last to speak
    const before = (await told()).length;
    await bob.page.evaluate(() => new Promise(resolve => { window.client.speak(true); setTimeout(() => { window.client.speak(false); resolve(); }, 200); }));
    await pause(1_500);
    switches += (await told()).slice(before).filter(({ peerId }) => peerId === bob.id).length;
  }
  return [row('another speaks: the active speaker changes', handedOver), `| coughs of 200 ms that change it | 10 | ${switches} | |`];
}

/** Milliseconds from asking for that many rows to the first picture of that size, or to the first of another size than before. */
async function takes(person, rows, isIt = height => height === rows) {
  await person.page.evaluate(() => window.client.measure());
  const asked = await person.page.evaluate(height => { window.client.view(height); return performance.now(); }, rows);
  const seen = [];
  const { at } = await until(`a picture of ${rows} rows`, async () => {
    seen.push(...(await person.page.evaluate(() => window.client.measure())).pictures);
    const found = seen.find(([time, height]) => time > asked && isIt(height));
    return found ? { holds: true, at: found[0] } : { holds: false, seen: seen.at(-1) };
  }, { within: 10_000, every: 50 });
  return at - asked;
}

async function shows(person, rows) {
  await until(`a picture of ${rows} rows`, async () => (await person.page.evaluate(() => window.client.measure())).pictures.at(-1)?.[1] === rows, { within: 60_000, every: 250 });
}

async function meet(stage, codec, mode, ...names) {
  const { person: ada } = await stage.person('Ada', { delay });
  const meetingId = await ada.page.evaluate(how => window.client.enter(undefined, how), { codec, mode, width: 1280, height: 720, frameRate: 10 });
  const people = [];
  for (const name of names) {
    const { person } = await stage.person(name, { delay });
    await person.page.evaluate(id => window.client.enter(id), meetingId);
    await shows(person, 720);
    people.push(person);
  }
  return [ada, ...people];
}

async function change(stage, codec, mode = 'simulcast') {
  const [, bob, , small] = await meet(stage, codec, mode, 'Bob', 'Cleo', 'Dan');
  await takes(small, 180);
  const [down, up] = [[], []];
  for (let i = 0; i < 12; i++) {
    await pause(1_000);
    down.push(await takes(bob, 180));
    await pause(1_000);
    up.push(await takes(bob, 720));
  }
  const { streams } = await bob.page.evaluate(() => window.client.measure());
  const { pliCount, framesReceived, framesDecoded, framesDropped, totalFreezesDuration } = streams.find(({ kind }) => kind === 'video');
  console.log(`${codec} ${mode}:`, JSON.stringify({ pliCount, framesReceived, framesDecoded, framesDropped, totalFreezesDuration }));
  return [row(`${codec} ${mode}, both sizes in use: 720 → 180`, down), row(`${codec} ${mode}, both sizes in use: 180 → 720`, up)];
}

async function wake(stage, codec) {
  const [ada, bob] = await meet(stage, codec, 'simulcast', 'Bob');
  const [first, largest] = [[], []];
  for (let i = 0; i < 8; i++) {
    await takes(bob, 180);
    await until('the larger encodings are stopped', async () => (await ada.messages('layers')).at(-1)?.rids.join() === 'q', { within: 30_000 });
    await pause(1_500);
    await bob.page.evaluate(() => window.client.measure());
    const asked = await bob.page.evaluate(() => { window.client.view(720); return performance.now(); });
    const pictures = [];
    await until('the largest is back', async () => {
      pictures.push(...(await bob.page.evaluate(() => window.client.measure())).pictures);
      return pictures.some(([, height]) => height === 720);
    }, { within: 20_000, every: 50 });
    first.push(pictures.find(([at, height]) => at > asked && height > 180)[0] - asked);
    largest.push(pictures.find(([, height]) => height === 720)[0] - asked);
    await pause(1_000);
  }
  return [row(`${codec}, encodings stopped and wanted again: a larger picture`, first), row(`${codec}, the largest picture`, largest)];
}

const measured = {
  speaker: [speaker],
  switch: [stage => change(stage, 'VP8'), stage => change(stage, 'VP9', 'svc')],
  wake: [stage => wake(stage, 'VP8'), stage => wake(stage, 'H264')],
};
const wanted = process.argv.slice(2);
const lines = [];
for (const [name, measurements] of Object.entries(measured)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const measurement of measurements) {
    const stage = await openStage();
    try {
      lines.push(...await measurement(stage));
      console.log(lines.at(-2), lines.at(-1));
    } finally {
      await stage.close();
    }
  }
}
console.log(['| What | Times | Median | From, to |', '| --- | --- | --- | --- |', ...lines].join('\n'));
process.exit(0);
