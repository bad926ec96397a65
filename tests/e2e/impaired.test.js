// A bad line in front of one receiver: losses are hardly heard or seen, and a line that narrows gets a smaller picture at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from './lib/stage.js';
import { until } from './lib/wait.js';
import { Watcher } from './quality/measure.js';

let stage;
before(async () => { stage = await openStage(); });
after(() => stage?.close());

test('a receiver on a bad line hears nearly everything and gets the picture that fits', { timeout: 120_000 }, async t => {
  t.diagnostic(`over ${stage.way}`);
  const { person: ada } = await stage.person('Ada');
  const { person: bob, line } = await stage.person('Bob', { delay: 25 });
  const meetingId = await ada.page.evaluate(publish => window.client.enter(undefined, publish),
    { codec: 'VP8', mode: 'simulcast', width: 1280, height: 720, frameRate: 10 });
  await bob.page.evaluate(id => window.client.enter(id), meetingId);
  const watcher = new Watcher('Bob', bob.page);
  const sees = async (what, holds) => until(what, async () => {
    const { pictures } = await watcher.look();
    const height = pictures.at(-1)?.[1] ?? 0;
    return holds(height) ? true : { holds: false, seen: height };
  }, { within: 45_000, every: 250 });
  await sees('the largest picture', height => height === 720);

  line.down.loss = 0.05;
  await until('copies of lost frames are taken', async () => (await watcher.look()).lost >= 5, { every: 500 });
  await watcher.look();
  const dropped = line.down.dropped;
  await until('enough is lost to tell', () => line.down.dropped - dropped > 60, { within: 40_000 });
  const lossy = await watcher.look();
  assert.ok(lossy.concealed < 0.03, `${(lossy.concealed * 100).toFixed(2)} % of the sound was made up`);

  line.down.loss = 0;
  line.down.rate = 500_000;
  await sees('a smaller picture', height => height > 0 && height < 720);
  line.down.rate = Infinity;
  await sees('the largest picture again', height => height === 720);

  const { json } = await stage.server.call('GET', `/api/meetings/${meetingId}/participants/${(await bob.message('welcome')).peerId}/quality`);
  const changes = json.downlinks[0].tracks.find(({ source }) => source === 'camera').changes.map(({ reason }) => reason);
  assert.ok(changes.includes('bandwidth') && changes.includes('best'), changes.join());
});
