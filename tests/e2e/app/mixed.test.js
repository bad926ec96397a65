// The web app together with the tutorial's client, and small meetings without the SFU.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { servePages } from '../lib/pages.js';
import { Participant } from '../lib/participant.js';
import { until } from '../lib/wait.js';
import { visitorsSeeAndHear } from '../lib/visitor.js';

const fixture = appFixture({ prepare: () => servePages() });

/** Waits until the tutorial's page decodes new frames of, and hears new sound from, each of the others. */
async function participantSeesAndHears(participant, others) {
  const before = (await participant.statistics()).peers;
  await until(`${participant.name} sees and hears the others`, async () => {
    const { peers } = await participant.statistics();
    const missing = others.filter(({ id }) => {
      const now = peers[id]?.received;
      const then = before[id]?.received ?? { frames: 0, energy: 0 };
      return !now || now.frames < then.frames + 5 || now.energy <= then.energy;
    });
    return missing.length === 0 || { holds: false, seen: missing.map(({ name }) => name) };
  }, { within: 45_000 });
}

test('both kinds of client meet: media, chat, names, mutes, the screen in the camera’s place, leaving', async () => {
  const meetingId = await fixture.createMeeting();
  const ada = await (await fixture.open('Ada')).enter(meetingId);
  const seed = await Participant.open(fixture.browser, fixture.prepared, fixture.server, 'Seed');
  try {
    await seed.enter(meetingId);
    const bob = await (await fixture.open('Bob')).enter(meetingId);
    await visitorsSeeAndHear([ada, bob], [ada, bob, seed]);
    await participantSeesAndHears(seed, [ada, bob]);
    await ada.tile(seed).getByText(seed.displayName).waitFor();

    await ada.say('Hello from the app');
    await seed.message('chat', chat => chat.text === 'Hello from the app' && chat.from === 'Ada');
    await seed.say('Hello from the tutorial');
    await until('Ada reads it', async () => (await ada.messages()).includes('Hello from the tutorial'));

    // A screen is a second source in the app and takes the camera's place for the tutorial's client.
    await ada.press('s');
    await bob.tile(ada, 'screen').waitFor();
    const sizeAtSeed = () => seed.page.evaluate(id => document.getElementById(`tile-${id}`)?.videoWidth, ada.id);
    const camera = await sizeAtSeed();
    await until('the tutorial’s client sees the screen', async () => {
      const width = await sizeAtSeed();
      return width !== camera || { holds: false, seen: width };
    }, { within: 20_000 });
    await ada.button('Stop sharing').first().click();
    await participantSeesAndHears(seed, [ada, bob]);

    await seed.leave();
    await until('its tile is gone', async () => (await ada.tile(seed).count()) === 0);
    await visitorsSeeAndHear([ada, bob]);
  } finally {
    await seed.close();
  }
});

const connectionsOf = visitor => visitor.page.evaluate(() => window.connections.filter(({ connectionState }) => connectionState !== 'closed').length);

test('auto: two talk directly, the third moves everyone to the SFU, and no picture stops on the way', async () => {
  const { meetingId, visitors: [ada, bob] } = await fixture.meet(['Ada', 'Bob'], { topology: 'auto' });
  await visitorsSeeAndHear([ada, bob]);
  assert.equal(await connectionsOf(ada), 1, 'one connection, to the other');

  // A screen goes over the direct connection too.
  await ada.press('s');
  await until('Bob sees the screen', async () => (await bob.received())[ada.id].screen > 5);
  await ada.press('s');
  await until('it is gone', async () => (await bob.tile(ada, 'screen').count()) === 0);

  // The longest time without a new frame, as Bob's page presents them. Time in which the page itself was not run does not count.
  await bob.page.evaluate(peer => {
    const watch = (window.still = { longest: 0, now: 0, frames: 0, lookedAt: performance.now() });
    const look = () => {
      const video = document.querySelector(`[data-testid=tile][data-peer="${peer}"] video`);
      const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      const passed = performance.now() - watch.lookedAt;
      watch.lookedAt += passed;
      watch.now = frames === watch.frames ? watch.now + Math.min(passed, 100) : 0;
      watch.longest = Math.max(watch.longest, watch.now);
      watch.frames = frames;
      setTimeout(look, 20);
    };
    look();
  }, ada.id);

  const cleo = await (await fixture.open('Cleo')).enter(meetingId);
  await visitorsSeeAndHear([ada, bob, cleo]);
  await until('nobody talks directly any more', async () => {
    const counts = [await connectionsOf(ada), await connectionsOf(bob), await connectionsOf(cleo)];
    return counts.every(count => count === 2) || { holds: false, seen: counts }; // one up, one down
  });
  await visitorsSeeAndHear([ada, bob, cleo]);
  const { longest } = await bob.page.evaluate(() => window.still);
  assert.ok(longest < 2_500, `the picture stood still for ${Math.round(longest)} ms`);
  assert.equal(await bob.page.getByText(/Ada (left|joined)/).count(), 0);
});
