// A plain camera that one receiver's line does not carry: its sender is asked for it once more, small, while that is so.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { putBehindLine } from './lib/line.js';
import { everyoneSeesAndHearsEveryone } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
afterEach(() => fixture.disperse());

test('a receiver on a poor line gets sound, then a small picture, and the large one back; nobody else notices', { timeout: 240_000 }, async () => {
  const [ada, bob, cleo] = await fixture.open('Ada', 'Bob', 'Cleo');
  const line = await putBehindLine(bob, { delay: 20 });
  const meetingId = await ada.enter(undefined, { video: { width: 1280, height: 720, frameRate: 10 } });
  for (const viewer of [bob, cleo]) await viewer.enter(meetingId, { video: { width: 160, height: 90, frameRate: 2 } });
  await everyoneSeesAndHearsEveryone([ada, bob, cleo], { frames: 1 });
  await shows([bob, cleo], ada, height => height >= 360);
  assert.deepEqual(await uplinks(ada), ['sfu']);

  line.down.rate = 300_000;
  const [hidden] = await until('Ada is asked for a small picture', async () => {
    const others = (await uplinks(ada)).filter(id => id !== 'sfu');
    return others.length === 1 ? { holds: true, ids: others } : { holds: false, seen: others };
  }, { within: 20_000 }).then(({ ids }) => ids);
  assert.match(hidden, /^[a-z0-9]{16}$/);
  assert.ok(!(await ada.tiles()).includes(hidden));
  await shows([bob], ada, height => height <= 240);
  const sound = (await received(bob, ada)).totalAudioEnergy;
  const before = { bob: await received(bob, ada), cleo: await received(cleo, ada) };
  await until('both pictures move', async () => {
    const now = { bob: await received(bob, ada), cleo: await received(cleo, ada) };
    const frames = { bob: now.bob.framesDecoded - before.bob.framesDecoded, cleo: now.cleo.framesDecoded - before.cleo.framesDecoded };
    return frames.bob > 40 && frames.cleo > 40 ? true : { holds: false, seen: frames };
  }, { within: 30_000 });
  const small = await received(bob, ada);
  assert.ok(small.frameHeight <= 240, `${small.frameHeight} rows on the poor line`);
  assert.ok((await received(cleo, ada)).frameHeight >= 360);
  assert.ok(small.totalAudioEnergy > sound, 'sound goes on');

  // The screen takes the camera's place on every connection, small ones too.
  await ada.shareScreen({ width: 1280, height: 720, frameRate: 5 });
  const upload = await sent(ada, hidden);
  await until('the small uplink sends the screen', async () => {
    const now = await sent(ada, hidden);
    return now.framesEncoded > upload.framesEncoded + 5 ? true : { holds: false, seen: now };
  });
  await ada.stopSharing();

  line.down.rate = Infinity;
  await shows([bob], ada, height => height >= 360, 60_000);
  await until('the small uplink ends', async () => {
    const ids = await uplinks(ada);
    return ids.length === 1 ? true : { holds: false, seen: ids };
  }, { within: 60_000 });
  const last = await received(bob, ada);
  await until('the large picture goes on', async () => (await received(bob, ada)).framesDecoded > last.framesDecoded + 10);
  assert.deepEqual(ada.errors.concat(bob.errors, cleo.errors), []);
  line.close();
});

/** Ids of the connections on which a participant sends video now. */
async function uplinks(participant) {
  const { peers } = await participant.statistics();
  return Object.entries(peers).filter(([, peer]) => peer.sent.video > 0).map(([id]) => id);
}

function shows(viewers, person, condition, within = 45_000) {
  return until(`${viewers.map(viewer => viewer.name)} see a picture of that size`, async () => {
    const heights = await Promise.all(viewers.map(async viewer => (await received(viewer, person)).frameHeight ?? 0));
    return heights.every(height => height > 0 && condition(height)) ? true : { holds: false, seen: heights };
  }, { within });
}

async function received(viewer, publisher) {
  return viewer.page.evaluate(async id => {
    const entries = [...(await window.client.connections.get(id).getStats()).values()].filter(entry => entry.type === 'inbound-rtp');
    const video = entries.find(entry => entry.kind === 'video') ?? {};
    return { ...video, totalAudioEnergy: entries.find(entry => entry.kind === 'audio')?.totalAudioEnergy };
  }, publisher.id);
}

function sent(publisher, id) {
  return publisher.page.evaluate(async to => {
    const entries = [...(await window.client.connections.get(to).getStats()).values()];
    return entries.find(entry => entry.type === 'outbound-rtp' && entry.kind === 'video') ?? {};
  }, id);
}
