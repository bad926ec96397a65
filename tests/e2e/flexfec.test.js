// Loss on a long line, where retransmissions come too late: Chromium repairs it by the repair packets that go along.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { declineFlexFec } from './lib/line.js';
import { everyoneSeesAndHearsEveryone } from './lib/participant.js';
import { openStage } from './lib/stage.js';
import { until } from './lib/wait.js';

let stage;
before(async () => { stage = await openStage({ frameRate: 20 }); });
after(() => stage?.close());

test('at 5 % loss and 300 ms round trip repair packets keep the picture moving', { timeout: 120_000 }, async t => {
  t.diagnostic(`over ${stage.way}`);
  const page = 'seed-client';
  const { person: ada } = await stage.person('Ada', { page });
  const { person: bob, line: one } = await stage.person('Bob', { page, delay: 150 });
  const { person: cleo, line: other } = await stage.person('Cleo', { page, delay: 150 });
  const lines = [one, other];
  await declineFlexFec(cleo);
  const meetingId = await ada.enter(undefined, { video: { width: 640, height: 360, frameRate: 20 } });
  for (const viewer of [bob, cleo]) await viewer.enter(meetingId, { video: { width: 160, height: 90, frameRate: 2 } });
  await everyoneSeesAndHearsEveryone([bob, cleo, ada], { frames: 1 });

  for (const line of lines) line.down.loss = 0.05;
  await until('repair packets flow', async () => {
    const { fecPacketsReceived = 0 } = await picture(bob, ada);
    return fecPacketsReceived > 50 ? true : { holds: false, seen: fecPacketsReceived };
  }, { within: 30_000 });

  const [withFec, without] = [await picture(bob, ada), await picture(cleo, ada)];
  assert.equal(without.fecPacketsReceived, undefined);
  await until('enough was lost on the way to both', async () => {
    const [first, second] = [await picture(bob, ada), await picture(cleo, ada)];
    const lost = Math.min(first.packetsLost - withFec.packetsLost, second.packetsLost - without.packetsLost);
    return lost > 25 ? true : { holds: false, seen: lost };
  }, { within: 60_000 });

  const [repaired, resent] = [await picture(bob, ada), await picture(cleo, ada)];
  const frozen = { with: repaired.totalFreezesDuration - withFec.totalFreezesDuration, without: resent.totalFreezesDuration - without.totalFreezesDuration };
  const used = repaired.fecPacketsReceived - (repaired.fecPacketsDiscarded ?? 0);
  t.diagnostic(`${used} repair packets taken, ${repaired.fecPacketsDiscarded ?? 0} discarded; frozen ${frozen.with.toFixed(2)} s with them, ${frozen.without.toFixed(2)} s without`);
  assert.equal(repaired.fecPacketsDiscarded ?? 0, 0);
  assert.ok(frozen.with < frozen.without / 2, `frozen ${frozen.with} s with repair packets, ${frozen.without} s without`);
});

function picture(viewer, publisher) {
  return viewer.page.evaluate(async id => {
    const entries = [...(await window.client.connections.get(id).getStats()).values()];
    return entries.find(entry => entry.type === 'inbound-rtp' && entry.kind === 'video') ?? {};
  }, publisher.id);
}
