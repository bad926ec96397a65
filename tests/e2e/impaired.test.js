// A bad line in front of one receiver: losses are hardly heard or seen, and a line that narrows gets a smaller picture at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium } from './lib/chromium.js';
import { putBehindLine } from './lib/line.js';
import { servePages } from './lib/pages.js';
import { Participant } from './lib/participant.js';
import { Server } from './lib/server.js';
import { until } from './lib/wait.js';
import { Watcher } from './quality/measure.js';

const resources = [];
const kept = resource => (resources.push(resource), resource);
let server, pages, browser;

before(async () => {
  server = kept(await Server.start());
  pages = kept(await servePages('127.0.0.1', 'quality-client'));
  browser = kept(await launchChromium());
});
after(async () => { for (const resource of resources.reverse()) await (resource.stop?.() ?? resource.close()); });

test('a receiver on a bad line hears nearly everything and gets the picture that fits', { timeout: 120_000 }, async () => {
  const ada = await Participant.open(browser, pages, server, 'Ada');
  const bob = await Participant.open(browser, pages, server, 'Bob');
  const line = kept(await putBehindLine(bob, { delay: 25 }));
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
  await until('enough is lost to tell', () => line.down.dropped - dropped > 100, { within: 40_000 });
  const lossy = await watcher.look();
  assert.ok(lossy.concealed < 0.03, `${(lossy.concealed * 100).toFixed(2)} % of the sound was made up`);

  line.down.loss = 0;
  line.down.rate = 500_000;
  await sees('a smaller picture', height => height > 0 && height < 720);
  line.down.rate = Infinity;
  await sees('the largest picture again', height => height === 720);

  const { json } = await server.call('GET', `/api/meetings/${meetingId}/participants/${(await welcome(bob)).peerId}/quality`);
  const changes = json.downlinks[0].tracks.find(({ source }) => source === 'camera').changes.map(({ reason }) => reason);
  assert.ok(changes.includes('bandwidth') && changes.includes('best'), changes.join());
});

const welcome = async person => (await person.page.evaluate(() => window.client.messages)).find(({ type }) => type === 'welcome');
