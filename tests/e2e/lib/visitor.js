// One person in a meeting of the web app: a page in a browser context of its own, used by its buttons as a person would.
import assert from 'node:assert/strict';
import { until } from './wait.js';

// Runs in the page before the app: keeps its connections within reach of the statistics below. It changes nothing else.
function watchConnections() {
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...parameters) {
      super(...parameters);
      window.connections.push(this);
    }
  };
}

// Runs in the page: what comes in, by peer id and by the elements that show or play it.
async function readReceived() {
  const inbound = new Map();
  for (const connection of window.connections) {
    if (connection.connectionState === 'closed') continue;
    for (const stats of (await connection.getStats()).values()) {
      if (stats.type === 'inbound-rtp' && stats.trackIdentifier) inbound.set(stats.trackIdentifier, stats);
    }
  }
  const received = {};
  const of = peer => (received[peer] ??= { camera: 0, screen: 0, energy: 0 });
  const statsOf = element => inbound.get(element.srcObject?.getTracks()[0]?.id);
  for (const tile of document.querySelectorAll('[data-testid=tile]')) {
    const video = tile.querySelector('video');
    of(tile.dataset.peer)[tile.dataset.kind] = (video && statsOf(video)?.framesDecoded) ?? 0;
  }
  for (const audio of document.querySelectorAll('audio[data-peer]')) of(audio.dataset.peer).energy += statsOf(audio)?.totalAudioEnergy ?? 0;
  return received;
}

// Runs in the page: what goes out, one entry for each stream that has sent anything.
async function readSent() {
  const sent = [];
  for (const connection of window.connections) {
    if (connection.connectionState === 'closed') continue;
    for (const stats of (await connection.getStats()).values()) {
      if (stats.type === 'outbound-rtp' && stats.bytesSent > 0) sent.push({ kind: stats.kind, rid: stats.rid ?? null, height: stats.frameHeight, bytes: stats.bytesSent });
    }
  }
  return sent;
}

export class Visitor {
  static async open(browser, server, name, { url = server.url, context: contextOptions = {} } = {}) {
    const visitor = new Visitor();
    visitor.name = name;
    visitor.server = server;
    visitor.url = url;
    visitor.context = await browser.newContext({ viewport: { width: 1000, height: 640 }, ...contextOptions });
    visitor.page = await visitor.context.newPage();
    visitor.problems = [];
    visitor.page.on('pageerror', error => visitor.problems.push(`error: ${error.message}`));
    visitor.page.on('console', message => {
      // What the browser itself reports about refused or broken requests is part of some tests.
      if (['error', 'warning'].includes(message.type()) && !/Failed to load resource|WebSocket connection to/.test(message.text())) {
        visitor.problems.push(message.text());
      }
    });
    await visitor.page.addInitScript(watchConnections);
    return visitor;
  }

  button(name, options) { return this.page.getByRole('button', { name, ...options }); }

  /** Opens a fresh sign-in link, as it is printed at the start. */
  async signIn() {
    const link = await this.server.call('POST', '/api/signin-links', {});
    assert.equal(link.status, 201);
    await this.page.goto(link.json.url.replace(this.server.url, this.url));
    await this.page.getByRole('heading', { name: 'New meeting' }).waitFor();
  }

  /** From the start page to the lobby of a new meeting; answers its id. */
  async create(title) {
    if (title) await this.page.getByLabel('What is it about?').fill(title);
    await this.button('New meeting').click();
    await this.button('Join the meeting').waitFor();
    return new URL(this.page.url()).pathname.split('/').at(-1);
  }

  async visit(path) { await this.page.goto(this.url + path); }

  /** Through the lobby into the meeting. */
  async enter(meetingId, { camera = true } = {}) {
    if (meetingId) await this.visit(`/join/${meetingId}`);
    await this.page.getByLabel('Your name').fill(this.name);
    if (camera) await this.button('Turn camera off').waitFor();
    await this.button('Join the meeting').click();
    await this.page.getByTestId('tile').first().waitFor();
    this.id = await this.page.locator('[data-testid=tile]', { hasText: '(you)' }).getAttribute('data-peer');
    return this;
  }

  /** The tile of somebody, or of somebody's screen. */
  tile(other, kind = 'camera') { return this.page.locator(`[data-testid=tile][data-peer="${other.id}"][data-kind=${kind}]`); }

  tileNames() { return this.page.getByTestId('tile').evaluateAll(tiles => tiles.map(tile => tile.querySelector('p').textContent)); }

  received() { return this.page.evaluate(readReceived); }
  sent() { return this.page.evaluate(readSent); }

  async press(key) {
    await this.page.evaluate(() => document.activeElement?.blur?.());
    await this.page.keyboard.press(key);
  }

  async say(text) {
    const box = this.page.getByRole('textbox', { name: /Write a message/ });
    if (!(await box.isVisible())) await this.press('c');
    await box.fill(text);
    await box.press('Enter');
  }

  messages() { return this.page.getByTestId('message').allTextContents(); }

  async isGone(text) { await this.page.getByRole('heading', { name: text }).waitFor(); }

  close() { return this.context.close(); }
}

/** Waits until each decodes new frames of, and hears new sound from, every other, both counted from now on. Tutorial pages may be among the others. */
export async function visitorsSeeAndHear(visitors, others = visitors, { frames = 5, within = 45_000 } = {}) {
  const before = new Map();
  for (const visitor of visitors) before.set(visitor, await visitor.received());
  const nothing = { camera: 0, energy: 0 };
  await until('everyone sees and hears everyone', async () => {
    const missing = [];
    for (const visitor of visitors) {
      const received = await visitor.received();
      for (const other of others) {
        if (other === visitor) continue;
        const now = received[other.id] ?? nothing;
        let then = before.get(visitor)[other.id] ?? nothing;
        if (now.camera < then.camera || now.energy < then.energy) before.get(visitor)[other.id] = then = nothing; // counted anew by a new connection
        if (now.camera - then.camera < frames) missing.push(`${visitor.name} sees ${now.camera - then.camera} new frames of ${other.name}`);
        if (now.energy <= then.energy) missing.push(`${visitor.name} hears nothing of ${other.name}`);
      }
    }
    return missing.length === 0 ? true : { holds: false, seen: missing };
  }, { within, every: 250 });
}
